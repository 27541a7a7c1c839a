/**
 * What a provider's headers or events say about the limits of a key.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * Schema for one window of a subscription limit.
 *
 * **Details**
 *
 * `usedPercent` is 0 to 100, `windowMinutes` the length of the window, `resetsAt` Unix time in seconds.
 *
 * @category schemas
 * @since 0.1.0
 */
export const RateLimitWindow = Schema.Struct({
  usedPercent: Schema.Finite,
  windowMinutes: Schema.optionalKey(Schema.Finite),
  resetsAt: Schema.optionalKey(Schema.Finite)
})

/**
 * One window of a subscription limit.
 *
 * @category models
 * @since 0.1.0
 */
export type RateLimitWindow = typeof RateLimitWindow.Type

/**
 * Schema for a counted limit: how many are allowed, how many are left, and when it is full again (Unix time in
 * seconds; fractions where the provider sends milliseconds).
 *
 * @category schemas
 * @since 0.1.0
 */
export const RateLimitBudget = Schema.Struct({
  limit: Schema.optionalKey(Schema.Finite),
  remaining: Schema.optionalKey(Schema.Finite),
  resetsAt: Schema.optionalKey(Schema.Finite)
})

/**
 * A counted limit.
 *
 * @category models
 * @since 0.1.0
 */
export type RateLimitBudget = typeof RateLimitBudget.Type

/**
 * Schema for everything one response said about rate limits.
 *
 * **Details**
 *
 * `primary` and `secondary` are the windows of a subscription (`x-codex-*`, `anthropic-ratelimit-unified-*`); the
 * budgets come from `x-ratelimit-*` and `anthropic-ratelimit-*`. What a provider does not say is absent.
 *
 * @category schemas
 * @since 0.1.0
 */
export const RateLimitSnapshot = Schema.Struct({
  limitId: Schema.optionalKey(Schema.String),
  limitName: Schema.optionalKey(Schema.String),
  planType: Schema.optionalKey(Schema.String),
  primary: Schema.optionalKey(RateLimitWindow),
  secondary: Schema.optionalKey(RateLimitWindow),
  credits: Schema.optionalKey(Schema.Struct({
    hasCredits: Schema.Boolean,
    unlimited: Schema.Boolean,
    balance: Schema.optionalKey(Schema.String)
  })),
  requests: Schema.optionalKey(RateLimitBudget),
  tokens: Schema.optionalKey(RateLimitBudget),
  inputTokens: Schema.optionalKey(RateLimitBudget),
  outputTokens: Schema.optionalKey(RateLimitBudget)
})

/**
 * Everything one response said about rate limits.
 *
 * @category models
 * @since 0.1.0
 */
export type RateLimitSnapshot = typeof RateLimitSnapshot.Type
