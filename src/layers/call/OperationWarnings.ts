/**
 * Reports what of a request was left out or changed, for operations whose responses have no events for it.
 */
import type * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import type { Warning } from "../../domain/ResponseEvent.ts"
import type { Target, Values } from "../resilience/Policy.ts"

/** Logs warnings. */
export const log = ({ model, provider }: Target, warnings: ReadonlyArray<Warning>): Effect.Effect<void> =>
  Effect.forEach(
    warnings,
    ({ message, parameter }) =>
      Effect.annotateLogs(Effect.logWarning(message), {
        provider,
        ...(model === undefined ? {} : { model }),
        parameter
      }),
    { discard: true }
  )

/** Adds warnings to a response that comes whole. */
export const toWhole = <A extends object>(
  values: Values<A>,
  warnings: Arr.NonEmptyReadonlyArray<Warning>
): Values<A & { readonly warnings?: ReadonlyArray<Warning> }> =>
  Effect.map(values, ([whole, ...rest]) => [{ ...whole, warnings }, ...rest])
