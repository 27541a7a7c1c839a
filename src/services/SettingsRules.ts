/**
 * Which values the settings may have.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as LogLevel from "effect/LogLevel"
import * as Option from "effect/Option"
import { ConfigurationError } from "../domain/CompletionError.ts"
import type { MinimumRate } from "../domain/Timeouts.ts"
import { defaults, type Settings, type SettingsInput } from "./Settings.ts"

const isTime = (value: Settings[keyof Settings], isAllowed: (millis: number) => boolean): boolean =>
  Duration.isDuration(value) && isAllowed(Duration.toMillis(value))

type Rule = readonly [
  says: string,
  names: ReadonlyArray<keyof Settings>,
  isKept: (value: Settings[keyof Settings]) => boolean
]

const isCount = (least: number) => (value: Settings[keyof Settings]) =>
  Number.isInteger(value) && Number(value) >= least

const levels: ReadonlySet<unknown> = new Set(LogLevel.values)

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
  ],
  [`one of ${LogLevel.values.join(", ")}`, ["logLevel"], (value) => value === undefined || levels.has(value)]
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

/** Returns settings that are valid, and fails with the name of the first that is not. */
export const check = (settings: Settings): Effect.Effect<Settings, ConfigurationError> => {
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

const durations: ReadonlySet<keyof Settings> = new Set(
  rules.flatMap(([says, names]) => says === "longer than nothing" || says === "no negative time" ? names : [])
)

/** Returns the settings that are given, with durations instead of texts. Fails with the name of what is none. */
export const read = (input: SettingsInput): Effect.Effect<Partial<Settings>, ConfigurationError> => {
  const given: Record<string, unknown> = {}
  // Other properties of the object are none of ours, and may be getters that throw.
  for (const name of Object.keys(defaults) as ReadonlyArray<keyof Settings>) {
    const value = input[name]
    if (value === undefined) continue
    const duration = durations.has(name) ? Duration.fromInput(value as Duration.Input) : undefined
    if (duration !== undefined && Option.isNone(duration)) {
      return Effect.fail(
        new ConfigurationError({
          reason: `${name} (${variableOf(name)}) must be a duration, such as "20 seconds"`,
          setting: name
        })
      )
    }
    given[name] = duration === undefined ? value : duration.value
  }
  return Effect.succeed(given)
}
