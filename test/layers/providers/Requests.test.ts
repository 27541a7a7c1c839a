/**
 * What each provider is sent: address, authorization, headers and body of every kind of call, against the facts of its
 * pages. A provider that has a kind of call without a row fails.
 */
import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Effect, Layer } from "effect"
import { HttpClient, HttpClientResponse } from "effect/http"
import {
  ChatModel,
  type CompletionError,
  type Configure,
  Embeddings,
  HttpEmbeddings,
  HttpModelListing,
  HttpProviderCheck,
  HttpReranker,
  HttpSpeech,
  HttpTranscription,
  ModelListing,
  ProviderCheck,
  type ProviderRegistry,
  Providers,
  Reranker,
  SluiceConfig,
  Speech,
  Transcription
} from "sluice"
import { isHeader } from "../../../src/domain/SecretNames.ts"
import { definitions } from "../../../src/domain/KnownProviders.ts"
import * as Chat from "./requests/Chat.ts"
import * as Check from "./requests/Check.ts"
import * as Embedding from "./requests/Embeddings.ts"
import * as Models from "./requests/Models.ts"
import * as Operations from "./requests/Operations.ts"
import { question, type Row } from "./requests/Row.ts"

const rows: ReadonlyArray<Row> = [
  ...Chat.rows,
  ...Check.rows,
  ...Models.rows,
  ...Embedding.rows,
  ...Operations.rows
]

/** Compatible servers of the providers whose own service has ended. */
const compatible: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  ai21: { AI21_API_BASE: "https://jamba.test/studio/v1" },
  github: { GITHUB_API_BASE: "https://models.test/inference" }
}

interface Sent {
  readonly request: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: unknown
}

/** A form as an object: a file is its name, its kind and its content. */
const formOf = (text: string, boundary: string) =>
  Object.fromEntries(
    text.split(`--${boundary}`).slice(1, -1).map((part) => {
      const [head = "", content = ""] = part.split("\r\n\r\n")
      const value = content.replace(/\r\n$/, "")
      const filename = /filename="([^"]*)"/.exec(head)?.[1]
      const type = /content-type: (.*)/.exec(head)?.[1]?.trim()
      return [/ name="([^"]*)"/.exec(head)?.[1], filename === undefined ? value : `${filename} (${type}): ${value}`]
    })
  )

const bodyOf = (body: { readonly body: Uint8Array; readonly contentType: string }): unknown => {
  const text = new TextDecoder().decode(body.body)
  const boundary = /boundary=(.*)$/.exec(body.contentType)?.[1]
  return boundary === undefined ? JSON.parse(text) : formOf(text, boundary)
}

/** A client that refuses everything, and keeps what it was sent. */
const recorder = Effect.sync(() => {
  const sent: Array<Sent> = []
  const client = HttpClient.make((request, url) =>
    Effect.sync(() => {
      sent.push({
        request: `${request.method} ${url.toString()}`,
        headers: request.headers,
        body: request.body._tag === "Uint8Array" ? bodyOf(request.body) : undefined
      })
      return HttpClientResponse.fromWeb(request, new Response("{}", { status: 400 }))
    })
  )
  return { sent, layer: Layer.succeed(HttpClient.HttpClient, client) }
})

type Called = Effect.Effect<unknown, CompletionError, ChatModel | ProviderRegistry | HttpClient.HttpClient>

const recording = { name: "talk.mp3", content: new TextEncoder().encode("sound") }

const operation = ({ overrides, call, model: name, provider }: Row): Called | undefined => {
  const model = { provider, model: name }
  switch (call.split(":")[0]) {
    case "embed":
      return Effect.provide(
        Embeddings.embed({ model, inputs: ["Hi"], dimensions: 256, purpose: "query", ...overrides }),
        HttpEmbeddings.layer
      )
    case "rerank":
      return Effect.provide(
        Reranker.rerank({ model, query: "q", documents: ["a", "b"], topN: 1, ...overrides }),
        HttpReranker.layer
      )
    case "transcription":
      return Effect.provide(
        Transcription.transcribe({ model, file: recording, language: "en", ...overrides }),
        HttpTranscription.layer
      )
    case "translation":
      return Effect.provide(
        Transcription.translate({ model, file: recording, language: "en", ...overrides }),
        HttpTranscription.layer
      )
    case "speech":
      return Effect.provide(Speech.speak({ model, input: "Hi", format: "wav", ...overrides }), HttpSpeech.layer)
    default:
      return undefined
  }
}

const send = (row: Row): Called =>
  operation(row) ?? (row.call === "check"
    ? Effect.asVoid(ProviderCheck.check(row.provider)).pipe(Effect.provide(HttpProviderCheck.layer))
    : row.call === "models"
    ? Effect.asVoid(ModelListing.use((models) => models.list(row.provider))).pipe(
      Effect.provide(HttpModelListing.layer())
    )
    : Effect.asVoid(ChatModel.complete({
      model: { provider: row.provider, model: row.model },
      prompt: question,
      maxOutputTokens: 64,
      temperature: 0.5
    }, { transport: row.whole === true ? "whole" : "stream" })))

const optionsOf = ({ call, options, provider }: Row): Configure.ProviderSettings => ({
  ...options,
  ...(definitions.some((known) => known.id === provider && known.protocols.some(({ protocol }) => protocol === call))
    ? { protocol: call as NonNullable<Configure.ProviderSettings["protocol"]> }
    : {})
})

describe("a request", () => {
  it.effect.each(rows.map((row) => [`${row.provider}: ${row.call} of ${row.request}`, row] as const))(
    "%s",
    ([, row]) =>
      Effect.gen(function*() {
        const { layer, sent } = yield* recorder
        yield* send(row).pipe(
          Effect.flip,
          Effect.provide(
            Providers.layer({ providers: { [row.provider]: optionsOf(row) } }).pipe(
              Layer.provideMerge(layer),
              Layer.provide(SluiceConfig.layer({ maxRetries: 0 })),
              Layer.provide(
                ConfigProvider.layer(ConfigProvider.fromEnvRecord({ ...compatible[row.provider], ...row.env }))
              )
            )
          )
        )
        const [request, ...more] = sent
        assert.isDefined(request)
        assert.deepStrictEqual(more, [])
        assert.strictEqual(request.request, row.request)
        assert.deepStrictEqual(request.body, row.body)
        assert.deepInclude(request.headers, { ...row.headers })
        // No other header carries a credential.
        assert.deepStrictEqual(
          Object.keys(request.headers).filter((name) => isHeader(name) && !(name in row.headers)),
          []
        )
      })
  )
})

describe("the table", () => {
  it.each(definitions.map(({ id }) => id))("has a row for every kind of call of %s", (id) => {
    const definition = definitions.find((known) => known.id === id)
    assert.isDefined(definition)
    const calls = new Set<string>([
      "check",
      ...(definition.models === undefined ? [] : ["models"]),
      ...(definition.embeddings ?? []).map(({ wireFormat }) => `embed:${wireFormat}`),
      ...(definition.rerank ?? []).map(({ wireFormat }) => `rerank:${wireFormat}`),
      ...(definition.transcription ?? []).map(({ wireFormat, task }) =>
        `${task === "translate" ? "translation" : "transcription"}:${wireFormat}`
      ),
      ...(definition.speech ?? []).map(({ wireFormat }) => `speech:${wireFormat}`),
      ...definition.protocols.map(({ protocol }) => protocol)
    ])
    for (const row of rows) if (row.provider === id) calls.delete(row.call)
    assert.deepStrictEqual([...calls], [])
  })
})
