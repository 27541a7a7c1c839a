/**
 * Calls that wait for rate limits, in virtual time.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Layer, Logger, References, Result } from "effect"
import { TestClock } from "effect/testing"
import {
  Budget,
  ChatModel,
  CircuitBreakers,
  type CompletionError,
  type CompletionRequest,
  Embeddings,
  RateLimitManager,
  type RateLimitManagerOptions
} from "sluice"
import type { Policy } from "../../../src/layers/resilience/Policy.ts"
import { Policies } from "../../../src/layers/resilience/Policies.ts"
import * as RawServer from "../../support/RawServer.ts"
import * as Scripted from "../../support/Scripted.ts"

const request: CompletionRequest.CompletionRequestInput = { model: "openai/m", prompt: "Hi", maxOutputTokens: 100 }
const complete = ChatModel.complete(request)

const layer = (server: Scripted.Server, options: RateLimitManagerOptions) =>
  Scripted.layer(server, { maxRetries: 0 }).pipe(
    Layer.provideMerge(RateLimitManager.layer({ margin: 0, ...options })),
    Layer.orDie
  )

const perMinute = (requestsPerMinute: number) => [{ provider: "openai", requestsPerMinute }]

const fork = <A, R>(call: Effect.Effect<A, CompletionError, R>) =>
  Effect.forkChild(Effect.result(call), { startImmediately: true })

const forkTimes = <A, R>(count: number, call: Effect.Effect<A, CompletionError, R>) =>
  Effect.forEach(Array.from({ length: count }), () => fork(call))

const tagOf = <A>(result: Result.Result<A, CompletionError>): string =>
  Result.isSuccess(result) ? "success" : result.failure._tag

const secondsOf = ({ requests }: Scripted.Server) => requests.map(({ at }) => at / 1000)

/** Everything of the first scope that an attempt could leave behind. */
const left = Effect.map(RateLimitManager.status, ([status]) => ({
  running: status?.running,
  waiting: status?.waiting,
  used: status?.limits.map(({ used }) => used)
}))

/** A stream that goes on until the test lets it end. */
const endless = Scripted.steps(RawServer.delta("Hel"), { wait: undefined })

describe("rate limits", () => {
  it.effect("let so many requests through in any minute, in the order in which they came", () => {
    const server = Scripted.serve(() => Scripted.streamed())
    return Effect.gen(function*() {
      const ended: Array<number> = []
      yield* Effect.forEach(
        Array.from({ length: 7 }, (_, index) => index),
        (index) => fork(Effect.tap(complete, () => Effect.sync(() => ended.push(index))))
      )
      yield* TestClock.adjust("20 seconds")
      assert.deepStrictEqual(secondsOf(server), [0, 0, 0])
      yield* TestClock.adjust("39999 millis")
      assert.strictEqual(server.requests.length, 3)
      yield* TestClock.adjust("1 millis")
      assert.strictEqual(server.requests.length, 6)
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual(secondsOf(server), [0, 0, 0, 60, 60, 60, 120])
      assert.deepStrictEqual(ended, [0, 1, 2, 3, 4, 5, 6])
    }).pipe(Effect.provide(layer(server, { limits: perMinute(3) })))
  })

  it.effect("are not there without their layer", () => {
    const server = Scripted.serve(() => Scripted.streamed())
    return Effect.gen(function*() {
      yield* forkTimes(50, complete)
      yield* TestClock.adjust("1 second")
      assert.strictEqual(server.requests.length, 50)
    }).pipe(Effect.provide(Scripted.layer(server)))
  })

  it.effect("count tokens as the provider does, and settle with the reported usage", () => {
    const server = Scripted.serve(() => Scripted.streamed(10, 5))
    const limits = [{ provider: "together", tokensPerMinute: 1000 }]
    return Effect.gen(function*() {
      const call = ChatModel.complete({ ...request, model: "together/m", maxOutputTokens: 400 })
      // Each reserves about 600, and uses 15.
      yield* forkTimes(10, call)
      yield* TestClock.adjust("1 second")
      assert.strictEqual(server.requests.length, 10)
      assert.deepStrictEqual((yield* left).used, [150])
    }).pipe(Effect.provide(layer(server, { limits })))
  })

  it.effect("hold what OpenAI reserves, which is not settled", () => {
    const server = Scripted.serve(() => Scripted.streamed(10, 5))
    const limits = [{ provider: "openai", tokensPerMinute: 1000 }]
    return Effect.gen(function*() {
      yield* forkTimes(5, ChatModel.complete({ ...request, maxOutputTokens: 500 }))
      yield* TestClock.adjust("59 seconds")
      assert.strictEqual(server.requests.length, 2)
      yield* TestClock.adjust("1 minute")
      assert.strictEqual(server.requests.length, 4)
    }).pipe(Effect.provide(layer(server, { limits })))
  })

  it.effect("count the output of a request when it has been written, where the provider does", () => {
    const server = Scripted.serve(() =>
      Scripted.steps(
        RawServer.data({ type: "message_start", message: { id: "m", model: "m", usage: { input_tokens: 10 } } }),
        RawServer.data({ type: "content_block_start", index: 0, content_block: { type: "text", text: "Hi" } }),
        RawServer.data({ type: "content_block_stop", index: 0 }),
        RawServer.data({
          type: "message_delta",
          delta: { stop_reason: "end_turn" },
          usage: { input_tokens: 10, output_tokens: 900 }
        }),
        RawServer.data({ type: "message_stop" })
      )
    )
    const limits = [{ provider: "anthropic", outputTokensPerMinute: 1000 }]
    return Effect.gen(function*() {
      const call = ChatModel.complete({ ...request, model: "anthropic/claude-opus-4-5", maxOutputTokens: 5000 })
      yield* forkTimes(2, call)
      yield* TestClock.adjust("1 second")
      // The output limit reserves nothing.
      assert.strictEqual(server.requests.length, 2)
      yield* forkTimes(1, call)
      yield* TestClock.adjust("58 seconds")
      assert.deepStrictEqual((yield* left).used, [1800])
    }).pipe(Effect.provide(layer(server, { limits })))
  })

  it.effect("let a request through that is over a limit, when nothing else is in the window", () => {
    const server = Scripted.serve(() => Scripted.streamed())
    const limits = [{ provider: "openai", tokensPerMinute: 100 }]
    return Effect.gen(function*() {
      yield* forkTimes(2, ChatModel.complete({ ...request, maxOutputTokens: 5000 }))
      yield* TestClock.adjust("59 seconds")
      assert.strictEqual(server.requests.length, 1)
      yield* TestClock.adjust("1 second")
      assert.strictEqual(server.requests.length, 2)
    }).pipe(Effect.provide(layer(server, { limits })))
  })

  it.effect("let so many requests run at once, to the end of their responses", () => {
    const server = Scripted.serve(() => Scripted.steps(RawServer.delta("Hi"), { wait: 5000 }, RawServer.stop))
    const limits = [{ provider: "openai", concurrency: 2 }]
    return Effect.gen(function*() {
      yield* forkTimes(5, complete)
      yield* TestClock.adjust("4999 millis")
      assert.deepStrictEqual(yield* left, { running: 2, waiting: 3, used: [2] })
      yield* TestClock.adjust("30 seconds")
      assert.deepStrictEqual(secondsOf(server), [0, 0, 5, 5, 10])
      assert.deepStrictEqual(yield* left, { running: 0, waiting: 0, used: [0] })
    }).pipe(Effect.provide(layer(server, { limits })))
  })

  it.effect("are those of each model, unless a rule says that they are shared", () => {
    const server = Scripted.serve((received) =>
      received.url.pathname.endsWith("embeddings") ? Scripted.vectors(received) : Scripted.streamed()
    )
    const limits = [
      { provider: "openai", models: /^small/, requestsPerMinute: 1, isShared: true },
      { provider: "openai", requestsPerMinute: 2 }
    ]
    return Effect.gen(function*() {
      for (const model of ["a", "b", "small-1", "small-2"]) {
        yield* forkTimes(3, ChatModel.complete({ ...request, model: `openai/${model}` }))
      }
      yield* fork(Embeddings.embed({ model: "openai/a", inputs: ["a"] }))
      yield* TestClock.adjust("1 second")
      const models = server.requests.map(({ text }) => /"model":"([^"]*)"/.exec(text)?.[1])
      assert.deepStrictEqual(models, ["a", "a", "b", "b", "small-1"])
    }).pipe(Effect.provide(layer(server, { limits })))
  })

  it.effect("refuse at once what would wait for longer than it may", () => {
    const server = Scripted.serve(() => Scripted.streamed())
    return Effect.gen(function*() {
      yield* complete
      yield* TestClock.adjust("20 seconds")
      const error = yield* Effect.flip(ChatModel.complete({ ...request, timeouts: { deadline: "30 seconds" } }))
      assert(error._tag === "RateLimitedError")
      assert.isTrue(error.local)
      assert.isFalse(error.isRetryable)
      assert.strictEqual(Number(error.retryAfter?.toString().match(/\d+/)?.[0] ?? 0) > 0, true)
      assert.include(error.message, "in 40 s")
      const fiber = yield* fork(ChatModel.complete({ ...request, timeouts: { deadline: "50 seconds" } }))
      yield* TestClock.adjust("40 seconds")
      assert.strictEqual(tagOf(yield* Fiber.join(fiber)), "success")
    }).pipe(Effect.provide(layer(server, { limits: perMinute(1) })))
  })

  it.effect("refuse those that stand further behind when their time is over", () => {
    const server = Scripted.serve(() => Scripted.streamed())
    return Effect.gen(function*() {
      const fibers = yield* forkTimes(3, complete)
      yield* TestClock.adjust("90 seconds")
      const results = yield* Effect.forEach(fibers, Fiber.join)
      assert.deepStrictEqual(results.map(tagOf), ["success", "success", "RateLimitedError"])
      assert.deepStrictEqual(yield* left, { running: 0, waiting: 0, used: [1] })
    }).pipe(Effect.provide(layer(server, { limits: perMinute(1), maxWait: "90 seconds" })))
  })

  it.effect("go on to another target after half a minute", () => {
    const server = Scripted.serve(() => Scripted.streamed())
    const fallback: Policy = (_call, open) => (attempt, scope) =>
      Effect.catch(
        open({ ...attempt, targetsLeft: 1 }, scope),
        () => open({ ...attempt, target: { provider: "together", model: "m" } }, scope)
      )
    return Effect.gen(function*() {
      yield* complete
      yield* TestClock.adjust("29 seconds")
      assert.strictEqual(tagOf(yield* Effect.result(complete)), "success")
      assert.deepStrictEqual(server.requests.map(({ url }) => url.host), ["openai.test", "together.test"])
    }).pipe(
      Effect.provideService(Policies, [fallback]),
      Effect.provide(layer(server, { limits: perMinute(1) }))
    )
  })

  it.effect("refuse what finds the queue full", () => {
    const server = Scripted.serve(() => Scripted.streamed())
    return Effect.gen(function*() {
      const fibers = yield* forkTimes(4, complete)
      const last = yield* Fiber.join(fibers[3] ?? (yield* Effect.die("no fiber")))
      assert.strictEqual(tagOf(last), "RateLimitQueueFullError")
      yield* TestClock.adjust("2 minutes")
      assert.deepStrictEqual((yield* Effect.forEach(fibers.slice(0, 3), Fiber.join)).map(tagOf), [
        "success",
        "success",
        "success"
      ])
    }).pipe(Effect.provide(layer(server, { limits: perMinute(1), maxWaiting: 2 })))
  })

  it.effect("take nothing of a wait that is interrupted, and let the next one pass", () => {
    const server = Scripted.serve(() => Scripted.streamed())
    return Effect.gen(function*() {
      const fibers = yield* forkTimes(4, complete)
      yield* TestClock.adjust("30 seconds")
      for (const fiber of fibers.slice(1, 3)) yield* Fiber.interrupt(fiber)
      assert.deepStrictEqual(yield* left, { running: 0, waiting: 1, used: [1] })
      yield* TestClock.adjust("30 seconds")
      assert.deepStrictEqual(secondsOf(server), [0, 60])
    }).pipe(Effect.provide(layer(server, { limits: perMinute(1) })))
  })

  it.effect("count a request that is interrupted in its response, and nothing of one that was not sent", () => {
    const server = Scripted.serve(() => endless)
    const limits = [{ provider: "together", tokensPerMinute: 10_000, concurrency: 1 }]
    const call = ChatModel.complete({ ...request, model: "together/m" })
    return Effect.gen(function*() {
      const [first, second] = yield* forkTimes(2, call)
      yield* TestClock.adjust("1 second")
      const reserved = (yield* left).used?.[0] ?? 0
      assert.isAbove(reserved, 100)
      if (second !== undefined) yield* Fiber.interrupt(second)
      if (first !== undefined) yield* Fiber.interrupt(first)
      // What it may have used stays reserved until the minute is over.
      assert.deepStrictEqual(yield* left, { running: 0, waiting: 0, used: [reserved, 0] })
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual((yield* left).used, [0, 0])
    }).pipe(Effect.provide(layer(server, { limits })))
  })

  it.effect("leave nothing reserved of a call that is interrupted after any number of steps", () => {
    const server = Scripted.serve(() => endless)
    const limits = [{ provider: "openai", concurrency: 1, requestsPerMinute: 1000 }]
    return Effect.gen(function*() {
      const sent = new Set<number>()
      for (let turns = 0; turns < 60; turns++) {
        const before = server.requests.length
        const fiber = yield* complete.pipe(
          Effect.provideService(References.MaxOpsBeforeYield, 4),
          Effect.forkChild({ startImmediately: true })
        )
        for (let turn = 0; turn < turns; turn++) yield* Effect.yieldNow
        yield* Fiber.interrupt(fiber)
        sent.add(server.requests.length - before)
        const state = yield* left
        assert.deepInclude(state.used === undefined ? { running: 0, waiting: 0 } : state, { running: 0, waiting: 0 })
        // One that was let through, and interrupted on the way to the server, counts.
        assert.isAtLeast(state.used?.[0] ?? 0, server.requests.length)
        assert.isAtMost(state.used?.[0] ?? 0, server.requests.length + 30)
      }
      assert.deepStrictEqual([...sent].toSorted(), [0, 1])
    }).pipe(Effect.provide(layer(server, { limits })))
  })

  it.effect("return what an attempt reserved that a budget refuses", () => {
    const server = Scripted.serve(() => Scripted.streamed())
    return Effect.gen(function*() {
      const result = yield* Effect.result(Budget.within({ attempts: 0 })(complete))
      assert.strictEqual(tagOf(result), "BudgetExceededError")
      assert.deepStrictEqual(yield* left, { running: 0, waiting: 0, used: [0] })
    }).pipe(Effect.provide(layer(server, { limits: perMinute(1) })))
  })

  it.effect("return what an attempt reserved whose circuit breaker opened while it waited", () => {
    const server = Scripted.serve(() => Scripted.failure(503))
    return Effect.gen(function*() {
      const fibers = yield* forkTimes(3, complete)
      yield* TestClock.adjust("2 minutes")
      assert.deepStrictEqual((yield* Effect.forEach(fibers, Fiber.join)).map(tagOf), [
        "OverloadedError",
        "OverloadedError",
        "CircuitOpenError"
      ])
      assert.deepStrictEqual(yield* left, { running: 0, waiting: 0, used: [0] })
    }).pipe(
      Effect.provide(Layer.mergeAll(
        layer(server, { limits: perMinute(1) }),
        CircuitBreakers.layer({ failures: 2, openFor: "5 minutes" })
      ))
    )
  })

  it.effect("write a line when a wait begins, and one a minute", () => {
    const server = Scripted.serve(() => endless)
    const lines: Array<Readonly<Record<string, unknown>>> = []
    const logger = Logger.make(({ fiber }) => {
      lines.push({ ...fiber.getRef(References.CurrentLogAnnotations) })
    })
    return Effect.gen(function*() {
      yield* forkTimes(4, complete)
      yield* TestClock.adjust("110 seconds")
      assert.strictEqual(lines.length, 2)
      assert.deepInclude(lines[0] ?? {}, { provider: "openai", model: "m", reason: "concurrency", waiting: 1 })
      assert.deepInclude(lines[1] ?? {}, { waiting: 3 })
    }).pipe(
      Effect.provide(
        Logger.layer([logger]).pipe(
          Layer.provideMerge(layer(server, { limits: [{ provider: "openai", concurrency: 1 }] }))
        )
      )
    )
  })

  it.effect.each<readonly [string, RateLimitManagerOptions]>([
    ["no requests", { limits: perMinute(0) }],
    ["half a request", { limits: perMinute(0.5) }],
    ["no number", { limits: perMinute(Number.NaN) }],
    ["a queue of less than nothing", { maxWaiting: -1 }]
  ])("refuse %s", ([, options]) =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(Effect.provide(RateLimitManager.status, RateLimitManager.layer(options)))
      assert.strictEqual(error._tag, "ConfigurationError")
    }))
})
