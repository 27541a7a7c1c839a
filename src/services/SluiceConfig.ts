/**
 * The settings: every limit, with its default.
 *
 * @since 0.1.0
 */
import * as Config from "effect/Config"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import { ConfigurationError } from "../domain/CompletionError.ts"
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
  tokenRefreshAhead: Duration.minutes(5)
}

/**
 * Context reference with the settings; the defaults unless the layer is provided.
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

/** A time limit that is not set by default, under its present name and the one that it had before 0.2. */
const limit = (name: string, formerName?: string): Config.Config<Duration.Duration | undefined> => {
  const own = Config.option(Config.Duration(name))
  const all = formerName === undefined ? own : Config.all([own, Config.option(Config.Duration(formerName))]).pipe(
    Config.map(([present, former]) => Option.orElse(present, () => former))
  )
  return Config.map(all, Option.getOrUndefined)
}

const rate: Config.Config<MinimumRate | undefined> = Config.all({
  charactersPerSecond: Config.option(Config.Finite("SLUICE_MINIMUM_RATE")),
  window: Config.option(Config.Duration("SLUICE_MINIMUM_RATE_WINDOW"))
}).pipe(
  Config.map(({ charactersPerSecond, window }) =>
    Option.isNone(charactersPerSecond)
      ? undefined
      : { charactersPerSecond: charactersPerSecond.value, window: Option.getOrUndefined(window) }
  )
)

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
  connectionWaitTimeout: time("SLUICE_CONNECTION_WAIT_TIMEOUT", defaults.connectionWaitTimeout),
  headersTimeout: time("SLUICE_HEADERS_TIMEOUT", defaults.headersTimeout),
  firstEventTimeout: limit("SLUICE_FIRST_EVENT_TIMEOUT"),
  idleTimeout: limit("SLUICE_IDLE_TIMEOUT", "SLUICE_SILENCE_TIMEOUT"),
  eventTimeout: limit("SLUICE_EVENT_TIMEOUT", "SLUICE_EVENT_SILENCE_TIMEOUT"),
  minimumRate: rate,
  deadline: limit("SLUICE_DEADLINE"),
  modelTimeouts: Config.succeed(defaults.modelTimeouts),
  maxLineBytes: count("SLUICE_MAX_LINE_BYTES", defaults.maxLineBytes),
  maxEventBytes: count("SLUICE_MAX_EVENT_BYTES", defaults.maxEventBytes),
  maxResponseBytes: count("SLUICE_MAX_RESPONSE_BYTES", defaults.maxResponseBytes),
  maxRetries: count("SLUICE_MAX_RETRIES", defaults.maxRetries),
  retryBase: time("SLUICE_RETRY_BASE", defaults.retryBase),
  retryFactor: amount("SLUICE_RETRY_FACTOR", defaults.retryFactor),
  retryCap: time("SLUICE_RETRY_CAP", defaults.retryCap),
  retryJitter: amount("SLUICE_RETRY_JITTER", defaults.retryJitter),
  maxRetryAfter: time("SLUICE_MAX_RETRY_AFTER", defaults.maxRetryAfter),
  retryShare: amount("SLUICE_RETRY_SHARE", defaults.retryShare),
  retryFloor: count("SLUICE_RETRY_FLOOR", defaults.retryFloor),
  tokenTimeout: time("SLUICE_TOKEN_TIMEOUT", defaults.tokenTimeout),
  tokenRefreshAhead: time("SLUICE_TOKEN_REFRESH_AHEAD", defaults.tokenRefreshAhead)
})

/** Former variables, which work for one release, and their present names. */
const formerVariables: ReadonlyArray<readonly [former: string, present: string]> = [
  ["SLUICE_SILENCE_TIMEOUT", "SLUICE_IDLE_TIMEOUT"],
  ["SLUICE_EVENT_SILENCE_TIMEOUT", "SLUICE_EVENT_TIMEOUT"]
]

const warnOfFormer = Effect.forEach(
  formerVariables,
  ([former, present]) =>
    Effect.flatMap(
      Effect.orElseSucceed(Config.option(Config.String(former)), () => Option.none<string>()),
      Option.match({
        onNone: () => Effect.void,
        onSome: () => Effect.logWarning(`${former} is now called ${present}; the old name works until the next release`)
      })
    ),
  { discard: true }
)

const isTime = (value: Settings[keyof Settings], isAllowed: (millis: number) => boolean): boolean =>
  Duration.isDuration(value) && isAllowed(Duration.toMillis(value))

type Rule = readonly [
  says: string,
  names: ReadonlyArray<keyof Settings>,
  isKept: (value: Settings[keyof Settings]) => boolean
]

const isCount = (least: number) => (value: Settings[keyof Settings]) =>
  Number.isInteger(value) && Number(value) >= least

const rules: ReadonlyArray<Rule> = [
  [
    "a whole number of at least 1",
    ["connectionsPerHost", "maxLineBytes", "maxEventBytes", "maxResponseBytes"],
    isCount(1)
  ],
  ["a whole number of at least 0", ["maxRetries", "retryFloor"], isCount(0)],
  ["at least 1", ["retryFactor"], (value) => Number(value) >= 1],
  ["between 0 and 1", ["retryJitter", "retryShare"], (value) => Number(value) >= 0 && Number(value) <= 1],
  [
    "longer than nothing",
    [
      "connectTimeout",
      "connectionWaitTimeout",
      "headersTimeout",
      "firstEventTimeout",
      "idleTimeout",
      "eventTimeout",
      "deadline",
      "connectionIdle",
      "connectionLifetime",
      "tokenTimeout"
    ],
    (value) => value === undefined || isTime(value, (millis) => millis > 0)
  ],
  [
    "no negative time",
    ["tcpKeepAlive", "retryBase", "retryCap", "maxRetryAfter", "tokenRefreshAhead"],
    (value) => isTime(value, (millis) => millis >= 0)
  ]
]

const variableOf = (name: string): string =>
  `SLUICE_${name.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`

const problemOfRate = (rate: MinimumRate | undefined): string | undefined => {
  if (rate === undefined) return undefined
  if (!(rate.charactersPerSecond > 0)) return "minimumRate (SLUICE_MINIMUM_RATE) must be above 0"
  const window = Duration.fromInput(rate.window ?? Duration.infinity)
  return Option.isSome(window) && Duration.toMillis(window.value) > 0
    ? undefined
    : "the window of minimumRate (SLUICE_MINIMUM_RATE_WINDOW) must be longer than nothing"
}

const check = (settings: Settings): Effect.Effect<Settings, ConfigurationError> => {
  for (const [says, names, isKept] of rules) {
    const name = names.find((name) => !isKept(settings[name]))
    if (name !== undefined) {
      return Effect.fail(
        new ConfigurationError({ reason: `${name} (${variableOf(name)}) must be ${says}`, setting: name })
      )
    }
  }
  const problem = problemOfRate(settings.minimumRate)
  return problem === undefined
    ? Effect.succeed(settings)
    : Effect.fail(new ConfigurationError({ reason: problem, setting: "minimumRate" }))
}

/**
 * Layer with settings from the configuration (environment, `.env` where `DotEnv.layer` is provided), under explicit
 * ones.
 *
 * **Example** (Settings of a program)
 *
 * ```ts
 * import { Duration, Layer } from "effect"
 * import { SluiceConfig, UndiciHttpClient } from "sluice"
 * import * as OpenAi from "sluice/openai"
 *
 * // Below the layer of the model, whose requests they are for.
 * export const Live = OpenAi.layerConfig.pipe(
 *   Layer.provide(UndiciHttpClient.layer),
 *   Layer.provide(SluiceConfig.layer({ maxRetries: 1, headersTimeout: Duration.seconds(20) }))
 * )
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (explicit: Partial<Settings> = {}): Layer.Layer<never, ConfigurationError> =>
  Layer.effect(
    SluiceConfig,
    Effect.matchEffect(Effect.andThen(warnOfFormer, config), {
      onSuccess: (settings) => check({ ...settings, ...explicit }),
      onFailure: (error) =>
        Effect.fail(
          new ConfigurationError({
            reason: `A setting of Sluice cannot be read: ${error.message.replace(/\s+/g, " ")}`
          })
        )
    })
  )
