/**
 * A model that records: whatever fails while a body is open is the same typed failure as without a cassette, is retried
 * as often, and is on the cassette.
 */
import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Layer, Logger, Redacted } from "effect"
import { ChatModel, SluiceConfig, UndiciHttpClient } from "sluice"
import { Cassette } from "sluice/testing"
import { definition } from "../../../src/domain/providers/Vllm.ts"
import * as SingleProvider from "../../../src/layers/registry/SingleProvider.ts"
import * as RawServer from "../../support/RawServer.ts"
import { cassettePath, read, services } from "./Loopback.ts"

const head = (status: number) =>
  `HTTP/1.1 ${status} X\r\ncontent-type: ${
    status === 200 ? "text/event-stream" : "application/json"
  }\r\ntransfer-encoding: chunked\r\n\r\n`

interface Case {
  readonly what: string
  readonly status: number
  /** The part of the body that is sent. The body stays open after it. */
  readonly body: string
  readonly tag: string
}

const cases: ReadonlyArray<Case> = [
  { what: "a malformed event", status: 200, body: "data: {\"broken\n\n", tag: "MalformedStreamError" },
  {
    what: "an error event",
    status: 200,
    body: RawServer.data({ error: { message: "x", code: 500 } }),
    tag: "ServerError"
  },
  { what: "a long error response", status: 500, body: "x".repeat(300 * 1024), tag: "ServerError" },
  { what: "a line over the limit", status: 200, body: `data: ${"x".repeat(200_000)}`, tag: "MalformedStreamError" }
]

const model = (baseUrl: string, cassette?: Cassette.Options) => {
  const http = UndiciHttpClient.layer
  return SingleProvider.layer(definition)({ apiKey: Redacted.make("key-1"), baseUrl }).pipe(
    Layer.provide(
      cassette === undefined
        ? http
        : Cassette.layer(cassette).pipe(Layer.provide([http, NodeServices.layer]), Layer.fresh)
    ),
    Layer.provide(SluiceConfig.layer({
      proxy: "none",
      retryBase: Duration.millis(1),
      maxRetries: 2,
      maxLineBytes: 100_000
    })),
    Layer.provide(Logger.layer([])),
    Layer.orDie
  )
}

describe("a body that fails while it is open", () => {
  it.live.each(cases)(
    "is the same failure with a recording cassette: $what",
    ({ body, status, tag }) =>
      Effect.gen(function*() {
        const path = yield* cassettePath
        const server = yield* RawServer.serve(({ socket }) => {
          socket.write(head(status))
          for (let at = 0; at < body.length; at += 16_384) socket.write(RawServer.chunk(body.slice(at, at + 16_384)))
        })
        const run = (cassette?: Cassette.Options) =>
          Effect.gen(function*() {
            const before = server.exchanges.length
            const failure = yield* Effect.flip(
              ChatModel.complete({ model: "m", prompt: "Hi" }, { transport: "stream" })
            ).pipe(Effect.provide(model(server.url, cassette), { local: true }))
            return [failure._tag, server.exchanges.length - before]
          })
        assert.deepStrictEqual(yield* run(), [tag, 3])
        assert.deepStrictEqual(yield* run({ path, mode: "record" }), [tag, 3])
        const { exchanges } = JSON.parse(yield* read(path))
        assert.strictEqual(exchanges.length, 3)
        for (const { outcome } of exchanges) assert.strictEqual(outcome.ending._tag, "Cut")
        // The replayed bytes are decoded to the same failure.
        assert.deepStrictEqual(yield* run({ path, mode: "replay", timing: "instant" }), [tag, 0])
      }).pipe(Effect.provide(services))
  )
})
