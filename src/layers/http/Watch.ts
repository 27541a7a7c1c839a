/**
 * Watches everything that has a time limit with one fiber, instead of a fiber and a timer for each.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import type * as Scope from "effect/Scope"

/** Something with a time limit. */
export interface Watched {
  /** Whether it needs no more watching. */
  readonly isOver: () => boolean
  /** Returns how many milliseconds are left at a time. */
  readonly left: (now: number) => number
  /** Is called once, when nothing is left. */
  readonly expire: () => void
}

/** A limit that is running. */
export interface TimeLimit<E> {
  /** Milliseconds that are left. */
  readonly left: number
  /** Creates the error of its end, from the milliseconds that were waited. */
  readonly error: (waited: number) => E
}

/** Watches things until they are over or removed. */
export interface Watch {
  /** Begins to watch. */
  readonly add: (watched: Watched) => void
  /** Stops watching. */
  readonly remove: (watched: Watched) => void
}

/**
 * Makes a watch that looks at least every `tick` milliseconds while there is something to watch, and sooner where less
 * is left of something: what it watches expires at most a tick late.
 */
export const make = Effect.fnUntraced(function*(tick: number): Effect.fn.Return<Watch, never, Scope.Scope> {
  const clock = yield* Clock.Clock
  const all = new Set<Watched>()
  const some = Latch.makeUnsafe(false)
  const sooner = Latch.makeUnsafe(false)
  let nextLook = Infinity

  /** Expires what has nothing left, and returns how long nothing else will. */
  const look = (now: number): number => {
    let soonest = tick
    for (const watched of all) {
      const left = watched.isOver() ? 0 : watched.left(now)
      if (left > 0) {
        soonest = Math.min(soonest, left)
        continue
      }
      all.delete(watched)
      if (!watched.isOver()) watched.expire()
    }
    if (all.size === 0) some.closeUnsafe()
    return soonest
  }

  yield* some.await.pipe(
    Effect.andThen(Effect.suspend(() => {
      sooner.closeUnsafe()
      const now = clock.currentTimeMillisUnsafe()
      const sleep = Math.max(1, look(now))
      nextLook = now + sleep
      return Effect.raceFirst(Effect.sleep(sleep), sooner.await)
    })),
    Effect.forever,
    Effect.forkScoped
  )
  return {
    add: (watched) => {
      const isFirst = all.size === 0
      all.add(watched)
      if (isFirst) some.openUnsafe()
      else {
        const now = clock.currentTimeMillisUnsafe()
        if (now + watched.left(now) < nextLook) sooner.openUnsafe()
      }
    },
    remove: (watched) => {
      all.delete(watched)
    }
  }
})
