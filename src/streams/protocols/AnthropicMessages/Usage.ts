/**
 * Reads the usage of a Messages response as a `TokenUsage`.
 *
 * @see https://docs.anthropic.com/en/api/messages
 */
import type { TokenUsage } from "../../../domain/TokenUsage.ts"
import { count, type JsonObject, object, objects } from "../../json/Json.ts"
import * as TokenCounts from "../../response/TokenCounts.ts"

// Anthropic's `input_tokens` are those neither read from nor written to the cache.
const tokenUsage = (value: JsonObject, reasoning: number): TokenUsage =>
  TokenCounts.outsideCache({
    input: value.input_tokens,
    cached: value.cache_read_input_tokens,
    written: value.cache_creation_input_tokens,
    output: value.output_tokens,
    reasoning
  })

/**
 * Merges the usage of a later event into the usage so far: each value of the later event replaces the earlier one, but
 * a zero does not erase a count (gateways fill in zero for what they do not know).
 */
export const merge = (soFar: JsonObject, later: JsonObject): JsonObject => {
  const merged: Record<string, JsonObject[string]> = { ...soFar }
  for (const key of Object.keys(later)) {
    const value = later[key]
    if (value === undefined || value === null) continue
    if (value === 0 && count(merged[key]) > 0) continue
    merged[key] = value
  }
  return merged
}

/**
 * Reads merged usage.
 *
 * **Details**
 *
 * Where the conversation was compacted, the top-level counts leave the compaction out, so the iterations of the message
 * and of the compaction are added up, but not those of an advisor, which is another model. When a fallback model made
 * the response, the top-level counts are right.
 */
export const read = (value: JsonObject): TokenUsage => {
  const reasoning = count(object(value.output_tokens_details)?.thinking_tokens)
  const iterations = objects(value.iterations)
  const compacted = iterations.some((entry) => entry.type === "compaction") &&
    !iterations.some((entry) => entry.type === "fallback_message")
  if (!compacted) return tokenUsage(value, reasoning)
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
  return tokenUsage(sum, reasoning)
}
