/**
 * Operations on some providers over an HTTP client in memory whose responses a test scripts. Time is the test's.
 */
import { Clock, ConfigProvider, Duration, Effect, Layer, Logger, Stream } from "effect"
import { HttpClient, HttpClientError, type HttpClientRequest, HttpClientResponse } from "effect/http"
import {
  HttpChatModel,
  HttpEmbeddings,
  HttpModelListing,
  type ModelInfo,
  Models,
  type ProviderDefinition,
  SluiceConfig
} from "sluice"
import { definition as anthropic } from "../../src/domain/providers/Anthropic.ts"
import { definition as openAi } from "../../src/domain/providers/OpenAi.ts"
import { definition as together } from "../../src/domain/providers/Together.ts"
import * as Resolution from "../../src/layers/registry/Resolution.ts"
import { ProviderRegistry } from "../../src/services/ProviderRegistry.ts"
import { load } from "../../src/streams/protocols/Loading.ts"
import * as Providers from "./Providers.ts"
import * as RawServer from "./RawServer.ts"

/** A request as the client received it. */
export interface Received {
  /** Its number, from 1. */
  readonly number: number
  readonly method: string
  readonly url: URL
  /** The body. Empty for a GET. */
  readonly text: string
  readonly headers: Readonly<Record<string, string>>
  /** When it came, by the test's clock. */
  readonly at: number
}

/** What a body does next: it writes, waits (for ever without a number), breaks off, or lets the test do something. */
export type Step = string | { readonly wait: number | undefined } | { readonly cut: true } | {
  readonly call: () => void
}

/** A scripted response. */
export interface Reply {
  /** Default 200. */
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  /** Milliseconds before the headers; `Infinity` for never. Default 0. */
  readonly delay?: number
  /** Why there is no response at all. */
  readonly refused?: string
  readonly steps?: ReadonlyArray<Step>
  /** Is called when the headers are sent. */
  readonly onHeaders?: () => void
}

/** A server in memory. */
export interface Server {
  readonly requests: Array<Received>
  /** How many responses are being sent. */
  readonly open: () => number
  readonly layer: Layer.Layer<HttpClient.HttpClient>
}

const encoder = new TextEncoder()

const sleep = (millis: number | undefined) =>
  millis === undefined || millis === Infinity ? Effect.never : millis <= 0 ? Effect.void : Effect.sleep(millis)

const transportError = (request: HttpClientRequest.HttpClientRequest, code: string) =>
  new HttpClientError.HttpClientError({
    reason: new HttpClientError.TransportError({ request, cause: Object.assign(new Error(code), { code }) })
  })

const bodyOf = (request: HttpClientRequest.HttpClientRequest, steps: ReadonlyArray<Step>) =>
  Stream.fromIterable(steps).pipe(
    Stream.mapEffect((step) => {
      if (typeof step === "string") return Effect.succeed(encoder.encode(step))
      if ("call" in step) return Effect.as(Effect.sync(step.call), new Uint8Array())
      return "wait" in step
        ? Effect.as(sleep(step.wait), new Uint8Array())
        : Effect.fail(transportError(request, "ECONNRESET"))
    }),
    Stream.filter((bytes) => bytes.length > 0),
    Stream.rechunk(1)
  )

/** Makes a server. `respond` decides about each request at once. */
export const serve = (respond: (received: Received) => Reply): Server => {
  const requests: Array<Received> = []
  let open = 0
  const client = HttpClient.make((request, url) =>
    Effect.gen(function*() {
      const text = request.body._tag === "Uint8Array" ? new TextDecoder().decode(request.body.body) : ""
      const at = yield* Clock.currentTimeMillis
      const received: Received = {
        number: requests.length + 1,
        method: request.method,
        url,
        text,
        headers: request.headers,
        at
      }
      requests.push(received)
      const { delay = 0, headers = {}, onHeaders, refused, status = 200, steps = [] } = respond(received)
      yield* sleep(delay)
      if (refused !== undefined) return yield* Effect.fail(transportError(request, refused))
      onHeaders?.()
      const base = HttpClientResponse.fromWeb(request, new Response(null, { status, headers }))
      const stream = Stream.unwrap(
        Effect.as(
          Effect.acquireRelease(Effect.sync(() => open++), () => Effect.sync(() => open--)),
          bodyOf(request, steps)
        )
      )
      // A web body would run on promises, which a test clock cannot wait for.
      const response: HttpClientResponse.HttpClientResponse = Object.create(base, { stream: { value: stream } })
      return response
    })
  )
  return { requests, open: () => open, layer: Layer.succeed(HttpClient.HttpClient, client) }
}

/** Together, with a list of models in pages. */
const paged: ProviderDefinition = { ...together, models: { wireFormat: "anthropic", path: "/models" } }

/** `more` are the ids of further providers, which are like Together. */
const registry = (more: ReadonlyArray<string>) =>
  Layer.effect(
    ProviderRegistry,
    Effect.gen(function*() {
      yield* load("openai-chat")
      yield* load("anthropic-messages")
      const first = yield* Providers.at(openAi, "https://openai.test/v1", { protocol: "openai-chat" })
      const second = yield* Providers.at(paged, "https://together.test/v1", { protocol: "openai-chat" })
      const third = yield* Providers.at(anthropic, "https://anthropic.test/v1")
      const others = more.map((id) => ({ ...together, id, aliases: [] }))
      const configured = yield* Effect.forEach(others, (definition) =>
        Providers.at(definition, `https://${definition.id}.test/v1`, { protocol: "openai-chat" }))
      return Resolution.make([first, second, third, ...configured], [openAi, paged, anthropic, ...others])
    })
  )

/** A model with known limits, and with prices of $1 a million tokens read and $2 a million written. */
export const priced: ModelInfo.ModelFacts = {
  provider: "openai",
  id: "priced",
  contextWindow: 200_000,
  maxOutputTokens: 10_000,
  prices: { input: 1, output: 2 }
}

export const embedder: ModelInfo.ModelFacts = {
  provider: "openai",
  id: "embedder",
  contextWindow: 8_000,
  prices: { input: 0.1 }
}

/** All operations on an HTTP client, with the models above and settings over quick ones without jitter. */
export const layerOver = <A>(
  client: Layer.Layer<HttpClient.HttpClient | A>,
  settings: Partial<SluiceConfig.Settings> = {},
  more: ReadonlyArray<string> = []
) =>
  Layer.mergeAll(HttpChatModel.layer, HttpEmbeddings.layer, HttpModelListing.layer()).pipe(
    Layer.provideMerge(registry(more)),
    Layer.provideMerge(client),
    Layer.provideMerge(Models.layer({ catalogue: false, models: [priced, embedder] })),
    Layer.provide(SluiceConfig.layer({
      proxy: "none",
      retryBase: Duration.millis(1),
      retryJitter: 0,
      ...settings
    })),
    Layer.provideMerge(Logger.layer([])),
    Layer.provide(ConfigProvider.layer(ConfigProvider.fromEnvRecord({}))),
    Layer.orDie
  )

/** All operations on a server. */
export const layer = (
  server: Server,
  settings?: Partial<SluiceConfig.Settings>,
  more?: ReadonlyArray<string>
) => layerOver(server.layer, settings, more)

/** An event of a stream with usage, as OpenAI sends it. */
export const usage = (input: number, output: number): string =>
  RawServer.data({
    id: "c1",
    object: "chat.completion.chunk",
    model: "m",
    choices: [],
    usage: { prompt_tokens: input, completion_tokens: output, total_tokens: input + output }
  })

/** A whole short stream with usage. */
export const streamed = (input = 10, output = 5): Reply => ({
  headers: { "content-type": "text/event-stream" },
  steps: [RawServer.delta("Hello"), RawServer.stop, usage(input, output), RawServer.done]
})

/** A stream that does what its steps say. */
export const steps = (...all: ReadonlyArray<Step>): Reply => ({
  headers: { "content-type": "text/event-stream" },
  steps: all
})

/** A whole response of JSON. */
export const json = (body: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Reply => ({
  status,
  headers: { "content-type": "application/json", ...headers },
  steps: [JSON.stringify(body)]
})

/** An error response in OpenAI's form. */
export const failure = (status: number, headers: Readonly<Record<string, string>> = {}): Reply =>
  json({ error: { message: "no", type: "error" } }, status, headers)

/** Vectors for the inputs of a request for embeddings. */
export const vectors = ({ text }: Received, tokens = 3): Reply => {
  const { encoding_format: encoding, input }: { input: ReadonlyArray<unknown>; encoding_format?: string } = JSON.parse(
    text
  )
  const vector = new Float32Array([1, 2])
  return json({
    object: "list",
    model: "m",
    data: input.map((_, index) => ({
      object: "embedding",
      index,
      embedding: encoding === "base64" ? Buffer.from(vector.buffer).toString("base64") : [...vector]
    })),
    usage: { prompt_tokens: tokens, total_tokens: tokens }
  })
}
