/**
 * What an answer of Converse cost, in our meaning.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_TokenUsage.html
 * @since 0.1.0
 */
import type { TokenUsage } from "../../../domain/TokenUsage.ts"
import { count, type JsonObject } from "../../json/Json.ts"

/**
 * Reads usage. Converse counts as input only what no cache had a part in, and tells nothing of reasoning.
 *
 * @category decoding
 * @since 0.1.0
 */
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
