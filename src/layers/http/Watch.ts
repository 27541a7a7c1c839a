/**
 * One clock for everything that may take too long: a fiber that looks after all that is watched, instead of a fiber and a
 * timer for each.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import type * as Scope from "effect/Scope"

/**
 * Something that may take so long and no longer.
 *
 * **Details**
 *
 * `left` answers how many milliseconds it has at the given time. `isOver` says that it needs no more watching. `expire` is
 * called once, when nothing is left.
 *
 * @category models
 * @since 0.1.0
 */
export interface Watched {
  readonly isOver: () => boolean
  readonly left: (now: number) => number
  readonly expire: () => void
}

/**
 * Watches things until they are over, or taken away.
 *
 * @category models
 * @since 0.1.0
 */
export interface Watch {
  readonly add: (watched: Watched) => void
  readonly remove: (watched: Watched) => void
}

/**
 * Makes a watch that looks at least every `tick` milliseconds while there is something to watch: so much later than its time
 * something may expire, and so much later it is forgotten when it is over.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = Effect.fnUntraced(function*(tick: number): Effect.fn.Return<Watch, never, Scope.Scope> {
  const all = new Set<Watched>()
  const some = Latch.makeUnsafe(false)

  /** Lets expire what must, and answers how long nothing will. */
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
    Effect.andThen(Clock.currentTimeMillis),
    Effect.flatMap((now) => Effect.sleep(Math.max(1, look(now)))),
    Effect.forever,
    Effect.forkScoped
  )
  return {
    add: (watched) => {
      all.add(watched)
      some.openUnsafe()
    },
    remove: (watched) => {
      all.delete(watched)
    }
  }
})
