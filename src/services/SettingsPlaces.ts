/**
 * Finds the settings of a call from those of the two places that it sees: the context of its fiber, and the layer that
 * it calls.
 */
import * as Effect from "effect/Effect"
import { Nesting } from "./Nesting.ts"
import type { RetryPolicy } from "./RetryPolicy.ts"
import { defaults, type Settings } from "./Settings.ts"

/** What is known of settings that a layer made. */
export interface Place {
  /** What the program gave there. */
  readonly explicit: Partial<Settings>
  /** The settings that were in the context there. */
  readonly outer: Settings
  /** The retry policy that was in the context there. */
  readonly policy: RetryPolicy | undefined
}

const places = new WeakMap<Settings, Place>()
const nesting = new Nesting<Settings>()

const retryNames: ReadonlyArray<keyof Settings> = [
  "maxRetries",
  "retryBase",
  "retryFactor",
  "retryCap",
  "retryJitter",
  "maxRetryAfter"
]

/** Records where settings were made, and returns them. */
export const record = (settings: Settings, place: Place): Settings => {
  places.set(settings, place)
  nesting.record(settings, place.outer)
  return settings
}

/** Returns whether a layer made settings. */
export const isMade = (settings: Settings): boolean => places.has(settings)

/** Returns what the program gave of settings, and of those outside of them that another place does not see. */
export const explicitOf = (settings: Settings, seen: Settings = defaults): Partial<Settings> => {
  const innermostFirst: Array<Partial<Settings>> = []
  for (const current of nesting.from(settings)) {
    if (nesting.isInside(seen, current)) break
    innermostFirst.push(places.get(current)?.explicit ?? {})
  }
  return Object.assign({}, ...innermostFirst.toReversed())
}

/**
 * Returns the settings of a call. `own` are those of the layer that is called, and `given` those in the context of the
 * call. What a program gave in the context wins, unless the layer's settings were provided inside of it.
 */
export const within = (own: Settings, given: Settings): Settings => {
  if (given === own || given === defaults || nesting.isInside(own, given)) return own
  if (own === defaults || nesting.isInside(given, own)) return given
  const place = places.get(given)
  // Settings that no layer made are taken as they are.
  if (place === undefined) return given
  const explicit = explicitOf(given, own)
  return record({ ...own, ...explicit }, { explicit, outer: own, policy: place.policy })
}

/** Returns whether settings of retries were given inside of a retry policy, so that they win over it. */
export const changesRetries = (settings: Settings, policy: RetryPolicy): boolean => {
  for (const current of nesting.from(settings)) {
    const place = places.get(current)
    if (place?.policy !== policy) return false
    if (retryNames.some((name) => place.explicit[name] !== undefined)) return true
  }
  return false
}

/** Returns whether settings of retries were given in the context of a call, and not only where a layer saw them. */
export const givesRetries = (given: Settings, own: Settings): boolean => {
  if (given === defaults || nesting.isInside(own, given)) return false
  if (places.get(given) === undefined) return true
  const explicit = explicitOf(given, own)
  return retryNames.some((name) => explicit[name] !== undefined)
}

/** Makes the effect that returns the settings of the calling fiber, for a layer with settings of its own. */
export const current = (
  own: Settings,
  reference: Effect.Effect<Settings>
): Effect.Effect<Settings> => Effect.map(reference, (given) => within(own, given))
