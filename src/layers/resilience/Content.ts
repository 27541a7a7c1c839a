/**
 * Waits for the first content of an attempt, so that a policy knows whether another attempt may still take its place.
 */
import * as Arr from "effect/Array"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import type { CompletionError } from "../../domain/CompletionError.ts"
import type { Call, Values } from "./Policy.ts"

/** Emits an array that was already pulled, and then what follows it. */
const replayed = <A>(first: Arr.NonEmptyReadonlyArray<A>, rest: Values<A>): Values<A> => {
  let isFirst = true
  return Effect.suspend((): Values<A> => {
    if (!isFirst) return rest
    isFirst = false
    return Effect.succeed(first)
  })
}

/**
 * Pulls until there is a value that is no prelude. Fails with the attempt's error when there is none, and then leaves
 * the prelude in the record of the call. A stream that ends without content is returned as it is.
 */
export const awaitContent = <A>(call: Call<A>, values: Values<A>): Effect.Effect<Values<A>, CompletionError> => {
  const prelude: Array<A> = []
  const next: Effect.Effect<Values<A>, CompletionError> = Effect.matchEffect(values, {
    onSuccess: (array) => {
      if (call.record.current !== undefined) call.record.current.hasBegun = true
      const hasContent = !array.every(call.isPrelude)
      if (hasContent && prelude.length === 0) return Effect.succeed(replayed(array, values))
      for (const value of array) prelude.push(value)
      return hasContent && Arr.isArrayNonEmpty(prelude) ? Effect.succeed(replayed(prelude, values)) : next
    },
    onFailure: (failure) => {
      if (!Cause.isDone(failure)) {
        call.record.prelude = prelude
        return Effect.fail(failure)
      }
      return Effect.succeed(Arr.isReadonlyArrayNonEmpty(prelude) ? replayed(prelude, Cause.done()) : Cause.done())
    }
  })
  return next
}
