/**
 * Where a Cohere answer's text comes from: documents of the request, and results of tools.
 *
 * @see https://docs.cohere.com/docs/rag-citations
 * @since 0.1.0
 */
import type { Citation } from "../../../domain/ResponseItem.ts"
import { defined, type JsonObject, nonEmpty, number, object, objects } from "../../json/Json.ts"

/** The document or the tool's result behind a citation. Of several sources the first is named; `native` has all. */
const sourceOf = (citation: JsonObject): JsonObject | undefined => {
  const [source] = objects(citation.sources)
  return object(source?.document) ?? object(source?.tool_output)
}

/**
 * Reads a citation.
 *
 * @category decoding
 * @since 0.1.0
 */
export const read = (citation: JsonObject): Citation => {
  const source = sourceOf(citation)
  const url = nonEmpty(source?.url)
  const title = nonEmpty(source?.title)
  const startIndex = number(citation.start)
  const endIndex = number(citation.end)
  return {
    ...(url === undefined ? {} : { url }),
    ...(title === undefined ? {} : { title }),
    // `text` is the passage of the answer and not of the source.
    ...(startIndex === undefined ? {} : { startIndex }),
    ...(endIndex === undefined ? {} : { endIndex }),
    native: defined(citation)
  }
}
