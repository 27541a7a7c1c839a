/**
 * `100 Continue` responses that nobody asked for are ignored, wherever the network cuts them, and nothing else is.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { HttpClient, HttpClientRequest } from "effect/http"
import { SluiceConfig, UndiciHttpClient } from "sluice"
import * as Raw from "../../support/RawServer.ts"

const go = "HTTP/1.1 100 Continue\r\n\r\n"
const hints = "HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n"
const ok = "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nHello"

/** Writes a text in pieces, one for each turn of the event loop. */
const drip = (socket: Raw.Exchange["socket"], text: string, size: number) => {
  let at = 0
  const next = () => {
    if (at >= text.length || !socket.writable) return
    socket.write(text.slice(at, at += size))
    setTimeout(next, 1)
  }
  next()
}

const client = UndiciHttpClient.layer.pipe(
  Layer.provide(SluiceConfig.layer({ proxy: "none", connectionsPerHost: 1 }))
)

const post = (url: string, body: string) =>
  HttpClientRequest.post(url).pipe(
    HttpClientRequest.bodyText(body),
    HttpClient.execute,
    Effect.flatMap((response) => response.text)
  )

describe("100 Continue that was not asked for", () => {
  it.live.each([
    { what: "once", head: go },
    { what: "three times", head: go + go + go },
    { what: "with headers", head: "HTTP/1.1 100 Continue\r\nserver: x\r\ndate: now\r\n\r\n" },
    { what: "of HTTP/1.0", head: "HTTP/1.0 100 Continue\r\n\r\n" },
    { what: "without a reason", head: "HTTP/1.1 100\r\n\r\n" },
    { what: "after early hints", head: hints + go },
    { what: "before early hints", head: go + hints },
    { what: "between early hints", head: hints + go + hints + hints + go }
  ])("is ignored $what, in one piece and in many", ({ head }) =>
    Effect.gen(function*() {
      const sizes = [1_000_000, 1, 3, 11, 25]
      let request = 0
      const server = yield* Raw.serve(({ socket }) => drip(socket, head + ok, sizes[request++] ?? 1))
      yield* Effect.gen(function*() {
        for (const _ of sizes) assert.strictEqual(yield* post(server.url, "hi"), "Hello")
      }).pipe(Effect.provide(client))
      assert.lengthOf(server.exchanges, sizes.length)
      // The pool may open a second one while it tidies up the first.
      assert.isAtMost(new Set(server.exchanges.map(({ connection }) => connection)).size, 2)
    }))

  it.live("is ignored while a large body is being uploaded", () =>
    Effect.gen(function*() {
      const server = yield* Raw.serve(({ socket }) => drip(socket, go + ok, 7))
      const body = "x".repeat(300_000)
      assert.strictEqual(yield* Effect.provide(post(server.url, body), client), "Hello")
      assert.strictEqual(server.exchanges[0]?.body.length, body.length)
    }))

  it.live("is content where it is in a body", () =>
    Effect.gen(function*() {
      const body = go + ok + go
      const pieces = [go, ok, go]
      const server = yield* Raw.serve(({ socket }) => {
        socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n`)
        pieces.forEach((piece, index) => setTimeout(() => socket.write(piece), 10 * (index + 1)))
      })
      assert.strictEqual(yield* Effect.provide(post(server.url, "hi"), client), body)
    }))

  it.live.each(["garbage\r\n\r\n", "H", "HTTP/1.1 1", "HTTP/1.1 100 Continue\r\n"])(
    "leaves a failure a failure: %j",
    (text) =>
      Effect.gen(function*() {
        const server = yield* Raw.serve(({ socket }) => {
          socket.write(text)
          setTimeout(() => socket.destroy(), 20)
        })
        const error = yield* Effect.flip(Effect.provide(post(server.url, "hi"), client))
        assert.strictEqual(error._tag, "HttpClientError")
      })
  )

  it.live("is not kept without end", () =>
    Effect.gen(function*() {
      const server = yield* Raw.serve(({ socket }) =>
        socket.write(`HTTP/1.1 100 Continue\r\na: ${"b".repeat(100_000)}`)
      )
      const error = yield* Effect.flip(Effect.provide(post(server.url, "hi"), client))
      assert.strictEqual(error._tag, "HttpClientError")
    }))
})
