/**
 * Finds where an attempt would go, and with which key, before it is sent.
 */
import * as Effect from "effect/Effect"
import type { CompletionError } from "../../domain/CompletionError.ts"
import type { Attempt, Destination, RequestChange, Target } from "../resilience/Policy.ts"
import type { PreparedRequest } from "./PreparedRequest.ts"

const hostOf = (url: string): string => URL.canParse(url) ? new URL(url).host : ""

/**
 * Returns the function that finds the destination of an attempt. `prepare` is that of the transport, which remembers
 * what it has prepared, and `explain` replaces its errors.
 */
export const find = (
  prepare: (target: Target, change: RequestChange) => Effect.Effect<PreparedRequest, CompletionError>,
  explain: ((error: CompletionError) => CompletionError) | undefined
) =>
({ change, target }: Attempt): Effect.Effect<Destination, CompletionError> => {
  const found = Effect.flatMap(
    prepare(target, change),
    ({ provider: { authorizer: { keyName } }, request: { url } }): Effect.Effect<Destination, CompletionError> =>
      keyName === undefined
        ? Effect.succeed({ host: hostOf(url), key: undefined })
        : Effect.map(keyName, (key) => ({ host: hostOf(url), key }))
  )
  return explain === undefined ? found : Effect.mapError(found, explain)
}
