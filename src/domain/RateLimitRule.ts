/**
 * Rate limits that a program sets, and what is known of those in force.
 *
 * @since 0.2.0
 */

import type { RateLimitSnapshot } from "./RateLimitSnapshot.ts"

/**
 * Limits of rates and of requests at once. What is left out is not limited.
 *
 * @category models
 * @since 0.2.0
 */
export interface RateLimitSettings {
  /** Requests in any minute. */
  readonly requestsPerMinute?: number | undefined
  /** Requests in any 24 hours. */
  readonly requestsPerDay?: number | undefined
  /** Tokens read and written together in any minute. */
  readonly tokensPerMinute?: number | undefined
  /** Tokens read and written together in any 24 hours. */
  readonly tokensPerDay?: number | undefined
  /** Tokens read in any minute. */
  readonly inputTokensPerMinute?: number | undefined
  /** Tokens written in any minute. */
  readonly outputTokensPerMinute?: number | undefined
  /** Requests at once, each from sending to the end of its response. */
  readonly concurrency?: number | undefined
}

/**
 * Limits for the models of one provider.
 *
 * @category models
 * @since 0.2.0
 */
export interface RateLimitRule extends RateLimitSettings {
  /** Id of the provider. */
  readonly provider: string
  /** The provider's own names of the models. Default: all, and operations without a model. */
  readonly models?: RegExp | undefined
  /** Whether the models share the limits. Default false: each model, or class of models, has its own. */
  readonly isShared?: boolean | undefined
}

/**
 * Whose limits they are.
 *
 * @category models
 * @since 0.2.0
 */
export interface RateLimitScope {
  /** Id of the provider. */
  readonly provider: string
  /** The host that requests go to, which tells the regions of a provider apart. */
  readonly host: string
  /** The account of the key: the name of the variable or option that holds it, unless `accounts` has another. */
  readonly account: string | undefined
  /** The model, or the name of those that share the limits; empty for operations without a model. */
  readonly models: string
}

/**
 * One limit, and how much of it is used.
 *
 * @category models
 * @since 0.2.0
 */
export interface RateLimitUse {
  /** What is limited. */
  readonly kind: keyof RateLimitSettings
  /** How much is allowed. */
  readonly limit: number
  /** How much is used or reserved. */
  readonly used: number
}

/**
 * What is known of the limits of one scope.
 *
 * @category models
 * @since 0.2.0
 */
export interface RateLimitStatus {
  /** Whose limits they are. */
  readonly scope: RateLimitScope
  /** The limits. */
  readonly limits: ReadonlyArray<RateLimitUse>
  /** How many requests have been let through and have not ended. */
  readonly running: number
  /** How many attempts wait. */
  readonly waiting: number
  /**
   * What the first of them waits for: a limit, the end of a pause (`refused`), or the first response, which shows the
   * limits (`unknown`); `undefined` where none waits.
   */
  readonly reason: keyof RateLimitSettings | "refused" | "unknown" | undefined
  /** Until when nothing is sent, since the provider has refused a request; milliseconds since 1970. */
  readonly pausedUntil: number | undefined
  /** What the latest response reported; `undefined` where none did. */
  readonly reported: RateLimitSnapshot | undefined
}
