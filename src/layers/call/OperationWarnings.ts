/**
 * Reports what of a request was left out or changed, for operations whose responses have no events for it.
 */
import type * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import type { Warning } from "../../domain/ResponseEvent.ts"
import * as LogLines from "../../services/LogLines.ts"
import type { Target, Values } from "../resilience/Policy.ts"
import type { Caller } from "./Caller.ts"

/** Logs warnings, for a call of a caller. */
export const log = (
  { settings }: Pick<Caller, "settings">,
  { model, provider }: Target,
  warnings: ReadonlyArray<Warning>
): Effect.Effect<void> =>
  warnings.length === 0 ? Effect.void : Effect.flatMap(settings, ({ logLevel }) =>
    Effect.forEach(
      warnings,
      ({ message, parameter }) => LogLines.write("Warn", message, { provider, model, parameter }, logLevel),
      { discard: true }
    ))

/** Adds warnings to a response that comes whole. */
export const toWhole = <A extends object>(
  values: Values<A>,
  warnings: Arr.NonEmptyReadonlyArray<Warning>
): Values<A & { readonly warnings?: ReadonlyArray<Warning> }> =>
  Effect.map(values, ([whole, ...rest]) => [{ ...whole, warnings }, ...rest])
