/**
 * The settings of Sluice: every limit there is, with its default.
 *
 * @since 0.1.0
 */
import * as Config from "effect/Config"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { ConfigurationError } from "../domain/CompletionError.ts"

/**
 * The settings.
 *
 * **Details**
 *
 * Connections: `connectionsPerHost` (10), `connectionIdle` (120 s unused), `connectionLifetime` (300 s), `tcpKeepAlive`
 * (30 s until the first probe), `http2` (where the host offers it; true), `proxy` (`environment`, `none` or a URL).
 * Clocks: `connectTimeout` (5 s), `headersTimeout` (300 s), `silenceTimeout` (60 s without a byte; comments count),
 * `eventSilenceTimeout` (300 s without an event; comments and pings do not count). Sizes in bytes: `maxLineBytes` and
 * `maxEventBytes` (8 MiB), `maxResponseBytes` of a body that is read whole (64 MiB). Retry: `maxRetries` (3),
 * `retryBase` (200 ms), `retryFactor` (2), `retryCap` (30 s), `retryJitter` (0.1: ±10 %), `maxRetryAfter` (60 s; a
 * provider that asks for more is not waited for). Tokens of clouds: `tokenTimeout` (30 s to get one), `tokenRefreshAhead`
 * (renewed 5 minutes before they expire).
 *
 * @category models
 * @since 0.1.0
 */
export interface Settings {
  readonly connectionsPerHost: number
  readonly connectionIdle: Duration.Duration
  readonly connectionLifetime: Duration.Duration
  readonly tcpKeepAlive: Duration.Duration
  readonly http2: boolean
  readonly proxy: string
  readonly connectTimeout: Duration.Duration
  readonly headersTimeout: Duration.Duration
  readonly silenceTimeout: Duration.Duration
  readonly eventSilenceTimeout: Duration.Duration
  readonly maxLineBytes: number
  readonly maxEventBytes: number
  readonly maxResponseBytes: number
  readonly maxRetries: number
  readonly retryBase: Duration.Duration
  readonly retryFactor: number
  readonly retryCap: Duration.Duration
  readonly retryJitter: number
  readonly maxRetryAfter: Duration.Duration
  readonly tokenTimeout: Duration.Duration
  readonly tokenRefreshAhead: Duration.Duration
}

/**
 * The settings as they are when nobody says otherwise.
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
  headersTimeout: Duration.seconds(300),
  silenceTimeout: Duration.seconds(60),
  eventSilenceTimeout: Duration.seconds(300),
  maxLineBytes: 8 * 1024 * 1024,
  maxEventBytes: 8 * 1024 * 1024,
  maxResponseBytes: 64 * 1024 * 1024,
  maxRetries: 3,
  retryBase: Duration.millis(200),
  retryFactor: 2,
  retryCap: Duration.seconds(30),
  retryJitter: 0.1,
  maxRetryAfter: Duration.seconds(60),
  tokenTimeout: Duration.seconds(30),
  tokenRefreshAhead: Duration.minutes(5)
}

/**
 * Context reference with the settings; the defaults unless a layer below is provided.
 *
 * @category references
 * @since 0.1.0
 */
export const SluiceConfig = Context.Reference<Settings>("sluice/services/SluiceConfig", {
  defaultValue: () => defaults
})

const count = (name: string, fallback: number) => Config.Int(name).pipe(Config.withDefault(fallback))
const amount = (name: string, fallback: number) => Config.Finite(name).pipe(Config.withDefault(fallback))
const time = (name: string, fallback: Duration.Duration) => Config.Duration(name).pipe(Config.withDefault(fallback))

/**
 * The settings as configuration: `SLUICE_` and the setting's name (`SLUICE_CONNECT_TIMEOUT="3 seconds"`).
 *
 * @category decoding
 * @since 0.1.0
 */
export const config: Config.Config<Settings> = Config.all({
  connectionsPerHost: count("SLUICE_CONNECTIONS_PER_HOST", defaults.connectionsPerHost),
  connectionIdle: time("SLUICE_CONNECTION_IDLE", defaults.connectionIdle),
  connectionLifetime: time("SLUICE_CONNECTION_LIFETIME", defaults.connectionLifetime),
  tcpKeepAlive: time("SLUICE_TCP_KEEP_ALIVE", defaults.tcpKeepAlive),
  http2: Config.Boolean("SLUICE_HTTP2").pipe(Config.withDefault(defaults.http2)),
  proxy: Config.String("SLUICE_PROXY").pipe(Config.withDefault(defaults.proxy)),
  connectTimeout: time("SLUICE_CONNECT_TIMEOUT", defaults.connectTimeout),
  headersTimeout: time("SLUICE_HEADERS_TIMEOUT", defaults.headersTimeout),
  silenceTimeout: time("SLUICE_SILENCE_TIMEOUT", defaults.silenceTimeout),
  eventSilenceTimeout: time("SLUICE_EVENT_SILENCE_TIMEOUT", defaults.eventSilenceTimeout),
  maxLineBytes: count("SLUICE_MAX_LINE_BYTES", defaults.maxLineBytes),
  maxEventBytes: count("SLUICE_MAX_EVENT_BYTES", defaults.maxEventBytes),
  maxResponseBytes: count("SLUICE_MAX_RESPONSE_BYTES", defaults.maxResponseBytes),
  maxRetries: count("SLUICE_MAX_RETRIES", defaults.maxRetries),
  retryBase: time("SLUICE_RETRY_BASE", defaults.retryBase),
  retryFactor: amount("SLUICE_RETRY_FACTOR", defaults.retryFactor),
  retryCap: time("SLUICE_RETRY_CAP", defaults.retryCap),
  retryJitter: amount("SLUICE_RETRY_JITTER", defaults.retryJitter),
  maxRetryAfter: time("SLUICE_MAX_RETRY_AFTER", defaults.maxRetryAfter),
  tokenTimeout: time("SLUICE_TOKEN_TIMEOUT", defaults.tokenTimeout),
  tokenRefreshAhead: time("SLUICE_TOKEN_REFRESH_AHEAD", defaults.tokenRefreshAhead)
})

const isTime = (value: Settings[keyof Settings], isAllowed: (millis: number) => boolean): boolean =>
  Duration.isDuration(value) && isAllowed(Duration.toMillis(value))

type Rule = readonly [
  says: string,
  names: ReadonlyArray<keyof Settings>,
  isKept: (value: Settings[keyof Settings]) => boolean
]

const rules: ReadonlyArray<Rule> = [
  [
    "a whole number of at least 1",
    ["connectionsPerHost", "maxLineBytes", "maxEventBytes", "maxResponseBytes"],
    (value) => Number.isInteger(value) && Number(value) >= 1
  ],
  ["a whole number of at least 0", ["maxRetries"], (value) => Number.isInteger(value) && Number(value) >= 0],
  ["at least 1", ["retryFactor"], (value) => Number(value) >= 1],
  ["between 0 and 1", ["retryJitter"], (value) => Number(value) >= 0 && Number(value) <= 1],
  [
    "longer than nothing",
    [
      "connectTimeout",
      "headersTimeout",
      "silenceTimeout",
      "eventSilenceTimeout",
      "connectionIdle",
      "connectionLifetime",
      "tokenTimeout"
    ],
    (value) => isTime(value, (millis) => millis > 0)
  ],
  [
    "no negative time",
    ["tcpKeepAlive", "retryBase", "retryCap", "maxRetryAfter", "tokenRefreshAhead"],
    (value) => isTime(value, (millis) => millis >= 0)
  ]
]

const variableOf = (name: string): string =>
  `SLUICE_${name.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`

const check = (settings: Settings): Effect.Effect<Settings, ConfigurationError> => {
  for (const [says, names, isKept] of rules) {
    const name = names.find((name) => !isKept(settings[name]))
    if (name !== undefined) {
      return Effect.fail(
        new ConfigurationError({ reason: `${name} (${variableOf(name)}) must be ${says}`, setting: name })
      )
    }
  }
  return Effect.succeed(settings)
}

/**
 * Layer with settings from the configuration (environment, `.env` where `DotEnv.layer` is provided), under explicit ones.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (explicit: Partial<Settings> = {}): Layer.Layer<never, ConfigurationError> =>
  Layer.effect(
    SluiceConfig,
    Effect.matchEffect(config, {
      onSuccess: (settings) => check({ ...settings, ...explicit }),
      onFailure: (error) =>
        Effect.fail(
          new ConfigurationError({
            reason: `A setting of Sluice cannot be read: ${error.message.replace(/\s+/g, " ")}`
          })
        )
    })
  )
