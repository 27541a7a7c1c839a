/**
 * Encodes what differs among servers of Chat Completions: content, reasoning, sources and usage.
 *
 * @see https://docs.mistral.ai/capabilities/reasoning/
 * @see https://docs.perplexity.ai/api-reference/chat-completions-post
 * @see https://docs.x.ai/docs/guides/live-search
 * @see https://api-docs.deepseek.com/guides/kv_cache
 */
import * as Json from "../Json.ts"
import type { Citation, Reasoning, Text } from "../scenario/ScriptedCompletion.ts"
import * as Completion from "../Completion.ts"

/** Encodes usage as the dialect counts it. */
export const usage = ({ quirks, usage: counts }: Completion.Completion, output: number): Json.JsonObject => {
  const { cached, cacheWrite, input, reasoning } = counts
  const total = { prompt_tokens: input, total_tokens: input + output }
  switch (quirks.usageFormat ?? "openai") {
    case "openai":
      // Cached tokens are part of prompt_tokens and reasoning tokens part of completion_tokens, as in `Usage`.
      return {
        ...total,
        completion_tokens: output,
        prompt_tokens_details: {
          cached_tokens: cached,
          audio_tokens: 0,
          ...(cacheWrite > 0 ? { cache_write_tokens: cacheWrite } : {})
        },
        completion_tokens_details: {
          reasoning_tokens: reasoning,
          audio_tokens: 0,
          accepted_prediction_tokens: 0,
          rejected_prediction_tokens: 0
        }
      }
    case "excludes-reasoning":
      return {
        ...total,
        completion_tokens: Math.max(0, output - reasoning),
        prompt_tokens_details: { text_tokens: input, audio_tokens: 0, image_tokens: 0, cached_tokens: cached },
        completion_tokens_details: { reasoning_tokens: reasoning, audio_tokens: 0 },
        num_sources_used: 0
      }
    case "hits":
      return {
        ...total,
        completion_tokens: output,
        prompt_cache_hit_tokens: cached,
        prompt_cache_miss_tokens: input - cached,
        completion_tokens_details: { reasoning_tokens: reasoning }
      }
    case "cached_tokens":
      return { ...total, completion_tokens: output, cached_tokens: cached }
    case "num_cached_tokens":
      return { ...total, completion_tokens: output, num_cached_tokens: cached }
  }
}

/** Encodes a piece of text as content. */
export const content = ({ quirks }: Completion.Completion, text: string): Json.Json =>
  quirks.contentParts === true ? [{ type: "text", text }] : text

const reasoningText = (part: Reasoning): string =>
  part.text === undefined && part.deltas === undefined ? (part.summary ?? []).join("\n\n") : Completion.textOf(part)

const thinking = (text: string): Json.Json => [{ type: "thinking", thinking: [{ type: "text", text }] }]

// OpenAI itself sends no reasoning here. Of the two common fields, `reasoning_content` is older.
const reasoningFields = (
  { quirks }: Completion.Completion,
  part: Reasoning,
  text: string,
  isLast: boolean
): Json.JsonObject => {
  switch (quirks.reasoningField ?? "reasoning_content") {
    case "reasoning_content":
      return { reasoning_content: text }
    case "reasoning":
      return { reasoning: text }
    case "reasoning_text":
      return { reasoning_text: text }
    case "both":
      return { reasoning: text, reasoning_content: text }
    case "reasoning_details":
      return {
        reasoning: text,
        reasoning_details: [{
          type: "reasoning.text",
          text,
          index: 0,
          ...(isLast && part.signature !== undefined ? { signature: part.signature } : {})
        }]
      }
    case "thinking":
      return { content: thinking(text) }
    case "think-tags":
      return { content: text }
  }
}

/** Encodes reasoning as deltas. */
export const reasoningDeltas = function*(
  completion: Completion.Completion,
  part: Reasoning
): Generator<Json.JsonObject> {
  const pieces = [...Completion.textDeltas({ ...part, text: reasoningText(part) })]
  const isTagged = completion.quirks.reasoningField === "think-tags"
  if (isTagged) yield { content: "<think>" }
  for (const [index, text] of pieces.entries())
    yield reasoningFields(completion, part, text, index === pieces.length - 1)
  if (isTagged) yield { content: "</think>\n\n" }
}

const annotation = (citation: Citation): Json.JsonObject => ({
  type: "url_citation",
  url_citation: {
    start_index: citation.start ?? 0,
    end_index: citation.end ?? 0,
    url: citation.url,
    title: citation.title
  }
})

const reference = (_: Citation, index: number): Json.Json => ({ type: "reference", reference_ids: [index + 1] })

const citationsOf = (completion: Completion.Completion): ReadonlyArray<Citation> =>
  completion.parts.flatMap((part) => (part._tag === "Text" ? part.citations ?? [] : []))

/** Encodes the sources of a text as a delta, in the dialects that send them in one. */
export const citationDelta = (
  { quirks }: Completion.Completion,
  { citations = [] }: Text
): Json.JsonObject | undefined => {
  if (citations.length === 0) return undefined
  switch (quirks.citations ?? "annotations") {
    case "annotations":
      return { annotations: citations.map(annotation) }
    case "references":
      return { content: citations.map(reference) }
    case "urls":
    case "search-results":
      return undefined
  }
}

/**
 * Encodes the sources of the whole completion as fields beside its choices, in the dialects that send them there.
 * Perplexity sends them in every chunk, xAI in the last one.
 */
export const sources = (completion: Completion.Completion, isLast: boolean): Json.JsonObject => {
  const { citations } = completion.quirks
  const found = citationsOf(completion)
  const urls = found.map(({ url }) => url)
  if (citations === "urls") return isLast && urls.length > 0 ? { citations: urls } : {}
  if (citations !== "search-results") return {}
  return {
    citations: urls,
    search_results: found.map(({ citedText, title, url }) => ({
      title,
      url,
      date: null,
      snippet: citedText ?? "",
      source: "web"
    }))
  }
}

/** Encodes content, reasoning and annotations of a message that is not streamed. */
export const wholeMessage = (completion: Completion.Completion): Json.JsonObject => {
  const { citations = "annotations", contentParts, reasoningField } = completion.quirks
  const texts = completion.parts.filter((part) => part._tag === "Text")
  const reasoning = completion.parts.filter((part) => part._tag === "Reasoning")
  const [last] = reasoning.slice(-1)
  const joinedReasoning = reasoning.map(reasoningText).join("\n\n")
  const text = texts.map(Completion.textOf).join("")
  const found = citationsOf(completion)
  const annotations = citations === "annotations" ? { annotations: found.map(annotation) } : {}
  if (reasoningField === "think-tags") {
    return { content: last === undefined ? text : `<think>${joinedReasoning}</think>\n\n${text}`, ...annotations }
  }
  if (contentParts === true) {
    return {
      content: [
        ...(reasoningField === "thinking" && last !== undefined ? Json.list(thinking(joinedReasoning)) : []),
        ...(text === "" ? [] : [{ type: "text", text }]),
        ...(citations === "references" ? found.map(reference) : [])
      ],
      ...annotations
    }
  }
  return {
    content: texts.length === 0 ? null : text,
    ...annotations,
    ...(last === undefined || reasoningField === "thinking"
      ? {}
      : reasoningFields(completion, last, joinedReasoning, true))
  }
}
