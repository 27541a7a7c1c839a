/**
 * Collects the sources of a response's text, in the forms that Chat servers send, each source once.
 */
import type * as Schema from "effect/Schema"
import type { Citation } from "../../../domain/ResponseItem.ts"
import { array, isJson, type JsonObject, nonEmpty, number, object } from "../../json/Json.ts"

/** The citations of one response. Each method returns those that are new. */
export interface Citations {
  /** Reads the `annotations` of a delta or a message: OpenAI's `url_citation`, and any other form under that name. */
  readonly annotations: (entries: ReadonlyArray<JsonObject>) => ReadonlyArray<Citation>
  /**
   * Reads `citations` and `search_results` beside the choices (Perplexity repeats them in every chunk, xAI sends them
   * last, ERNIE has only results), Zhipu's `web_search` and Hunyuan's `search_info`.
   */
  readonly sources: (chunk: JsonObject) => ReadonlyArray<Citation>
}

const citationOf = (
  native: Schema.Json,
  fields: {
    readonly url?: string | undefined
    readonly title?: string | undefined
    readonly citedText?: string | undefined
    readonly startIndex?: number | undefined
    readonly endIndex?: number | undefined
  }
): Citation => ({
  ...(fields.url === undefined ? {} : { url: fields.url }),
  ...(fields.title === undefined ? {} : { title: fields.title }),
  ...(fields.citedText === undefined ? {} : { citedText: fields.citedText }),
  ...(fields.startIndex === undefined ? {} : { startIndex: fields.startIndex }),
  ...(fields.endIndex === undefined ? {} : { endIndex: fields.endIndex }),
  native
})

const fromAnnotation = (native: Schema.JsonObject): Citation => {
  const citation = object(native.url_citation) ?? object(native)
  return citationOf(native, {
    url: nonEmpty(citation?.url),
    title: nonEmpty(citation?.title),
    citedText: nonEmpty(citation?.content),
    startIndex: number(citation?.start_index),
    endIndex: number(citation?.end_index)
  })
}

const urlOf = (source: Schema.Json): string | undefined => {
  const fields = object(source)
  return nonEmpty(source) ?? nonEmpty(fields?.url) ?? nonEmpty(fields?.link)
}

const isList = (value: unknown): boolean => Array.isArray(value) && value.length > 0

/** Returns whether a chunk has sources beside its choices. */
export const hasSources = (chunk: JsonObject): boolean =>
  isList(chunk.citations) || isList(chunk.search_results) || isList(chunk.web_search) ||
  isList(object(chunk.search_info)?.search_results)

/**
 * Makes the collection of one response.
 *
 * @see https://platform.openai.com/docs/guides/tools-web-search?api-mode=chat
 * @see https://docs.perplexity.ai/api-reference/chat-completions-post
 */
export const make = (): Citations => {
  const seen = new Set<string>()
  // The length of the repeated lists when they were last read: usually they have not grown since.
  let length = 0

  const annotations = (entries: ReadonlyArray<JsonObject>): ReadonlyArray<Citation> => {
    const found: Array<Citation> = []
    for (const entry of entries) {
      if (!isJson(entry)) continue
      const key = JSON.stringify(entry)
      if (seen.has(key)) continue
      seen.add(key)
      const citation = fromAnnotation(entry)
      if (citation.url !== undefined) seen.add(citation.url)
      found.push(citation)
    }
    return found
  }

  const sources = (chunk: JsonObject): ReadonlyArray<Citation> => {
    const urls = array(chunk.citations) ?? []
    const results = array(chunk.search_results) ?? array(chunk.web_search) ??
      array(object(chunk.search_info)?.search_results) ?? []
    if (urls.length + results.length === length) return []
    length = urls.length + results.length
    const found: Array<Citation> = []
    const resultOf = new Map<string, Schema.Json>()
    for (const result of results) {
      const url = urlOf(result)
      if (url !== undefined && !resultOf.has(url)) resultOf.set(url, result)
    }
    // `[1]` in the text counts in the order of `citations`; `search_results` have the titles.
    for (const source of [...urls, ...results]) {
      const url = urlOf(source)
      if (url === undefined || seen.has(url)) continue
      seen.add(url)
      const native = resultOf.get(url) ?? source
      const fields = object(native)
      const citedText = nonEmpty(fields?.snippet) ?? nonEmpty(fields?.content)
      found.push(citationOf(native, { url, title: nonEmpty(fields?.title), citedText }))
    }
    return found
  }

  return { annotations, sources }
}
