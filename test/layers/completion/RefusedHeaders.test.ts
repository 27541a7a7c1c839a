/**
 * Headers that only the HTTP client may set: they are refused before they reach the pool of connections, which a request
 * that undici refuses would damage.
 */
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Layer, Redacted, Stream } from "effect"
import { ChatModel, type CompletionRequest, SluiceConfig, UndiciHttpClient } from "sluice"
import * as OpenAi from "sluice/openai"
import * as Raw from "../../support/RawServer.ts"

const names = [
  "connection",
  "content-length",
  "Expect",
  "keep-alive",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "Transfer-Encoding",
  "upgrade"
]

/** What a program without types may give. */
const untyped = (headers: unknown): CompletionRequest.CompletionRequestInput["headers"] => headers as never

const server = Raw.serve(({ socket }) => socket.write(`${Raw.streamHead}${Raw.chunk(Raw.whole)}${Raw.lastChunk}`))

const layer = (baseUrl: string, headers: Readonly<Record<string, string>> = {}) =>
  OpenAi.layer({ apiKey: Redacted.make("sk-test"), baseUrl, protocol: "openai-chat", headers }).pipe(
    Layer.provide(UndiciHttpClient.layer),
    Layer.provide(SluiceConfig.layer({
      maxRetries: 0,
      proxy: "none",
      connectionsPerHost: 10,
      headersTimeout: Duration.seconds(5)
    }))
  )

const request = { model: "m", prompt: "hi" }

describe("headers of the connection", () => {
  it.live.each<readonly [string, CompletionRequest.CompletionRequestInput["headers"]]>([
    ...[...names, "host"].map((name) => [name, { [name]: "chunked" }] as const),
    ["an object", untyped({ "x-y": {} })],
    ["a number", untyped({ "x-y": 1 })],
    ["null", untyped({ "x-y": null })],
    ["a list", untyped(["a"])]
  ])("of a request are refused and leave the pool usable: %s", ([, headers]) =>
    Effect.gen(function*() {
      const { exchanges, url } = yield* server
      yield* Effect.gen(function*() {
        for (let number = 0; number < 11; number++) {
          const error = yield* Effect.flip(ChatModel.complete({ ...request, headers }))
          assert.isTrue(error._tag === "InvalidRequestError" && error.parameter === "headers", error.message)
          assert.match(error.message, /nothing was sent/)
        }
        assert.strictEqual((yield* ChatModel.complete(request)).text, "Hello")
        assert.lengthOf(exchanges, 1)
      }).pipe(Effect.provide(layer(url)))
    }), 15_000)

  it.live.each(names)("of a provider's configuration are refused: %s", (name) =>
    Effect.gen(function*() {
      const { exchanges, url } = yield* server
      const error = yield* Effect.flip(Effect.provide(ChatModel.complete(request), layer(url, { [name]: "1" })))
      assert.strictEqual(error._tag, "ConfigurationError")
      assert.include(error.message, `The header "${name.toLowerCase()}" of openai belongs to the connection`)
      assert.lengthOf(exchanges, 0)
    }), 15_000)

  it.live("with values that are no texts are refused in a provider's configuration", () =>
    Effect.gen(function*() {
      const { url } = yield* server
      const error = yield* Effect.flip(
        Effect.provide(Stream.runDrain(ChatModel.stream(request)), layer(url, untyped({ "x-y": {} })))
      )
      assert.strictEqual(error.message, "The header \"x-y\" of openai is not a string")
    }), 15_000)
})
