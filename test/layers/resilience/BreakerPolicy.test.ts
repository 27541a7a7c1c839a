/**
 * Circuit breakers around calls of several operations, in virtual time.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Fiber, Layer, Logger, Metric, References, Result, Stream } from "effect"
import { TestClock } from "effect/testing"
import {
  Budget,
  ChatModel,
  CircuitBreakers,
  type CircuitBreakersOptions,
  type CircuitTransition,
  type CompletionError,
  type CompletionRequest,
  Embeddings,
  ModelListing,
  RetryPolicy
} from "sluice"
import * as RawServer from "../../support/RawServer.ts"
import * as Scripted from "../../support/Scripted.ts"

const request: CompletionRequest.CompletionRequestInput = { model: "openai/m", prompt: "Hi" }

const layer = (server: Scripted.Server, options?: CircuitBreakersOptions) =>
  Scripted.layer(server, { maxRetries: 0 }).pipe(Layer.provideMerge(CircuitBreakers.layer(options)), Layer.orDie)

const complete = ChatModel.complete(request)

const failureOf = <A, E>(result: Result.Result<A, E>): E => {
  assert(Result.isFailure(result))
  return result.failure
}

/** Makes a call after another, and returns the tags of their errors, `success` for none. */
const times = <A, R>(count: number, call: Effect.Effect<A, CompletionError, R>) =>
  Effect.forEach(
    Array.from({ length: count }),
    () => Effect.map(Effect.result(call), (result) => Result.isSuccess(result) ? "success" : result.failure._tag)
  )

const stateOf = Effect.map(CircuitBreakers.states, (states) => states.map(({ state }) => state))

/** A server that replies as told, until it is told otherwise. */
const mutable = (reply: Scripted.Reply) => {
  const state = { reply }
  return Object.assign(Scripted.serve(() => state.reply), {
    reply: (next: Scripted.Reply) => void (state.reply = next)
  })
}

const overloaded = Array.from({ length: 5 }, () => "OverloadedError")

describe("a circuit breaker around calls", () => {
  it.effect("sends nothing to a provider that has failed five times, and says until when", () => {
    const server = mutable(Scripted.failure(503))
    return Effect.gen(function*() {
      assert.deepStrictEqual(yield* times(6, complete), [...overloaded, "CircuitOpenError"])
      assert.strictEqual(server.requests.length, 5)
      yield* TestClock.adjust("30 seconds")
      const failure = failureOf(yield* Effect.result(complete))
      assert(failure._tag === "CircuitOpenError")
      assert.deepInclude(failure, { provider: "openai", model: "m", retryAt: 60_000, lastFailure: "OverloadedError" })
      assert.isFalse(failure.isRetryable)
      assert.include(failure.message, "1970-01-01T00:01:00.000Z, after OverloadedError")
      yield* TestClock.adjust("30 seconds")
      server.reply(Scripted.streamed())
      assert.deepStrictEqual(yield* times(2, complete), ["success", "success"])
      assert.strictEqual(server.requests.length, 7)
    }).pipe(Effect.provide(layer(server)))
  })

  it.effect("is not there without its layer", () => {
    const server = mutable(Scripted.failure(503))
    return Effect.gen(function*() {
      assert.deepStrictEqual(yield* times(10, complete), [...overloaded, ...overloaded])
    }).pipe(Effect.provide(Scripted.layer(server, { maxRetries: 0 })))
  })

  it.effect("may be that of a single call", () => {
    const server = mutable(Scripted.failure(503))
    return Effect.gen(function*() {
      const tags = yield* times(6, complete).pipe(Effect.provide(CircuitBreakers.layer({ failures: 2 })))
      assert.deepStrictEqual(tags.slice(1, 3), ["OverloadedError", "CircuitOpenError"])
    }).pipe(Effect.provide(Scripted.layer(server, { maxRetries: 0 })))
  })

  it.effect("is one for each provider and model, whatever the operation is", () => {
    const server = Scripted.serve((received) =>
      received.url.host === "openai.test" && received.text.includes("\"model\":\"m\"") ?
        Scripted.failure(503) :
        received.url.pathname.endsWith("embeddings")
        ? Scripted.vectors(received)
        : Scripted.streamed()
    )
    const embed = (model: string) => Embeddings.embed({ model, inputs: ["a"] })
    return Effect.gen(function*() {
      assert.deepStrictEqual(yield* times(3, embed("openai/m")), overloaded.slice(0, 3))
      assert.deepStrictEqual(yield* times(3, complete), [...overloaded.slice(0, 2), "CircuitOpenError"])
      assert.deepStrictEqual(yield* times(1, embed("openai/m")), ["CircuitOpenError"])
      assert.deepStrictEqual(yield* times(1, embed("openai/other")), ["success"])
      assert.deepStrictEqual(yield* times(1, ChatModel.complete({ ...request, model: "together/m" })), ["success"])
      const states = yield* CircuitBreakers.states
      assert.deepStrictEqual(
        states.map(({ circuit, state }) => [circuit.provider, circuit.host, circuit.model, state]),
        [
          ["openai", "openai.test", "m", "open"],
          ["openai", "openai.test", "other", "closed"],
          ["together", "together.test", "m", "closed"]
        ]
      )
    }).pipe(Effect.provide(layer(server)))
  })

  it.effect("counts lists of models too", () => {
    const server = mutable(Scripted.failure(500))
    return Effect.gen(function*() {
      const tags = yield* times(6, ModelListing.list("openai"))
      assert.strictEqual(tags.at(-1), "CircuitOpenError")
      assert.strictEqual(server.requests.length, 5)
    }).pipe(Effect.provide(layer(server)))
  })

  it.effect.each<readonly [string, Scripted.Reply]>([
    ["a connection that is refused", { refused: "ECONNREFUSED" }],
    ["a response that is cut", Scripted.steps(RawServer.delta("Hel"), { cut: true })],
    ["a malformed stream", Scripted.steps("data: {\n\n")],
    ["an overload inside a 200", Scripted.steps(RawServer.data({ error: { message: "overloaded", code: 503 } }))],
    ["a lack of capacity, as a 429", Scripted.json({ error: { message: "temporarily unable to process" } }, 429)]
  ])("counts %s", ([, reply]) => {
    const server = mutable(reply)
    return Effect.gen(function*() {
      assert.strictEqual((yield* times(6, complete)).at(-1), "CircuitOpenError")
    }).pipe(Effect.provide(layer(server)))
  })

  it.effect.each<readonly [string, Scripted.Reply]>([
    ["a rate limit", Scripted.failure(429)],
    ["an invalid request", Scripted.failure(400)],
    ["an invalid key", Scripted.failure(401)],
    ["a spent quota", Scripted.json({ error: { message: "no", code: "insufficient_quota" } }, 429)]
  ])("does not count %s, not even of the attempt that decides", ([, reply]) => {
    const server = mutable(reply)
    return Effect.gen(function*() {
      yield* times(20, complete)
      assert.strictEqual(server.requests.length, 20)
      assert.deepStrictEqual(yield* stateOf, ["closed"])
      server.reply(Scripted.failure(503))
      yield* times(5, complete)
      yield* TestClock.adjust("1 minute")
      server.reply(reply)
      yield* times(3, complete)
      assert.deepStrictEqual(yield* stateOf, ["half-open"])
      assert.strictEqual(server.requests.length, 28)
    }).pipe(Effect.provide(layer(server)))
  })

  it.effect("closes with the first content of a stream, and does not wait for its end", () => {
    const server = mutable(Scripted.failure(503))
    return Effect.gen(function*() {
      yield* times(5, complete)
      yield* TestClock.adjust("1 minute")
      const long = Scripted.steps(RawServer.delta("Hel"), { wait: 100_000 }, RawServer.stop, RawServer.done)
      server.reply(long)
      const fiber = yield* Effect.forkChild(complete, { startImmediately: true })
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(yield* stateOf, ["closed"])
      server.reply(Scripted.streamed())
      assert.deepStrictEqual(yield* times(1, complete), ["success"])
      yield* TestClock.adjust("100 seconds")
      assert.strictEqual((yield* Fiber.join(fiber)).text, "Hel")
    }).pipe(Effect.provide(layer(server)))
  })

  it.effect("opens when streams begin and are cut, over and over", () => {
    const server = mutable(Scripted.steps(RawServer.delta("Hel"), { cut: true }))
    return Effect.gen(function*() {
      const stream = Stream.runDrain(ChatModel.stream(request))
      assert.deepStrictEqual((yield* times(6, stream)).slice(4), ["IncompleteStreamError", "CircuitOpenError"])
      assert.deepInclude((yield* CircuitBreakers.states)[0] ?? {}, { failures: 0, cuts: 5 })
    }).pipe(Effect.provide(layer(server)))
  })

  it.effect.each<readonly [string, Scripted.Reply]>([
    ["before the headers", { delay: Infinity }],
    ["before the first content", Scripted.steps({ wait: undefined })]
  ])("frees the attempt that decides when it is interrupted %s", ([, reply]) => {
    const server = mutable(Scripted.failure(503))
    return Effect.gen(function*() {
      yield* times(5, complete)
      yield* TestClock.adjust("1 minute")
      server.reply(reply)
      const probe = yield* Effect.forkChild(complete, { startImmediately: true })
      yield* TestClock.adjust("1 second")
      assert.strictEqual(server.requests.length, 6)
      assert.deepStrictEqual(yield* times(1, complete), ["CircuitOpenError"])
      yield* Fiber.interrupt(probe)
      server.reply(Scripted.streamed())
      assert.deepStrictEqual(yield* times(1, complete), ["success"])
      assert.deepStrictEqual(yield* stateOf, ["closed"])
    }).pipe(Effect.provide(layer(server)))
  })

  it.effect("leaves nothing reserved of a call that is interrupted after any number of steps", () => {
    const server = mutable(Scripted.failure(503))
    return Effect.gen(function*() {
      const before = new Set<number>()
      for (let turns = 0; turns < 60; turns++) {
        server.reply(Scripted.failure(503))
        yield* times(5, complete)
        yield* TestClock.adjust("1 minute")
        server.reply(Scripted.steps(...Array.from({ length: 10 }, () => RawServer.delta(" ")), { wait: undefined }))
        const sent = server.requests.length
        // It lets other fibers run after every few operations.
        const probe = yield* complete.pipe(
          Effect.provideService(References.MaxOpsBeforeYield, 4),
          Effect.forkChild({ startImmediately: true })
        )
        for (let turn = 0; turn < turns; turn++) yield* Effect.yieldNow
        yield* Fiber.interrupt(probe)
        before.add(server.requests.length - sent)
        server.reply(Scripted.streamed())
        assert.deepStrictEqual(yield* times(1, complete), ["success"], `after ${turns} turns`)
      }
      // Both before and after the request was sent.
      assert.deepStrictEqual([...before].toSorted(), [0, 1])
    }).pipe(Effect.provide(layer(server, { openFactor: 1 })))
  })

  it.effect("is not asked again by a policy that retries everything", () => {
    const server = mutable(Scripted.failure(503))
    const everything = { ...RetryPolicy.make({ maxRetries: 9, retryBase: "1 second" }), retryable: () => true }
    return Effect.gen(function*() {
      const fiber = yield* Effect.forkChild(Effect.flip(Effect.provide(complete, RetryPolicy.layer(everything))), {
        startImmediately: true
      })
      yield* TestClock.adjust("1 hour")
      const error = yield* Fiber.join(fiber)
      assert(error._tag === "CircuitOpenError")
      assert.strictEqual(server.requests.length, 5)
      assert.deepStrictEqual(error.attempts?.map(({ outcome }) => outcome), [...overloaded, "CircuitOpenError"])
    }).pipe(Effect.provide(layer(server)))
  })

  it.effect("costs a budget nothing where it refuses", () => {
    const server = mutable(Scripted.failure(503))
    return Effect.gen(function*() {
      yield* times(5, complete)
      const budget = yield* Budget.make({ attempts: 1, tokens: 1_000_000 })
      const tags = yield* Effect.provideService(times(3, complete), Budget.Budget, budget)
      assert.deepStrictEqual(tags, ["CircuitOpenError", "CircuitOpenError", "CircuitOpenError"])
      assert.deepStrictEqual(budget.account.reserved, { tokens: 0, nanoUsd: 0 })
      assert.strictEqual(budget.account.left().attempts, 1)
    }).pipe(Effect.provide(layer(server)))
  })

  it.effect("reports its changes as a stream, as log lines and as metrics", () => {
    const server = mutable(Scripted.failure(503))
    const lines: Array<readonly [unknown, Readonly<Record<string, unknown>>]> = []
    const logger = Logger.make(({ fiber, message }) => {
      lines.push([message, { ...fiber.getRef(References.CurrentLogAnnotations) }])
    })
    return Effect.gen(function*() {
      const seen: Array<CircuitTransition> = []
      yield* CircuitBreakers.transitions.pipe(
        Stream.runForEach((transition) => Effect.sync(() => seen.push(transition))),
        Effect.forkScoped({ startImmediately: true })
      )
      yield* times(7, complete)
      yield* TestClock.adjust("1 minute")
      server.reply(Scripted.streamed())
      yield* times(2, complete)
      yield* TestClock.adjust("1 second")
      const circuit = { provider: "openai", host: "openai.test", key: "apiKey", model: "m" }
      assert.deepStrictEqual(
        seen.map(({ at, circuit, from, to }) => [circuit, from, to, at]),
        [
          [circuit, "closed", "open", 0],
          [circuit, "open", "half-open", 60_000],
          [circuit, "half-open", "closed", 60_000]
        ]
      )
      const facts = { provider: "openai", model: "m", host: "openai.test", key: "apiKey" }
      assert.deepStrictEqual(lines, [
        [["a circuit breaker is open"], { ...facts, from: "closed", reason: "OverloadedError", openMs: 60_000 }],
        [["a circuit breaker is half-open"], { ...facts, from: "open" }],
        [["a circuit breaker is closed"], { ...facts, from: "half-open" }]
      ])
      const metrics = (yield* Metric.snapshot).filter(({ id }) => id.startsWith("sluice.circuit_breaker"))
      assert.strictEqual(metrics.length, 4)
    }).pipe(
      Effect.scoped,
      Effect.provide(Logger.layer([logger])),
      Effect.provideService(Metric.MetricRegistry, new Map()),
      Effect.provide(layer(server))
    )
  })

  it.effect.each<readonly [string, CircuitBreakersOptions]>([
    ["failures", { failures: 0 }],
    ["failures", { failures: 1.5 }],
    ["failureShare", { failureShare: 0 }],
    ["failureShare", { failureShare: Number.NaN }],
    ["windowSize", { windowSize: 0 }],
    ["windowMinimum", { windowMinimum: 21 }],
    ["window", { window: 0 }],
    ["openFor", { openFor: 0 }],
    ["openFactor", { openFactor: 0.5 }],
    ["maxOpenFor", { openFor: "2 minutes", maxOpenFor: "1 minute" }]
  ])("refuses an invalid %s", ([setting, options]) =>
    Effect.gen(function*() {
      const exit = yield* Effect.exit(Effect.provide(CircuitBreakers.states, CircuitBreakers.layer(options)))
      assert.isTrue(Exit.isFailure(exit))
      const error = yield* Effect.flip(Effect.provide(CircuitBreakers.states, CircuitBreakers.layer(options)))
      assert.strictEqual(error.setting, setting)
    }))
})
