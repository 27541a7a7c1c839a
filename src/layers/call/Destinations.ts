/**
 * Finds where an attempt would go, and with which keys, before it is sent.
 */
import * as Effect from "effect/Effect"
import type { CompletionError } from "../../domain/CompletionError.ts"
import type { Attempt, Destination, Keys, RequestChange, Target } from "../resilience/Policy.ts"
import type { PreparedRequest } from "./PreparedRequest.ts"

const hostOf = (url: string): string => URL.parse(url)?.host ?? ""

/** Returns a function that finds the host of an address, and parses no address twice in a row. */
const hosts = (): (url: string) => string => {
  let last: { readonly url: string; readonly host: string } | undefined
  return (url) => {
    if (last?.url !== url) last = { url, host: hostOf(url) }
    return last.host
  }
}

/** The functions that find where an attempt would go. */
export interface Destinations {
  /** Finds the destination of an attempt. */
  readonly find: (attempt: Attempt) => Effect.Effect<Destination, CompletionError>
  /** Finds the keys of an attempt. */
  readonly keys: (attempt: Attempt) => Effect.Effect<Keys, CompletionError>
}

/**
 * Makes the functions for one call. `prepare` is that of the transport, which remembers what it has prepared, and
 * `explain` replaces the errors of `find`.
 */
export const make = (
  prepare: (target: Target, change: RequestChange) => Effect.Effect<PreparedRequest, CompletionError>,
  explain: ((error: CompletionError) => CompletionError) | undefined
): Destinations => {
  // Each policy of a call needs the host of the same address, which takes microseconds to parse.
  const hostOfLast = hosts()
  return {
    find: ({ change, key, target }) => {
      const found = Effect.map(
        prepare(target, change),
        ({ request: { url } }): Destination => ({ host: hostOfLast(url), key: key?.name })
      )
      return explain === undefined ? found : Effect.mapError(found, explain)
    },
    keys: ({ change, target }) =>
      Effect.flatMap(
        prepare(target, change),
        ({ provider: { authorizer }, request: { url } }) =>
          Effect.map(authorizer.keys, (choices) => ({ host: hostOfLast(url), owner: authorizer, choices }))
      )
  }
}
