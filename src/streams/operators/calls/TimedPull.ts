/**
 * Waits for a pull up to a time without interrupting it.
 */
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as Scope from "effect/Scope"

/**
 * Returns a function that waits so many milliseconds for the next element, or for as long as it takes. It returns
 * `undefined` when it has not come; the pull goes on, and the next use waits for the same one.
 */
export const make = <A, E>(
  pull: Effect.Effect<A, E>,
  scope: Scope.Scope
): (millis: number | undefined) => Effect.Effect<A | undefined, E> => {
  let running: Fiber.Fiber<A, E> | undefined
  // Whether it came is decided after the race, so that an element that comes at the same time as the limit is not lost.
  const wait = (fiber: Fiber.Fiber<A, E>, millis: number | undefined): Effect.Effect<A | undefined, E> => {
    const element = Fiber.await(fiber)
    const exit = millis === undefined
      ? element
      : Effect.raceFirst(element, Effect.as(Effect.sleep(millis), undefined))
    return Effect.flatMap(exit, (exit) => {
      if (exit === undefined) return Effect.undefined
      running = undefined
      return exit
    })
  }
  return (millis) =>
    Effect.suspend(() => {
      if (running !== undefined) return wait(running, millis)
      if (millis === undefined) return pull
      return Effect.flatMap(Effect.forkIn(pull, scope, { startImmediately: true }), (fiber) => {
        running = fiber
        return wait(fiber, millis)
      })
    })
}
