/**
 * Merges the usage that a response reports more than once.
 */
import type { TokenUsage } from "../../domain/TokenUsage.ts"

/**
 * Returns the later usage, with the earlier count wherever the later one is zero: gateways fill in zero for counts that
 * they do not know.
 */
export const merge = (earlier: TokenUsage | null, later: TokenUsage | null): TokenUsage | null => {
  if (earlier === null || later === null) return later ?? earlier
  const inputTokens = later.inputTokens || earlier.inputTokens
  const outputTokens = later.outputTokens || earlier.outputTokens
  return {
    inputTokens,
    cachedInputTokens: Math.min(inputTokens, later.cachedInputTokens || earlier.cachedInputTokens),
    cacheWriteInputTokens: Math.min(inputTokens, later.cacheWriteInputTokens || earlier.cacheWriteInputTokens),
    outputTokens,
    reasoningOutputTokens: Math.min(outputTokens, later.reasoningOutputTokens || earlier.reasoningOutputTokens),
    totalTokens: Math.max(later.totalTokens, inputTokens + outputTokens)
  }
}
