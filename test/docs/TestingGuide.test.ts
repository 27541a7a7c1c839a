import { NodeServices } from "@effect/platform-node"
import { assert, it } from "@effect/vitest"
import { Effect, Fiber, Layer, Redacted, Stream } from "effect"
import { TestClock } from "effect/testing"
import { ChatModel, Operators } from "sluice"
import * as OpenAi from "sluice/openai"
import { Cassette, Scenario, SimulatorHttpClient } from "sluice/testing"

const request = { model: "gpt-6-luna", prompt: "Why is the sky blue?" }

// The model of the program under test, on a simulated provider.
const model = (scenario: Scenario.Scenario) =>
  OpenAi.layer({ apiKey: Redacted.make("sk-test") }).pipe(Layer.provide(SimulatorHttpClient.layer({ scenario })))

// Text of 7 tokens, one each second after the first.
const slow = Scenario.script({
  parts: [Scenario.text("Air scatters blue light more than red.")],
  pace: { timeToFirstTokenMillis: 1000, tokensPerSecond: 1, jitter: 0 }
})

it.effect("streams at the pace of the test's clock", () =>
  Effect.gen(function*() {
    const seen: Array<string> = []
    const fiber = yield* ChatModel.stream(request).pipe(
      Operators.text,
      Stream.runForEach((text) => Effect.sync(() => seen.push(text))),
      Effect.forkChild
    )
    yield* TestClock.adjust("1 second")
    assert.deepStrictEqual(seen, ["Air"])
    yield* TestClock.adjust("1 minute")
    yield* Fiber.join(fiber)
    assert.strictEqual(seen.join(""), "Air scatters blue light more than red.")
  }).pipe(Effect.provide(model(slow))))

const limited = Scenario.script({
  parts: [Scenario.text("Air.")],
  faults: [{ _tag: "ProviderError", kind: "rate-limit", retryAfterMillis: 20_000, on: [1] }]
})

it.effect("waits as long as the provider says", () =>
  Effect.gen(function*() {
    const fiber = yield* Effect.forkChild(ChatModel.complete(request))
    yield* TestClock.adjust("19 seconds")
    assert.isUndefined(fiber.pollUnsafe())
    yield* TestClock.adjust("10 seconds")
    assert.strictEqual((yield* Fiber.join(fiber)).text, "Air.")
  }).pipe(Effect.provide(model(limited))))

const cut = Scenario.script({
  parts: [Scenario.text("Air scatters blue light more than red.")],
  faults: [{ _tag: "Cut", after: 5000, how: "close" }]
})

it.effect("never takes a cut stream for a whole one", () =>
  Effect.gen(function*() {
    const error = yield* Effect.flip(Stream.runDrain(ChatModel.stream(request)))
    assert.strictEqual(error._tag, "IncompleteStreamError")
  }).pipe(Effect.provide(model(cut))))

// With `Cassette.layer` instead, the first run records: it needs an `HttpClient`, such as `UndiciHttpClient.layer`.
const Replayed = OpenAi.layer({ apiKey: Redacted.make("sk-test") }).pipe(
  Layer.provide(Cassette.layerReplay({ path: "test/docs/sky.cassette.json" })),
  Layer.provide(NodeServices.layer)
)

it.live("replays what was recorded", () =>
  Effect.gen(function*() {
    const { text } = yield* ChatModel.complete(request)
    assert.strictEqual(text, "Air scatters blue light more than red.")
  }).pipe(Effect.provide(Replayed)))
