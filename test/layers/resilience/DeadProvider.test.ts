/**
 * What a dead provider sees of five hundred callers with a circuit breaker.
 */
import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Effect, Layer, Logger, Random, Redacted, Stream } from "effect"
import { TestClock } from "effect/testing"
import { ChatModel, CircuitBreakers, SluiceConfig } from "sluice"
import { Simulator, SimulatorHttpClient, SimulatorServer } from "sluice/testing"
import { definition } from "../../../src/domain/providers/OpenAi.ts"
import * as SingleProvider from "../../../src/layers/registry/SingleProvider.ts"
import * as Providers from "../../support/Providers.ts"

const callers = 500

const scenario = { faults: [{ _tag: "ProviderError", kind: "overloaded" } as const] }

const model = (baseUrl: string) =>
  SingleProvider.layer(definition)({ apiKey: Redacted.make("key"), baseUrl, protocol: "openai-chat" })

const call = Effect.ignore(Stream.runDrain(ChatModel.stream({ model: "gpt-test", prompt: "Hi" })))

/** Counts the requests of each minute. */
const perMinute = (times: ReadonlyArray<number>, minutes: number): ReadonlyArray<number> =>
  Array.from({ length: minutes }, (_, minute) => times.filter((at) => Math.floor(at / 60_000) === minute).length)

describe("a dead provider", () => {
  it.effect("sees at most twenty requests a minute of five hundred callers that do not give up", () => {
    const layer = model("http://simulator.test/v1").pipe(
      Layer.provideMerge(CircuitBreakers.layer()),
      Layer.provideMerge(SimulatorHttpClient.layer({ scenario })),
      Layer.provideMerge(Logger.layer([])),
      Layer.provide(SluiceConfig.layer({ proxy: "none" })),
      Layer.provide(ConfigProvider.layer(ConfigProvider.fromEnvRecord({}))),
      Layer.orDie
    )
    return Effect.gen(function*() {
      const simulator = yield* Simulator
      // Each caller begins within the first minute, and calls again and again after a while.
      const caller = Effect.gen(function*() {
        yield* Effect.sleep(Math.floor((yield* Random.next) * 60_000))
        return yield* Effect.forever(Effect.andThen(call, Effect.sleep(15_000)))
      })
      yield* Effect.forkScoped(
        Effect.forEach(Array.from({ length: callers }), () => caller, { concurrency: "unbounded", discard: true })
      )
      yield* TestClock.adjust("10 minutes")
      const times = (yield* simulator.requests).map(({ receivedAt }) => receivedAt)
      const counts = perMinute(times, 10)
      assert.deepStrictEqual(counts, [5, 1, 0, 1, 0, 0, 0, 1, 0, 0])
    }).pipe(Effect.scoped, Random.withSeed("dead"), Effect.provide(layer))
  })

  it.live("sees at most twenty requests of five hundred that begin at the same moment, over sockets", () =>
    Effect.gen(function*() {
      const simulator = yield* Simulator
      yield* Effect.forEach(Array.from({ length: callers }), () => call, { concurrency: "unbounded", discard: true })
        .pipe(Effect.provide(
          model(simulator.baseUrl("openai-chat")).pipe(
            Layer.provide(CircuitBreakers.layer()),
            Layer.provide(Providers.sockets({ http2: false })),
            Layer.orDie
          )
        ))
      const { length } = yield* simulator.requests
      assert.isAtMost(length, 20)
      assert.isAtLeast(length, 5)
    }).pipe(Effect.provide(Layer.merge(SimulatorServer.layer({ scenario }), Logger.layer([])))))
})
