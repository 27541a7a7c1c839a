/**
 * The time limits of one attempt, from the settings, the model and the request.
 */
import * as Duration from "effect/Duration"
import type { ModelTimeouts, Timeouts } from "../../domain/Timeouts.ts"
import type { Settings } from "../../services/SluiceConfig.ts"
import type { Deadline } from "./Policy.ts"

/** A lowest rate of content. */
export interface Rate {
  /** Characters per second of waiting. */
  readonly charactersPerSecond: number
  /** The window over which it is measured, in milliseconds. */
  readonly window: number
}

/** The limits in milliseconds. */
export interface Clocks {
  /** Waiting for a free connection. */
  readonly connectionWait: number
  /** From sending the request to the response headers. */
  readonly headers: number
  /** From sending the request to the first event with content. */
  readonly firstEvent: number
  /** Without a byte of the body. */
  readonly idle: number
  /** Between events with content. */
  readonly events: number
  /** Lowest rate of content, if any. */
  readonly rate: Rate | undefined
  /** The deadline of the call, if any. */
  readonly deadline: Deadline | undefined
}

/** What decides about the default limits of an attempt. */
export interface ClockTraits {
  /** Id of the provider and its name of the model, as `provider/model`. */
  readonly name: string
  /** Whether the model reasons before it writes, so that it may send nothing for minutes. */
  readonly isReasoning: boolean
  /** Whether it reasons at high effort. */
  readonly isHighEffort: boolean
  /** Whether the server is a local one, which may load a model or read a long prompt first. */
  readonly isLocal: boolean
}

/** The settings that are limits. */
export type ClockSettings = Pick<
  Settings,
  | "connectionWaitTimeout"
  | "headersTimeout"
  | "firstEventTimeout"
  | "idleTimeout"
  | "eventTimeout"
  | "minimumRate"
  | "modelTimeouts"
>

/** Default limits in milliseconds. The pauses of healthy providers behind them are listed in docs/resilience.md. */
const defaults = { idle: 120_000, slowIdle: 300_000, events: 300_000, highEffortEvents: 900_000, rateWindow: 30_000 }

const millis = (duration: Duration.Input): number => Duration.toMillis(Duration.fromInputUnsafe(duration))

const none: Timeouts = {}

/** Returns the limits that are set. One that is set to `undefined` is not. */
const given = (timeouts: Timeouts | undefined): Timeouts =>
  timeouts === undefined
    ? none
    : Object.fromEntries(Object.entries(timeouts).filter(([, limit]) => limit !== undefined))

const timeoutsOf = (
  models: ReadonlyArray<ModelTimeouts>,
  name: string,
  request: Timeouts | undefined
): Timeouts =>
  Object.assign(
    {},
    // `search` does not depend on where the last match ended, as `test` does with the flag `g`.
    ...models.filter((entry) => name.search(entry.models) >= 0).map(({ timeouts }) => given(timeouts)),
    given(request)
  )

/** Returns the limits of an attempt: those of the request before those of the model, and these before the layer's. */
export const resolve = (
  settings: ClockSettings,
  traits: ClockTraits,
  request: Timeouts | undefined,
  deadline: Deadline | undefined
): Clocks => {
  const own = settings.modelTimeouts.length === 0
    ? (request ?? none)
    : timeoutsOf(settings.modelTimeouts, traits.name, request)
  const pick = (given: Duration.Input | undefined, setting: Duration.Duration | undefined, fallback: number): number =>
    given === undefined ? (setting === undefined ? fallback : Duration.toMillis(setting)) : millis(given)
  const events = traits.isHighEffort ? defaults.highEffortEvents : defaults.events
  const rate = own.minimumRate ?? settings.minimumRate
  return {
    connectionWait: pick(own.connectionWait, settings.connectionWaitTimeout, 0),
    headers: pick(own.headers, settings.headersTimeout, 0),
    firstEvent: pick(own.firstEvent, settings.firstEventTimeout, events),
    idle: pick(
      own.idle,
      settings.idleTimeout,
      traits.isReasoning || traits.isHighEffort || traits.isLocal ? defaults.slowIdle : defaults.idle
    ),
    events: pick(own.events, settings.eventTimeout, events),
    rate: rate === undefined
      ? undefined
      : {
        charactersPerSecond: rate.charactersPerSecond,
        window: rate.window === undefined ? defaults.rateWindow : millis(rate.window)
      },
    deadline
  }
}

const shortestOf = ({ connectionWait, deadline, events, firstEvent, headers, idle, minimumRate }: Timeouts): number =>
  Math.min(
    ...[connectionWait, deadline, events, firstEvent, headers, idle, minimumRate?.window].map((limit) =>
      limit === undefined ? Infinity : millis(limit)
    )
  )

/**
 * Returns how exactly the limits of a layer and of its models are kept, in milliseconds: a twentieth of the shortest,
 * at most a second. Shorter limits of a request are noticed no sooner.
 */
export const tickOf = (settings: ClockSettings & Pick<Settings, "deadline">): number => {
  const layer = shortestOf({
    connectionWait: settings.connectionWaitTimeout,
    headers: settings.headersTimeout,
    firstEvent: settings.firstEventTimeout,
    idle: settings.idleTimeout,
    events: settings.eventTimeout,
    minimumRate: settings.minimumRate,
    deadline: settings.deadline
  })
  const models = settings.modelTimeouts.map(({ timeouts }) => shortestOf(timeouts))
  return Math.max(1, Math.min(1000, Math.min(layer, ...models) / 20))
}
