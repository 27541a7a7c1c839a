/**
 * Reads the token counts of a response.
 *
 * @see https://platform.openai.com/docs/api-reference/responses/object
 */
import type { TokenUsage } from "../../../domain/TokenUsage.ts"
import { count, type JsonObject, object } from "../../json/Json.ts"

/** Reads the tokens written to the cache: as a sum, or by the lifetime of their entries. */
const cacheWrites = (usage: JsonObject, inputDetails: JsonObject | undefined): number => {
  const sum = count(inputDetails?.cache_write_tokens)
  if (sum > 0) return sum
  const byLifetime = object(inputDetails?.cache_write_tokens_details) ?? object(usage.cache_write_tokens_details)
  return Object.values(byLifetime ?? {}).reduce<number>((total, value) => total + count(value), 0)
}

/**
 * Reads a `usage` object.
 *
 * **Details**
 *
 * Cached tokens are part of the input and reasoning tokens part of the output, unless a server reports more of the part
 * than of the whole: then it counts them apart.
 */
export const read = (usage: JsonObject): TokenUsage => {
  const inputDetails = object(usage.input_tokens_details)
  const outputDetails = object(usage.output_tokens_details)
  const cachedInputTokens = count(inputDetails?.cached_tokens)
  const cacheWriteInputTokens = cacheWrites(usage, inputDetails)
  const reasoningOutputTokens = count(outputDetails?.reasoning_tokens)
  const input = count(usage.input_tokens)
  const output = count(usage.output_tokens)
  const inputTokens = cachedInputTokens > input ? input + cachedInputTokens : input
  const outputTokens = reasoningOutputTokens > output ? output + reasoningOutputTokens : output
  return {
    inputTokens,
    cachedInputTokens,
    cacheWriteInputTokens,
    outputTokens,
    reasoningOutputTokens,
    totalTokens: Math.max(inputTokens + outputTokens, count(usage.total_tokens))
  }
}
