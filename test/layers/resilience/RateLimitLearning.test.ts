/**
 * What calls learn of the limits of their provider, in virtual time.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Layer, Stream } from "effect"
import { TestClock } from "effect/testing"
import { ChatModel, RateLimitManager, type RateLimitManagerOptions, type RateLimitStatus } from "sluice"
import * as RawServer from "../../support/RawServer.ts"
import * as Scripted from "../../support/Scripted.ts"

const callOf = (model: string) => ChatModel.complete({ model, prompt: "Hi", maxOutputTokens: 100 })

const layer = (server: Scripted.Server, options: RateLimitManagerOptions = {}, maxRetries = 0) =>
  Scripted.layer(server, { maxRetries }, ["deepseek"]).pipe(
    Layer.provideMerge(RateLimitManager.layer({ margin: 0, ...options })),
    Layer.orDie
  )

const forkTimes = (count: number, model = "openai/m") =>
  Effect.forEach(
    Array.from({ length: count }),
    () => Effect.forkChild(Effect.result(callOf(model)), { startImmediately: true })
  )

const withHeaders = (reply: Scripted.Reply, headers: Readonly<Record<string, string>>): Scripted.Reply => ({
  ...reply,
  headers: { ...reply.headers, ...headers }
})

const requests = (limit: number, remaining: number, reset: string) => ({
  "x-ratelimit-limit-requests": String(limit),
  "x-ratelimit-remaining-requests": String(remaining),
  "x-ratelimit-reset-requests": reset
})

const secondsOf = ({ requests }: Scripted.Server) => requests.map(({ at }) => at / 1000)

describe("limits that are learned", () => {
  it.effect("are those of the first response, before others are sent", () => {
    const server = Scripted.serve(({ number }) =>
      withHeaders({ ...Scripted.streamed(), delay: 1000 }, requests(4, 4 - number, `${number * 15}s`))
    )
    return Effect.gen(function*() {
      yield* forkTimes(6)
      yield* TestClock.adjust("999 millis")
      assert.deepStrictEqual(secondsOf(server), [0])
      assert.strictEqual((yield* RateLimitManager.status)[0]?.reason, "unknown")
      yield* TestClock.adjust("10 seconds")
      assert.deepStrictEqual(secondsOf(server), [0, 1, 1, 1])
      assert.strictEqual((yield* RateLimitManager.status)[0]?.reason, "requestsPerMinute")
      yield* TestClock.adjust("1 minute")
      assert.strictEqual(server.requests.length, 6)
    }).pipe(Effect.provide(layer(server)))
  })

  it.effect("do not exist where a first response reports none", () => {
    const server = Scripted.serve(() => Scripted.streamed())
    return Effect.gen(function*() {
      yield* forkTimes(50)
      yield* TestClock.adjust("1 second")
      assert.strictEqual(server.requests.length, 50)
    }).pipe(Effect.provide(layer(server)))
  })

  it.effect("are looked for again where the first request is interrupted or fails", () => {
    const server = Scripted.serve(({ number }) =>
      number === 1 ? { delay: Infinity } : number === 2 ? Scripted.failure(500) : Scripted.streamed()
    )
    return Effect.gen(function*() {
      const [first] = yield* forkTimes(5)
      yield* TestClock.adjust("1 second")
      assert.strictEqual(server.requests.length, 1)
      if (first !== undefined) yield* Fiber.interrupt(first)
      // One is let through after another, each in a turn of its own.
      for (let turn = 0; turn < 20; turn++) yield* TestClock.adjust("1 millis")
      assert.strictEqual(server.requests.length, 5)
    }).pipe(Effect.provide(layer(server)))
  })

  it.effect("take the place of configured ones, and may become lower", () => {
    const server = Scripted.serve(({ number }) =>
      withHeaders(Scripted.streamed(), requests(number < 3 ? 10 : 3, number < 3 ? 10 - number : 0, "30s"))
    )
    return Effect.gen(function*() {
      for (let count = 0; count < 3; count++) {
        yield* callOf("openai/m")
      }
      const [status] = yield* RateLimitManager.status
      assert.deepStrictEqual(status?.limits, [{ kind: "requestsPerMinute", limit: 3, used: 3 }])
      assert.deepStrictEqual(status?.reported?.requests, { limit: 3, remaining: 0, resetsAt: 30 })
    }).pipe(Effect.provide(layer(server, { limits: [{ provider: "openai", requestsPerMinute: 100 }] })))
  })

  it.effect("count what others have used, until the provider says that it is free again", () => {
    const server = Scripted.serve(() => withHeaders(Scripted.streamed(), requests(10, 0, "20s")))
    return Effect.gen(function*() {
      yield* forkTimes(2)
      yield* TestClock.adjust("19999 millis")
      assert.strictEqual(server.requests.length, 1)
      yield* TestClock.adjust("1 millis")
      assert.deepStrictEqual(secondsOf(server), [0, 20])
    }).pipe(Effect.provide(layer(server)))
  })

  it.effect("are a stream of changes", () => {
    const server = Scripted.serve(({ number }) =>
      withHeaders(Scripted.streamed(), requests(number < 3 ? 10 : 5, 4, "1s"))
    )
    return Effect.gen(function*() {
      const seen: Array<RateLimitStatus> = []
      yield* RateLimitManager.changes.pipe(
        Stream.runForEach((status) => Effect.sync(() => seen.push(status))),
        Effect.forkScoped({ startImmediately: true })
      )
      yield* forkTimes(3)
      yield* TestClock.adjust("10 seconds")
      assert.deepStrictEqual(seen.map(({ limits }) => limits[0]?.limit), [10, 5])
    }).pipe(Effect.scoped, Effect.provide(layer(server)))
  })
})

describe("a refusal", () => {
  it.effect("for the rate pauses all that share the limits, for as long as the provider says", () => {
    const server = Scripted.serve(({ number }) =>
      number === 1 ? Scripted.failure(429, { "retry-after": "7" }) : Scripted.streamed()
    )
    return Effect.gen(function*() {
      yield* forkTimes(1, "together/m")
      yield* TestClock.adjust("1 second")
      assert.deepInclude((yield* RateLimitManager.status)[0] ?? {}, { pausedUntil: 7000 })
      yield* forkTimes(3, "together/m")
      yield* forkTimes(1, "together/other")
      yield* TestClock.adjust("5999 millis")
      assert.deepStrictEqual(secondsOf(server), [0, 1])
      yield* TestClock.adjust("1 millis")
      assert.deepStrictEqual(secondsOf(server), [0, 1, 7, 7, 7])
    }).pipe(Effect.provide(layer(server)))
  })

  it.effect("inside a response with status 200 pauses too", () => {
    const error = { error: { message: "Rate limit reached. Please try again in 7s.", code: "rate_limit_exceeded" } }
    const server = Scripted.serve(({ number }) =>
      number === 1 ? Scripted.steps(RawServer.data(error)) : Scripted.streamed()
    )
    return Effect.gen(function*() {
      yield* forkTimes(1, "together/m")
      yield* TestClock.adjust("1 second")
      assert.deepInclude((yield* RateLimitManager.status)[0] ?? {}, { pausedUntil: 7000, running: 0 })
    }).pipe(Effect.provide(layer(server)))
  })

  it.effect("without a hint pauses for longer each time, but once for all that were sent together", () => {
    const server = Scripted.serve(() => Scripted.failure(429))
    return Effect.gen(function*() {
      yield* forkTimes(3, "together/m")
      yield* TestClock.adjust("1 millis")
      assert.deepInclude((yield* RateLimitManager.status)[0] ?? {}, { pausedUntil: 1000 })
      yield* TestClock.adjust("999 millis")
      yield* forkTimes(1, "together/m")
      yield* TestClock.adjust("1 millis")
      assert.deepInclude((yield* RateLimitManager.status)[0] ?? {}, { pausedUntil: 3000 })
    }).pipe(Effect.provide(layer(server)))
  })

  it.effect("for too many requests at once halves them, and waits for no time", () => {
    let running = 0
    let refusedCount = 0
    const most = 10
    const server = Scripted.serve(() => {
      if (running >= most) {
        refusedCount++
        return Scripted.failure(429)
      }
      running++
      return Scripted.steps(
        RawServer.delta("Hi"),
        { wait: 1000 },
        { call: () => void running-- },
        RawServer.stop,
        Scripted.usage(10, 5),
        RawServer.done
      )
    })
    return Effect.gen(function*() {
      const caller = Effect.forever(Effect.ignore(callOf("deepseek/m")))
      yield* Effect.forkScoped(
        Effect.forEach(Array.from({ length: 40 }), () => caller, { concurrency: "unbounded", discard: true })
      )
      yield* TestClock.adjust("2 minutes")
      const [status] = yield* RateLimitManager.status
      assert.isAtMost(status?.running ?? 0, most + 1)
      assert.isAtLeast(status?.running ?? 0, most / 2)
      assert.isUndefined(status?.pausedUntil)
      // 1,200 would be the most that the server can do.
      assert.isAtLeast(server.requests.length - refusedCount, 800)
      assert.isAtMost(refusedCount, 0.1 * server.requests.length)
    }).pipe(Effect.scoped, Effect.provide(layer(server)))
  })

  it.effect.each<readonly [string, Scripted.Reply]>([
    ["a spent quota", Scripted.json({ error: { message: "no", code: "insufficient_quota" } }, 429)],
    ["a lack of capacity", Scripted.json({ error: { message: "temporarily unable to process" } }, 429)]
  ])("for %s pauses nothing", ([, reply]) => {
    const server = Scripted.serve(() => reply)
    return Effect.gen(function*() {
      yield* forkTimes(3, "together/m")
      yield* TestClock.adjust("1 millis")
      assert.isUndefined((yield* RateLimitManager.status)[0]?.pausedUntil)
    }).pipe(Effect.provide(layer(server)))
  })
})
