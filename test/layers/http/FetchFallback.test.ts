/**
 * The client on runtimes without undici, and what `fetch` does differently: it decompresses, and follows redirects.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Redacted, Stream } from "effect"
import { FetchHttpClient, HttpClient } from "effect/http"
import { ChatModel, Operators, SluiceConfig, UndiciHttpClient } from "sluice"
import * as OpenAi from "sluice/openai"
import { gzipSync } from "node:zlib"
import { vi } from "vitest"
import { DispatchResponse } from "../../../src/layers/http/DispatchResponse.ts"
import { serve } from "../../support/RawServer.ts"

// A module of this name is what Bun has: without `dispatch`.
vi.mock("#undici", () => ({ Agent: Object }))

const body = [
  `data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"Hello"}}]}`,
  `data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}`,
  "data: [DONE]",
  ""
].join("\n\n")

const text = (baseUrl: string, client: Layer.Layer<HttpClient.HttpClient, unknown>) =>
  ChatModel.stream({ model: "m", prompt: "Hi" }).pipe(
    Operators.text,
    Stream.mkString,
    Effect.provide(
      OpenAi.layer({ apiKey: Redacted.make("sk-test"), baseUrl, protocol: "openai-chat" }).pipe(Layer.provide(client))
    )
  )

describe("a runtime without undici", () => {
  it.live("sends requests by fetch", () =>
    Effect.gen(function*() {
      const { url } = yield* serve(({ socket }) =>
        socket.end(`HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n${body}`)
      )
      assert.strictEqual(yield* text(url, UndiciHttpClient.layer), "Hello")
      const response = yield* HttpClient.get(url).pipe(Effect.provide(UndiciHttpClient.layer))
      assert.notInstanceOf(response, DispatchResponse)
    }))

  it.live("does not send a key to where a response redirects", () =>
    Effect.gen(function*() {
      const other = yield* serve(({ socket }) => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"))
      const { url } = yield* serve(({ socket }) =>
        socket.end(`HTTP/1.1 307 Moved\r\nlocation: ${other.url}/v1\r\ncontent-length: 0\r\n\r\n`)
      )
      const error = yield* Effect.flip(text(url, UndiciHttpClient.layer))
      assert.include(String(error), "307")
      assert.strictEqual(other.exchanges.length, 0)
    }))

  it.effect("does not take a proxy that it cannot use", () =>
    Effect.gen(function*() {
      const settings = SluiceConfig.layer({ proxy: "http://proxy.invalid:3128" })
      const error = yield* Effect.flip(
        Effect.scoped(Layer.build(UndiciHttpClient.layer.pipe(Layer.provide(settings))))
      )
      assert.strictEqual(error.setting, "proxy")
    }))
})

describe("a compressed response of fetch", () => {
  it.live.each(["gzip", "x-gzip"])("is decompressed once: %s", (encoding) =>
    Effect.gen(function*() {
      const { url } = yield* serve(({ socket }) => {
        socket.write(
          `HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-encoding: ${encoding}\r\nconnection: close\r\n\r\n`
        )
        socket.end(gzipSync(body))
      })
      assert.strictEqual(yield* text(url, FetchHttpClient.layer), "Hello")
    }))
})
