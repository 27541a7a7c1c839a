/**
 * Limits the time of an effect, without that of the parts in which it waits for somebody else.
 */
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import * as Option from "effect/Option"

/** Runs a part of an effect whose time does not count. One part runs at a time. */
export type Outside = <A, E, R>(part: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>

/**
 * Runs an effect, and interrupts it when its own time is over: `Option.none` then. The effect gets what runs the parts
 * that do not count.
 */
export const limit = <A, E, R>(
  millis: number,
  run: (outside: Outside) => Effect.Effect<A, E, R>
): Effect.Effect<Option.Option<A>, E, R> =>
  Effect.clockWith((clock) => {
    const counting = Latch.makeUnsafe(true)
    let left = millis
    // `undefined` while a part runs that does not count.
    let since: number | undefined = clock.currentTimeMillisUnsafe()
    const rest = (): number => (since === undefined ? left : left - (clock.currentTimeMillisUnsafe() - since))
    const outside: Outside = (part) =>
      Effect.suspend(() => {
        left = rest()
        since = undefined
        counting.closeUnsafe()
        return Effect.ensuring(
          part,
          Effect.sync(() => {
            since = clock.currentTimeMillisUnsafe()
            counting.openUnsafe()
          })
        )
      })
    const over = (millis: number): Effect.Effect<void> =>
      Effect.sleep(millis).pipe(
        Effect.andThen(counting.await),
        Effect.andThen(Effect.suspend(() => (rest() <= 0 ? Effect.void : over(rest()))))
      )
    return Effect.raceFirst(Effect.asSome(run(outside)), Effect.as(over(millis), Option.none()))
  })
