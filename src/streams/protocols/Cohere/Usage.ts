/**
 * Reads the token counts of a Cohere response.
 *
 * @see https://docs.cohere.com/reference/chat
 */
import type { TokenUsage } from "../../../domain/TokenUsage.ts"
import { count, type JsonObject, object } from "../../json/Json.ts"

/**
 * Reads a `usage` object; `undefined` when it has no count of tokens.
 *
 * **Details**
 *
 * `tokens` is what the model read and wrote. `billed_units` leaves out the templates around the prompt, so it is far
 * less; it is read only where it stands alone. Cached tokens are part of the input and reasoning tokens part of the
 * output (both recorded).
 */
export const read = (usage: JsonObject): TokenUsage | undefined => {
  const counts = [usage.tokens, usage.billed_units].map(object).find((tokens) =>
    typeof tokens?.input_tokens === "number" || typeof tokens?.output_tokens === "number"
  )
  if (counts === undefined) return undefined
  const inputTokens = count(counts.input_tokens)
  const outputTokens = count(counts.output_tokens)
  return {
    inputTokens,
    cachedInputTokens: Math.min(inputTokens, count(usage.cached_tokens)),
    cacheWriteInputTokens: 0,
    outputTokens,
    reasoningOutputTokens: Math.min(outputTokens, count(counts.reasoning_tokens)),
    totalTokens: inputTokens + outputTokens
  }
}
