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

/**
 * Returns the function that finds the destination of an attempt. `prepare` is that of the transport, which remembers
 * what it has prepared, and `explain` replaces its errors.
 */
export const find = (
  prepare: (target: Target, change: RequestChange) => Effect.Effect<PreparedRequest, CompletionError>,
  explain: ((error: CompletionError) => CompletionError) | undefined
) => {
  // Each policy of a call asks for the same destination, and an address takes microseconds to parse.
  const hostOfLast = hosts()
  return ({ change, key: chosen, target }: Attempt): Effect.Effect<Destination, CompletionError> => {
    const found = Effect.flatMap(
      prepare(target, change),
      ({ provider: { authorizer: { keyName } }, request: { url } }): Effect.Effect<Destination, CompletionError> =>
        chosen !== undefined || keyName === undefined
          ? Effect.succeed({ host: hostOfLast(url), key: chosen?.name })
          : Effect.map(keyName, (key) => ({ host: hostOfLast(url), key }))
    )
    return explain === undefined ? found : Effect.mapError(found, explain)
  }
}

/** Returns the function that finds the keys of an attempt. `prepare` is that of the transport. */
export const keys = (
  prepare: (target: Target, change: RequestChange) => Effect.Effect<PreparedRequest, CompletionError>
) =>
({ change, target }: Attempt): Effect.Effect<Keys | undefined, CompletionError> =>
  Effect.flatMap(
    prepare(target, change),
    ({ provider: { authorizer }, request: { url } }): Effect.Effect<Keys | undefined, CompletionError> =>
      authorizer.keys === undefined
        ? Effect.undefined
        : Effect.map(authorizer.keys, (choices) => ({ host: hostOf(url), owner: authorizer, choices }))
  )
