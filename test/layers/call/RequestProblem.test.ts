/**
 * What the operations besides chat can be given that nobody can send: refused by its name, and nothing is sent.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { type CompletionError, Embeddings, type ProviderDefinition, Reranker, Speech, Transcription } from "sluice"
import { definition as openAi } from "../../../src/domain/providers/OpenAi.ts"
import * as Asking from "../../support/Asking.ts"

const definition: ProviderDefinition = { ...openAi, rerank: [{ wireFormat: "cohere", path: "/rerank" }] }

const file = { name: "talk.wav", content: new Uint8Array(8) }

type Services = Embeddings | Reranker | Transcription | Speech

/** An operation with more fields than it needs. */
type Operation = (more: object) => Effect.Effect<unknown, CompletionError, Services>

type Name = "embeddings" | "rerank" | "transcription" | "translation" | "speech"

const operations: Readonly<Record<Name, Operation>> = {
  embeddings: (more) => Embeddings.embed({ model: "m", inputs: ["Hi"], ...more }),
  rerank: (more) => Reranker.rerank({ model: "m", query: "q", documents: ["a"], ...more }),
  transcription: (more) => Transcription.transcribe({ model: "m", file, ...more }),
  translation: (more) => Transcription.translate({ model: "whisper-1", file, ...more }),
  speech: (more) => Speech.speak({ model: "m", input: "Hi", ...more })
}

const refused = (operation: Name, more: object, parameter: string) =>
  Effect.gen(function*() {
    const error = yield* Effect.flip(operations[operation](more))
    assert.strictEqual(error._tag, "InvalidRequestError", error.message)
    assert.strictEqual(error._tag === "InvalidRequestError" ? error.parameter : undefined, parameter)
    assert.lengthOf(yield* Asking.requests, 0)
  }).pipe(Effect.provide(Asking.inMemory(definition)))

describe("a request", () => {
  it.effect.each<readonly [Name, string]>([
    ["embeddings", "dimensions"],
    ["rerank", "topN"],
    ["rerank", "maxTokensPerDocument"],
    ["transcription", "temperature"],
    ["translation", "temperature"],
    ["speech", "speed"]
  ])("of %s is not sent with a %s that JSON has no word for", ([operation, parameter]) =>
    Effect.gen(function*() {
      for (const value of [Number.NaN, Infinity, -Infinity]) {
        yield* refused(operation, { [parameter]: value }, parameter)
      }
    }))

  it.effect.each<Name>(["embeddings", "rerank", "transcription", "translation", "speech"])(
    "of %s is not sent with options that are no JSON",
    (operation) =>
      Effect.gen(function*() {
        const circular: Record<string, unknown> = {}
        circular["self"] = circular
        for (const value of [circular, [circular], 1n]) {
          yield* refused(operation, { providerOptions: { openai: { value } } }, "providerOptions")
        }
      })
  )

  it.effect("of embeddings is not sent with a token that is no number", () =>
    refused("embeddings", { inputs: [[1, Number.NaN]] }, "inputs"))
})
