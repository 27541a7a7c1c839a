/**
 * Options that a provider has no field for are reported in the result and in one line of the log.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Logger, Stream } from "effect"
import { Embeddings, type ProviderDefinition, Reranker, Speech, Transcription } from "sluice"
import { definition as cloudflare } from "../../../src/domain/providers/Cloudflare.ts"
import { definition as cohere } from "../../../src/domain/providers/Cohere.ts"
import { definition as gemini } from "../../../src/domain/providers/Gemini.ts"
import { definition as jina } from "../../../src/domain/providers/Jina.ts"
import { definition as mistral } from "../../../src/domain/providers/Mistral.ts"
import { definition as ollama } from "../../../src/domain/providers/Ollama.ts"
import { definition as openAi } from "../../../src/domain/providers/OpenAi.ts"
import { definition as openRouter } from "../../../src/domain/providers/OpenRouter.ts"
import { definition as perplexity } from "../../../src/domain/providers/Perplexity.ts"
import { definition as qianwen } from "../../../src/domain/providers/Qianwen.ts"
import { definition as xAi } from "../../../src/domain/providers/XAi.ts"
import { definition as together } from "../../../src/domain/providers/Together.ts"
import { definition as voyage } from "../../../src/domain/providers/VoyageAi.ts"
import * as Asking from "../../support/Asking.ts"

type Services = Embeddings | Reranker | Speech | Transcription

interface Reported {
  readonly warnings?: ReadonlyArray<{ readonly parameter: string; readonly message: string }>
}

const file = { name: "talk.wav", content: new Uint8Array(1000) }

const embed = (options: object) =>
  Embeddings.embed({ model: "m", inputs: Array.from({ length: 40 }, (_, index) => `text ${index}`), ...options })

const rerank = (options: object) => Reranker.rerank({ model: "m", query: "q", documents: ["a", "b"], ...options })

const speak = (options: object) => Speech.speak({ model: "m", input: "Hi", voice: "v", ...options })

const transcribe = (options: object) => Transcription.transcribe({ model: "m", file, ...options })

const transcribeStreamed = (options: object) =>
  Stream.runFold(
    Transcription.stream({ model: "m", file, ...options }),
    (): Reported => ({}),
    (found, event) => (event._tag === "TranscriptCompleted" ? event.transcript : found)
  )

type Row = readonly [
  name: string,
  definition: ProviderDefinition,
  call: Effect.Effect<Reported, unknown, Services>,
  leftOut: ReadonlyArray<string>,
  provider?: Asking.Options["provider"]
]

const ownBaseUrl = { baseUrl: "https://workspace.maas.test/compatible-mode/v1" }
const account = { variables: { account: "acc" } }

const rows: ReadonlyArray<Row> = [
  ["a purpose of Qianwen", qianwen, embed({ purpose: "query" }), []],
  ["a purpose of Qianwen at another base URL", qianwen, embed({ purpose: "query" }), ["purpose"], ownBaseUrl],
  ["another purpose of Qianwen", qianwen, embed({ purpose: "clustering" }), ["purpose"]],
  ["a purpose of OpenAI", openAi, embed({ purpose: "query", truncate: true, user: "u" }), ["purpose", "truncate"]],
  ["a purpose of Mistral", mistral, embed({ purpose: "query" }), ["purpose"]],
  ["a purpose of Ollama", ollama, embed({ purpose: "query", truncate: true, user: "u" }), ["purpose", "user"]],
  ["a purpose of Perplexity", perplexity, embed({ purpose: "query" }), ["purpose"]],
  ["a purpose of Cloudflare", cloudflare, embed({ purpose: "query" }), ["purpose"], account],
  ["a purpose of Voyage", voyage, embed({ purpose: "query", truncate: true }), []],
  ["another purpose of Voyage", voyage, embed({ purpose: "classification", user: "u" }), ["purpose", "user"]],
  ["a purpose of Cohere", cohere, embed({ purpose: "clustering", truncate: "start" }), []],
  ["another purpose of Cohere", cohere, embed({ purpose: "similarity" }), ["purpose"]],
  ["a purpose of Gemini", gemini, embed({ purpose: "similarity", truncate: false }), ["truncate"]],
  ["Jina's own purpose", jina, embed({ purpose: "code.query", truncate: true }), []],
  ["a cut of Cohere's documents", cohere, rerank({ truncate: true, maxTokensPerDocument: 9 }), ["truncate"]],
  ["a limit of Voyage's documents", voyage, rerank({ maxTokensPerDocument: 9 }), ["maxTokensPerDocument"]],
  [
    "both of Jina's documents",
    jina,
    rerank({ truncate: true, maxTokensPerDocument: 9 }),
    ["truncate", "maxTokensPerDocument"]
  ],
  ["a cut of Together's documents", together, rerank({ truncate: true }), ["truncate"]],
  ["Mistral's speech", mistral, speak({ instructions: "slowly", speed: 0.5 }), ["instructions", "speed"]],
  ["a language of Mistral's speech", mistral, speak({ language: "de" }), ["language"]],
  ["a language of OpenAI's speech", openAi, speak({ language: "de" }), ["language"]],
  ["OpenRouter's speech", openRouter, speak({ instructions: "slowly", speed: 0.5 }), ["instructions"]],
  [
    "a language and events of OpenRouter's speech",
    openRouter,
    speak({ language: "de", transport: "events" }),
    ["language", "transport"]
  ],
  ["xAI's speech", xAi, speak({ language: "de", speed: 0.7, transport: "audio" }), []],
  [
    "instructions and events of xAI's speech",
    xAi,
    speak({ instructions: "slowly", transport: "events" }),
    ["instructions", "transport"]
  ],
  ["OpenAI's speech", openAi, speak({ instructions: "slowly", speed: 0.5 }), []],
  ["a prompt of Mistral", mistral, transcribe({ prompt: "names" }), ["prompt"]],
  ["a prompt of Mistral, streamed", mistral, transcribeStreamed({ prompt: "names" }), ["prompt"]],
  ["a prompt of OpenRouter", openRouter, transcribe({ prompt: "names" }), ["prompt"]],
  ["a prompt of Cohere", cohere, transcribe({ language: "en", prompt: "names", temperature: 0.5 }), ["prompt"]],
  ["a prompt of xAI", xAi, transcribe({ prompt: "names", temperature: 0.5 }), ["prompt", "temperature"]],
  ["a prompt of xAI, streamed", xAi, transcribeStreamed({ prompt: "names" }), ["prompt"]],
  ["a prompt of OpenAI", openAi, transcribe({ prompt: "names" }), []]
]

describe("options that are left out", () => {
  it.effect.each(rows)("%s", ([, definition, call, leftOut, provider = {}]) =>
    Effect.gen(function*() {
      const lines: Array<string> = []
      const logger = Logger.make(({ logLevel, message }) => {
        lines.push(`${logLevel} ${String(message)}`)
      })
      const { warnings } = yield* call.pipe(
        Effect.provide([Asking.inMemory(definition, { provider }), Logger.layer([logger])])
      )
      assert.deepStrictEqual(warnings?.map(({ parameter }) => parameter) ?? [], leftOut)
      // Once for all requests of a call.
      assert.deepStrictEqual(lines, (warnings ?? []).map(({ message }) => `Warn ${message}`))
      for (const [index, parameter] of leftOut.entries()) {
        assert.include(lines[index], `${parameter} is left out: ${definition.id} has no`)
      }
      if (leftOut.length === 0) assert.isUndefined(warnings)
    }))
})
