/**
 * Waits until the limits of a scope allow an attempt, behind those that came before.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { RateCost } from "../../domain/RateLimitCosts.ts"
import type { Opportunity, RateLimiter, RateReservation, Waiter } from "../../domain/RateLimiter.ts"

/** How a wait has ended. */
export type Waited =
  /** The attempt may be sent. */
  | { readonly type: "taken"; readonly reservation: RateReservation }
  /** Too many wait already. */
  | { readonly type: "full" }
  /** The wait would be longer than it may be: by how long, in milliseconds; `Infinity` where that is not known. */
  | { readonly type: "too-long"; readonly left: number }

/** What a wait needs. */
export interface WaitOptions {
  /** The limits. */
  readonly limiter: RateLimiter
  /** Returns what the attempt would take of them now. */
  readonly cost: () => RateCost
  /** How long it may wait, in milliseconds. */
  readonly maxWait: number
  /** Is given the reservation in the step in which it is made, so that an interruption finds it. */
  readonly onTaken: (reservation: RateReservation) => void
  /** Is called when the attempt begins to wait at the head of the queue, and each minute after that. */
  readonly onWait: (opportunity: Opportunity, now: number) => Effect.Effect<void>
}

/** The longest time before `onWait` is called again, in milliseconds. */
const longestSleep = 60_000

/** A waiter that can be woken before it sleeps. */
class Sleeper implements Waiter {
  #isWoken = false
  #resume: (() => void) | undefined

  wake(): void {
    this.#isWoken = true
    this.#resume?.()
  }

  /** Sleeps for a time, in milliseconds, or until it is woken. */
  sleep(millis: number): Effect.Effect<void> {
    const woken = Effect.callback<void>((resume) => {
      // A fiber that is resumed runs at once: without the yield, each of a long queue would run inside the one before.
      if (this.#isWoken) resume(Effect.yieldNow)
      else this.#resume = () => resume(Effect.yieldNow)
    })
    const either = millis === Infinity ? woken : Effect.raceFirst(woken, Effect.sleep(Duration.millis(millis)))
    return Effect.andThen(
      either,
      Effect.sync(() => {
        this.#isWoken = false
        this.#resume = undefined
      })
    )
  }
}

/** Waits. */
export const wait = (options: WaitOptions): Effect.Effect<Waited> =>
  Effect.clockWith((clock) => {
    const { cost, limiter, maxWait, onTaken, onWait } = options
    const since = clock.currentTimeMillisUnsafe()

    const taken = (now: number): Waited => {
      const reservation = limiter.take(cost(), now)
      onTaken(reservation)
      return { type: "taken", reservation }
    }

    if (limiter.isTurnOf(undefined) && limiter.opportunity(cost(), since).at <= since)
      return Effect.succeed(taken(since))

    const turn = (sleeper: Sleeper): Effect.Effect<Waited> =>
      Effect.suspend(() => {
        const now = clock.currentTimeMillisUnsafe()
        const left = since + maxWait - now
        const again = Effect.suspend(() => turn(sleeper))
        if (!limiter.isTurnOf(sleeper)) {
          if (left <= 0) return Effect.succeed({ type: "too-long", left: Infinity })
          return Effect.andThen(sleeper.sleep(left), again)
        }
        const opportunity = limiter.opportunity(cost(), now)
        if (opportunity.at <= now) return Effect.succeed(taken(now))
        const least = opportunity.at - now
        if (left <= 0 || (least > left && least < Infinity)) return Effect.succeed({ type: "too-long", left: least })
        return onWait(opportunity, now).pipe(
          Effect.andThen(sleeper.sleep(Math.min(least, left, longestSleep))),
          Effect.andThen(again)
        )
      })

    const sleeper = new Sleeper()
    const joined = Effect.suspend(() =>
      limiter.join(sleeper) ? turn(sleeper) : Effect.succeed<Waited>({ type: "full" })
    )
    // It joins where an interruption finds it: one that stays would keep all behind it waiting.
    return Effect.ensuring(joined, Effect.sync(() => limiter.leave(sleeper)))
  })
