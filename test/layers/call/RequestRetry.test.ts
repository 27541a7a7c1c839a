/**
 * `retry` of a request wins over every policy and setting, in every operation.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Stream } from "effect"
import {
  ChatModel,
  Embeddings,
  HttpChatModel,
  type ProviderDefinition,
  Reranker,
  RetryPolicy,
  type RetrySettings,
  Speech,
  Transcription
} from "sluice"
import { definition as cohere } from "../../../src/domain/providers/Cohere.ts"
import { definition as openAi } from "../../../src/domain/providers/OpenAi.ts"
import * as Asking from "../../support/Asking.ts"

type Retry = "none" | RetrySettings
type Services = ChatModel | Embeddings | Reranker | Speech | Transcription

const file = { name: "a.wav", content: new Uint8Array([1, 2, 3]) }

const operations: Readonly<
  Record<
    string,
    readonly [ProviderDefinition, (retry: Retry) => Effect.Effect<unknown, { readonly _tag: string }, Services>]
  >
> = {
  complete: [openAi, (retry) => ChatModel.complete({ model: "m", prompt: "Hi", retry })],
  "complete, whole": [
    openAi,
    (retry) => ChatModel.complete({ model: "m", prompt: "Hi", retry }, { transport: "whole" })
  ],
  stream: [openAi, (retry) => Stream.runDrain(ChatModel.stream({ model: "m", prompt: "Hi", retry }))],
  embeddings: [openAi, (retry) => Embeddings.embed({ model: "m", inputs: ["a"], retry })],
  rerank: [cohere, (retry) => Reranker.rerank({ model: "m", query: "a", documents: ["b"], retry })],
  speech: [openAi, (retry) => Stream.runDrain(Speech.stream({ model: "m", input: "a", retry }))],
  transcription: [openAi, (retry) => Transcription.transcribe({ model: "whisper-1", file, retry })]
}

const layer = (provider: ProviderDefinition) =>
  Layer.provideMerge(
    Layer.merge(HttpChatModel.layer, Asking.operations),
    Asking.base(provider, { scenario: { faults: [{ _tag: "ProviderError", kind: "server-error" }] } })
  )

/** How many requests are sent where all fail. Without `retry`, the layer's settings allow two retries. */
const cases: ReadonlyArray<readonly [string, Retry, number]> = [
  ["none", "none", 1],
  ["one retry", { maxRetries: 1 }, 2],
  ["four retries", { maxRetries: 4, retryBase: "1 millis", retryJitter: 0 }, 5],
  ["only a wait: the rest is the settings'", { retryBase: "2 millis" }, 3],
  ["what is undefined is the settings'", { maxRetries: undefined }, 3]
]

describe.each(Object.entries(operations))("retry of a request: %s", (_, [provider, call]) => {
  it.live.each(cases)("%s", ([, retry, expected]) =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(call(retry))
      assert.strictEqual(error._tag, "ServerError")
      assert.strictEqual((yield* Asking.requests).length, expected)
    }).pipe(Effect.provide(layer(provider))))

  it.live("wins over a policy around the call", () =>
    Effect.gen(function*() {
      yield* Effect.flip(Effect.provideService(call({ maxRetries: 1 }), RetryPolicy.RetryPolicy, RetryPolicy.none))
      assert.strictEqual((yield* Asking.requests).length, 2)
    }).pipe(Effect.provide(layer(provider))))

  it.live.each<readonly [string, unknown]>([
    ["retry", "never"],
    ["retry", 3],
    ["retry.maxRetries", { maxRetries: -1 }],
    ["retry.maxRetries", { maxRetries: 1.5 }],
    ["retry.retryBase", { retryBase: "soon" }],
    ["retry.retryFactor", { retryFactor: 0 }],
    ["retry.retryJitter", { retryJitter: 2 }]
  ])("that is not one is an InvalidRequestError: %s %j", ([, retry]) =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(call(retry as never))
      assert.strictEqual(error._tag, "InvalidRequestError")
      assert.deepStrictEqual(yield* Asking.requests, [])
    }).pipe(Effect.provide(layer(provider))))
})
