/**
 * The settings, what a program may give of them, and their defaults.
 *
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"
import type * as LogLevel from "effect/LogLevel"
import type { MinimumRate, ModelTimeouts } from "../domain/Timeouts.ts"

/**
 * The settings.
 *
 * @category models
 * @since 0.1.0
 */
export interface Settings {
  /** Connections to one host at once. Default 10. */
  readonly connectionsPerHost: number
  /** How long an unused connection is kept. Default 120 s. */
  readonly connectionIdle: Duration.Duration
  /** How long a connection is used at most. Default 300 s. */
  readonly connectionLifetime: Duration.Duration
  /** How long until the first TCP keep-alive probe. Default 30 s. */
  readonly tcpKeepAlive: Duration.Duration
  /** Whether HTTP/2 is used where the host offers it. Default true. */
  readonly http2: boolean
  /**
   * Proxy: `environment`, `none`, or a URL. Default `environment`: `HTTPS_PROXY`, `HTTP_PROXY` and `ALL_PROXY`, in
   * capitals or not, but for the hosts and ranges of `NO_PROXY`.
   */
  readonly proxy: string
  /** Longest time to make a connection; `ConnectTimeoutError`. Default 5 s. */
  readonly connectTimeout: Duration.Duration
  /** Longest wait for a free connection of the pool; `ConnectionWaitTimeoutError`. Default 60 s. */
  readonly connectionWaitTimeout: Duration.Duration
  /** Longest wait for the response headers, from sending the request; `RequestTimeoutError`. Default 300 s. */
  readonly headersTimeout: Duration.Duration
  /**
   * Longest wait for the first event with content, from sending the request; `FirstEventTimeoutError`. Default
   * `undefined`: 300 s, 900 s for reasoning at high effort.
   */
  readonly firstEventTimeout: Duration.Duration | undefined
  /**
   * Longest wait without a byte of the body, where comments and pings count; `StreamIdleTimeoutError` of kind `bytes`.
   * Default `undefined`: 120 s, 300 s for reasoning models and local servers.
   */
  readonly idleTimeout: Duration.Duration | undefined
  /**
   * Longest wait between events with content, where comments and pings do not count; `StreamIdleTimeoutError` of kind
   * `events`. Default `undefined`: 300 s, 900 s for reasoning at high effort.
   */
  readonly eventTimeout: Duration.Duration | undefined
  /** Lowest rate of content; `MinimumRateError`. Default `undefined`: none. */
  readonly minimumRate: MinimumRate | undefined
  /** Longest time of a call with all its attempts and waits; `DeadlineExceededError`. Default `undefined`: none. */
  readonly deadline: Duration.Duration | undefined
  /** Time limits of some models, over those above. Not read from the environment. Default: none. */
  readonly modelTimeouts: ReadonlyArray<ModelTimeouts>
  /** Longest line of a text framing, in bytes. Default 8 MiB. */
  readonly maxLineBytes: number
  /** Largest event of a stream, in bytes. Default 8 MiB. */
  readonly maxEventBytes: number
  /** Largest body that is read whole, in bytes. Default 64 MiB. */
  readonly maxResponseBytes: number
  /** Most retries of a call. Default 3. */
  readonly maxRetries: number
  /** Wait before the first retry. Default 200 ms. */
  readonly retryBase: Duration.Duration
  /** By how much each further wait is longer. Default 2. */
  readonly retryFactor: number
  /** Longest wait before a retry. Default 30 s. */
  readonly retryCap: Duration.Duration
  /** Random part of a wait, as a share of it either way. Default 0.1. */
  readonly retryJitter: number
  /** Longest wait that a provider may ask for; where it asks for more, its error is final. Default 60 s. */
  readonly maxRetryAfter: Duration.Duration
  /** Retries of all calls to a provider together, as a share of its calls. Default 0.1. */
  readonly retryShare: number
  /** Retries in ten seconds that are allowed however few calls there are. Default 20. */
  readonly retryFloor: number
  /** Longest time to fetch a cloud's token. Default 30 s. */
  readonly tokenTimeout: Duration.Duration
  /** How long before its expiry a cloud's token is renewed. Default 5 minutes. */
  readonly tokenRefreshAhead: Duration.Duration
  /**
   * The lowest level of the log lines that Sluice writes; `None` for no lines. Default `undefined`: that of the
   * program.
   */
  readonly logLevel: LogLevel.LogLevel | undefined
}

/**
 * What a program may give of the settings. Durations may be texts, such as `"20 seconds"`. A setting that is left out
 * or `undefined` is not given.
 *
 * @category models
 * @since 0.2.0
 */
export type SettingsInput = {
  readonly [Name in keyof Settings]?:
    | (Duration.Duration extends Settings[Name] ? Duration.Input : Settings[Name])
    | undefined
}

/**
 * The default settings.
 *
 * @category constructors
 * @since 0.1.0
 */
export const defaults: Settings = {
  connectionsPerHost: 10,
  connectionIdle: Duration.seconds(120),
  connectionLifetime: Duration.seconds(300),
  tcpKeepAlive: Duration.seconds(30),
  http2: true,
  proxy: "environment",
  connectTimeout: Duration.seconds(5),
  connectionWaitTimeout: Duration.seconds(60),
  headersTimeout: Duration.seconds(300),
  firstEventTimeout: undefined,
  idleTimeout: undefined,
  eventTimeout: undefined,
  minimumRate: undefined,
  deadline: undefined,
  modelTimeouts: [],
  maxLineBytes: 8 * 1024 * 1024,
  maxEventBytes: 8 * 1024 * 1024,
  maxResponseBytes: 64 * 1024 * 1024,
  maxRetries: 3,
  retryBase: Duration.millis(200),
  retryFactor: 2,
  retryCap: Duration.seconds(30),
  retryJitter: 0.1,
  maxRetryAfter: Duration.seconds(60),
  retryShare: 0.1,
  retryFloor: 20,
  tokenTimeout: Duration.seconds(30),
  tokenRefreshAhead: Duration.minutes(5),
  logLevel: undefined
}
