/**
 * When a token is fetched, when it is renewed, and who waits, in virtual time.
 */
import { assert, describe, it } from "@effect/vitest"
import { Clock, Duration, Effect, Exit, Fiber, Scope } from "effect"
import { TestClock } from "effect/testing"
import { AuthenticationError, RequestTimeoutError } from "../../../src/domain/CompletionError.ts"
import * as TokenCache from "../../../src/layers/auth/TokenCache.ts"

const rejected = new AuthenticationError({ provider: "vertexai", status: 400, code: "invalid_grant" })
const late = new RequestTimeoutError({ provider: "vertexai" })

type Failure = AuthenticationError | RequestTimeoutError

/** Each token is an object of its own, as a `Redacted` is, named by its number. */
interface Token {
  readonly name: string
}

interface Endpoint {
  /** How long the endpoint takes to respond, in milliseconds. */
  takes: number
  /** How long its tokens live, in milliseconds; for ever without. */
  lives: number | undefined
  fails: boolean
  readonly fetches: Array<number>
  readonly kept: Array<Failure>
}

const endpoint = (options: Partial<Omit<Endpoint, "fetches" | "kept">> = {}): Endpoint => ({
  takes: 0,
  lives: 3_600_000,
  fails: false,
  ...options,
  fetches: [],
  kept: []
})

const cacheIn = (scope: Scope.Scope, server: Endpoint) =>
  TokenCache.make<Token, Failure>(scope, {
    fetch: Effect.gen(function*() {
      server.fetches.push(yield* Clock.currentTimeMillis)
      const name = `token ${server.fetches.length}`
      if (server.takes > 0) yield* Effect.sleep(server.takes)
      if (server.fails) return yield* rejected
      const now = yield* Clock.currentTimeMillis
      return { value: { name }, expiresAt: server.lives === undefined ? undefined : now + server.lives }
    }),
    limits: Effect.succeed({ refreshAhead: Duration.minutes(5), timeout: Duration.seconds(30) }),
    onTimeout: () => late,
    onRenewalFailed: (error) => Effect.sync(() => server.kept.push(error))
  })

const cacheOf = (server: Endpoint) => Effect.map(Effect.scope, (scope) => cacheIn(scope, server))

const nameOf = (cache: TokenCache.TokenCache<Token, Failure>) => Effect.map(cache.get, ({ name }) => name)

describe("TokenCache", () => {
  it.effect("fetches at the first request, and not before", () =>
    Effect.gen(function*() {
      const server = endpoint()
      const cache = yield* cacheOf(server)
      assert.deepStrictEqual(server.fetches, [])
      assert.strictEqual(yield* nameOf(cache), "token 1")
      assert.strictEqual(yield* nameOf(cache), "token 1")
      assert.strictEqual(server.fetches.length, 1)
    }))

  it.effect("fetches once for two hundred callers at once, and each gets the same token", () =>
    Effect.gen(function*() {
      const server = endpoint({ takes: 500 })
      const cache = yield* cacheOf(server)
      const callers = yield* Effect.forkChild(
        Effect.all(Array.from({ length: 200 }, () => cache.get), { concurrency: "unbounded" }),
        { startImmediately: true }
      )
      yield* TestClock.adjust(500)
      const tokens = yield* Fiber.join(callers)
      assert.strictEqual(server.fetches.length, 1)
      assert.strictEqual(new Set(tokens).size, 1)
    }))

  it.effect("fails two hundred callers with one failure, and fetches again for the next one", () =>
    Effect.gen(function*() {
      const server = endpoint({ takes: 500, fails: true })
      const cache = yield* cacheOf(server)
      const callers = yield* Effect.forkChild(
        Effect.all(Array.from({ length: 200 }, () => Effect.flip(cache.get)), { concurrency: "unbounded" }),
        { startImmediately: true }
      )
      yield* TestClock.adjust(500)
      assert.isTrue((yield* Fiber.join(callers)).every((error) => error === rejected))
      assert.deepStrictEqual(server.kept, [])
      assert.strictEqual(server.fetches.length, 1)
      server.fails = false
      server.takes = 0
      assert.strictEqual(yield* nameOf(cache), "token 2")
    }))

  it.effect("goes on fetching for the others when the caller who began it is interrupted", () =>
    Effect.gen(function*() {
      const server = endpoint({ takes: 1000 })
      const cache = yield* cacheOf(server)
      const first = yield* Effect.forkChild(cache.get, { startImmediately: true })
      yield* TestClock.adjust(300)
      const second = yield* Effect.forkChild(nameOf(cache), { startImmediately: true })
      yield* Fiber.interrupt(first)
      yield* TestClock.adjust(700)
      assert.strictEqual(yield* Fiber.join(second), "token 1")
      assert.strictEqual(server.fetches.length, 1)
    }))

  it.effect("caches what was fetched when every caller is interrupted", () =>
    Effect.gen(function*() {
      const server = endpoint({ takes: 1000 })
      const cache = yield* cacheOf(server)
      const only = yield* Effect.forkChild(cache.get, { startImmediately: true })
      yield* Fiber.interrupt(only)
      yield* TestClock.adjust(1000)
      assert.strictEqual(yield* nameOf(cache), "token 1")
      assert.strictEqual(server.fetches.length, 1)
    }))

  it.effect("renews in the background five minutes before the end, and no caller waits", () =>
    Effect.gen(function*() {
      const server = endpoint()
      const cache = yield* cacheOf(server)
      yield* cache.get
      yield* TestClock.adjust("54 minutes")
      yield* cache.get
      assert.strictEqual(server.fetches.length, 1)
      server.takes = 2000
      yield* TestClock.adjust("1 minute")
      assert.strictEqual(yield* nameOf(cache), "token 1")
      assert.strictEqual(yield* nameOf(cache), "token 1")
      assert.strictEqual(server.fetches.length, 2)
      yield* TestClock.adjust(2000)
      assert.strictEqual(yield* nameOf(cache), "token 2")
      assert.strictEqual(server.fetches.length, 2)
    }))

  it.effect("renews a token that lives for a minute in the last quarter of its life", () =>
    Effect.gen(function*() {
      const server = endpoint({ lives: 60_000 })
      const cache = yield* cacheOf(server)
      yield* cache.get
      yield* TestClock.adjust(44_000)
      yield* cache.get
      assert.strictEqual(server.fetches.length, 1)
      yield* TestClock.adjust(1000)
      assert.strictEqual(yield* nameOf(cache), "token 1")
      assert.strictEqual(server.fetches.length, 2)
      assert.strictEqual(yield* nameOf(cache), "token 2")
    }))

  it.effect("waits for a new token once the old one is over", () =>
    Effect.gen(function*() {
      const server = endpoint()
      const cache = yield* cacheOf(server)
      yield* cache.get
      yield* TestClock.adjust("1 hour")
      assert.strictEqual(yield* nameOf(cache), "token 2")
    }))

  it.effect("does not return a token in its last ten seconds", () =>
    Effect.gen(function*() {
      const server = endpoint()
      const cache = yield* cacheOf(server)
      yield* cache.get
      yield* TestClock.adjust(3_600_000 - 9000)
      assert.strictEqual(yield* nameOf(cache), "token 2")
    }))

  it.effect("keeps the old token when renewing fails, and tries again ten seconds later", () =>
    Effect.gen(function*() {
      const server = endpoint()
      const cache = yield* cacheOf(server)
      yield* cache.get
      server.fails = true
      yield* TestClock.adjust("56 minutes")
      for (let i = 0; i < 5; i++) assert.strictEqual(yield* nameOf(cache), "token 1")
      assert.strictEqual(server.fetches.length, 2)
      yield* TestClock.adjust("10 seconds")
      assert.strictEqual(yield* nameOf(cache), "token 1")
      assert.strictEqual(server.fetches.length, 3)
      assert.deepStrictEqual(server.kept, [rejected, rejected])
      server.fails = false
      yield* TestClock.adjust("10 seconds")
      assert.strictEqual(yield* nameOf(cache), "token 1")
      assert.strictEqual(yield* nameOf(cache), "token 4")
    }))

  it.effect("falls back on the last seconds of the old token when no new one can be had, and fails after them", () =>
    Effect.gen(function*() {
      const server = endpoint()
      const cache = yield* cacheOf(server)
      yield* cache.get
      server.fails = true
      yield* TestClock.adjust(3_600_000 - 5000)
      assert.strictEqual(yield* nameOf(cache), "token 1")
      yield* TestClock.adjust(5000)
      assert.strictEqual(yield* Effect.flip(cache.get), rejected)
    }))

  it.effect("fails when the endpoint takes longer than the timeout, and is free to try again", () =>
    Effect.gen(function*() {
      const server = endpoint({ takes: 60_000 })
      const cache = yield* cacheOf(server)
      const waiting = yield* Effect.forkChild(Effect.flip(cache.get), { startImmediately: true })
      yield* TestClock.adjust("30 seconds")
      assert.strictEqual(yield* Fiber.join(waiting), late)
      server.takes = 0
      assert.strictEqual(yield* nameOf(cache), "token 2")
    }))

  it.effect("fetches anew after a token was refused", () =>
    Effect.gen(function*() {
      const server = endpoint()
      const cache = yield* cacheOf(server)
      const token = yield* cache.get
      yield* cache.forget(token)
      assert.strictEqual(yield* nameOf(cache), "token 2")
    }))

  it.effect("fetches once for two hundred callers who were refused with the same token, one after the other", () =>
    Effect.gen(function*() {
      const server = endpoint()
      const cache = yield* cacheOf(server)
      const token = yield* cache.get
      for (let i = 0; i < 200; i++) {
        yield* cache.forget(token)
        assert.strictEqual(yield* nameOf(cache), "token 2")
      }
      assert.strictEqual(server.fetches.length, 2)
    }))

  it.effect("keeps a token that never expires until it is refused", () =>
    Effect.gen(function*() {
      const server = endpoint({ lives: undefined })
      const cache = yield* cacheOf(server)
      const token = yield* cache.get
      yield* TestClock.adjust("1000 days")
      assert.strictEqual(yield* cache.get, token)
      yield* cache.forget(token)
      assert.strictEqual(yield* nameOf(cache), "token 2")
    }))

  it.effect("tries a token that comes expired, and does not fetch one for every caller", () =>
    Effect.gen(function*() {
      const server = endpoint({ lives: -3_600_000 })
      const cache = yield* cacheOf(server)
      for (let i = 0; i < 10; i++) assert.strictEqual(yield* nameOf(cache), "token 1")
      assert.strictEqual(server.fetches.length, 1)
      yield* TestClock.adjust("1 second")
      assert.strictEqual(yield* nameOf(cache), "token 2")
    }))

  it.effect("interrupts its callers when its scope is closed", () =>
    Effect.gen(function*() {
      const server = endpoint({ takes: 60_000 })
      const scope = yield* Scope.make()
      const cache = cacheIn(scope, server)
      const waiting = yield* Effect.forkChild(Effect.exit(cache.get), { startImmediately: true })
      yield* Scope.close(scope, Exit.void)
      assert.isTrue(Exit.hasInterrupts(yield* Fiber.join(waiting)))
      assert.isTrue(Exit.hasInterrupts(yield* Effect.exit(cache.get)))
    }))
})
