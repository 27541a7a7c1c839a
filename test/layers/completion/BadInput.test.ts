/**
 * Tries invalid requests and invalid responses one by one: each is a typed error that says what to do, and none hangs.
 */
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Layer, Redacted, Result, Schema, Stream } from "effect"
import { Tool } from "effect/ai"
import * as Zlib from "node:zlib"
import {
  ChatModel,
  type CompletionError,
  type CompletionRequest,
  type Configure,
  isProviderError,
  Providers,
  type ResponseEvent,
  SluiceConfig,
  UndiciHttpClient
} from "sluice"
import * as OpenAi from "sluice/openai"
import * as OpenAiCompatible from "sluice/openai-compatible"
import * as Raw from "../../support/RawServer.ts"

const settings: Partial<SluiceConfig.Settings> = {
  maxRetries: 0,
  proxy: "none",
  idleTimeout: Duration.seconds(2),
  headersTimeout: Duration.seconds(2)
}

const network = (explicit: Partial<SluiceConfig.Settings> = {}) =>
  Layer.provideMerge(UndiciHttpClient.layer, SluiceConfig.layer({ ...settings, ...explicit }))

const request: CompletionRequest.CompletionRequestInput = { model: "m", prompt: "hi" }

/** Returns the events, and the failure of the request or of the layer. */
const attempt = (
  layer: ReturnType<typeof OpenAi.layer>,
  input: CompletionRequest.CompletionRequestInput = request,
  explicit: Partial<SluiceConfig.Settings> = {},
  transport: "stream" | "whole" = "stream"
) =>
  Effect.gen(function*() {
    const events: Array<ResponseEvent.ResponseEvent> = []
    const run: Effect.Effect<unknown, CompletionError, ChatModel> = transport === "whole"
      ? ChatModel.complete(input, { transport })
      : Stream.runForEach(ChatModel.stream(input), (event) => Effect.sync(() => events.push(event)))
    const result = yield* Effect.result(Effect.provide(run, Layer.provide(layer, network(explicit))))
    return Result.isFailure(result)
      ? { events, failure: result.failure, value: undefined }
      : { events, failure: undefined, value: result.success }
  })

const text = (events: ReadonlyArray<ResponseEvent.ResponseEvent>) =>
  events.map((event) => (event._tag === "OutputTextDelta" ? event.delta : "")).join("")

// An address that no test may reach.
const nowhere = "http://127.0.0.1:9/v1"

const configured = (options: Configure.ProviderSettings) =>
  OpenAi.layer({ apiKey: Redacted.make("sk-test"), baseUrl: nowhere, ...options })

const limit = 4000

describe("an invalid configuration", () => {
  const cases: ReadonlyArray<readonly [string, Configure.ProviderSettings, RegExp, string]> = [
    ["an empty key", { apiKey: Redacted.make("") }, /^The API key in apiKey is empty: set it to a key$/, "apiKey"],
    ["a key of white space", { apiKey: Redacted.make(" \n\t ") }, /API key in apiKey is empty: set it/, "apiKey"],
    [
      "a key with a newline inside",
      { apiKey: Redacted.make("sk-a\nb") },
      /no HTTP header can carry: copy it/,
      "apiKey"
    ],
    [
      "a base URL without a scheme",
      { baseUrl: "api.test/v1" },
      /does not begin with https.*like https:\/\/host/,
      "baseUrl"
    ],
    [
      "a base URL that is host and port",
      { baseUrl: "localhost:8000/v1" },
      /begins with localhost:.*Give one/,
      "baseUrl"
    ],
    ["an ftp base URL", { baseUrl: "ftp://host/v1" }, /begins with ftp:\. Give one like https/, "baseUrl"],
    ["a garbage base URL", { baseUrl: "http://[not a host" }, /cannot be read\. Give one like https/, "baseUrl"],
    ["an empty base URL", { baseUrl: "" }, /it is empty\. Give one like https/, "baseUrl"],
    [
      "a header that HTTP cannot carry",
      { headers: { "x-team": "a\nb" } },
      /header "x-team" of openai has characters/,
      "headers"
    ],
    [
      "a protocol that the provider does not speak",
      { protocol: "anthropic-messages" },
      /openai does not speak the protocol anthropic-messages; it speaks openai-responses, openai-chat/,
      "protocol"
    ]
  ]

  it.live.each(cases)("fails with what to do: %s", ([, options, message, setting]) =>
    Effect.gen(function*() {
      const { failure } = yield* attempt(configured(options))
      assert.strictEqual(failure?._tag, "ConfigurationError")
      assert.match(failure?.message ?? "", message)
      assert.strictEqual(failure?._tag === "ConfigurationError" ? failure.setting : undefined, setting)
      assert.isFalse(failure?.isRetryable)
    }), limit)

  it.live("names the protocol that was meant when it is misspelled", () =>
    Effect.gen(function*() {
      const name: string = "openai-chatt"
      // What a program reads from a file has no type.
      const options: Configure.ProviderSettings = JSON.parse(JSON.stringify({ protocol: name, baseUrl: nowhere }))
      const { failure } = yield* attempt(OpenAi.layer(options))
      assert.match(failure?.message ?? "", /Did you mean openai-chat/)
    }), limit)

  it.live("fails where a server has no address", () =>
    Effect.gen(function*() {
      const { failure } = yield* attempt(OpenAiCompatible.layer({}))
      assert.strictEqual(
        failure?.message,
        "openai-compatible has no base URL of its own: give baseUrl, or set OPENAI_COMPATIBLE_BASE_URL"
      )
    }), limit)

  it.live.each<readonly [string, string]>([
    ["opneai/gpt-5", "Did you mean openai?"],
    ["anthropc/claude", "Did you mean anthropic?"],
    ["claud/opus", "Did you mean claude?"]
  ])("offers the nearest names of providers for %s", ([name, hint]) =>
    Effect.gen(function*() {
      const layer = Providers.layer({
        providers: {
          openai: { apiKey: Redacted.make("sk-test"), baseUrl: nowhere },
          vllm: { baseUrl: nowhere }
        }
      })
      const { failure } = yield* attempt(layer, { ...request, model: name })
      assert.strictEqual(failure?._tag, "ConfigurationError")
      assert.include(failure?.message ?? "", hint)
    }), limit)

  it.live("fails when the request names no model", () =>
    Effect.gen(function*() {
      for (const name of ["", "  ", "openai/", { provider: "openai", model: "" }]) {
        const { failure } = yield* attempt(configured({}), { ...request, model: name })
        assert.strictEqual(failure?._tag, "ConfigurationError")
        assert.match(failure?.message ?? "", /names no model: give one like openai\//)
      }
    }), limit)

  it.live("fails at once for a proxy that is not an address, without repeating it", () =>
    Effect.gen(function*() {
      const { failure } = yield* attempt(configured({}), request, { proxy: "http://me:secret-word@:::" })
      assert.strictEqual(failure?._tag, "ConfigurationError")
      assert.match(failure?.message ?? "", /proxy is not an http or https URL: give one like http:\/\/host:3128/)
      assert.notInclude(String(failure), "secret-word")
    }), limit)
})

describe("an invalid request", () => {
  const protocols = ["openai-chat", "openai-responses", "anthropic-messages"] as const

  const speaking = (protocol: (typeof protocols)[number]) => OpenAiCompatible.layer({ baseUrl: nowhere, protocol })

  it.live.each(protocols)(
    "is refused before anything is sent, over %s: a prompt with no messages",
    (protocol) =>
      Effect.gen(function*() {
        const { failure } = yield* attempt(speaking(protocol), { ...request, prompt: [] })
        assert.isTrue(failure?._tag === "InvalidRequestError" && failure.parameter === "prompt", String(failure))
        assert.match(failure?.message ?? "", /nothing was sent/)
      }),
    limit
  )

  it.live.each(protocols)(
    "is refused before anything is sent, over %s: messages that are not messages",
    (protocol) =>
      Effect.gen(function*() {
        for (
          const prompt of [
            [{ role: "wizard", content: "hi" }],
            [{ role: "user", content: [{ type: "hologram" }] }],
            [{ role: "user" }],
            [null],
            { content: 7 },
            null,
            42
          ]
        ) {
          const input: CompletionRequest.CompletionRequestInput = { ...request, ...untyped({ prompt }) }
          const { failure } = yield* attempt(speaking(protocol), input)
          assert.isTrue(
            failure?._tag === "InvalidRequestError" && failure.parameter === "prompt",
            `${JSON.stringify(prompt)}: ${String(failure)}`
          )
          assert.match(failure?.message ?? "", /nothing was sent/)
        }
      }),
    limit
  )

  it.live.each(protocols)(
    "is refused before anything is sent, over %s: a tool that has no JSON Schema",
    (protocol) =>
      Effect.gen(function*() {
        const circular: Record<string, unknown> = { type: "object" }
        circular["properties"] = { again: circular }
        const tools = [
          Tool.dynamic("clock", { parameters: { type: "array" } }),
          Tool.dynamic("clock", { parameters: Schema.Array(Schema.String) }),
          Tool.dynamic("clock", { parameters: circular })
        ]
        for (const tool of tools) {
          const { failure } = yield* attempt(speaking(protocol), { ...request, tools: [tool] })
          assert.strictEqual(failure?._tag, "InvalidRequestError", failure?.message)
          assert.match(failure?.message ?? "", /clock/)
          assert.match(failure?.message ?? "", /nothing was sent/)
        }
      }),
    limit
  )

  it.live("is refused before anything is sent: two tools of one name", () =>
    Effect.gen(function*() {
      const tools = [Tool.make("clock"), Tool.make("weather"), Tool.make("clock")]
      const { failure } = yield* attempt(speaking("openai-chat"), { ...request, tools })
      assert.strictEqual(failure?._tag, "InvalidRequestError", failure?.message)
      assert.strictEqual(failure?._tag === "InvalidRequestError" ? failure.parameter : undefined, "tools")
      assert.match(failure?.message ?? "", /name of an earlier tool/)
    }), limit)

  it.live.each<readonly [string, number]>([
    ["temperature", Number.NaN],
    ["topP", Number.POSITIVE_INFINITY],
    ["topK", Number.NEGATIVE_INFINITY],
    ["maxOutputTokens", Number.POSITIVE_INFINITY],
    ["seed", Number.NaN]
  ])(
    "is refused before anything is sent: a %s of %s, which JSON has no word for",
    ([field, value]) =>
      Effect.gen(function*() {
        const { failure } = yield* attempt(speaking("openai-chat"), { ...request, [field]: value })
        assert.strictEqual(failure?._tag, "InvalidRequestError", failure?.message)
        assert.strictEqual(failure?._tag === "InvalidRequestError" ? failure.parameter : undefined, field)
      }),
    limit
  )

  it.live("is refused before anything is sent: options that hold themselves", () =>
    Effect.gen(function*() {
      const circular: Record<string, Schema.Json> = { a: 1 }
      circular["self"] = circular
      const { failure } = yield* attempt(speaking("openai-chat"), {
        ...request,
        providerOptions: { "openai-compatible": circular }
      })
      assert.strictEqual(failure?._tag, "InvalidRequestError", failure?.message)
      assert.match(failure?.message ?? "", /providerOptions.*cannot be written as JSON/)
    }), limit)

  it.live(
    "is refused before anything is sent: a header that HTTP cannot carry, or that is not a caller's",
    () =>
      Effect.gen(function*() {
        for (
          const headers of [{ "x-a": "é\u{1F600}" }, { "x a": "b" }, { "x-a": "a\r\nx-b: c" }, {
            "transfer-encoding": "x"
          }]
        ) {
          const { failure } = yield* attempt(speaking("openai-chat"), { ...request, headers: { ...headers } })
          assert.isTrue(
            failure?._tag === "InvalidRequestError" && failure.parameter === "headers",
            `${JSON.stringify(headers)}: ${String(failure)}`
          )
        }
      }),
    limit
  )
})

/** What a program without types may pass. */
const untyped = (value: unknown): Record<string, never> => JSON.parse(JSON.stringify(value))

const page = "<!DOCTYPE html><html><head><title>Gateway</title></head><body>Sign in to the network</body></html>"
const errorObject = {
  error: { message: "The engine is overloaded", type: "overloaded_error", code: "overloaded_error" }
}
const longError = JSON.stringify({ error: { ...errorObject.error, hint: "x".repeat(3000) } })
const sse = { "content-type": "text/event-stream" }
const wholeResponse = JSON.stringify({
  id: "c1",
  object: "chat.completion",
  model: "m",
  choices: [{ index: 0, message: { role: "assistant", content: "Hello" }, finish_reason: "stop" }],
  usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 }
})

interface Answered {
  readonly name: string
  readonly respond: (socket: Raw.Exchange["socket"]) => void
  readonly transport?: "stream" | "whole"
  readonly settings?: Partial<SluiceConfig.Settings>
  readonly tag: CompletionError["_tag"]
  readonly message: RegExp
  readonly partial?: string
}

const bytes = (response: Buffer) => (socket: Raw.Exchange["socket"]) => void socket.write(response)
const stream = (...body: ReadonlyArray<string | Buffer>) => (socket: Raw.Exchange["socket"]) => {
  socket.write(Raw.streamHead)
  for (const piece of body) socket.write(Raw.chunk(piece))
  socket.write(Raw.lastChunk)
}

describe("what a server sends", () => {
  const hint = /Check that the base URL serves this protocol/
  const gzipped = Zlib.gzipSync(wholeResponse)
  const cases: ReadonlyArray<Answered> = [
    {
      name: "a page with 200",
      respond: bytes(Raw.response(200, page, { "content-type": "text/html" })),
      tag: "MalformedStreamError",
      message: /the body is a page and not an event stream/
    },
    {
      name: "a page with 200, whole",
      transport: "whole",
      respond: bytes(Raw.response(200, page)),
      tag: "MalformedResponseError",
      message: /the body is a page and not JSON/
    },
    {
      name: "a page with 502",
      respond: bytes(Raw.response(502, page, { "content-type": "text/html" })),
      tag: "ServerError",
      message: /HTTP 502.*Try again/
    },
    {
      name: "an error in a 200 as JSON",
      respond: bytes(Raw.response(200, JSON.stringify(errorObject))),
      tag: "OverloadedError",
      message: /The engine is overloaded.*Try again later/
    },
    {
      name: "an error in a 200 as an event stream",
      respond: bytes(Raw.response(200, JSON.stringify(errorObject), sse)),
      tag: "OverloadedError",
      message: /The engine is overloaded.*Try again later/
    },
    {
      name: "a long error in a 200 as an event stream",
      respond: bytes(Raw.response(200, longError, sse)),
      tag: "OverloadedError",
      message: /The engine is overloaded/
    },
    {
      name: "an error in a 200, whole",
      transport: "whole",
      respond: bytes(Raw.response(200, JSON.stringify(errorObject))),
      tag: "OverloadedError",
      message: /The engine is overloaded/
    },
    {
      name: "a gzip that is cut",
      transport: "whole",
      respond: (socket) => {
        socket.write(
          "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-encoding: gzip\r\nconnection: close\r\n\r\n"
        )
        socket.end(gzipped.subarray(0, gzipped.length - 12))
      },
      tag: "IncompleteStreamError",
      message: /lost the connection before the completion was whole.*Send the request again/
    },
    {
      name: "a gzip that is none",
      transport: "whole",
      respond: bytes(Raw.response(200, wholeResponse, { "content-encoding": "gzip" })),
      tag: "MalformedResponseError",
      message: /Z_DATA_ERROR\): the body is not what its content-encoding says: incorrect header check/
    },
    ...["gzip", "deflate", "br", "zstd"].map((encoding): Answered => ({
      name: `a stream that is labelled ${encoding} and is not`,
      respond: bytes(
        Raw.response(200, Raw.whole, { "content-type": "text/event-stream", "content-encoding": encoding })
      ),
      tag: "MalformedStreamError",
      message: /the body is not what its content-encoding says/
    })),
    {
      name: "a gzip that is garbled on the way",
      respond: (socket) => {
        socket.write(
          "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-encoding: gzip\r\nconnection: close\r\n\r\n"
        )
        socket.write(Zlib.gzipSync(Raw.delta("Hel"), { finishFlush: Zlib.constants.Z_SYNC_FLUSH }))
        setTimeout(() => socket.end(Buffer.alloc(9, 255)), 100)
      },
      tag: "MalformedStreamError",
      message: /the body is not what its content-encoding says/,
      partial: "Hel"
    },
    {
      name: "an error response whose gzip is cut",
      respond: bytes(Raw.response(401, gzipped.subarray(0, 20), { "content-encoding": "gzip" })),
      tag: "AuthenticationError",
      message: /Check the key/
    },
    {
      name: "a line of 10 MB",
      respond: stream(`data: {"x":"${"x".repeat(10_000_000)}"}\n\n`),
      tag: "MalformedStreamError",
      message: /a line is longer than the limit of 8388608 bytes/
    },
    {
      name: "a whole response over the limit",
      transport: "whole",
      settings: { maxResponseBytes: 1000 },
      respond: bytes(Raw.response(200, JSON.stringify({ x: "x".repeat(2000) }))),
      tag: "MalformedResponseError",
      message: /longer than the limit of 1000 bytes/
    },
    {
      name: "NUL bytes for an event",
      respond: stream(Raw.delta("Hel"), "data: \0\0\0\n\n"),
      tag: "MalformedStreamError",
      message: /an event is not JSON/,
      partial: "Hel"
    },
    {
      name: "nothing but NUL bytes",
      respond: stream(Buffer.alloc(2000)),
      tag: "IncompleteStreamError",
      message: /before the completion was whole/
    },
    {
      name: "nothing but NUL bytes, whole",
      transport: "whole",
      respond: bytes(Raw.response(200, Buffer.alloc(2000))),
      tag: "MalformedResponseError",
      message: /the body is not JSON/
    },
    {
      name: "invalid UTF-8 for an event",
      respond: stream(Raw.delta("Hel"), Buffer.from([0x64, 0x61, 0x74, 0x61, 0x3a, 0xff, 0xfe, 0x0a, 0x0a])),
      tag: "MalformedStreamError",
      message: /an event is not JSON/,
      partial: "Hel"
    },
    {
      name: "an empty 200",
      respond: bytes(Raw.response(200, "", sse)),
      tag: "IncompleteStreamError",
      message: /ended the stream before the completion was whole/
    },
    {
      name: "an empty 200, whole",
      transport: "whole",
      respond: bytes(Raw.response(200, "")),
      tag: "MalformedResponseError",
      message: /the body is empty/
    },
    {
      name: "an empty 204",
      respond: (socket) => void socket.write("HTTP/1.1 204 No Content\r\n\r\n"),
      tag: "IncompleteStreamError",
      message: /HTTP 204/
    },
    {
      name: "a redirect",
      respond: bytes(Raw.response(307, "", { location: "https://elsewhere.test/v1" })),
      tag: "MalformedResponseError",
      message: /HTTP 307.*Check that the base URL/
    },
    {
      name: "a redirect to the network's page",
      respond: bytes(Raw.response(302, page, { location: "https://login.test/" })),
      tag: "MalformedResponseError",
      message: /HTTP 302.*Check that the base URL/
    },
    {
      name: "no HTTP",
      respond: (socket) => void socket.end("\x00\x01garbage\r\n\r\n"),
      tag: "ConnectionError",
      message: /Check the network, the base URL and the proxy settings/
    },
    {
      name: "no HTTP but a banner",
      respond: (socket) => void socket.write("SSH-2.0-OpenSSH_9.6\r\n"),
      tag: "ConnectionError",
      message: /Check the network, the base URL/
    },
    {
      name: "nothing, and hangs up",
      respond: (socket) => void socket.end(),
      tag: "ConnectionError",
      message: /Check the network, the base URL/
    },
    {
      name: "a content-length that is too long",
      transport: "whole",
      respond: (socket) => {
        socket.write(`HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 999\r\n\r\n{"id":`)
        setTimeout(() => socket.end(), 20)
      },
      tag: "IncompleteStreamError",
      message: /lost the connection/
    },
    {
      name: "a content-length that is too short",
      transport: "whole",
      respond: (socket) =>
        void socket.write(
          `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 30\r\n\r\n${wholeResponse}`
        ),
      tag: "MalformedResponseError",
      message: /the body is not JSON/
    },
    {
      name: "a stream whose content-length is too short",
      respond: (socket) =>
        void socket.write(
          `HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: ${
            Raw.delta("Hel").length + 10
          }\r\n\r\n${Raw.delta("Hel")}${Raw.whole}`
        ),
      tag: "IncompleteStreamError",
      message: /before the completion was whole/,
      partial: "Hel"
    },
    {
      name: "JSON of another kind",
      respond: bytes(Raw.response(200, `{"hello":"world"}`)),
      tag: "MalformedResponseError",
      message: hint
    },
    {
      name: "JSON that is no object",
      respond: bytes(Raw.response(200, `[1, 2]`)),
      tag: "MalformedResponseError",
      message: /the body is not a JSON object/
    },
    {
      name: "events of another protocol",
      respond: stream(
        `event: ping
data: {"type":"ping"}

`,
        `data: {"foo": 1}

`
      ),
      tag: "IncompleteStreamError",
      message: /before the completion was whole: no finish-reason/
    },
    {
      name: "an error response that never ends",
      settings: { idleTimeout: Duration.millis(150) },
      respond: (socket) => void socket.write(`HTTP/1.1 401 X\r\ncontent-length: 999\r\n\r\n{"error":`),
      tag: "AuthenticationError",
      message: /Check the key/
    },
    {
      name: "an error response that trickles",
      settings: { idleTimeout: Duration.millis(400) },
      respond: (socket) => {
        socket.write(`HTTP/1.1 401 X\r\ntransfer-encoding: chunked\r\n\r\n`)
        const timer = setInterval(() => socket.write(Raw.chunk(" ")), 50)
        socket.on("close", () => clearInterval(timer))
      },
      tag: "AuthenticationError",
      message: /Check the key/
    }
  ]

  it.live.each(cases)("fails with what to do: $name", (scripted) =>
    Effect.gen(function*() {
      const server = yield* Raw.serve(({ socket }) => scripted.respond(socket))
      const layer = OpenAiCompatible.layer({ baseUrl: server.url })
      const { events, failure } = yield* attempt(layer, request, scripted.settings, scripted.transport)
      assert.strictEqual(failure?._tag, scripted.tag, failure?.message)
      assert.match(failure?.message ?? "", scripted.message)
      assert.notInclude(failure?.message ?? "", "\n")
      assert.strictEqual(text(events), scripted.partial ?? "")
      if (scripted.partial !== undefined) {
        assert.strictEqual(isProviderError(failure) ? failure.partial?.text : undefined, scripted.partial)
      }
      assert.strictEqual(server.exchanges.length, 1)
    }), limit)

  it.live("is a completion when a stream was requested and the whole comes as JSON", () =>
    Effect.gen(function*() {
      const server = yield* Raw.serve(({ socket }) => socket.write(Raw.response(200, wholeResponse)))
      const { events, failure } = yield* attempt(OpenAiCompatible.layer({ baseUrl: server.url }))
      assert.isUndefined(failure)
      assert.strictEqual(text(events), "Hello")
      assert.strictEqual(events.at(-1)?._tag, "Completed")
    }), limit)

  it.live(
    "is a completion with a content-length that is too long, when the response was complete before the end",
    () =>
      Effect.gen(function*() {
        const server = yield* Raw.serve(({ socket }) => {
          socket.write(`HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: 9999\r\n\r\n${Raw.whole}`)
          setTimeout(() => socket.destroy(), 50)
        })
        const { events, failure } = yield* attempt(OpenAiCompatible.layer({ baseUrl: server.url }))
        assert.isUndefined(failure)
        assert.strictEqual(text(events), "Hello")
      }),
    limit
  )

  it.live(
    "is a completion with NUL bytes, broken UTF-8 and unpaired surrogates in its text",
    () =>
      Effect.gen(function*() {
        const odd = Buffer.concat([
          Buffer.from(`data: {"choices":[{"index":0,"delta":{"content":"a\\u0000b\\ud800c`),
          Buffer.from([0xff]),
          Buffer.from(`"}}]}\n\n${Raw.stop}${Raw.done}`)
        ])
        const server = yield* Raw.serve(({ socket }) => stream(odd)(socket))
        const { events, failure } = yield* attempt(OpenAiCompatible.layer({ baseUrl: server.url }))
        assert.isUndefined(failure)
        assert.strictEqual(text(events), "a\0b\ud800c\ufffd")
      }),
    limit
  )
})
