/**
 * What `@copilotkit/aimock` plays besides chat: vectors, rankings, transcripts, speech, lists of models, keys.
 */
import { LLMock } from "@copilotkit/aimock"
import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Context, Effect, Layer, Logger, Redacted } from "effect"
import {
  Embeddings,
  HttpModelListing,
  HttpProviderCheck,
  ModelListing,
  ProviderCheck,
  type ProviderDefinition,
  Reranker,
  Speech,
  Transcription
} from "sluice"
import { definition as azure } from "../../src/domain/providers/Azure.ts"
import { definition as cohere } from "../../src/domain/providers/Cohere.ts"
import { definition as gemini } from "../../src/domain/providers/Gemini.ts"
import { definition as ollama } from "../../src/domain/providers/Ollama.ts"
import { definition as openAi } from "../../src/domain/providers/OpenAi.ts"
import { definition as openRouter } from "../../src/domain/providers/OpenRouter.ts"
import * as SingleProvider from "../../src/layers/registry/SingleProvider.ts"
import * as Asking from "../support/Asking.ts"
import * as Support from "../support/Providers.ts"

class Mock extends Context.Service<Mock, LLMock>()("test/AimockOperations") {}

const mock = Layer.effect(
  Mock,
  Effect.acquireRelease(
    Effect.promise(async () => {
      const server = new LLMock({ port: 0 })
      server.onEmbedding("told", { embedding: [0.5, -0.25, 1] })
      server.onRerank("q", [{ index: 1, relevance_score: 0.9 }, { index: 0, relevance_score: 0.1 }])
      server.onTranscription({
        transcription: {
          text: "Hello there.",
          language: "english",
          duration: 1.5,
          words: [{ word: "Hello", start: 0, end: 0.5 }, { word: "there.", start: 0.5, end: 1 }],
          segments: [{ id: 0, text: "Hello there.", start: 0, end: 1 }]
        }
      })
      server.onTranslation({ transcription: { text: "In English." } })
      server.onSpeech("Say it", { audio: Buffer.from("sound").toString("base64"), format: "mp3" })
      await server.start()
      return server
    }),
    (server) => Effect.promise(() => server.stop())
  )
)

const file = { content: new Uint8Array(64), name: "a.wav" }

/** One text a request, which aimock knows; the many at once that Gemini takes too it does not. */
const geminiOneByOne: ProviderDefinition = {
  ...gemini,
  embeddings: [{ wireFormat: "gemini", path: "/models/{model}:embedContent" }]
}

describe("aimock", () => {
  it.layer(Layer.mergeAll(mock, Logger.layer([]), ConfigProvider.layer(ConfigProvider.fromEnvRecord({}))))((it) => {
    it.effect.each<readonly [string, ProviderDefinition, string, requests: number]>([
      // We ask for base64, and take numbers too.
      ["OpenAI", openAi, "/v1", 1],
      ["a deployment of Azure", azure, "/openai", 1],
      ["Cohere", cohere, "/v2", 1],
      ["Gemini", geminiOneByOne, "/v1beta", 2]
    ])("embeds for %s", ([, definition, path, requests]) =>
      Effect.gen(function*() {
        const { url } = yield* Mock
        const response = yield* Embeddings.embed({ model: "m", inputs: ["told", "told"] }).pipe(
          Effect.provide(Asking.at(definition, `${url}${path}`, {
            provider: { variables: { apiVersion: "2024-10-21" } }
          }))
        )
        assert.deepStrictEqual(
          response.embeddings.map(({ index, vector }) => [index, [...vector]]),
          [[0, [0.5, -0.25, 1]], [1, [0.5, -0.25, 1]]]
        )
        assert.strictEqual(response.requests, requests)
      }))

    it.effect("has no embeddings of Ollama's: it answers them as an older API did, and that is not taken for none", () =>
      Effect.gen(function*() {
        const { url } = yield* Mock
        const error = yield* Embeddings.embed({ model: "m", inputs: ["told"] }).pipe(
          Effect.flip,
          Effect.provide(Asking.at(ollama, url))
        )
        assert.strictEqual(error._tag, "MalformedResponseError")
      }))

    it.effect("ranks for Cohere", () =>
      Effect.gen(function*() {
        const { url } = yield* Mock
        const { results } = yield* Reranker.rerank({ model: "m", query: "q", documents: ["a", "b"] }).pipe(
          Effect.provide(Asking.at(cohere, `${url}/v2`))
        )
        assert.deepStrictEqual(results.map(({ document, score }) => [document, score]), [["b", 0.9], ["a", 0.1]])
      }))

    it.effect("hears and speaks for OpenAI", () =>
      Effect.gen(function*() {
        const verbose = yield* Transcription.transcribe({
          model: "whisper-1",
          file,
          format: "verbose_json",
          timestamps: ["word", "segment"]
        })
        assert.deepInclude(verbose, { text: "Hello there.", language: "english", seconds: 1.5 })
        assert.deepStrictEqual(verbose.words.map(({ end, word }) => [word, end]), [["Hello", 0.5], ["there.", 1]])
        assert.deepStrictEqual(verbose.segments.map(({ text }) => text), ["Hello there."])
        const plain = yield* Transcription.transcribe({ model: "gpt-4o-transcribe", file })
        assert.strictEqual(plain.text, "Hello there.")
        const translated = yield* Transcription.translate({ model: "whisper-1", file })
        assert.strictEqual(translated.text, "In English.")
        const spoken = yield* Speech.speak({ model: "tts-1", input: "Say it", voice: "alloy" })
        assert.deepStrictEqual([new TextDecoder().decode(spoken.audio), spoken.mediaType], ["sound", "audio/mpeg"])
      }).pipe(Effect.provide(Layer.unwrap(Effect.map(Mock, ({ url }) => Asking.at(openAi, `${url}/v1`))))))

    it.effect.each<readonly [string, ProviderDefinition, string]>([
      ["OpenAI", openAi, "/v1"],
      ["Azure", azure, "/openai"],
      ["Ollama", ollama, ""],
      ["OpenRouter", openRouter, "/api/v1"]
    ])("lists models and knows the key for %s", ([, definition, path]) =>
      Effect.gen(function*() {
        const { url } = yield* Mock
        const asking = Layer.mergeAll(HttpModelListing.layer(), HttpProviderCheck.layer).pipe(
          Layer.provide(
            SingleProvider.registry(definition)({ apiKey: Redacted.make(Support.key), baseUrl: `${url}${path}` })
          ),
          Layer.provide(Support.sockets())
        )
        yield* Effect.gen(function*() {
          assert.include(
            (yield* ModelListing.use((models) => models.list(definition.id))).map(({ id }) => id).join(),
            "gpt-4o"
          )
          assert.strictEqual((yield* ProviderCheck.check(definition.id)).provider, definition.id)
        }).pipe(Effect.provide(asking))
      }))
  })
})
