/**
 * The bound on the retries of a whole program, in virtual time.
 */
import { assert, describe, it } from "@effect/vitest"
import { Clock, Duration, Effect, Fiber, Layer, Logger, Stream } from "effect"
import { TestClock } from "effect/testing"
import { ChatModel, Embeddings, HttpChatModel, RetryPolicy, SluiceConfig } from "sluice"
import type { Scenario } from "sluice/testing"
import { type CompletionError, OverloadedError, RateLimitedError } from "../../../src/domain/CompletionError.ts"
import { definition as openAi } from "../../../src/domain/providers/OpenAi.ts"
import type { ResponseEvent } from "../../../src/domain/ResponseEvent.ts"
import * as Resolution from "../../../src/layers/registry/Resolution.ts"
import * as Retry from "../../../src/layers/resilience/Retry.ts"
import { RetryThrottle, RetryThrottles, type ThrottleSettings } from "../../../src/layers/resilience/RetryThrottle.ts"
import { defaults } from "../../../src/services/SluiceConfig.ts"
import * as Asking from "../../support/Asking.ts"
import * as Calls from "../../support/Calls.ts"
import * as Providers from "../../support/Providers.ts"

const who = { provider: "openai", model: "gpt-test" }
const overloaded = new OverloadedError({ ...who, status: 529 })
const limited = new RateLimitedError({ ...who, status: 429, retryAfter: Duration.seconds(1) })

/** Creates the throttles of a new registry. */
const throttlesOf = (settings: Partial<ThrottleSettings>) =>
  Effect.map(
    Providers.at(openAi, "http://localhost"),
    (provider) =>
      RetryThrottles.of(Resolution.make([provider], [openAi]), {
        retryShare: 0.1,
        retryFloor: 20,
        ...settings
      })
  )

/** Makes a call whose attempts all fail, and returns how many there were and the error. */
const failing = Effect.fnUntraced(function*(
  throttles: RetryThrottles,
  error: CompletionError = overloaded,
  settings: Partial<typeof defaults> = {}
) {
  const call = Calls.make()
  const policy = RetryPolicy.make({ ...defaults, retryBase: Duration.zero, maxRetries: 1, ...settings })
  const open = Calls.scripted(call, () => Stream.fail(error))
  const failure = yield* Calls.events(call, Retry.make({ policy, throttles }), open).pipe(
    Stream.runDrain,
    Effect.flip,
    Effect.provide(Logger.layer([]))
  )
  return { attempts: call.record.attempts, failure }
})

/** Makes a call that succeeds. */
const succeeding = (throttles: RetryThrottles) =>
  Effect.suspend(() => {
    const call = Calls.make()
    const text: ResponseEvent = { _tag: "OutputTextDelta", outputIndex: 0, delta: "ok" }
    const policy = RetryPolicy.make(defaults)
    return Stream.runDrain(
      Calls.events(call, Retry.make({ policy, throttles }), Calls.scripted(call, () => Stream.succeed(text)))
    )
  })

/** Counts the retries of so many failing calls. */
const retriesOf = (throttles: RetryThrottles, calls: number) =>
  Effect.map(
    Effect.forEach(Array.from({ length: calls }), () => failing(throttles)),
    (all) => all.reduce((sum, { attempts }) => sum + attempts - 1, 0)
  )

describe("the bucket of retries", () => {
  const taken = (throttle: RetryThrottle, now: number, most = 1000) => {
    let count = 0
    while (count < most && throttle.take(now)) count++
    return count
  }

  it("holds the floor, and refills it evenly over ten seconds", () => {
    const throttle = new RetryThrottle({ retryShare: 0.1, retryFloor: 20 })
    assert.strictEqual(taken(throttle, 0), 20)
    assert.strictEqual(taken(throttle, 499), 0)
    assert.strictEqual(taken(throttle, 500), 1)
    assert.strictEqual(taken(throttle, 5_500), 10)
    assert.strictEqual(taken(throttle, 1_000_000), 20)
  })

  it.each([1, 3, 7, 20, 30])("refills a floor of %i in many small steps as well", (retryFloor) => {
    const throttle = new RetryThrottle({ retryShare: 0, retryFloor })
    assert.strictEqual(taken(throttle, 0), retryFloor)
    let count = 0
    for (let now = 100; now <= 30_000; now += 100) count += taken(throttle, now)
    assert.strictEqual(count, 3 * retryFloor)
  })

  it("holds the share of the calls, at most of the last thousand", () => {
    const throttle = new RetryThrottle({ retryShare: 0.1, retryFloor: 0 })
    assert.strictEqual(taken(throttle, 0), 0)
    for (let call = 0; call < 30; call++) throttle.recordCall()
    assert.strictEqual(taken(throttle, 0), 3)
    for (let call = 0; call < 100_000; call++) throttle.recordCall()
    assert.strictEqual(taken(throttle, 0), 100)
  })

  it("takes nothing without a share and a floor", () => {
    const throttle = new RetryThrottle({ retryShare: 0, retryFloor: 0 })
    for (let call = 0; call < 1000; call++) throttle.recordCall()
    assert.strictEqual(taken(throttle, 0), 0)
    assert.strictEqual(taken(throttle, 1_000_000), 0)
  })

  it("refills evenly after the clock went back, and never beyond the floor", () => {
    const throttle = new RetryThrottle({ retryShare: 0, retryFloor: 20 })
    assert.strictEqual(taken(throttle, 3_600_000), 20)
    assert.strictEqual(taken(throttle, 0), 0)
    assert.strictEqual(taken(throttle, 500), 1)
    assert.strictEqual(taken(throttle, 3_600_000), 20)
  })
})

describe("the retry throttle", () => {
  it.effect("lets through the floor, and then a tenth of the calls", () =>
    Effect.gen(function*() {
      const throttles = yield* throttlesOf({})
      // 220 calls: a tenth of them, and 20.
      assert.strictEqual(yield* retriesOf(throttles, 220), 42)
      assert.strictEqual(yield* retriesOf(throttles, 100), 10)
      yield* TestClock.adjust("10 seconds")
      assert.strictEqual(yield* retriesOf(throttles, 100), 30)
    }))

  it.effect("counts calls that succeed", () =>
    Effect.gen(function*() {
      const throttles = yield* throttlesOf({ retryFloor: 0 })
      yield* Effect.forEach(Array.from({ length: 90 }), () => succeeding(throttles))
      assert.strictEqual(yield* retriesOf(throttles, 10), 10)
      assert.strictEqual(yield* retriesOf(throttles, 10), 1)
    }))

  it.effect("fails at once with the original error when it refuses", () =>
    Effect.gen(function*() {
      const throttles = yield* throttlesOf({ retryFloor: 0 })
      const start = yield* Clock.currentTimeMillis
      const { attempts, failure } = yield* failing(throttles, overloaded, { retryBase: Duration.seconds(5) })
      assert.strictEqual(attempts, 1)
      assert.deepStrictEqual(failure, overloaded)
      assert.strictEqual(yield* Clock.currentTimeMillis, start)
    }))

  it.effect("takes nothing for a wait that the provider asked for", () =>
    Effect.gen(function*() {
      const throttles = yield* throttlesOf({ retryFloor: 1, retryShare: 0 })
      const fiber = yield* Effect.forkChild(
        Effect.forEach(Array.from({ length: 5 }), () => failing(throttles, limited))
      )
      yield* TestClock.adjust("10 seconds")
      const all = yield* Fiber.join(fiber)
      assert.isTrue(throttles.get("openai").take(10_000))
      assert.deepStrictEqual(all.map(({ attempts }) => attempts), [2, 2, 2, 2, 2])
    }))

  it.effect("holds one bucket a provider", () =>
    Effect.gen(function*() {
      const throttles = yield* throttlesOf({ retryFloor: 2, retryShare: 0 })
      assert.strictEqual(throttles.get("openai"), throttles.get("openai"))
      assert.strictEqual(yield* retriesOf(throttles, 5), 2)
      assert.isTrue(throttles.get("anthropic").take(0))
    }))

  it.live("is shared by the operations on one registry", () => {
    const settings = { maxRetries: 1, retryFloor: 3, retryShare: 0 }
    const scenario: Scenario.Scenario = { faults: [{ _tag: "ProviderError", kind: "overloaded" }] }
    const layer = HttpChatModel.layer.pipe(
      Layer.provideMerge(Asking.inMemory(openAi, { scenario, settings })),
      Layer.provide(SluiceConfig.layer({ ...Asking.quick, ...settings })),
      Layer.orDie
    )
    return Effect.gen(function*() {
      const chat = Effect.flip(ChatModel.complete({ model: "m", prompt: "Hi" }))
      const embed = Effect.flip(Embeddings.embed({ model: "m", inputs: ["a"] }))
      const failures = yield* Effect.all([chat, embed, chat, embed, chat])
      assert.deepStrictEqual(
        failures.map((error) => "attempts" in error ? error.attempts?.length : 0),
        [2, 2, 2, 0, 0]
      )
      assert.strictEqual((yield* Asking.requests).length, 8)
    }).pipe(Effect.provide(layer))
  })
})
