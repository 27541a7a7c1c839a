/**
 * What a Cohere answer says it cost, in our one meaning of the counts.
 *
 * @since 0.1.0
 */
import type { TokenUsage } from "../../../domain/TokenUsage.ts"
import { count, type JsonObject, object } from "../../json/Json.ts"

/**
 * Converts a `usage` object. `undefined` when it holds no count of tokens.
 *
 * **Details**
 *
 * `tokens` is what the model read and wrote, `billed_units` what is paid for: without the templates around the prompt,
 * so far less. The first is counted, as every other provider does, and the second only where it stands alone. Cached
 * tokens are a part of the input and reasoning tokens a part of the output (both recorded).
 *
 * @see https://docs.cohere.com/reference/chat
 * @category decoding
 * @since 0.1.0
 */
export const read = (usage: JsonObject): TokenUsage | undefined => {
  const counted = [usage.tokens, usage.billed_units].map(object).find((tokens) =>
    typeof tokens?.input_tokens === "number" || typeof tokens?.output_tokens === "number"
  )
  if (counted === undefined) return undefined
  const inputTokens = count(counted.input_tokens)
  const outputTokens = count(counted.output_tokens)
  return {
    inputTokens,
    cachedInputTokens: Math.min(inputTokens, count(usage.cached_tokens)),
    cacheWriteInputTokens: 0,
    outputTokens,
    reasoningOutputTokens: Math.min(outputTokens, count(counted.reasoning_tokens)),
    totalTokens: inputTokens + outputTokens
  }
}
