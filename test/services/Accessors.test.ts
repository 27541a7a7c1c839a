/**
 * Each service is one class: it is yielded, and its accessors are called on it.
 */
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Stream } from "effect"
import {
  ChatModel,
  type Completion,
  ConfigurationError,
  Embeddings,
  ModelInfo,
  ModelListing,
  ModelRegistry,
  ProviderCheck,
  ProviderRegistry,
  Reranker,
  Speech,
  Transcription
} from "sluice"
import { fromEvents } from "../../src/domain/Completion.ts"
import { of } from "../../src/domain/TokenUsage.ts"

const completion: Completion.Completion = fromEvents([])
const missing = new ConfigurationError({ reason: "missing" })
const usage = of(1, 2)

describe("a service", () => {
  it.effect("that is yielded has the methods of its accessors: ChatModel", () =>
    Effect.gen(function*() {
      const model = yield* ChatModel
      assert.strictEqual(yield* model.complete({ model: "m", prompt: "Hi" }), completion)
      assert.strictEqual(yield* ChatModel.complete({ model: "m", prompt: "Hi" }), completion)
      const events = yield* Stream.runCollect(ChatModel.stream({ model: "m", prompt: "Hi" }))
      assert.deepStrictEqual(events, [{ _tag: "Created", responseId: null, model: "m" }])
    }).pipe(
      Effect.provideService(ChatModel, {
        stream: ({ model }) => Stream.make({ _tag: "Created" as const, responseId: null, model: String(model) }),
        complete: () => Effect.succeed(completion)
      })
    ))

  it.effect("takes what its accessors take: embeddings, rankings, speech", () =>
    Effect.gen(function*() {
      const response = yield* Embeddings.embed({ model: "m", inputs: ["a"] })
      assert.strictEqual(response.requests, 1)
      assert.strictEqual((yield* Stream.runCollect(Embeddings.stream({ model: "m", inputs: ["a"] }))).length, 0)
      const ranking = yield* Reranker.rerank({ model: "m", query: "q", documents: ["d"] })
      assert.deepStrictEqual(ranking.results, [{ index: 0, score: 1, document: "d" }])
      assert.strictEqual((yield* Speech.speak({ model: "m", input: "a" })).mediaType, "audio/mpeg")
      assert.deepStrictEqual(yield* Stream.runCollect(Speech.stream({ model: "m", input: "a" })), [new Uint8Array([1])])
    }).pipe(
      Effect.provideService(Embeddings, {
        embed: () => Effect.succeed({ embeddings: [], dimensions: 0, model: null, usage, requests: 1 }),
        stream: () => Stream.empty
      }),
      Effect.provideService(Reranker, {
        rerank: ({ documents }) =>
          Effect.succeed({
            results: documents.map((document, index) => ({ index, score: 1, document })),
            responseId: null,
            model: null,
            usage,
            searchUnits: 0
          })
      }),
      Effect.provideService(Speech, {
        stream: () => Stream.make(new Uint8Array([1])),
        speak: () => Effect.succeed({ audio: new Uint8Array([1]), mediaType: "audio/mpeg", usage: null })
      })
    ))

  it.effect("takes what its accessors take: transcripts", () => {
    const transcript = { text: "a", language: null, seconds: null, words: [], segments: [], model: null, usage }
    const request = { model: "m", file: { name: "a.mp3", content: new Uint8Array([1]) } }
    return Effect.gen(function*() {
      assert.strictEqual((yield* Transcription.transcribe(request)).text, "a")
      assert.strictEqual((yield* Transcription.translate(request)).text, "in English")
      assert.deepStrictEqual(yield* Stream.runCollect(Transcription.stream(request)), [
        { _tag: "TranscriptCompleted", transcript }
      ])
    }).pipe(
      Effect.provideService(Transcription, {
        transcribe: () => Effect.succeed(transcript),
        translate: () => Effect.succeed({ ...transcript, text: "in English" }),
        stream: () => Stream.make({ _tag: "TranscriptCompleted" as const, transcript })
      })
    )
  })

  it.effect("takes what its accessors take: models and providers", () => {
    const info = ModelInfo.make({ provider: "p", id: "m" })
    return Effect.gen(function*() {
      assert.deepStrictEqual(yield* ModelListing.list("p"), [{ provider: "p", id: "m" }])
      assert.strictEqual(yield* ModelRegistry.find("p/m"), info)
      assert.strictEqual(yield* Effect.flip(ModelRegistry.get("m")), missing)
      assert.deepStrictEqual(yield* ModelRegistry.list({ provider: "p" }), [info])
      assert.isUndefined(yield* ModelRegistry.cost(usage, "m"))
      assert.strictEqual(yield* Effect.flip(ProviderRegistry.provider("p")), missing)
      assert.strictEqual(yield* Effect.flip(ProviderRegistry.resolve("p/m")), missing)
      assert.strictEqual((yield* ProviderCheck.check("p", { model: "m" })).model, "m")
    }).pipe(
      Effect.provideService(ModelListing, { list: (provider) => Effect.succeed([{ provider, id: "m" }]) }),
      Effect.provideService(ModelRegistry, {
        find: () => Effect.succeed(info),
        get: () => Effect.fail(missing),
        list: () => Effect.succeed([info]),
        cost: () => Effect.undefined,
        merge: () => Effect.succeed([])
      }),
      Effect.provideService(ProviderRegistry, {
        offered: [],
        provider: () => Effect.fail(missing),
        resolve: () => Effect.fail(missing)
      }),
      Effect.provideService(ProviderCheck, {
        check: (provider, options) => Effect.succeed({ provider, model: options?.model, latency: Duration.zero })
      })
    )
  })
})
