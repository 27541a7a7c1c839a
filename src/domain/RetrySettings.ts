/**
 * When a failed attempt is repeated, and after how long, as settings.
 *
 * @since 0.2.0
 */
import type * as Duration from "effect/Duration"

/**
 * The settings of retries. Those that are left out are those of `SluiceConfig`.
 *
 * @category models
 * @since 0.2.0
 */
export interface RetrySettings {
  /** Most retries of a call. Default 3. */
  readonly maxRetries?: number | undefined
  /** Wait before the first retry. Default 200 ms. */
  readonly retryBase?: Duration.Input | undefined
  /** By how much each further wait is longer. Default 2. */
  readonly retryFactor?: number | undefined
  /** Longest wait before a retry. Default 30 s. */
  readonly retryCap?: Duration.Input | undefined
  /** Random part of a wait, as a share of it either way. Default 0.1. */
  readonly retryJitter?: number | undefined
  /** Longest wait that a provider may ask for; where it asks for more, its error is final. Default 60 s. */
  readonly maxRetryAfter?: Duration.Input | undefined
}

/** Returns settings with those of another place over them. */
export const over = (base: RetrySettings, own: RetrySettings): RetrySettings => ({
  maxRetries: own.maxRetries ?? base.maxRetries,
  retryBase: own.retryBase ?? base.retryBase,
  retryFactor: own.retryFactor ?? base.retryFactor,
  retryCap: own.retryCap ?? base.retryCap,
  retryJitter: own.retryJitter ?? base.retryJitter,
  maxRetryAfter: own.maxRetryAfter ?? base.maxRetryAfter
})
