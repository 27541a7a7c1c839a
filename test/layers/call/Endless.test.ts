/**
 * Servers that never end, under every operation that is no chat: what has no end fails at its limit, what nobody waits
 * for any more is hung up on, and nothing is left behind. The layers live on meanwhile, so that it is not their end
 * that tidies up.
 */
import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Duration, Effect, Equal, Fiber, Layer, Logger, Metric, Redacted, Stream, Struct } from "effect"
import {
  type CompletionError,
  Embeddings,
  HttpEmbeddings,
  HttpModelListing,
  HttpProviderCheck,
  HttpReranker,
  HttpSpeech,
  HttpTranscription,
  ModelListing,
  ProviderCheck,
  type ProviderDefinition,
  Reranker,
  SluiceConfig,
  Speech,
  Transcription,
  UndiciHttpClient
} from "sluice"
import { definition as openAi } from "../../../src/domain/providers/OpenAi.ts"
import * as SingleProvider from "../../../src/layers/registry/SingleProvider.ts"
import * as RawServer from "../../support/RawServer.ts"

const definition: ProviderDefinition = { ...openAi, rerank: [{ wireFormat: "cohere", path: "/rerank" }] }

const limit = 1024 * 1024

const services = (server: RawServer.RawServer) =>
  Layer.mergeAll(
    HttpEmbeddings.layer,
    HttpReranker.layer,
    HttpTranscription.layer,
    HttpSpeech.layer,
    HttpModelListing.layer(),
    HttpProviderCheck.layer
  ).pipe(
    Layer.provide(SingleProvider.registry(definition)({ apiKey: Redacted.make("sk-test"), baseUrl: server.url })),
    Layer.provide(UndiciHttpClient.layer),
    Layer.provide(SluiceConfig.layer({
      proxy: "none",
      maxRetries: 0,
      maxResponseBytes: limit,
      maxLineBytes: limit,
      maxEventBytes: limit,
      idleTimeout: Duration.seconds(30)
    })),
    Layer.provide(ConfigProvider.layer(ConfigProvider.fromEnvRecord({}))),
    Layer.merge(Logger.layer([])),
    Layer.orDie
  )

type Operation = Effect.Effect<
  unknown,
  CompletionError,
  | Embeddings
  | Reranker
  | Transcription
  | Speech
  | ModelListing
  | ProviderCheck
>

type Name =
  | "embeddings"
  | "rerank"
  | "transcription"
  | "transcription as text"
  | "transcription, streamed"
  | "translation"
  | "speech"
  | "speech, streamed"
  | "a list of models"
  | "a check"
  | "a check of a model"

const file = { name: "talk.wav", content: new Uint8Array(8) }
const speech = { model: "m", input: "Hi" }

const operations: Readonly<Record<Name, Operation>> = {
  embeddings: Embeddings.embed({ model: "m", inputs: ["Hi"] }),
  rerank: Reranker.rerank({ model: "m", query: "q", documents: ["a"] }),
  transcription: Transcription.transcribe({ model: "m", file }),
  "transcription as text": Transcription.transcribe({ model: "whisper-1", file, format: "text" }),
  "transcription, streamed": Stream.runDrain(Transcription.stream({ model: "m", file })),
  translation: Transcription.translate({ model: "whisper-1", file }),
  speech: Speech.speak(speech),
  "speech, streamed": Stream.runDrain(Speech.stream(speech)),
  "a list of models": ModelListing.use((models) => models.list("openai")),
  "a check": ProviderCheck.check("openai"),
  "a check of a model": ProviderCheck.check("openai", { model: "m" })
}

const names: ReadonlyArray<Name> = Struct.keys(operations)

const head = (status: number, type: string) =>
  `HTTP/1.1 ${status} Said\r\ncontent-type: ${type}\r\ntransfer-encoding: chunked\r\n\r\n`

/** A server that sends a beginning and then the same for ever, as fast as it is read. */
const endless = (status: number, type: string, beginning: string, piece: string) => {
  const sent = { bytes: 0 }
  const chunk = RawServer.chunk(piece.repeat(Math.ceil(64 * 1024 / piece.length)))
  return Effect.map(
    RawServer.serve(({ socket }) => {
      socket.write(head(status, type))
      if (beginning !== "") socket.write(RawServer.chunk(beginning))
      const more = () => {
        if (!socket.writable) return
        sent.bytes += chunk.length
        if (socket.write(chunk)) setImmediate(more)
        else socket.once("drain", more)
      }
      more()
    }),
    (server) => ({ server, sent })
  )
}

const isClosed = (server: RawServer.RawServer) =>
  Effect.timeout(Effect.repeat(Effect.sleep(10), { until: () => server.open() === 0 }), "5 seconds")

const json = ["application/json", "{\"data\":[", "1,"] as const
const silence = ["audio/mpeg", "", "x"] as const
const deltas = ["text/event-stream", "", RawServer.data({ type: "speech.audio.delta", audio: "AAAA" })] as const
const line = ["text/event-stream", "data: ", "x"] as const

describe("an answer without an end", () => {
  it.live.each<readonly [Name, readonly [type: string, beginning: string, piece: string], CompletionError["_tag"]]>([
    ["embeddings", json, "MalformedResponseError"],
    ["rerank", json, "MalformedResponseError"],
    ["transcription", json, "MalformedResponseError"],
    ["transcription as text", ["text/plain", "", "word "], "MalformedResponseError"],
    ["transcription, streamed", json, "MalformedResponseError"],
    ["transcription, streamed", line, "MalformedStreamError"],
    ["translation", json, "MalformedResponseError"],
    ["speech", json, "MalformedResponseError"],
    ["speech", silence, "MalformedResponseError"],
    ["speech", deltas, "MalformedResponseError"],
    ["speech", line, "MalformedStreamError"],
    ["speech, streamed", line, "MalformedStreamError"],
    ["a list of models", json, "MalformedResponseError"],
    ["a check", json, "MalformedResponseError"],
    ["a check of a model", json, "MalformedResponseError"]
  ])("of %s (%o) fails at the limit", ([name, [type, beginning, piece], tag]) =>
    Effect.gen(function*() {
      const { sent, server } = yield* endless(200, type, beginning, piece)
      yield* Effect.gen(function*() {
        const error = yield* Effect.timeout(Effect.flip(operations[name]), "20 seconds")
        assert.strictEqual(error._tag, tag, error.message)
        assert.match(error.message, /limit of 1048576 bytes/)
        yield* isClosed(server)
      }).pipe(Effect.provide(services(server)))
      // What is on its way between is the system's.
      assert.isBelow(sent.bytes, 32 * limit)
    }), 30_000)

  it.live.each(names)("does not keep a refusal of %s waiting", (name) =>
    Effect.gen(function*() {
      const { server } = yield* endless(403, "application/json", "{\"error\":{\"message\":\"", "no")
      yield* Effect.gen(function*() {
        const error = yield* Effect.timeout(Effect.flip(operations[name]), "20 seconds")
        assert.strictEqual(error._tag, "PermissionDeniedError", error.message)
        yield* isClosed(server)
      }).pipe(Effect.provide(services(server)))
    }), 30_000)
})

/**
 * Waits until no fiber runs any more, in none of its own. On a crowded machine the last ends a little after its layer.
 */
const noFibers = Metric.snapshot.pipe(
  Effect.map((metrics) => metrics.find(({ id }) => id === "child_fibers_active")?.state),
  Effect.delay(10),
  Effect.repeat({ until: (active) => Equal.equals(active, { value: 0 }), times: 300 }),
  Effect.map((active) => assert.deepStrictEqual(active, { value: 0 }))
)

describe("a request that nobody waits for any more", () => {
  it.live.each(
    names.flatMap((name) =>
      [
        ["nothing", ""],
        ["a head", head(200, "application/json")],
        ["half a body", `${head(200, "application/json")}5\r\n{"a":\r\n`],
        ["half a sound", `${head(200, "audio/mpeg")}2\r\nxx\r\n`],
        ["half an event", `${head(200, "text/event-stream")}6\r\ndata: \r\n`],
        ["half a refusal", `${head(400, "application/json")}5\r\n{"a":\r\n`]
      ].map(([state = "", answer = ""]) => [name, state, answer] as const)
    )
  )("of %s is hung up on after %s", ([name, , answer]) =>
    Effect.gen(function*() {
      const server = yield* RawServer.serve(({ socket }) => {
        if (answer !== "") socket.write(answer)
      })
      yield* Effect.gen(function*() {
        const fiber = yield* Effect.forkChild(operations[name])
        yield* Effect.repeat(Effect.sleep(5), { until: () => server.exchanges.length > 0 })
        yield* Effect.sleep(20)
        yield* Fiber.interrupt(fiber)
        yield* isClosed(server)
      }).pipe(Effect.provide(services(server)))
      yield* noFibers
    }).pipe(Effect.provide(Metric.enableRuntimeMetricsLayer)), 30_000)
})
