/**
 * What can go wrong between a server and a client, and calls of every operation to try it on.
 */
import { Duration, Effect, Layer, Logger, Redacted, Stream } from "effect"
import * as Zlib from "node:zlib"
import {
  ChatModel,
  type CompletionError,
  Embeddings,
  HttpChatModel,
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
import * as Raw from "./RawServer.ts"

export type Services = ChatModel | Embeddings | Reranker | Transcription | Speech

/** A call, what its value is made from, and its response. */
export interface Operation {
  readonly call: Effect.Effect<string, CompletionError, Services>
  /** What the call returns for the whole body. */
  readonly value: string
  readonly type: string
  readonly body: Buffer
}

const recording = Buffer.alloc(3000, 7)
const sound = Buffer.alloc(4000, 9)

const json = (value: unknown) => ({ type: "application/json", body: Buffer.from(JSON.stringify(value)) })

const vector = Array.from({ length: 400 }, (_, index) => index / 400)

const transcription = {
  value: "what was said ".repeat(100),
  ...json({ text: "what was said ".repeat(100), usage: { type: "tokens", input_tokens: 5, output_tokens: 5 } })
}

const transcribe = (content: Uint8Array | Stream.Stream<Uint8Array>) =>
  Effect.map(
    Transcription.transcribe({ model: "whisper-1", file: { name: "talk.wav", size: recording.length, content } }),
    ({ text }) => text
  )

export const operations = {
  chat: {
    call: Stream.runFold(
      ChatModel.stream({ model: "m", prompt: "hi" }),
      () => "",
      (text, event) => event._tag === "OutputTextDelta" ? text + event.delta : text
    ),
    value: "Hello ".repeat(50),
    type: "text/event-stream",
    body: Buffer.from(Raw.delta("Hello ").repeat(50) + Raw.stop + Raw.done)
  },
  embeddings: {
    call: Effect.map(
      Embeddings.embed({ model: "m", inputs: ["one"] }),
      ({ embeddings }) => String(embeddings[0]?.vector.length)
    ),
    value: "400",
    ...json({ model: "m", data: [{ index: 0, embedding: vector }], usage: { prompt_tokens: 1, total_tokens: 1 } })
  },
  rerank: {
    call: Effect.map(
      Reranker.rerank({ model: "m", query: "q", documents: ["one", "two"] }),
      ({ results }) => results.map(({ index }) => index).join()
    ),
    value: "1,0",
    ...json({
      id: "x".repeat(500),
      results: [{ index: 1, relevance_score: 0.9 }, { index: 0, relevance_score: 0.1 }]
    })
  },
  transcription: { call: transcribe(recording), ...transcription },
  "transcription of a stream": { call: transcribe(Stream.make(recording)), ...transcription },
  speech: {
    call: Effect.map(Speech.speak({ model: "m", input: "Hello", format: "pcm" }), ({ audio }) => String(audio.length)),
    value: String(sound.length),
    type: "audio/pcm",
    body: sound
  }
} satisfies Readonly<Record<string, Operation>>

type OperationName = keyof typeof operations

const head = (status: string, headers: Readonly<Record<string, string | number>>) =>
  `HTTP/1.1 ${status}\r\n${Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n`

const whole = ({ body, type }: Operation, more: Readonly<Record<string, string | number>> = {}): Buffer =>
  Buffer.concat([
    Buffer.from(head("200 OK", { "content-type": type, "content-length": body.length, ...more })),
    body
  ])

const encoded = (encoding: string, encode: (body: Buffer) => Buffer) => (operation: Operation): Buffer =>
  whole({ ...operation, body: encode(operation.body) }, { "content-encoding": encoding })

const half = ({ body }: Operation): Buffer => body.subarray(0, Math.floor(body.length / 2))

const cut = (operation: Operation): Buffer => {
  const bytes = whole(operation)
  return bytes.subarray(0, bytes.length - half(operation).length)
}

type Responder = (socket: Raw.Exchange["socket"], operation: Operation) => unknown

/** Writes a response, byte by byte where there is a pause in milliseconds. */
const write = (response: (operation: Operation) => string | Buffer): Responder => (socket, operation) =>
  socket.write(response(operation))

const drip: Responder = (socket, operation) => {
  const bytes = whole(operation)
  let at = 0
  const timer = setInterval(() => {
    if (socket.writable && at < 60) socket.write(bytes.subarray(at, ++at))
    else clearInterval(timer)
  }, 20)
  socket.on("close", () => clearInterval(timer))
}

export interface Fault {
  readonly respond: Responder
  /** The `_tag` of the error; `undefined` where the response is nevertheless read. */
  readonly error?: string
  /** Errors of operations for which it is another one. */
  readonly of?: Partial<Record<OperationName, string>>
  /** What the message says. */
  readonly says?: RegExp
  readonly isRetryable?: boolean
  /** The limits of time that it exceeds. Default: none. */
  readonly limits?: Partial<SluiceConfig.Settings>
}

const limits = { headersTimeout: Duration.millis(700), idleTimeout: Duration.millis(700) }
const noHeaders = { error: "RequestTimeoutError", isRetryable: true, limits }

const incomplete = { error: "IncompleteStreamError", isRetryable: true }
const unreachable = { error: "ConnectionError", isRetryable: true }
const redirects = { error: "MalformedResponseError", isRetryable: false }

export const faults: Readonly<Record<string, Fault>> = {
  none: { respond: write(whole) },
  "closed before the headers": { respond: (socket) => socket.end(), ...unreachable },
  "reset before the headers": { respond: (socket) => socket.resetAndDestroy(), ...unreachable },
  "closed within the headers": { respond: (socket) => socket.end("HTTP/1.1 200 OK\r\ncontent-"), ...unreachable },
  garbage: { respond: (socket) => socket.end("\x16\x03\x01 what is this\r\n\r\n"), ...unreachable },
  "100 KB of headers": {
    respond: write(() => `HTTP/1.1 200 OK\r\na: ${"b".repeat(100_000)}\r\n\r\n`),
    ...unreachable
  },
  "no headers": { respond: () => {}, ...noHeaders },
  "slow headers": { respond: drip, ...noHeaders },
  "endless early hints": {
    respond: (socket) => {
      const timer = setInterval(() => socket.writable && socket.write("HTTP/1.1 103 Early Hints\r\n\r\n"), 20)
      socket.on("close", () => clearInterval(timer))
    },
    ...noHeaders
  },
  "100 Continue": {
    respond: write((operation) => `HTTP/1.1 100 Continue\r\n\r\n${whole(operation).toString("latin1")}`)
  },
  "103 Early Hints": {
    respond: write((operation) =>
      Buffer.concat([Buffer.from("HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n"), whole(operation)])
    )
  },
  "closed in the body": { respond: (socket, operation) => socket.end(cut(operation)), ...incomplete },
  "reset in the body": {
    respond: (socket, operation) => {
      socket.write(cut(operation))
      setTimeout(() => socket.resetAndDestroy(), 20)
    },
    ...incomplete
  },
  "a chunked body that is cut": {
    respond: (socket, operation) =>
      socket.end(Buffer.concat([
        Buffer.from(head("200 OK", { "content-type": operation.type, "transfer-encoding": "chunked" })),
        Raw.chunk(half(operation))
      ])),
    ...incomplete
  },
  "a broken chunk": {
    respond: (socket, operation) =>
      socket.end(Buffer.concat([
        Buffer.from(head("200 OK", { "content-type": operation.type, "transfer-encoding": "chunked" })),
        Raw.chunk(half(operation)),
        Buffer.from("zzz\r\n")
      ])),
    ...incomplete
  },
  "a stalled body": { respond: write(cut), error: "StreamIdleTimeoutError", isRetryable: true, limits },
  "a length that is too long": {
    respond: (socket, operation) => socket.end(whole(operation, { "content-length": operation.body.length + 10 })),
    // What the others read says itself that it is whole.
    of: { speech: "IncompleteStreamError" }
  },
  "a length that is too short": {
    respond: write((operation) => whole(operation, { "content-length": half(operation).length })),
    error: "MalformedResponseError",
    // Sound has no end of its own.
    of: { chat: "IncompleteStreamError", speech: "" }
  },
  "a redirect to another host": {
    respond: write(() =>
      head("307 Temporary Redirect", {
        location: "https://user:secret@other.invalid/path?key=secret",
        "content-length": 0
      })
    ),
    ...redirects,
    says: /redirects to https:\/\/other\.invalid, and redirects are not followed\. /
  },
  "a redirect on the same host": {
    respond: write(() => head("302 Found", { location: "/login?next=secret", "content-length": 0 })),
    ...redirects,
    says: /redirects to another path of the same host/
  },
  "a 407": {
    respond: write(() => head("407 No", { "proxy-authenticate": "Basic", "content-length": 0 })),
    error: "ConfigurationError",
    isRetryable: false,
    says: /proxy .*requires authentication \(407\)/
  },
  gzip: { respond: write(encoded("gzip", (body) => Zlib.gzipSync(body))) },
  "gzip twice": { respond: write(encoded("gzip, gzip", (body) => Zlib.gzipSync(Zlib.gzipSync(body)))) },
  "gzip, br": { respond: write(encoded("gzip, br", (body) => Zlib.brotliCompressSync(Zlib.gzipSync(body)))) },
  "identity, GZIP": { respond: write(encoded("identity, GZIP", (body) => Zlib.gzipSync(body))) },
  zstd: { respond: write(encoded("zstd", (body) => Zlib.zstdCompressSync(body))) },
  deflate: { respond: write(encoded("deflate", (body) => Zlib.deflateSync(body))) },
  "raw deflate": { respond: write(encoded("deflate", (body) => Zlib.deflateRawSync(body))) },
  "raw deflate in gzip": {
    respond: write(encoded("deflate, gzip", (body) => Zlib.gzipSync(Zlib.deflateRawSync(body))))
  },
  "an unknown encoding": {
    respond: write(encoded("gzip, lzma-86", (body) => body)),
    error: "MalformedResponseError",
    isRetryable: false,
    says: /content-encoding cannot be decoded: lzma-86/
  },
  "an unknown encoding of an error response": {
    respond: write(() => `${head("503 No", { "content-encoding": "compress", "content-length": 5 })}abcde`),
    error: "OverloadedError",
    isRetryable: true
  },
  "too many encodings": {
    respond: write(encoded(Array.from({ length: 9 }, () => "gzip").join(), (body) => body)),
    error: "MalformedResponseError",
    isRetryable: false,
    says: /content-encoding names 9 codings/
  },
  "a gzip body that is cut": {
    respond: (socket, operation) => {
      const compressed = Zlib.gzipSync(operation.body)
      const bytes = whole({ ...operation, body: compressed }, { "content-encoding": "gzip" })
      socket.end(bytes.subarray(0, bytes.length - compressed.length / 2))
    },
    ...incomplete
  }
}

const settings: Partial<SluiceConfig.Settings> = { proxy: "none", maxRetries: 0, connectionsPerHost: 2 }

/** Provides every operation at an address. */
export const layer = (baseUrl: string, explicit: Partial<SluiceConfig.Settings> = {}) =>
  Layer.mergeAll(
    HttpChatModel.layer,
    HttpEmbeddings.layer,
    HttpReranker.layer,
    HttpTranscription.layer,
    HttpSpeech.layer
  )
    .pipe(
      Layer.provide(
        SingleProvider.registry({ ...openAi, rerank: [{ wireFormat: "cohere", path: "/rerank" }] })({
          apiKey: Redacted.make("sk-test"),
          baseUrl,
          protocol: "openai-chat"
        })
      ),
      Layer.provide(UndiciHttpClient.layer),
      Layer.provide(SluiceConfig.layer({ ...settings, ...explicit })),
      Layer.merge(Logger.layer([])),
      Layer.orDie
    )
