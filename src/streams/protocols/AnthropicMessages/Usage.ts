/**
 * What an answer of the Messages API cost, in our meaning.
 *
 * @see https://docs.anthropic.com/en/api/messages
 * @since 0.1.0
 */
import type { TokenUsage } from "../../../domain/TokenUsage.ts"
import { count, type JsonObject, object, objects } from "../../json/Json.ts"

const cost = (value: JsonObject, output: number): TokenUsage => {
  const cachedInputTokens = count(value.cache_read_input_tokens)
  const cacheWriteInputTokens = count(value.cache_creation_input_tokens)
  // Anthropic's own `input_tokens` are those that no cache had a part in.
  const inputTokens = count(value.input_tokens) + cachedInputTokens + cacheWriteInputTokens
  return {
    inputTokens,
    cachedInputTokens,
    cacheWriteInputTokens,
    outputTokens: count(value.output_tokens),
    reasoningOutputTokens: output,
    totalTokens: inputTokens + count(value.output_tokens)
  }
}

/**
 * Adds to the usage so far what a later event says: its values win, where it has any.
 *
 * @category combining
 * @since 0.1.0
 */
export const merge = (soFar: JsonObject, later: JsonObject): JsonObject => {
  const merged: Record<string, JsonObject[string]> = { ...soFar }
  for (const key of Object.keys(later)) {
    const value = later[key]
    if (value !== undefined && value !== null) merged[key] = value
  }
  return merged
}

/**
 * Reads merged usage.
 *
 * **Details**
 *
 * Where the conversation was compacted on the way, the top-level counts leave the compaction out, so the iterations are
 * added up: those of the message and of the compaction, but not those of an advisor, which are another model's. When a
 * fallback model answered, the top level is right.
 *
 * @category decoding
 * @since 0.1.0
 */
export const read = (value: JsonObject): TokenUsage => {
  const reasoning = count(object(value.output_tokens_details)?.thinking_tokens)
  const iterations = objects(value.iterations)
  const compacted = iterations.some((entry) => entry.type === "compaction") &&
    !iterations.some((entry) => entry.type === "fallback_message")
  if (!compacted) return cost(value, reasoning)
  const sum: Record<string, number> = {}
  for (const entry of iterations) {
    if (entry.type !== "message" && entry.type !== "compaction") continue
    for (
      const field of [
        "input_tokens",
        "cache_read_input_tokens",
        "cache_creation_input_tokens",
        "output_tokens"
      ] as const
    ) sum[field] = (sum[field] ?? 0) + count(entry[field])
  }
  return cost(sum, reasoning)
}
