/**
 * The settings as variables: `SLUICE_` and the setting's name.
 */
import * as Config from "effect/Config"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as LogLevel from "effect/LogLevel"
import * as Option from "effect/Option"
import type { MinimumRate } from "../domain/Timeouts.ts"
import * as LogLines from "./LogLines.ts"
import type { Settings } from "./Settings.ts"

const count = (name: string) => Config.option(Config.Int(name))
const amount = (name: string) => Config.option(Config.Finite(name))

/** A duration, under its present name and the one that it had before 0.2. */
const time = (name: string, formerName?: string): Config.Config<Option.Option<Duration.Duration>> => {
  const own = Config.option(Config.Duration(name))
  return formerName === undefined ? own : Config.all([own, Config.option(Config.Duration(formerName))]).pipe(
    Config.map(([present, former]) => Option.orElse(present, () => former))
  )
}

const rate: Config.Config<Option.Option<MinimumRate>> = Config.all({
  charactersPerSecond: Config.option(Config.Finite("SLUICE_MINIMUM_RATE")),
  window: Config.option(Config.Duration("SLUICE_MINIMUM_RATE_WINDOW"))
}).pipe(
  Config.map(({ charactersPerSecond, window }) =>
    Option.map(charactersPerSecond, (value) => ({ charactersPerSecond: value, window: Option.getOrUndefined(window) }))
  )
)

/** The settings that are set in the configuration. */
export const variables: Config.Config<Partial<Settings>> = Config.all({
  connectionsPerHost: count("SLUICE_CONNECTIONS_PER_HOST"),
  connectionIdle: time("SLUICE_CONNECTION_IDLE"),
  connectionLifetime: time("SLUICE_CONNECTION_LIFETIME"),
  tcpKeepAlive: time("SLUICE_TCP_KEEP_ALIVE"),
  http2: Config.option(Config.Boolean("SLUICE_HTTP2")),
  proxy: Config.option(Config.String("SLUICE_PROXY")),
  connectTimeout: time("SLUICE_CONNECT_TIMEOUT"),
  connectionWaitTimeout: time("SLUICE_CONNECTION_WAIT_TIMEOUT"),
  headersTimeout: time("SLUICE_HEADERS_TIMEOUT"),
  firstEventTimeout: time("SLUICE_FIRST_EVENT_TIMEOUT"),
  idleTimeout: time("SLUICE_IDLE_TIMEOUT", "SLUICE_SILENCE_TIMEOUT"),
  eventTimeout: time("SLUICE_EVENT_TIMEOUT", "SLUICE_EVENT_SILENCE_TIMEOUT"),
  minimumRate: rate,
  deadline: time("SLUICE_DEADLINE"),
  maxLineBytes: count("SLUICE_MAX_LINE_BYTES"),
  maxEventBytes: count("SLUICE_MAX_EVENT_BYTES"),
  maxResponseBytes: count("SLUICE_MAX_RESPONSE_BYTES"),
  maxRetries: count("SLUICE_MAX_RETRIES"),
  retryBase: time("SLUICE_RETRY_BASE"),
  retryFactor: amount("SLUICE_RETRY_FACTOR"),
  retryCap: time("SLUICE_RETRY_CAP"),
  retryJitter: amount("SLUICE_RETRY_JITTER"),
  maxRetryAfter: time("SLUICE_MAX_RETRY_AFTER"),
  retryShare: amount("SLUICE_RETRY_SHARE"),
  retryFloor: count("SLUICE_RETRY_FLOOR"),
  tokenTimeout: time("SLUICE_TOKEN_TIMEOUT"),
  tokenRefreshAhead: time("SLUICE_TOKEN_REFRESH_AHEAD"),
  logLevel: Config.option(Config.LogLevel("SLUICE_LOG_LEVEL"))
}).pipe(
  Config.map((found) =>
    Object.fromEntries(
      Object.entries<Option.Option<unknown>>(found).flatMap(([name, value]) =>
        Option.isSome(value) ? [[name, value.value]] : []
      )
    )
  )
)

/** Former variables, which work for one release, and their present names. */
const formerVariables: ReadonlyArray<readonly [former: string, present: string]> = [
  ["SLUICE_SILENCE_TIMEOUT", "SLUICE_IDLE_TIMEOUT"],
  ["SLUICE_EVENT_SILENCE_TIMEOUT", "SLUICE_EVENT_TIMEOUT"]
]

/** Logs a warning for each former variable that is set. */
export const warnOfFormer = (least: LogLevel.LogLevel | undefined): Effect.Effect<void> =>
  Effect.forEach(
    formerVariables,
    ([former, present]) =>
      Effect.flatMap(
        Effect.orElseSucceed(Config.option(Config.String(former)), () => Option.none<string>()),
        Option.match({
          onNone: () => Effect.void,
          onSome: () =>
            LogLines.write(
              "Warn",
              `${former} is now called ${present}; the old name works until the next release`,
              {},
              least
            )
        })
      ),
    { discard: true }
  )
