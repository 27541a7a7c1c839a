/**
 * Reads the usage of a Converse response as a `TokenUsage`.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_TokenUsage.html
 */
import type { TokenUsage } from "../../../domain/TokenUsage.ts"
import { count, type JsonObject } from "../../json/Json.ts"

/** Reads usage. Converse counts as input only tokens outside of the cache, and does not count reasoning. */
export const read = (value: JsonObject): TokenUsage => {
  const cachedInputTokens = count(value.cacheReadInputTokens)
  const cacheWriteInputTokens = count(value.cacheWriteInputTokens)
  const inputTokens = count(value.inputTokens) + cachedInputTokens + cacheWriteInputTokens
  const outputTokens = count(value.outputTokens)
  return {
    inputTokens,
    cachedInputTokens,
    cacheWriteInputTokens,
    outputTokens,
    reasoningOutputTokens: 0,
    totalTokens: Math.max(count(value.totalTokens), inputTokens + outputTokens)
  }
}
