/**
 * The rate limits of a provider, which refuse requests when they are used up.
 *
 * @since 0.2.0
 */
import * as Schema from "effect/Schema"

const Limit = Schema.Int.check(Schema.isGreaterThanOrEqualTo(1))

/**
 * Schema for the rate limits of a provider. All requests for completions and other operations share them; lists and
 * checks are free.
 *
 * **Details**
 *
 * An input counts one token for four characters. A request over the limits gets the error response of its protocol,
 * with the time to wait, and every response has the headers in which the provider reports its limits. A request that is
 * larger than a limit is never accepted.
 *
 * **Example** (A provider of 50 requests a minute)
 *
 * ```ts
 * import type { Scenario } from "sluice/testing"
 *
 * export const scenario: Scenario.Scenario = { limits: { rule: "openai", requestsPerMinute: 50 } }
 * ```
 *
 * @category schemas
 * @since 0.2.0
 */
export const ProviderLimits = Schema.Struct({
  /**
   * Whose rules count, and whose headers report:
   *
   * - `openai`: both limits fill evenly. Tokens are the larger of input and output limit, as they were reserved.
   *   Refused requests count.
   * - `azure`: tokens of each minute are input and output limit together, and an output without a limit counts 4,096.
   *   A sixth of the requests are allowed in each ten seconds. Refused requests count.
   * - `anthropic`: all limits fill evenly. Tokens are those of the input without what is read from a cache.
   *   Output counts when the response begins, whatever the output limit is. Refused requests do not count.
   * - `gemini`: requests and input tokens of each minute, which no header reports. Refused requests count.
   */
  rule: Schema.Literals(["openai", "azure", "anthropic", "gemini"]),
  /** Requests a minute. The default is no limit. */
  requestsPerMinute: Schema.optionalKey(Limit),
  /** Tokens a minute, of the input alone for `anthropic` and `gemini`. The default is no limit. */
  tokensPerMinute: Schema.optionalKey(Limit),
  /** Output tokens a minute, for `anthropic` alone. The default is no limit. */
  outputTokensPerMinute: Schema.optionalKey(Limit)
})

/**
 * The rate limits of a provider.
 *
 * @category models
 * @since 0.2.0
 */
export type ProviderLimits = typeof ProviderLimits.Type
