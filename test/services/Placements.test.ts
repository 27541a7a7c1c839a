/**
 * Settings and policies take effect wherever they are provided, for every service; what is misplaced does not compile.
 */
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Layer, Logger, Redacted, Stream } from "effect"
import {
  ChatModel,
  Embeddings,
  HttpChatModel,
  HttpModelListing,
  ModelListing,
  type ProviderDefinition,
  Reranker,
  RetryPolicy,
  SluiceConfig,
  Speech,
  Transcription
} from "sluice"
import { type Fault, SimulatorHttpClient } from "sluice/testing"
import { definition as cohere } from "../../src/domain/providers/Cohere.ts"
import { definition as openAi } from "../../src/domain/providers/OpenAi.ts"
import * as SingleProvider from "../../src/layers/registry/SingleProvider.ts"
import * as Asking from "../support/Asking.ts"
import { environment } from "../support/Recorder.ts"

type Services = ChatModel | Embeddings | ModelListing | Reranker | Speech | Transcription
type Call = Effect.Effect<unknown, { readonly _tag: string }, Services>

const file = { name: "a.wav", content: new Uint8Array([1, 2, 3]) }

const services: Readonly<Record<string, readonly [ProviderDefinition, Call]>> = {
  "ChatModel.complete": [openAi, ChatModel.complete({ model: "m", prompt: "Hi" })],
  "ChatModel.stream": [openAi, Stream.runDrain(ChatModel.stream({ model: "m", prompt: "Hi" }))],
  Embeddings: [openAi, Embeddings.embed({ model: "m", inputs: ["a"] })],
  Reranker: [cohere, Reranker.rerank({ model: "m", query: "a", documents: ["b"] })],
  Speech: [openAi, Stream.runDrain(Speech.stream({ model: "m", input: "a" }))],
  Transcription: [openAi, Transcription.transcribe({ model: "whisper-1", file })],
  ModelListing: [openAi, Effect.flatMap(ModelListing, (listing) => listing.list("openai"))]
}

const failing: Fault.Fault = { _tag: "ProviderError", kind: "server-error" }

/** All services of a provider at a simulator that fails; nothing of Sluice's settings is provided. */
const layers = (provider: ProviderDefinition) =>
  Layer.mergeAll(HttpChatModel.layer, HttpModelListing.layer(), Asking.operations).pipe(
    Layer.provide(SingleProvider.registry(provider)({ apiKey: Redacted.make("sk-test") }))
  )

const simulator = SimulatorHttpClient.layer({ scenario: { faults: [failing] } })
const quiet = Layer.merge(Logger.layer([]), environment({}))

const quick = { retryBase: "1 millis", retryJitter: 0 } as const

type Provided = Layer.Layer<never, { readonly _tag: string }>

/** Where a layer is provided. Each returns how many requests the call made. */
const places: Readonly<
  Record<string, (provider: ProviderDefinition, call: Call, provided: Provided) => Effect.Effect<unknown, unknown>>
> = {
  "below the layers": (provider, call, provided) => counted(call, Layer.provide(layers(provider), provided)),
  "beside the layers": (provider, call, provided) => counted(call, Layer.mergeAll(layers(provider), provided)),
  "beside the layers, before them": (provider, call, provided) =>
    counted(call, Layer.mergeAll(provided, layers(provider))),
  "below the layers and to the program": (provider, call, provided) =>
    counted(call, Layer.provideMerge(layers(provider), provided)),
  "around the program": (provider, call, provided) => Effect.provide(counted(call, layers(provider)), provided),
  "inside the program": (provider, call, provided) => counted(Effect.provide(call, provided), layers(provider)),
  "to the program with the layers": (provider, call, provided) => counted(call, layers(provider), provided)
}

const counted = (
  call: Call,
  live: Layer.Layer<Services, { readonly _tag: string }, Layer.Success<typeof simulator>>,
  beside: Provided = Layer.empty
) =>
  Effect.gen(function*() {
    const error = yield* Effect.flip(Effect.provide(call, [live, beside]))
    assert.strictEqual(error._tag, "ServerError")
    return (yield* Asking.requests).length
  }).pipe(Effect.provide(Layer.merge(simulator, quiet)))

const all = Object.entries(services).flatMap(([service, [provider, call]]) =>
  Object.entries(places).map(([place, run]) => ({ service, place, provider, call, run }))
)

describe("settings", () => {
  it.live.each(all)("take effect for $service $place", ({ call, provider, run }) =>
    Effect.gen(function*() {
      assert.strictEqual(yield* run(provider, call, SluiceConfig.layer({ maxRetries: 0 })), 1)
      assert.strictEqual(yield* run(provider, call, SluiceConfig.layer({ ...quick, maxRetries: 4 })), 5)
    }))

  const complete = ChatModel.complete({ model: "m", prompt: "Hi" })

  const inner = Effect.provide(complete, SluiceConfig.layer({ maxRetries: 3 }))

  const nested: ReadonlyArray<readonly [string, Effect.Effect<unknown, unknown>, number]> = [
    [
      "around one call win over those below",
      counted(
        Effect.provide(complete, SluiceConfig.layer({ maxRetries: 0 })),
        Layer.provide(layers(openAi), SluiceConfig.layer({ ...quick, maxRetries: 2 }))
      ),
      1
    ],
    [
      "around one call keep what they leave out of those below",
      counted(
        Effect.provide(complete, SluiceConfig.layer({ headersTimeout: "20 seconds" })),
        Layer.provide(layers(openAi), SluiceConfig.layer({ ...quick, maxRetries: 1 }))
      ),
      2
    ],
    [
      "around one call keep what they leave out of those around the program",
      counted(Effect.provide(complete, SluiceConfig.layer({ maxRetries: 1 })), layers(openAi)).pipe(
        Effect.provide(SluiceConfig.layer({ ...quick, maxRetries: 4 }))
      ),
      2
    ],
    [
      "below win over those around the program",
      counted(complete, Layer.provide(layers(openAi), SluiceConfig.layer({ maxRetries: 0 }))).pipe(
        Effect.provide(SluiceConfig.layer({ ...quick, maxRetries: 4 }))
      ),
      1
    ],
    [
      "inside of those inside of others win over both",
      counted(
        Effect.provide(inner, SluiceConfig.layer({ maxRetries: 0 })),
        Layer.mergeAll(layers(openAi), SluiceConfig.layer(quick))
      ),
      4
    ],
    [
      "as a whole value replace all others",
      counted(
        Effect.provideService(complete, SluiceConfig.SluiceConfig, { ...SluiceConfig.defaults, maxRetries: 0 }),
        Layer.provide(layers(openAi), SluiceConfig.layer({ ...quick, maxRetries: 2 }))
      ),
      1
    ],
    [
      "that are one layer in two places are built in each",
      Effect.gen(function*() {
        const one = SluiceConfig.layer({ headersTimeout: "20 seconds" })
        const inner = counted(Effect.provide(complete, one), layers(openAi))
        const first = yield* inner.pipe(Effect.provide(SluiceConfig.layer({ maxRetries: 0 })))
        assert.strictEqual(first, 1)
        return yield* inner.pipe(Effect.provide(SluiceConfig.layer({ ...quick, maxRetries: 1 })))
      }),
      2
    ]
  ]

  it.live.each(nested)("%s", ([, run, expected]) =>
    Effect.gen(function*() {
      assert.strictEqual(yield* run, expected)
    }))

  it.live("of variables are under explicit ones outside", () =>
    Effect.gen(function*() {
      const set = environment({ SLUICE_MAX_RETRIES: "4", SLUICE_RETRY_BASE: "1 millis" })
      const inner = Effect.provide(complete, SluiceConfig.layer({ retryJitter: 0 }).pipe(Layer.provide(set)))
      assert.strictEqual(yield* counted(inner, layers(openAi)), 5)
      const outer = Effect.provide(inner, SluiceConfig.layer({ maxRetries: 1 }))
      assert.strictEqual(yield* counted(outer, layers(openAi)), 2)
    }))

  it.effect.each<readonly [string, SluiceConfig.SettingsInput]>([
    ["headersTimeout", { headersTimeout: "20 parsecs" as never }],
    ["retryBase", { retryBase: "-1 seconds" }],
    ["idleTimeout", { idleTimeout: 0 }],
    ["maxRetries", { maxRetries: 0.5 }]
  ])("that are invalid are named: %s", ([name, given]) =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(Effect.provide(Effect.void, SluiceConfig.layer(given)))
      assert.strictEqual(error.setting, name)
    }))

  it.effect("take durations as texts", () =>
    Effect.gen(function*() {
      const { headersTimeout, idleTimeout } = yield* SluiceConfig.SluiceConfig
      assert.strictEqual(Duration.toMillis(headersTimeout), 20_000)
      assert.deepStrictEqual(idleTimeout, Duration.millis(1500))
    }).pipe(Effect.provide(SluiceConfig.layer({ headersTimeout: "20 seconds", idleTimeout: 1500 }))))
})

describe("a retry policy", () => {
  const once = RetryPolicy.layer(RetryPolicy.make({ ...quick, maxRetries: 1 }))

  it.live.each(all)("takes effect for $service $place", ({ call, provider, run }) =>
    Effect.gen(function*() {
      assert.strictEqual(yield* run(provider, call, RetryPolicy.layer(RetryPolicy.none)), 1)
      assert.strictEqual(yield* run(provider, call, once), 2)
      const value = Layer.succeed(RetryPolicy.RetryPolicy, RetryPolicy.make({ ...quick, maxRetries: 2 }))
      assert.strictEqual(yield* run(provider, call, value), 3)
    }))

  const complete = ChatModel.complete({ model: "m", prompt: "Hi" })
  const settings = (maxRetries: number) => SluiceConfig.layer({ ...quick, maxRetries })
  const none = RetryPolicy.layer(RetryPolicy.none)

  const nested: ReadonlyArray<readonly [string, Effect.Effect<unknown, unknown>, number]> = [
    [
      "around one call wins over one below",
      counted(Effect.provide(complete, once), Layer.provide(layers(openAi), none)),
      2
    ],
    [
      "below wins over one around the program",
      Effect.provide(counted(complete, Layer.provide(layers(openAi), none)), once),
      1
    ],
    [
      "wins over settings beside it",
      counted(complete, Layer.mergeAll(layers(openAi), settings(4), once)),
      2
    ],
    [
      "wins over settings outside of it",
      Effect.provide(counted(Effect.provide(complete, once), layers(openAi)), settings(4)),
      2
    ],
    [
      "gives way to settings of retries around one call inside of it",
      counted(Effect.provide(complete, settings(3)), Layer.mergeAll(layers(openAi), none)),
      4
    ],
    [
      "gives way to settings of retries below, inside of it",
      Effect.provide(counted(complete, Layer.provide(layers(openAi), settings(3))), none),
      4
    ],
    [
      "below gives way to settings of retries around one call",
      counted(Effect.provide(complete, settings(3)), Layer.provide(layers(openAi), none)),
      4
    ],
    [
      "does not give way to other settings",
      counted(
        Effect.provide(complete, SluiceConfig.layer({ headersTimeout: "20 seconds" })),
        Layer.mergeAll(layers(openAi), once)
      ),
      2
    ],
    [
      "below does not give way to other settings",
      counted(
        Effect.provide(complete, SluiceConfig.layer({ headersTimeout: "20 seconds" })),
        Layer.provide(layers(openAi), once)
      ),
      2
    ]
  ]

  it.live.each(nested)("%s", ([, run, expected]) =>
    Effect.gen(function*() {
      assert.strictEqual(yield* run, expected)
    }))
})
