/**
 * Makes usage of counts, and merges the usage that a response reports more than once.
 */
import type { TokenUsage } from "../../domain/TokenUsage.ts"
import { count } from "../json/Json.ts"

/** Counts of a provider whose input leaves out what was read from or written to the cache. */
export interface CountsOutsideCache {
  readonly input: unknown
  readonly cached: unknown
  readonly written: unknown
  readonly output: unknown
  /** How much of the output is reasoning. Default 0. */
  readonly reasoning?: number
  /** The total that the provider reports. Default: the sum. */
  readonly total?: unknown
}

/** Makes usage of counts whose input leaves out the cache. The total is at least the sum. */
export const outsideCache = (counts: CountsOutsideCache): TokenUsage => {
  const cachedInputTokens = count(counts.cached)
  const cacheWriteInputTokens = count(counts.written)
  const inputTokens = count(counts.input) + cachedInputTokens + cacheWriteInputTokens
  const outputTokens = count(counts.output)
  return {
    inputTokens,
    cachedInputTokens,
    cacheWriteInputTokens,
    outputTokens,
    reasoningOutputTokens: counts.reasoning ?? 0,
    totalTokens: Math.max(count(counts.total), inputTokens + outputTokens)
  }
}

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
