/**
 * Reads the annotations of a text as citations.
 *
 * @see https://platform.openai.com/docs/api-reference/responses/object
 */
import type { Citation } from "../../../domain/ResponseItem.ts"
import { defined, type JsonObject, nonEmpty, number } from "../../json/Json.ts"

/** Reads an annotation. */
export const read = (annotation: JsonObject): Citation => {
  const url = nonEmpty(annotation.url)
  const title = nonEmpty(annotation.title) ?? nonEmpty(annotation.filename)
  const startIndex = number(annotation.start_index)
  const endIndex = number(annotation.end_index)
  return {
    ...(url === undefined ? {} : { url }),
    ...(title === undefined ? {} : { title }),
    ...(startIndex === undefined ? {} : { startIndex }),
    ...(endIndex === undefined ? {} : { endIndex }),
    native: defined(annotation)
  }
}
