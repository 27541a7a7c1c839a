/**
 * Where an answer's text comes from, in the forms in which Chat servers say so, each source once.
 *
 * @since 0.1.0
 */
import type * as Schema from "effect/Schema"
import type { Citation } from "../../../domain/ResponseItem.ts"
import { array, isJson, type JsonObject, nonEmpty, number, object } from "../../json/Json.ts"

/**
 * The citations of one answer: each method answers those that are new.
 *
 * @category models
 * @since 0.1.0
 */
export interface Citations {
  /** `annotations` of a delta or a message: OpenAI's `url_citation`, and whatever else comes under that name. */
  readonly annotations: (entries: ReadonlyArray<JsonObject>) => ReadonlyArray<Citation>
  /**
   * `citations` and `search_results` beside the choices (Perplexity repeats them in every chunk, xAI sends them last, ERNIE has
   * only results), Zhipu's `web_search` and Hunyuan's `search_info`.
   */
  readonly sources: (chunk: JsonObject) => ReadonlyArray<Citation>
}

const present = (
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
  return present(native, {
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

/**
 * Whether a chunk tells of sources beside its choices.
 *
 * @category guards
 * @since 0.1.0
 */
export const hasSources = (chunk: JsonObject): boolean =>
  isList(chunk.citations) || isList(chunk.search_results) || isList(chunk.web_search) ||
  isList(object(chunk.search_info)?.search_results)

/**
 * Begins the citations of one answer.
 *
 * @see https://platform.openai.com/docs/guides/tools-web-search?api-mode=chat
 * @see https://docs.perplexity.ai/api-reference/chat-completions-post
 * @category constructors
 * @since 0.1.0
 */
export const make = (): Citations => {
  const seen = new Set<string>()
  // How many entries of the repeated lists were read before: usually all of them.
  let read = 0

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
    if (urls.length + results.length === read) return []
    read = urls.length + results.length
    const found: Array<Citation> = []
    const resultOf = new Map<string, Schema.Json>()
    for (const result of results) {
      const url = urlOf(result)
      if (url !== undefined && !resultOf.has(url)) resultOf.set(url, result)
    }
    // The order of `citations` is the one that `[1]` in the text counts by; `search_results` know the titles.
    for (const source of [...urls, ...results]) {
      const url = urlOf(source)
      if (url === undefined || seen.has(url)) continue
      seen.add(url)
      const native = resultOf.get(url) ?? source
      const fields = object(native)
      const citedText = nonEmpty(fields?.snippet) ?? nonEmpty(fields?.content)
      found.push(present(native, { url, title: nonEmpty(fields?.title), citedText }))
    }
    return found
  }

  return { annotations, sources }
}
