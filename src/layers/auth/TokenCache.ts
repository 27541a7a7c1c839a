/**
 * Caches a token: fetches it once for all callers, and renews it before it expires.
 *
 * It is independent of the clouds: the options define how a token is fetched and what its failures are.
 */
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

/** A token with its expiry. */
export interface Lease<A> {
  /** The token. */
  readonly value: A
  /** When it expires: Unix time in milliseconds; `undefined` for a token that does not expire. */
  readonly expiresAt: number | undefined
}

/** The limits of a fetch. */
export interface Limits {
  /**
   * How long before its expiry a token is renewed in the background. A token that lives less than four times as long is
   * renewed after three quarters of its life.
   */
  readonly refreshAhead: Duration.Duration
  /** The longest time of a fetch. */
  readonly timeout: Duration.Duration
}

/** How a token is fetched and renewed. */
export interface Options<A, E> {
  /** Fetches a token. */
  readonly fetch: Effect.Effect<Lease<A>, E>
  /** The limits of a fetch, read where it is started. */
  readonly limits: Effect.Effect<Limits>
  /** Creates the error of a fetch that takes longer than `timeout`. */
  readonly onTimeout: (timeout: Duration.Duration) => E
  /** Is run when renewing fails while the cached token is still valid, so that no caller sees the error. */
  readonly onRenewalFailed: (error: E) => Effect.Effect<void>
}

/** The cache of one token. */
export interface TokenCache<A, E> {
  /**
   * Returns the cached token while it is valid, and otherwise waits for a fetch. At most one fetch runs at a time, and
   * an interrupted caller does not stop it for the others. When renewing fails, the cached token is used until it
   * expires.
   */
  readonly get: Effect.Effect<A, E>
  /**
   * Removes a token that was rejected, and no other. When many callers were rejected with the same token, the first
   * removes it, and the others do not remove the token that was fetched since.
   */
  readonly forget: (rejected: A) => Effect.Effect<void>
}

interface Cached<A> {
  readonly value: A
  readonly renewFrom: number
  readonly validUntil: number
  readonly expiresAt: number
}

/** How many milliseconds before its expiry a token is no longer used: a request takes time to arrive. */
const margin = 10_000

/**
 * The least time that a token is used, in milliseconds. A token that is already expired when it comes shows that the
 * clocks differ: it is tried, and not fetched again for each request.
 */
const minUse = 1000

/** How many milliseconds a renewal waits after one that failed or brought no newer token. */
const pause = 10_000

const cache = <A>(
  { expiresAt = Infinity, value }: Lease<A>,
  requestedAt: number,
  now: number,
  refreshAhead: number
): Cached<A> => {
  const lifetime = Math.max(0, expiresAt - requestedAt)
  return {
    value,
    expiresAt,
    renewFrom: expiresAt - Math.min(refreshAhead, lifetime / 4),
    validUntil: Math.max(expiresAt - Math.min(margin, lifetime / 20), now + minUse)
  }
}

/** Makes the cache of one token. Fetches run in the scope. */
export const make = <A, E>(scope: Scope.Scope, options: Options<A, E>): TokenCache<A, E> => {
  let cached: Cached<A> | undefined
  let running: Deferred.Deferred<A, E> | undefined
  let renewNotBefore = 0

  const fetch = Effect.gen(function*() {
    const requestedAt = yield* Clock.currentTimeMillis
    const { refreshAhead, timeout } = yield* options.limits
    const lease = yield* options.fetch.pipe(
      Effect.timeoutOrElse({ duration: timeout, orElse: () => Effect.fail(options.onTimeout(timeout)) }),
      Effect.ensuring(Effect.map(Clock.currentTimeMillis, (now) => renewNotBefore = now + pause))
    )
    cached = cache(lease, requestedAt, yield* Clock.currentTimeMillis, Duration.toMillis(refreshAhead))
    return lease.value
  }).pipe(
    Effect.tapError((error) =>
      Effect.flatMap(
        Clock.currentTimeMillis,
        (now) => cached !== undefined && now < cached.validUntil ? options.onRenewalFailed(error) : Effect.void
      )
    )
  )

  /** Joins the running fetch, or starts one. */
  const start = Effect.uninterruptible(Effect.suspend(() => {
    if (running !== undefined) return Effect.succeed(running)
    const started = Deferred.makeUnsafe<A, E>()
    running = started
    return Effect.map(Effect.forkIn(fetch, scope, { startImmediately: true }), (fiber) => {
      // An observer is called at every end, also that of a fiber which a closed scope never starts.
      fiber.addObserver((exit) => {
        running = undefined
        Deferred.doneUnsafe(started, exit)
      })
      return started
    })
  }))

  const wait = Effect.flatMap(start, (started) =>
    Effect.catch(Deferred.await(started), (error) =>
      Effect.flatMap(
        Clock.currentTimeMillis,
        // A token that could not be renewed is used in its margin too.
        (now) => cached !== undefined && now < cached.expiresAt ? Effect.succeed(cached.value) : Effect.fail(error)
      )))

  const get = Effect.flatMap(Clock.currentTimeMillis, (now) => {
    if (cached === undefined || now >= cached.validUntil) return wait
    return now >= cached.renewFrom && now >= renewNotBefore
      ? Effect.as(start, cached.value)
      : Effect.succeed(cached.value)
  })

  return {
    get,
    forget: (rejected) =>
      Effect.sync(() => {
        if (cached?.value === rejected) cached = undefined
      })
  }
}
