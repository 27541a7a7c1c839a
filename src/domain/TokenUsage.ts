/**
 * Counts of tokens, with one meaning for every provider.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

const count = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))

/**
 * The tokens of one completion, or of several together.
 *
 * **Details**
 *
 * A count that the provider does not send is 0. Where a provider counts in another way, its protocol converts.
 *
 * @category models
 * @since 0.1.0
 */
export class TokenUsage extends Schema.Opaque<TokenUsage>()(Schema.Struct({
  /** Tokens read, cached ones included. */
  inputTokens: count,
  /** The part of `inputTokens` that was read from a prompt cache. */
  cachedInputTokens: count,
  /** The part of `inputTokens` that was written to a prompt cache. */
  cacheWriteInputTokens: count,
  /** Tokens written, reasoning included. */
  outputTokens: count,
  /** The part of `outputTokens` that is reasoning. */
  reasoningOutputTokens: count,
  /** Tokens read and written together, or the provider's total where that is larger. */
  totalTokens: count
})) {}

/**
 * The usage of nothing: all counts are 0.
 *
 * @category constructors
 * @since 0.1.0
 */
export const zero: TokenUsage = {
  inputTokens: 0,
  cachedInputTokens: 0,
  cacheWriteInputTokens: 0,
  outputTokens: 0,
  reasoningOutputTokens: 0,
  totalTokens: 0
}

/**
 * Creates a usage from counts of tokens read and written, without cached and reasoning tokens.
 *
 * @category constructors
 * @since 0.1.0
 */
export const of = (inputTokens: number, outputTokens: number, totalTokens = 0): TokenUsage => ({
  inputTokens,
  cachedInputTokens: 0,
  cacheWriteInputTokens: 0,
  outputTokens,
  reasoningOutputTokens: 0,
  totalTokens: Math.max(inputTokens + outputTokens, totalTokens)
})

/**
 * Adds two usages, count by count.
 *
 * **Example** (The tokens of several completions)
 *
 * ```ts
 * import { type Completion, TokenUsage } from "sluice"
 *
 * export const total = (completions: ReadonlyArray<Completion.Completion>) =>
 *   completions.reduce((sum, { usage }) => TokenUsage.add(sum, usage ?? TokenUsage.zero), TokenUsage.zero)
 * ```
 *
 * @category combinators
 * @since 0.1.0
 */
export const add = (left: TokenUsage, right: TokenUsage): TokenUsage => ({
  inputTokens: left.inputTokens + right.inputTokens,
  cachedInputTokens: left.cachedInputTokens + right.cachedInputTokens,
  cacheWriteInputTokens: left.cacheWriteInputTokens + right.cacheWriteInputTokens,
  outputTokens: left.outputTokens + right.outputTokens,
  reasoningOutputTokens: left.reasoningOutputTokens + right.reasoningOutputTokens,
  totalTokens: left.totalTokens + right.totalTokens
})
