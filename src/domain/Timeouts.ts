/**
 * How long each part of a call may take.
 *
 * @since 0.2.0
 */
import type * as Duration from "effect/Duration"

/**
 * A lowest rate at which content must arrive.
 *
 * @category models
 * @since 0.2.0
 */
export interface MinimumRate {
  /** Characters of content per second of waiting. */
  readonly charactersPerSecond: number
  /** The window over which the rate is measured. Default 30 seconds. */
  readonly window?: Duration.Input | undefined
}

/**
 * The time limits of a call. Each replaces the setting of the layer. Only time spent waiting for the provider counts,
 * except for the deadline: a slow consumer exceeds none of the others.
 *
 * @category models
 * @since 0.2.0
 */
export interface Timeouts {
  /** Longest wait for a free connection of the pool; `ConnectionWaitTimeoutError`. Default 60 s. */
  readonly connectionWait?: Duration.Input | undefined
  /**
   * Longest wait for the response headers, from the moment the request is sent; `RequestTimeoutError`. The time of an
   * upload does not count. Default 300 s.
   */
  readonly headers?: Duration.Input | undefined
  /**
   * Longest wait for the first event with content, from the moment the request is sent; `FirstEventTimeoutError`.
   * Default 300 s, 900 s for reasoning at high effort.
   */
  readonly firstEvent?: Duration.Input | undefined
  /**
   * Longest wait without a byte of the body; `StreamIdleTimeoutError` of kind `bytes`. Default 120 s, 300 s for
   * reasoning models and local servers.
   */
  readonly idle?: Duration.Input | undefined
  /**
   * Longest wait between events with content, where keep-alives and other events do not count; `StreamIdleTimeoutError`
   * of kind `events`. Default 300 s, 900 s for reasoning at high effort.
   */
  readonly events?: Duration.Input | undefined
  /** Lowest rate of content; `MinimumRateError`. Default: none. */
  readonly minimumRate?: MinimumRate | undefined
  /**
   * Longest time of the whole call with all its attempts and waits, in clock time; `DeadlineExceededError`. What has
   * already arrived is still delivered. Default: none.
   */
  readonly deadline?: Duration.Input | undefined
}

/**
 * Time limits of the models whose name matches.
 *
 * @category models
 * @since 0.2.0
 */
export interface ModelTimeouts {
  /** Matched against `provider/model`. */
  readonly models: RegExp
  /** The limits, under those of the request and over those of the layer. */
  readonly timeouts: Timeouts
}
