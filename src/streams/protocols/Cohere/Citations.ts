/**
 * Reads the citations of a Cohere response: documents of the request, and results of tools.
 *
 * @see https://docs.cohere.com/docs/rag-citations
 */
import type { Citation } from "../../../domain/ResponseItem.ts"
import { defined, type JsonObject, nonEmpty, number, object, objects } from "../../json/Json.ts"

/** Returns the document or tool result behind a citation: the first of several. `native` has all of them. */
const sourceOf = (citation: JsonObject): JsonObject | undefined => {
  const [source] = objects(citation.sources)
  return object(source?.document) ?? object(source?.tool_output)
}

/** Reads a citation. */
export const read = (citation: JsonObject): Citation => {
  const source = sourceOf(citation)
  const url = nonEmpty(source?.url)
  const title = nonEmpty(source?.title)
  const startIndex = number(citation.start)
  const endIndex = number(citation.end)
  return {
    ...(url === undefined ? {} : { url }),
    ...(title === undefined ? {} : { title }),
    // `text` is the passage of the completion and not of the source.
    ...(startIndex === undefined ? {} : { startIndex }),
    ...(endIndex === undefined ? {} : { endIndex }),
    native: defined(citation)
  }
}
