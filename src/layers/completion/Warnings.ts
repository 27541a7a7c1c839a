/**
 * Adds the warnings about a request to the events of its response.
 */
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import type { ResponseEvent, Warning } from "../../domain/ResponseEvent.ts"
import type { Values } from "../resilience/Policy.ts"

const isBefore = ({ _tag }: ResponseEvent): boolean => _tag === "RateLimits" || _tag === "Created"

/** Emits the warnings once the response was created and before anything of it, and repeats them in `Completed`. */
export const withWarnings = (
  values: Values<ResponseEvent>,
  warnings: Arr.NonEmptyReadonlyArray<Warning>
): Values<ResponseEvent> => {
  let isEmitted = false

  const repeated = (event: ResponseEvent): ResponseEvent =>
    event._tag === "Completed" ? { ...event, warnings: [...warnings, ...event.warnings ?? []] } : event

  const withOwn = (events: Arr.NonEmptyReadonlyArray<ResponseEvent>): Arr.NonEmptyReadonlyArray<ResponseEvent> => {
    if (isEmitted) return Arr.map(events, repeated)
    const found = events.findIndex((event) => !isBefore(event))
    const at = found < 0 ? events.length : found
    // Rate limits come before everything.
    if (at === events.length && !events.some(({ _tag }) => _tag === "Created")) return events
    isEmitted = true
    const [first, ...rest] = events
    return at === 0
      ? [{ _tag: "Warnings", warnings }, repeated(first), ...rest.map(repeated)]
      : [first, ...rest.slice(0, at - 1), { _tag: "Warnings", warnings }, ...rest.slice(at - 1).map(repeated)]
  }

  return Effect.map(values, withOwn)
}
