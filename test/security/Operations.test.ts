/**
 * No key, no text, no vector and no recording is printed by what is no chat, whatever goes wrong and however a server
 * repeats what it was sent.
 */
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Layer, Logger, Redacted, Tracer } from "effect"
import { inspect } from "node:util"
import {
  type CompletionError,
  Embeddings,
  HttpEmbeddings,
  HttpReranker,
  HttpSpeech,
  HttpTranscription,
  Reranker,
  SluiceConfig,
  Speech,
  Transcription,
  UndiciHttpClient
} from "sluice"
import { definition as openAi } from "../../src/domain/providers/OpenAi.ts"
import * as SingleProvider from "../../src/layers/registry/SingleProvider.ts"
import * as Raw from "../support/RawServer.ts"

const key = `sk-canar1-1f9/Ab+c"d\\e=`
const query = "query-canar1-0006/+"
const sentinel = "SENTINEL"
const definition = { ...openAi, rerank: [{ wireFormat: "cohere" as const, path: "/rerank" }] }

const isSecret = new RegExp(
  ["canar1", ...[0, 1, 2].map((offset) => Buffer.from(`${" ".repeat(offset)}canar1`).toString("base64").slice(2, 8))]
    .join("|"),
  "i"
)

type Services = Embeddings | Reranker | Transcription | Speech

const operations: Readonly<Record<string, Effect.Effect<unknown, CompletionError, Services>>> = {
  embeddings: Embeddings.embed({ model: "m", inputs: [`${sentinel} one`, `${sentinel} two`] }),
  rerank: Reranker.rerank({ model: "m", query: sentinel, documents: [`${sentinel} one`] }),
  transcription: Transcription.transcribe({
    model: "m",
    prompt: sentinel,
    file: { name: "talk.wav", content: Buffer.from(sentinel) }
  }),
  speech: Speech.speak({ model: "m", input: sentinel })
}

/** What a server may answer that has been sent something: all of it, in every place. */
const echoes = (exchange: Raw.Exchange): ReadonlyArray<string> => {
  const all = `${exchange.head}\n${exchange.body}`
  const respond = (status: string, type: string, body: string) =>
    `HTTP/1.1 ${status}\r\ncontent-type: ${type}\r\nx-request-id: ${
      exchange.header("authorization")
    }\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`
  const json = JSON.stringify({
    error: { message: exchange.head, code: exchange.head, param: exchange.head, raw: all }
  })
  return [
    respond("400 Bad", "application/json", json),
    respond("401 No", "application/json", json),
    respond("500 Oops", "text/plain", exchange.head),
    respond("200 OK", "application/json", json),
    respond("200 OK", "application/json", JSON.stringify({ data: [all], results: [all] })),
    respond("200 OK", "text/html", `<html>${all}`),
    `HTTP/1.1 200 OK\r\ncontent-length: 99999\r\ncontent-type: application/json\r\n\r\n{"data":["${all}`
  ]
}

const answers = 7

describe("what is no chat", () => {
  it.live.each(
    Object.entries(operations).flatMap(([name, operation]) =>
      Array.from({ length: answers }, (_, answer) => [name, answer, operation] as const)
    )
  )("prints no secret and no content: %s, answer %i", ([, answer, operation]) =>
    Effect.gen(function*() {
      const printed: Array<string> = []
      const logger = Logger.make(({ cause, message }) => printed.push(inspect([message, cause], { depth: Infinity })))
      const tracer = Tracer.make({
        span: (options) => {
          const span = new Tracer.NativeSpan(options)
          printed.push(inspect(span, { depth: 4 }))
          return span
        }
      })
      const server = yield* Raw.serve((exchange) => {
        exchange.socket.end(echoes(exchange)[answer] ?? "")
      })
      const layer = Layer.mergeAll(
        HttpEmbeddings.layer,
        HttpReranker.layer,
        HttpTranscription.layer,
        HttpSpeech.layer
      ).pipe(
        Layer.provide(
          SingleProvider.registry(definition)({
            apiKey: Redacted.make(key),
            baseUrl: `${server.url}?key=${encodeURIComponent(query)}`
          })
        ),
        Layer.provide(UndiciHttpClient.layer),
        Layer.provide(SluiceConfig.layer({ proxy: "none", maxRetries: 1, retryBase: Duration.millis(1) }))
      )
      const error = yield* Effect.flip(operation).pipe(
        Effect.withTracer(tracer),
        Effect.provide(layer.pipe(Layer.merge(Logger.layer([logger]))))
      )
      assert.isAbove(server.exchanges.length, 0)
      const shown = [
        inspect(error, { depth: Infinity }),
        String(error),
        JSON.stringify(error),
        ...printed
      ]
      for (const text of shown) {
        assert.isFalse(isSecret.test(text), text)
        assert.notInclude(text, sentinel)
      }
      // Whoever asks for the excerpt gets the content, and still no secret.
      const excerpt = "excerpt" in error ? (error.excerpt ?? "") : ""
      assert.isFalse(isSecret.test(excerpt), excerpt)
    }))
})
