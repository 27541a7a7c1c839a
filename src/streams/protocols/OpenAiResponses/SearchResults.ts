/**
 * Adds the pages that a search found to the text that is based on them, where the text has no annotations.
 *
 * Perplexity sends them as an item of their own.
 *
 * @see https://docs.perplexity.ai/api-reference/agent-post
 */
import type * as Schema from "effect/Schema"
import { defined, type JsonObject, nonEmpty, objects } from "../../json/Json.ts"

/** The pages that the searches of one response found. */
export class SearchResults {
  readonly #byUrl = new Map<string, Schema.JsonObject>()

  /** Adds the pages of an item of search results; does nothing for another item. */
  add(item: JsonObject): void {
    if (item.type !== "search_results") return
    for (const result of objects(item.results)) {
      const url = nonEmpty(result.url)
      if (url !== undefined) this.#byUrl.set(url, defined({ ...result, type: "url_citation" }))
    }
  }

  /** Returns a message with the pages as annotations of its last text, unless it has annotations. */
  annotate(message: JsonObject): JsonObject {
    if (this.#byUrl.size === 0) return message
    const content = objects(message.content)
    const last = content.findLastIndex(({ type }) => type === "output_text")
    if (last < 0 || content.some((part) => objects(part.annotations).length > 0)) return message
    const annotations = [...this.#byUrl.values()]
    return {
      ...message,
      content: content.map((part, at) => defined(at === last ? { ...part, annotations } : part))
    }
  }
}
