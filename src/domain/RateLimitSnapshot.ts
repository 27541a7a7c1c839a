/**
 * Rate limits of a key, as a response reports them.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * One window of a subscription limit.
 *
 * @category models
 * @since 0.1.0
 */
export class RateLimitWindow extends Schema.Opaque<RateLimitWindow>()(Schema.Struct({
  /** The used part of the limit, 0 to 100. */
  usedPercent: Schema.Finite,
  /** The length of the window, in minutes. */
  windowMinutes: Schema.optionalKey(Schema.Finite),
  /** When the window ends: Unix time in seconds. */
  resetsAt: Schema.optionalKey(Schema.Finite)
})) {}

/**
 * A counted limit.
 *
 * @category models
 * @since 0.1.0
 */
export class RateLimitBudget extends Schema.Opaque<RateLimitBudget>()(Schema.Struct({
  /** How many are allowed in a window. */
  limit: Schema.optionalKey(Schema.Finite),
  /** How many are left. */
  remaining: Schema.optionalKey(Schema.Finite),
  /** When all are left again: Unix time in seconds, with fractions where the provider sends milliseconds. */
  resetsAt: Schema.optionalKey(Schema.Finite)
})) {}

/**
 * The rate limits that one response reports. What a provider does not report is absent.
 *
 * @category models
 * @since 0.1.0
 */
export class RateLimitSnapshot extends Schema.Opaque<RateLimitSnapshot>()(Schema.Struct({
  /** The provider's id of the limit. */
  limitId: Schema.optionalKey(Schema.String),
  /** The provider's name of the limit. */
  limitName: Schema.optionalKey(Schema.String),
  /** The provider's name of the subscription plan. */
  planType: Schema.optionalKey(Schema.String),
  /** The first window of a subscription (`x-codex-primary-*`, `anthropic-ratelimit-unified-5h-*`). */
  primary: Schema.optionalKey(RateLimitWindow),
  /** The second window of a subscription (`x-codex-secondary-*`, `anthropic-ratelimit-unified-7d-*`). */
  secondary: Schema.optionalKey(RateLimitWindow),
  /** The credits of a subscription. */
  credits: Schema.optionalKey(Schema.Struct({
    /** Whether there are any. */
    hasCredits: Schema.Boolean,
    /** Whether they are unlimited. */
    unlimited: Schema.Boolean,
    /** The balance, as the provider writes it. */
    balance: Schema.optionalKey(Schema.String)
  })),
  /** The limit of requests. */
  requests: Schema.optionalKey(RateLimitBudget),
  /** The limit of tokens read and written together. */
  tokens: Schema.optionalKey(RateLimitBudget),
  /** The limit of tokens read. */
  inputTokens: Schema.optionalKey(RateLimitBudget),
  /** The limit of tokens written. */
  outputTokens: Schema.optionalKey(RateLimitBudget)
})) {}
