/**
 * A token that is fetched once for however many callers, kept, and renewed before it expires.
 *
 * It knows no cloud: what a token is, how it is fetched and what a failure means are its maker's.
 */
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

/** A token with the time at which it expires: Unix time in milliseconds, or nothing for one that does not. */
export interface Lease<A> {
  readonly value: A
  readonly expiresAt: number | undefined
}

/**
 * How a token is fetched and kept.
 *
 * **Details**
 *
 * `refreshAhead` is how long before its end a token is renewed, in the background; for one that lives less than four times
 * as long, it is a quarter of its life. A fetch that takes longer than `timeout` fails with `onTimeout`. `onKept` hears of a
 * failure that no caller sees, because the token at hand is still good.
 */
export interface Options<A, E> {
  readonly fetch: Effect.Effect<Lease<A>, E>
  readonly refreshAhead: Duration.Duration
  readonly timeout: Duration.Duration
  readonly onTimeout: () => E
  readonly onKept: (error: E) => Effect.Effect<void>
}

/**
 * A token that is kept.
 *
 * **Details**
 *
 * `get` answers the token at hand while it is good, and waits for a fetch when it is not. There is never more than one
 * fetch under way, and a caller who leaves does not stop it for the others. When renewing fails, the token at hand
 * stays until it ends. `forget` drops a token that was refused, and only that one: of many callers who were refused with
 * the same token, the first makes the next fetch, and the others do not undo it.
 */
export interface TokenCache<A, E> {
  readonly get: Effect.Effect<A, E>
  readonly forget: (refused: A) => Effect.Effect<void>
}

interface Held<A> {
  readonly value: A
  readonly renewFrom: number
  readonly goodUntil: number
  readonly expiresAt: number
}

/** A request is under way for a while: what expires on the way there is as good as expired. */
const margin = 10_000

/** A token that comes already expired says that clocks disagree. It is tried, and not fetched again for each request. */
const leastUse = 1000

/** After a renewal that failed or brought nothing newer, the next one waits. */
const pause = 10_000

const hold = <A>({ expiresAt = Infinity, value }: Lease<A>, asked: number, now: number, ahead: number): Held<A> => {
  const life = Math.max(0, expiresAt - asked)
  return {
    value,
    expiresAt,
    renewFrom: expiresAt - Math.min(ahead, life / 4),
    goodUntil: Math.max(expiresAt - Math.min(margin, life / 20), now + leastUse)
  }
}

/** Makes the cache of one token. Fetches run in the scope. */
export const make = <A, E>(scope: Scope.Scope, options: Options<A, E>): TokenCache<A, E> => {
  const ahead = Duration.toMillis(options.refreshAhead)
  let held: Held<A> | undefined
  let running: Deferred.Deferred<A, E> | undefined
  let renewNotBefore = 0

  const fetch = Effect.gen(function*() {
    const asked = yield* Clock.currentTimeMillis
    const lease = yield* options.fetch.pipe(
      Effect.timeoutOrElse({ duration: options.timeout, orElse: () => Effect.fail(options.onTimeout()) }),
      Effect.ensuring(Effect.map(Clock.currentTimeMillis, (now) => renewNotBefore = now + pause))
    )
    held = hold(lease, asked, yield* Clock.currentTimeMillis, ahead)
    return lease.value
  }).pipe(
    Effect.tapError((error) =>
      Effect.flatMap(
        Clock.currentTimeMillis,
        (now) => held !== undefined && now < held.goodUntil ? options.onKept(error) : Effect.void
      )
    )
  )

  /** Joins the fetch that is under way, or begins one. */
  const begin = Effect.uninterruptible(Effect.suspend(() => {
    if (running !== undefined) return Effect.succeed(running)
    const begun = Deferred.makeUnsafe<A, E>()
    running = begun
    return Effect.map(Effect.forkIn(fetch, scope, { startImmediately: true }), (fiber) => {
      // An observer hears of every end, also of a fiber that a closed scope never lets begin.
      fiber.addObserver((exit) => {
        running = undefined
        Deferred.doneUnsafe(begun, exit)
      })
      return begun
    })
  }))

  const wait = Effect.flatMap(begin, (begun) =>
    Effect.catch(Deferred.await(begun), (error) =>
      Effect.flatMap(
        Clock.currentTimeMillis,
        // The margin is there for this: the last seconds of a token that could not be renewed.
        (now) => held !== undefined && now < held.expiresAt ? Effect.succeed(held.value) : Effect.fail(error)
      )))

  const get = Effect.flatMap(Clock.currentTimeMillis, (now) => {
    if (held === undefined || now >= held.goodUntil) return wait
    return now >= held.renewFrom && now >= renewNotBefore ? Effect.as(begin, held.value) : Effect.succeed(held.value)
  })

  return {
    get,
    forget: (refused) =>
      Effect.sync(() => {
        if (held?.value === refused) held = undefined
      })
  }
}
