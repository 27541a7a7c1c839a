/**
 * Several keys of one provider, in virtual time.
 */
import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Effect, Exit, Fiber, Layer, Logger, Redacted, References, Result } from "effect"
import { TestClock } from "effect/testing"
import {
  Budget,
  ChatModel,
  CircuitBreakers,
  type Configure,
  Embeddings,
  HttpEmbeddings,
  RateLimitManager,
  SluiceConfig
} from "sluice"
import * as OpenAi from "sluice/openai"
import * as RawServer from "../../support/RawServer.ts"
import * as Scripted from "../../support/Scripted.ts"
import * as Watching from "../../security/Watching.ts"

type Replies = Record<string, Scripted.Reply>

const keyOf = ({ headers }: Scripted.Received): string => (headers["authorization"] ?? "").replace("Bearer ", "")

/** A server that replies by the key, and with a completion for any other key. */
const serve = (replies: Replies) =>
  Scripted.serve((received) =>
    replies[keyOf(received)] ??
      (received.url.pathname.endsWith("embeddings") ? Scripted.vectors(received) : Scripted.streamed())
  )

const redacted = (...keys: ReadonlyArray<string>) => keys.map((key) => Redacted.make(key))

const layer = (
  server: Scripted.Server,
  options: Configure.ProviderSettings,
  settings: Partial<SluiceConfig.Settings> = {},
  variables: Record<string, string> = {}
) =>
  HttpEmbeddings.layer.pipe(
    Layer.provideMerge(OpenAi.layer({ baseUrl: "https://openai.test/v1", protocol: "openai-chat", ...options })),
    Layer.provide(server.layer),
    Layer.provide(SluiceConfig.layer({ proxy: "none", retryJitter: 0, ...settings })),
    Layer.provideMerge(Logger.layer([])),
    Layer.provide(ConfigProvider.layer(ConfigProvider.fromEnvRecord(variables))),
    Layer.orDie
  )

const request = { model: "m", prompt: "Hi" }
const complete = ChatModel.complete(request)

/** The keys of the requests that a server got, in order. */
const keysOf = ({ requests }: Scripted.Server) => requests.map(keyOf)

const counts = (server: Scripted.Server) => {
  const all: Record<string, number> = {}
  for (const key of keysOf(server)) all[key] = (all[key] ?? 0) + 1
  return all
}

const tagOf = <A, E extends { readonly _tag: string }>(result: Result.Result<A, E>) =>
  Result.isSuccess(result) ? "success" : result.failure._tag

const limited = Scripted.failure(429, { "retry-after": "30" })
const noMoney = Scripted.json({ error: { message: "Insufficient balance", code: "insufficient_balance" } }, 402)

/** No retry and no throttle: what another attempt is made for is not a retry. */
const withoutRetries = { maxRetries: 0, retryShare: 0, retryFloor: 0 }

/** The layer with circuit breakers and without retries. */
const broken = (server: Scripted.Server, apiKeys: Configure.ProviderSettings["apiKeys"]) =>
  layer(server, { apiKeys }, withoutRetries).pipe(Layer.provideMerge(CircuitBreakers.layer()), Layer.orDie)

describe("several keys of a provider", () => {
  it.effect("complete every request with the fine one, beside one revoked, one without money, and one limited", () => {
    const server = serve({ revoked: Scripted.failure(401), poor: noMoney, limited })
    const live = layer(server, { apiKeys: redacted("revoked", "poor", "limited", "fine") })
    return Effect.gen(function*() {
      const calls = yield* Effect.forkChild(
        Effect.forEach(Array.from({ length: 20 }), () => complete),
        { startImmediately: true }
      )
      yield* TestClock.adjust("5 seconds")
      assert.strictEqual((yield* Fiber.join(calls)).length, 20)
      assert.deepStrictEqual(counts(server), { revoked: 1, poor: 1, limited: 1, fine: 20 })
      // All at once, and another operation.
      const vectors = Effect.forEach(
        Array.from({ length: 20 }),
        () => Embeddings.embed({ model: "m", inputs: ["a"] }),
        { concurrency: "unbounded" }
      )
      const embedded = yield* Effect.forkChild(vectors, { startImmediately: true })
      yield* TestClock.adjust("5 seconds")
      assert.strictEqual((yield* Fiber.join(embedded)).length, 20)
      assert.deepStrictEqual(counts(server), { revoked: 1, poor: 1, limited: 1, fine: 40 })
    }).pipe(Effect.provide(live))
  })

  it.effect("complete requests that are made at once, before anything is known of a key", () => {
    const server = serve({ revoked: Scripted.failure(401), poor: noMoney, limited })
    const live = layer(server, { apiKeys: redacted("revoked", "poor", "limited", "fine") })
    return Effect.gen(function*() {
      const calls = yield* Effect.forkChild(
        Effect.forEach(Array.from({ length: 40 }), () => complete, { concurrency: "unbounded" }),
        { startImmediately: true }
      )
      yield* TestClock.adjust("5 seconds")
      assert.strictEqual((yield* Fiber.join(calls)).length, 40)
    }).pipe(Effect.provide(live))
  })

  it.effect("are used in turn", () => {
    const server = serve({})
    return Effect.gen(function*() {
      yield* Effect.forEach(Array.from({ length: 6 }), () => complete)
      assert.deepStrictEqual(keysOf(server), ["a", "b", "c", "a", "b", "c"])
    }).pipe(Effect.provide(layer(server, { apiKeys: redacted("a", "b", "c") })))
  })

  it.effect.each<readonly [string, Scripted.Reply, string]>([
    ["401", Scripted.failure(401), "AuthenticationError"],
    ["402", noMoney, "UsageLimitReachedError"],
    ["403", Scripted.failure(403), "PermissionDeniedError"]
  ])("are tried at once after a %s, without a retry and within the budget", ([, reply, tag]) => {
    const server = serve({ bad: reply })
    return Effect.gen(function*() {
      const budget = yield* Budget.make({ attempts: 5 })
      const { attempts } = yield* Effect.provideService(complete, Budget.Budget, budget)
      assert.deepStrictEqual(attempts?.map(({ delay, outcome }) => [outcome, delay]), [
        [tag, undefined],
        ["success", undefined]
      ])
      assert.deepStrictEqual(keysOf(server), ["bad", "good"])
      assert.deepStrictEqual(server.requests.map(({ at }) => at), [0, 0])
      assert.strictEqual(budget.account.left().attempts, 3)
    }).pipe(Effect.provide(layer(server, { apiKeys: redacted("bad", "good") }, withoutRetries)))
  })

  it.effect("are not tried beyond the budget", () => {
    const server = serve({ bad: Scripted.failure(401) })
    return Effect.gen(function*() {
      const budget = yield* Budget.make({ attempts: 1 })
      const error = yield* Effect.flip(Effect.provideService(complete, Budget.Budget, budget))
      assert.strictEqual(error._tag, "AuthenticationError")
      assert.deepStrictEqual(keysOf(server), ["bad"])
    }).pipe(Effect.provide(layer(server, { apiKeys: redacted("bad", "good") })))
  })

  it.effect("fail with the provider's error where all are refused, each tried once", () => {
    const server = serve({ a: Scripted.failure(401), b: noMoney })
    return Effect.gen(function*() {
      const error = yield* Effect.flip(complete)
      assert(error._tag === "UsageLimitReachedError")
      assert.deepStrictEqual(error.attempts?.map(({ outcome }) => outcome), [
        "AuthenticationError",
        "UsageLimitReachedError"
      ])
      // The next request still asks the provider: the key may work again.
      yield* Effect.flip(complete)
      assert.strictEqual(server.requests.length, 3)
    }).pipe(Effect.provide(layer(server, { apiKeys: redacted("a", "b") })))
  })

  it.effect("are tried again by one request after five minutes, then ten, and used again once they work", () => {
    const replies: Replies = { bad: Scripted.failure(401) }
    const server = serve(replies)
    const bad = () => counts(server)["bad"] ?? 0
    const four = Effect.forEach(Array.from({ length: 4 }), () => complete)
    return Effect.gen(function*() {
      yield* four
      yield* TestClock.adjust("299 seconds")
      yield* four
      assert.strictEqual(bad(), 1)
      yield* TestClock.adjust("1 second")
      yield* four
      assert.strictEqual(bad(), 2)
      yield* TestClock.adjust("599 seconds")
      yield* four
      assert.strictEqual(bad(), 2)
      delete replies["bad"]
      yield* TestClock.adjust("1 second")
      yield* four
      assert.strictEqual(bad(), 4)
    }).pipe(Effect.provide(layer(server, { apiKeys: redacted("bad", "good") })))
  })

  it.effect.each<readonly [string, Scripted.Reply]>([
    ["400", Scripted.failure(400)],
    ["404", Scripted.failure(404)],
    ["422", Scripted.failure(422)],
    ["a filter", Scripted.json({ error: { message: "no", code: "content_filter" } }, 400)],
    ["500", Scripted.failure(500)]
  ])("are not set aside for %s", ([, reply]) => {
    const server = serve({ a: reply, b: reply })
    return Effect.gen(function*() {
      for (let call = 0; call < 4; call++)
        assert.strictEqual(tagOf(yield* Effect.result(complete)) === "success", false)
      assert.deepStrictEqual(keysOf(server), ["a", "b", "a", "b"])
    }).pipe(Effect.provide(layer(server, { apiKeys: redacted("a", "b") }, withoutRetries)))
  })

  it.effect("are set aside after a 403 for the model alone", () => {
    const server = Scripted.serve((received) =>
      keyOf(received) === "a" && received.text.includes("\"model\":\"m\"") ? Scripted.failure(403) : Scripted.streamed()
    )
    return Effect.gen(function*() {
      yield* complete
      yield* complete
      assert.deepStrictEqual(keysOf(server), ["a", "b", "b"])
      server.requests.length = 0
      yield* Effect.forEach([1, 2], () => ChatModel.complete({ ...request, model: "other" }))
      assert.deepStrictEqual(counts(server), { a: 1, b: 1 })
    }).pipe(Effect.provide(layer(server, { apiKeys: redacted("a", "b") })))
  })

  it.effect("are paused by a 429, which is retried with another one without the wait that it names", () => {
    const server = serve({ a: limited })
    return Effect.gen(function*() {
      const call = yield* Effect.forkChild(complete, { startImmediately: true })
      yield* TestClock.adjust("200 millis")
      const { attempts } = yield* Fiber.join(call)
      assert.deepStrictEqual(attempts?.map(({ delay, outcome }) => [outcome, delay]), [
        ["RateLimitedError", 200],
        ["success", undefined]
      ])
      yield* complete
      yield* complete
      assert.deepStrictEqual(keysOf(server), ["a", "b", "b", "b"])
      yield* TestClock.adjust("30 seconds")
      const both = yield* Effect.forkChild(Effect.andThen(complete, complete), { startImmediately: true })
      yield* TestClock.adjust("1 second")
      yield* Fiber.join(both)
      assert.strictEqual(counts(server)["a"], 2)
    }).pipe(Effect.provide(layer(server, { apiKeys: redacted("a", "b") })))
  })

  it.effect("keep the wait that a 429 names where there is no other", () => {
    const server = serve({ a: limited, b: limited })
    return Effect.gen(function*() {
      yield* Effect.flip(complete)
      const error = yield* Effect.flip(complete)
      assert(error._tag === "RateLimitedError")
      assert.isDefined(error.retryAfter)
    }).pipe(Effect.provide(layer(server, { apiKeys: redacted("a", "b") }, withoutRetries)))
  })

  it.effect("are used on where the circuit breaker of another one is open, until it lets one through", () => {
    const replies: Replies = { bad: Scripted.failure(500) }
    const server = serve(replies)
    const results = (count: number) =>
      Effect.forEach(Array.from({ length: count }), () => Effect.map(Effect.result(complete), tagOf))
    return Effect.gen(function*() {
      // Every second one of them opens the breaker of the bad key.
      assert.strictEqual((yield* results(10)).filter((tag) => tag !== "success").length, 5)
      const budget = yield* Budget.make({ attempts: 1 })
      const { attempts } = yield* Effect.provideService(complete, Budget.Budget, budget)
      assert.isUndefined(attempts)
      assert.deepStrictEqual(yield* results(9), Array.from({ length: 9 }, () => "success"))
      assert.deepStrictEqual(counts(server), { bad: 5, good: 15 })
      yield* TestClock.adjust("59 seconds")
      yield* results(2)
      assert.strictEqual(counts(server)["bad"], 5)
      delete replies["bad"]
      yield* TestClock.adjust("1 second")
      yield* results(4)
      assert.deepStrictEqual(counts(server), { bad: 7, good: 19 })
    }).pipe(Effect.provide(broken(server, redacted("bad", "good"))))
  })

  it.effect("fail with the error of a circuit breaker where those of all are open", () => {
    const server = serve({ a: Scripted.failure(500), b: Scripted.failure(500) })
    return Effect.gen(function*() {
      for (let call = 0; call < 10; call++) yield* Effect.flip(complete)
      for (let call = 0; call < 4; call++) {
        const error = yield* Effect.flip(complete)
        assert(error._tag === "CircuitOpenError")
        assert.strictEqual(error.retryAt, 60_000)
      }
      assert.deepStrictEqual(counts(server), { a: 5, b: 5 })
    }).pipe(Effect.provide(broken(server, redacted("a", "b"))))
  })

  it.effect("are chosen by what their limits have left", () => {
    const server = serve({})
    const limits = [{ provider: "openai", requestsPerMinute: 10, models: /./ }]
    return Effect.gen(function*() {
      yield* Effect.forEach(Array.from({ length: 20 }), () => complete)
      assert.deepStrictEqual(counts(server), { a: 10, b: 10 })
      // All were sent without a wait, and the next one has to wait.
      assert.isTrue(server.requests.every(({ at }) => at === 0))
      const call = yield* Effect.forkChild(complete, { startImmediately: true })
      yield* TestClock.adjust("30 seconds")
      assert.strictEqual(server.requests.length, 20)
      yield* TestClock.adjust("31 seconds")
      yield* Fiber.join(call)
      const status = yield* RateLimitManager.status
      assert.deepStrictEqual(status.map(({ scope }) => scope.account), ["key 1", "key 2"])
    }).pipe(
      Effect.provide(
        layer(server, { apiKeys: redacted("a", "b") }).pipe(
          Layer.provideMerge(RateLimitManager.layer({ limits })),
          Layer.orDie
        )
      )
    )
  })

  it.effect("prefer the one with more left to the next in turn", () => {
    const left: Record<string, string> = { a: "1", b: "90" }
    const server = Scripted.serve((received) => ({
      ...Scripted.streamed(),
      headers: {
        "content-type": "text/event-stream",
        "x-ratelimit-limit-requests": "100",
        "x-ratelimit-remaining-requests": left[keyOf(received)] ?? "0",
        "x-ratelimit-reset-requests": "60s"
      }
    }))
    return Effect.gen(function*() {
      yield* Effect.forEach([1, 2], () => complete)
      assert.deepStrictEqual(counts(server), { a: 1, b: 1 })
      yield* Effect.forEach([1, 2, 3], () => complete)
      assert.deepStrictEqual(counts(server), { a: 1, b: 4 })
    }).pipe(
      Effect.provide(
        layer(server, { apiKeys: redacted("a", "b") }).pipe(Layer.provideMerge(RateLimitManager.layer()), Layer.orDie)
      )
    )
  })

  it.effect("come from a variable, and from a service that is asked once for each attempt", () => {
    const server = serve({ a: Scripted.failure(401) })
    const fromVariable = layer(server, {}, {}, { OPENAI_API_KEY: " a, b ,c" })
    let read = 0
    let keys = ["d", "e"]
    const apiKeys = Effect.sync(() => {
      read++
      return redacted(...keys)
    })
    return Effect.gen(function*() {
      yield* Effect.provide(Effect.andThen(complete, complete), fromVariable)
      assert.deepStrictEqual(keysOf(server), ["a", "b", "c"])
      server.requests.length = 0
      yield* Effect.gen(function*() {
        yield* complete
        yield* complete
        keys = ["f"]
        yield* complete
        keys = ["g", "h"]
        yield* complete
      }).pipe(Effect.provide(layer(server, { apiKeys })))
      assert.deepStrictEqual(keysOf(server).slice(0, 3), ["d", "e", "f"])
      assert.include(["g", "h"], keysOf(server)[3])
      assert.strictEqual(read, 4)
    })
  })

  it.effect.each<readonly [string, ReadonlyArray<string>, RegExp]>([
    ["no key", [], /^apiKeys is empty/],
    ["an empty key", ["a", " "], /^The API key in key 2 of apiKeys is empty/],
    ["a key that no header can carry", ["a\u0001", "b"], /^The API key in key 1 of apiKeys has characters/]
  ])("fail the call before it is sent where there is %s", ([, keys, message]) => {
    const server = serve({})
    return Effect.gen(function*() {
      const error = yield* Effect.flip(complete)
      assert.strictEqual(error._tag, "ConfigurationError")
      assert.match(error.message, message)
      assert.strictEqual(server.requests.length, 0)
    }).pipe(Effect.provide(layer(server, { apiKeys: redacted(...keys) })))
  })

  it.effect("are one that an effect returns, which runs once for each attempt, and once for each retry", () => {
    const server = serve({ b: Scripted.failure(500) })
    let read = 0
    const keys = ["a", "b", "c"]
    const apiKey = Effect.sync(() => Redacted.make(keys[read++] ?? ""))
    return Effect.gen(function*() {
      yield* complete
      const call = yield* Effect.forkChild(complete, { startImmediately: true })
      yield* TestClock.adjust("1 minute")
      yield* Fiber.join(call)
      assert.deepStrictEqual(keysOf(server), ["a", "b", "c"])
      assert.strictEqual(read, 3)
      const status = yield* RateLimitManager.status
      assert.deepStrictEqual(new Set(status.map(({ scope }) => scope.account)), new Set(["apiKey"]))
      const states = yield* CircuitBreakers.states
      assert.deepStrictEqual(states.map(({ circuit }) => circuit.key), ["apiKey", "apiKey", "apiKey"])
    }).pipe(
      Effect.provide(
        layer(server, { apiKey }).pipe(
          Layer.provideMerge([RateLimitManager.layer(), CircuitBreakers.layer()]),
          Layer.orDie
        )
      )
    )
  })

  it.effect("change nothing where there is one", () => {
    const server = serve({ only: Scripted.failure(401) })
    return Effect.gen(function*() {
      for (let call = 0; call < 3; call++)
        assert.strictEqual((yield* Effect.flip(complete))._tag, "AuthenticationError")
      assert.deepStrictEqual(counts(server), { only: 3 })
    }).pipe(Effect.provide(layer(server, {}, {}, { OPENAI_API_KEY: "only" })))
  })

  it.effect("leave no key held by a request that is interrupted after any number of steps", () => {
    const replies: Replies = {}
    const server = serve(replies)
    return Effect.gen(function*() {
      const before = new Set<number>()
      for (let turns = 0; turns < 60; turns++) {
        replies["a"] = Scripted.failure(401)
        yield* Effect.andThen(complete, complete)
        // An hour is the longest time for which a key is set aside.
        yield* TestClock.adjust("1 hour")
        replies["a"] = Scripted.steps(RawServer.data({ choices: [] }), { wait: undefined })
        const sent = server.requests.length
        const trial = yield* Effect.andThen(complete, complete).pipe(
          Effect.provideService(References.MaxOpsBeforeYield, 4),
          Effect.forkChild({ startImmediately: true })
        )
        for (let turn = 0; turn < turns; turn++) yield* Effect.yieldNow
        yield* Fiber.interrupt(trial)
        before.add(server.requests.length - sent)
        delete replies["a"]
        const count = counts(server)["a"] ?? 0
        yield* Effect.andThen(complete, complete)
        assert.strictEqual(counts(server)["a"], count + 1, `after ${turns} turns`)
        assert.strictEqual(server.open(), 0)
      }
      assert.isTrue(before.has(0) && before.size > 1)
    }).pipe(Effect.provide(layer(server, { apiKeys: redacted("a", "b") })))
  })

  it.effect("are printed nowhere but by alias", () => {
    const secret = (name: string) => `sk-canar1-${name}-0123456789abcdef`
    const repeating = (received: Scripted.Received, status: number) =>
      Scripted.json({ error: { message: `The key ${keyOf(received)} is wrong`, type: "error" } }, status)
    const statuses: Record<string, number> = { [secret("a")]: 401, [secret("b")]: 403, [secret("c")]: 429 }
    const server = Scripted.serve((received) => repeating(received, statuses[keyOf(received)] ?? 500))
    return Effect.gen(function*() {
      const call = Effect.provideService(complete, ChatModel, yield* ChatModel)
      const watched = yield* Effect.forkChild(Watching.watch(call), { startImmediately: true })
      yield* TestClock.adjust("1 minute")
      const seen = yield* Fiber.join(watched)
      assert.isTrue(Exit.isFailure(seen.exit))
      Watching.checkAll(seen)
      const lines = seen.console.map(String).filter((line) => line.includes("setting a key aside"))
      for (const alias of ["key 1", "key 2"]) assert.isTrue(lines.some((line) => line.includes(alias)), alias)
      assert.includeMembers(keysOf(server), ["a", "b", "c", "d"].map(secret))
    }).pipe(Effect.provide(layer(server, { apiKeys: redacted(...["a", "b", "c", "d"].map(secret)) })))
  })
})
