/**
 * What an answer cost in tokens, with one meaning for every provider.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

const count = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))

/**
 * Schema for the tokens of one answer.
 *
 * **Details**
 *
 * `inputTokens` is everything the model read: `cachedInputTokens` (read from a prompt cache) and
 * `cacheWriteInputTokens` (written to one) are parts of it. `outputTokens` is everything it wrote:
 * `reasoningOutputTokens` is a part of it. `totalTokens` is input and output, or what the provider says if that is
 * more. A count the provider does not send is 0. Protocols convert where a provider counts otherwise.
 *
 * @category schemas
 * @since 0.1.0
 */
export const TokenUsage = Schema.Struct({
  inputTokens: count,
  cachedInputTokens: count,
  cacheWriteInputTokens: count,
  outputTokens: count,
  reasoningOutputTokens: count,
  totalTokens: count
})

/**
 * The tokens of one answer.
 *
 * @category models
 * @since 0.1.0
 */
export type TokenUsage = typeof TokenUsage.Type

/**
 * Nothing.
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
 * What was read and written, where no parts of either are counted.
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
 * The sum of two.
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
