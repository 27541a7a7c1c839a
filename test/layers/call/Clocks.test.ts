/**
 * The clocks of calls in virtual time: each has its own class, its limit and the time that was waited, to the
 * millisecond.
 */
import { assert, describe, it } from "@effect/vitest"
import { Clock, Duration, Effect, Fiber, Result, Stream } from "effect"
import { TestClock } from "effect/testing"
import {
  Budget,
  ChatModel,
  type CompletionError,
  type CompletionRequest,
  Embeddings,
  type ResponseEvent,
  type SluiceConfig
} from "sluice"
import * as RawServer from "../../support/RawServer.ts"
import * as Scripted from "../../support/Scripted.ts"

const keepAlive = ": keep-alive\n\n"

/** A chunk that only names the role: the stream has begun, and nothing of it can be used. */
const begun = RawServer.data({
  id: "c1",
  object: "chat.completion.chunk",
  model: "m",
  choices: [{ index: 0, delta: { role: "assistant", content: "" } }]
})

const seconds = (count: number): Scripted.Step => ({ wait: count * 1000 })

/** The same steps again and again. */
const repeated = (count: number, ...steps: ReadonlyArray<Scripted.Step>) =>
  Array.from({ length: count }, () => steps).flat()

const end = [RawServer.stop, RawServer.done]

interface Options {
  readonly request?: Partial<CompletionRequest.CompletionRequestInput>
  readonly settings?: Partial<SluiceConfig.Settings>
}

/** Runs a call in virtual time, and returns when and how it ended. */
const timed = Effect.fnUntraced(function*<A, E, R>(call: Effect.Effect<A, E, R>) {
  const start = yield* Clock.currentTimeMillis
  const fiber = yield* Effect.result(call).pipe(
    Effect.flatMap((result) => Effect.map(Clock.currentTimeMillis, (now) => ({ result, took: (now - start) / 1000 }))),
    Effect.forkChild({ startImmediately: true })
  )
  yield* TestClock.adjust("10 hours")
  return yield* Fiber.join(fiber)
})

/** Streams a completion from a scripted server. */
const stream = Effect.fnUntraced(function*(reply: Scripted.Reply, { request, settings }: Options = {}) {
  const events: Array<ResponseEvent.ResponseEvent> = []
  const call = Stream.runForEach(
    ChatModel.stream({ model: "openai/gpt-4o", prompt: "Hi", ...request }),
    (event) => Effect.sync(() => events.push(event))
  )
  const server = Scripted.serve(() => reply)
  return yield* timed(call).pipe(
    Effect.map((ended) => ({ ...ended, events, text: textOf(events), requests: server.requests })),
    Effect.provide(Scripted.layer(server, { maxRetries: 0, ...settings }))
  )
})

const textOf = (events: ReadonlyArray<ResponseEvent.ResponseEvent>) =>
  events.map((event) => event._tag === "OutputTextDelta" ? event.delta : "").join("")

/** The class and the times of a failure, in seconds. */
const facts = (
  { result, took }: { readonly result: Result.Result<unknown, CompletionError>; readonly took: number }
) => {
  assert(Result.isFailure(result))
  const { failure } = result
  assert("limit" in failure && "waited" in failure, failure._tag)
  const { limit, waited } = failure
  assert(Duration.isDuration(limit) && Duration.isDuration(waited))
  const tag: string = failure._tag
  return {
    tag,
    ...("kind" in failure ? { kind: String(failure.kind) } : {}),
    ...("lastFailure" in failure ? { lastFailure: failure.lastFailure } : {}),
    limit: Duration.toSeconds(limit),
    waited: Duration.toSeconds(waited),
    took
  }
}

describe("the clocks", () => {
  it.effect("end the wait for headers", () =>
    Effect.gen(function*() {
      const never = { delay: Infinity }
      assert.deepStrictEqual(facts(yield* stream(never)), {
        tag: "RequestTimeoutError",
        limit: 300,
        waited: 300,
        took: 300
      })
      const own = { request: { timeouts: { headers: "7 seconds" } } } as const
      assert.deepStrictEqual(facts(yield* stream(never, own)), {
        tag: "RequestTimeoutError",
        limit: 7,
        waited: 7,
        took: 7
      })
      const embedded = yield* timed(Embeddings.embed({ model: "openai/m", inputs: ["a"] })).pipe(
        Effect.provide(Scripted.layer(Scripted.serve(() => never), { maxRetries: 0 }))
      )
      assert.deepStrictEqual(facts(embedded), { tag: "RequestTimeoutError", limit: 300, waited: 300, took: 300 })
    }))

  it.effect("end the wait for the first event, from sending, whatever keep-alives and lifecycle events come", () =>
    Effect.gen(function*() {
      const expected = { tag: "FirstEventTimeoutError", limit: 300, waited: 300, took: 300 }
      const quiet = Scripted.steps(...repeated(100, keepAlive, seconds(21)))
      assert.deepStrictEqual(facts(yield* stream(quiet)), expected)
      assert.deepStrictEqual(facts(yield* stream({ ...quiet, delay: 100_000 })), expected)
      const lively = Scripted.steps(...repeated(100, begun, keepAlive, seconds(21)))
      const { events, ...ended } = yield* stream({ ...lively, delay: 100_000 })
      assert.deepStrictEqual(facts(ended), expected)
      assert.deepStrictEqual(events.map(({ _tag }) => _tag).filter((tag) => tag !== "Created"), [])
    }))

  it.effect("end the wait for bytes", () =>
    Effect.gen(function*() {
      const paused = Scripted.steps(RawServer.delta("Hel"), seconds(1000), RawServer.delta("lo"))
      const { text, ...ended } = yield* stream(paused)
      assert.strictEqual(text, "Hel")
      const expected = { tag: "StreamIdleTimeoutError", kind: "bytes", limit: 120, waited: 120, took: 120 }
      assert.deepStrictEqual(facts(ended), expected)
      const before = Scripted.steps(begun, seconds(1000))
      assert.deepStrictEqual(facts(yield* stream(before)), expected)
      const kept = Scripted.steps(RawServer.delta("Hel"), seconds(100), keepAlive, seconds(1000))
      assert.deepStrictEqual(facts(yield* stream(kept)), { ...expected, took: 220 })
    }))

  it.effect("end the wait for events with content, which keep-alives are not", () =>
    Effect.gen(function*() {
      const kept = Scripted.steps(RawServer.delta("Hel"), ...repeated(100, seconds(49), keepAlive, begun))
      assert.deepStrictEqual(facts(yield* stream(kept)), {
        tag: "StreamIdleTimeoutError",
        kind: "events",
        limit: 300,
        waited: 300,
        took: 300
      })
    }))

  it.effect("end a response that is too slow, where a rate is set", () =>
    Effect.gen(function*() {
      const slow = Scripted.steps(...repeated(100, RawServer.delta("five!"), seconds(6)), ...end)
      assert.isTrue(Result.isSuccess((yield* stream(slow)).result))
      const rate = (charactersPerSecond: number) => ({
        settings: { minimumRate: { charactersPerSecond, window: "20 seconds" } }
      } as const)
      assert.isTrue(Result.isSuccess((yield* stream(slow, rate(0.5))).result))
      const { result, took } = yield* stream(slow, rate(2))
      assert.deepStrictEqual(facts({ result, took }), { tag: "MinimumRateError", limit: 20, waited: 20, took: 20 })
      assert(Result.isFailure(result) && result.failure._tag === "MinimumRateError")
      assert.deepInclude(result.failure, { charactersPerSecond: 2, characters: 20 })
    }))

  it.effect("let a model think for 75 seconds, before and in its text", () =>
    Effect.gen(function*() {
      const thinking = Scripted.steps(
        begun,
        seconds(75),
        RawServer.delta("Hel"),
        seconds(75),
        RawServer.delta("lo"),
        seconds(75),
        ...end
      )
      const { requests, result, text, took } = yield* stream({ ...thinking, delay: 75_000 }, {
        settings: { maxRetries: 3 }
      })
      assert.isTrue(Result.isSuccess(result))
      assert.strictEqual(text, "Hello")
      assert.strictEqual(took, 300)
      assert.strictEqual(requests.length, 1)
    }))

  it.effect.each<readonly [string, Partial<CompletionRequest.CompletionRequestInput>, number]>([
    ["a model that does not reason", {}, 120],
    ["a reasoning model", { model: "openai/gpt-5.4" }, 300],
    ["a model that is asked to reason", { reasoning: { effort: "low" } }, 300],
    ["a reasoning model that shall not", { model: "openai/gpt-5.4", reasoning: { effort: "none" } }, 120]
  ])("wait for bytes of %s as long as is usual for it", ([, request, limit]) =>
    Effect.gen(function*() {
      const paused = Scripted.steps(
        RawServer.delta("Hel"),
        seconds(limit - 1),
        RawServer.delta("lo"),
        seconds(limit + 1)
      )
      const { text, ...ended } = yield* stream(paused, { request })
      assert.strictEqual(text, "Hello")
      assert.deepInclude(facts(ended), { tag: "StreamIdleTimeoutError", kind: "bytes", limit, waited: limit })
    }))

  it.effect("wait 900 seconds for events of high effort", () =>
    Effect.gen(function*() {
      const request = { model: "openai/gpt-5.4", reasoning: { effort: "high" } } as const
      const slow = Scripted.steps(
        ...repeated(17, seconds(49), keepAlive),
        RawServer.delta("Hel"),
        ...repeated(17, seconds(49), keepAlive),
        RawServer.delta("lo"),
        ...repeated(30, seconds(49), keepAlive)
      )
      const { text, ...ended } = yield* stream(slow, { request })
      assert.strictEqual(text, "Hello")
      assert.deepInclude(facts(ended), { kind: "events", limit: 900, waited: 900, took: 34 * 49 + 900 })
      const silent = Scripted.steps(...repeated(30, keepAlive, seconds(49)))
      assert.deepInclude(facts(yield* stream(silent, { request })), { tag: "FirstEventTimeoutError", limit: 900 })
    }))

  it.effect("are those of the request, then those of the model, then those of the layer", () =>
    Effect.gen(function*() {
      const paused = Scripted.steps(RawServer.delta("Hel"), seconds(1000))
      const settings = {
        idleTimeout: Duration.seconds(30),
        modelTimeouts: [{ models: /^openai\/gpt-4o/, timeouts: { idle: "20 seconds" } }]
      } as const
      const limitOf = (request: Options["request"]) =>
        Effect.map(stream(paused, { settings, request: request ?? {} }), (ended) => facts(ended).limit)
      assert.strictEqual(yield* limitOf({ model: "together/other" }), 30)
      assert.strictEqual(yield* limitOf({}), 20)
      assert.strictEqual(yield* limitOf({ timeouts: { idle: "10 seconds" } }), 10)
      assert.strictEqual(yield* limitOf({ timeouts: { events: "15 seconds" } }), 15)
    }))

  it.effect("do not count the time of a slow consumer", () =>
    Effect.gen(function*() {
      const server = Scripted.serve(() =>
        Scripted.steps(begun, ...repeated(5, RawServer.delta("a"), seconds(10)), ...end)
      )
      const settings = { minimumRate: { charactersPerSecond: 0.01, window: "1 minute" } } as const
      const ended = yield* ChatModel.stream({ model: "openai/gpt-4o", prompt: "Hi" }).pipe(
        Stream.runForEach(() => Effect.sleep("1 hour")),
        timed,
        Effect.provide(Scripted.layer(server, { maxRetries: 0, ...settings }))
      )
      assert.isTrue(Result.isSuccess(ended.result))
      assert.isAbove(ended.took, 5 * 3600)
    }))

  it.effect("make attempts that are repeated before the first event", () =>
    Effect.gen(function*() {
      let number = 0
      const server = Scripted.serve(() =>
        ++number < 3 ? Scripted.steps(...repeated(100, keepAlive, seconds(21))) : Scripted.streamed()
      )
      const { result, took } = yield* timed(ChatModel.complete({ model: "openai/gpt-4o", prompt: "Hi" })).pipe(
        Effect.provide(
          Scripted.layer(server, { retryBase: Duration.seconds(1), firstEventTimeout: Duration.seconds(50) })
        )
      )
      assert.isTrue(Result.isSuccess(result))
      assert.strictEqual(took, 50 + 1 + 50 + 2)
    }))
})

describe("the deadline", () => {
  const complete = (timeouts: CompletionRequest.CompletionRequestInput["timeouts"] = {}) =>
    ChatModel.complete({ model: "openai/gpt-4o", prompt: "Hi", timeouts })

  const settings = { retryBase: Duration.seconds(10), retryFactor: 1, maxRetries: 20 }

  it.effect("covers all attempts, and fails before a wait that would pass it", () => {
    const server = Scripted.serve(() => Scripted.failure(503))
    return Effect.gen(function*() {
      assert.deepStrictEqual(facts(yield* timed(complete({ deadline: "25 seconds" }))), {
        tag: "DeadlineExceededError",
        lastFailure: "OverloadedError",
        limit: 25,
        waited: 20,
        took: 20
      })
      assert.strictEqual(server.requests.length, 3)
    }).pipe(Effect.provide(Scripted.layer(server, settings)))
  })

  it.effect("ends whatever the call is waiting for", () =>
    Effect.gen(function*() {
      const expected = { tag: "DeadlineExceededError", limit: 25, waited: 25, took: 25 }
      const options = { request: { timeouts: { deadline: "25 seconds" } } } as const
      assert.deepStrictEqual(facts(yield* stream({ delay: Infinity }, options)), expected)
      assert.deepStrictEqual(facts(yield* stream(Scripted.steps(begun, seconds(100)), options)), expected)
      const dripping = Scripted.steps(...repeated(100, RawServer.delta("a"), seconds(2)))
      const { text, ...ended } = yield* stream(dripping, { settings: { deadline: Duration.seconds(25) } })
      assert.strictEqual(text, "a".repeat(13))
      assert.deepStrictEqual(facts(ended), expected)
    }))

  it.effect("ends an attempt that is being repeated, and says what failed before", () => {
    const server = Scripted.serve(({ number }) => number === 1 ? Scripted.failure(503) : { delay: Infinity })
    return Effect.gen(function*() {
      assert.deepStrictEqual(facts(yield* timed(complete({ deadline: "25 seconds" }))), {
        tag: "DeadlineExceededError",
        lastFailure: "OverloadedError",
        limit: 25,
        waited: 25,
        took: 25
      })
    }).pipe(Effect.provide(Scripted.layer(server, settings)))
  })

  it.effect("of a budget covers everything inside it", () => {
    const server = Scripted.serve(() => ({ ...Scripted.streamed(), delay: 10_000 }))
    return Effect.gen(function*() {
      const three = Effect.andThen(Effect.andThen(complete(), complete()), complete())
      assert.deepStrictEqual(facts(yield* timed(Budget.within({ deadline: "25 seconds" })(three))), {
        tag: "DeadlineExceededError",
        limit: 25,
        waited: 25,
        took: 25
      })
      assert.strictEqual(server.requests.length, 3)
      // The earlier one of the two applies.
      const own = Budget.within({ deadline: "25 seconds" })(complete({ deadline: "5 seconds" }))
      assert.deepInclude(facts(yield* timed(own)), { limit: 5, took: 5 })
      const nested = complete().pipe(Budget.within({ deadline: "1 hour" }), Budget.within({ deadline: "6 seconds" }))
      assert.deepInclude(facts(yield* timed(nested)), { limit: 6, took: 6 })
    }).pipe(Effect.provide(Scripted.layer(server, settings)))
  })

  it.effect("that has passed sends nothing", () => {
    const server = Scripted.serve(() => Scripted.streamed())
    return Effect.gen(function*() {
      const late = Budget.within({ deadline: "5 seconds" })(Effect.andThen(Effect.sleep("8 seconds"), complete()))
      assert.deepStrictEqual(facts(yield* timed(late)), {
        tag: "DeadlineExceededError",
        limit: 5,
        waited: 8,
        took: 8
      })
      assert.strictEqual(server.requests.length, 0)
    }).pipe(Effect.provide(Scripted.layer(server, settings)))
  })
})
