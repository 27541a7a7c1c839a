/**
 * What happens on the wire: over real sockets, against a server that the test scripts.
 */
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Fiber, Layer, Redacted, type Scope, Stream } from "effect"
import * as Zlib from "node:zlib"
import { ChatModel, type ResponseEvent, SluiceConfig, UndiciHttpClient } from "sluice"
import * as OpenAi from "sluice/openai"
import * as Raw from "../../support/RawServer.ts"

const settings = (explicit: Partial<SluiceConfig.Settings>) =>
  SluiceConfig.layer({ maxRetries: 0, proxy: "none", ...explicit })

const model = (server: Raw.RawServer, explicit: Partial<SluiceConfig.Settings> = {}) =>
  OpenAi.layer({ apiKey: Redacted.make("sk-test"), baseUrl: server.url, protocol: "openai-chat" }).pipe(
    Layer.provide(UndiciHttpClient.layer),
    Layer.provide(settings(explicit))
  )

const stream = ChatModel.stream({ model: "m", prompt: "hi" })
const text = (events: ReadonlyArray<ResponseEvent.ResponseEvent>) =>
  events.map((event) => (event._tag === "OutputTextDelta" ? event.delta : "")).join("")

const tags = (events: ReadonlyArray<ResponseEvent.ResponseEvent>) => events.map((event) => event._tag)

const withServer = <A, E>(
  respond: (exchange: Raw.Exchange) => void,
  use: (server: Raw.RawServer) => Effect.Effect<A, E, ChatModel | Scope.Scope>,
  explicit: Partial<SluiceConfig.Settings> = {}
) => Effect.flatMap(Raw.serve(respond), (server) => Effect.provide(use(server), Layer.orDie(model(server, explicit))))

/** Collects events until the end, and how it ended. */
const outcome = Effect.gen(function*() {
  const events: Array<ResponseEvent.ResponseEvent> = []
  const result = yield* Effect.result(Stream.runForEach(stream, (event) => Effect.sync(() => events.push(event))))
  return { events, failure: result._tag === "Failure" ? result.failure : undefined }
})

describe("sockets", () => {
  it.live("sends what a provider expects, and nothing that it should not see", () =>
    withServer(
      ({ socket }) => socket.write(`${Raw.streamHead}${Raw.chunk(Raw.whole)}${Raw.lastChunk}`),
      (server) =>
        Effect.gen(function*() {
          assert.strictEqual(text(yield* Stream.runCollect(stream)), "Hello")
          const [exchange] = server.exchanges
          assert.match(exchange?.head ?? "", /^POST \/v1\/chat\/completions HTTP\/1\.1/)
          assert.strictEqual(exchange?.header("authorization"), "Bearer sk-test")
          assert.strictEqual(exchange?.header("content-type"), "application/json")
          assert.strictEqual(exchange?.header("accept"), "text/event-stream")
          assert.match(exchange?.header("x-request-id") ?? "", /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab]/)
          for (const name of ["traceparent", "b3", "expect"]) assert.isUndefined(exchange?.header(name), name)
          assert.deepInclude(JSON.parse(exchange?.body ?? ""), { model: "m", stream: true })
        }).pipe(Effect.withSpan("caller"))
    ))

  it.live("closes the connection at once when the fiber is interrupted", () =>
    withServer(
      ({ socket }) => socket.write(`${Raw.streamHead}${Raw.chunk(Raw.delta("Hel"))}`),
      (server) =>
        Effect.gen(function*() {
          const fiber = yield* Effect.forkChild(Stream.runDrain(stream), { startImmediately: true })
          yield* Effect.sleep(200)
          assert.strictEqual(server.open(), 1)
          const interrupted = performance.now()
          yield* Fiber.interrupt(fiber)
          yield* Effect.sleep(60)
          assert.isBelow((server.closed.get(0) ?? Infinity) - interrupted, 1000)
        })
    ))

  it.live("closes the connection when the consumer has enough", () =>
    withServer(
      ({ socket }) => socket.write(`${Raw.streamHead}${Raw.chunk(Raw.delta("Hel"))}`),
      (server) =>
        Effect.gen(function*() {
          const events = yield* stream.pipe(
            Stream.filter((event) => event._tag === "OutputTextDelta"),
            Stream.take(1),
            Stream.runCollect
          )
          const stopped = performance.now()
          yield* Effect.sleep(60)
          assert.strictEqual(text(events), "Hel")
          assert.isBelow((server.closed.get(0) ?? Infinity) - stopped, 1000)
        })
    ))

  it.live("stops reading when the consumer does, however much the server pushes", () => {
    const piece = Raw.chunk(Raw.delta("x".repeat(1000)).repeat(64))
    let written = 0
    return withServer(
      ({ socket }) => {
        socket.write(Raw.streamHead)
        const push = () => {
          while (written < 1e9 && socket.writable) {
            written += piece.length
            if (!socket.write(piece)) {
              socket.once("drain", push)
              return
            }
          }
        }
        push()
      },
      () =>
        Effect.gen(function*() {
          const before = process.memoryUsage().rss
          let first = true
          const fiber = yield* Effect.forkChild(
            Stream.runForEach(stream, () => {
              if (!first) return Effect.never
              first = false
              return Effect.void
            }),
            { startImmediately: true }
          )
          yield* Effect.sleep(1000)
          const early = written
          yield* Effect.sleep(500)
          assert.strictEqual(written, early, "the server could go on writing")
          assert.isBelow(written, 32e6)
          assert.isBelow(process.memoryUsage().rss - before, 150e6)
          yield* Fiber.interrupt(fiber)
        })
    )
  })

  it.live("reuses a connection after a whole response", () =>
    withServer(
      ({ socket }) => {
        socket.write(`${Raw.streamHead}${Raw.chunk(Raw.whole)}`)
        setTimeout(() => socket.write(Raw.lastChunk), 20)
      },
      (server) =>
        Effect.gen(function*() {
          for (let i = 0; i < 6; i++) yield* Stream.runDrain(stream)
          // The pool may open a second one while it tidies up the first.
          assert.isAtMost(new Set(server.exchanges.map(({ connection }) => connection)).size, 2)
        })
    ))

  it.live("does not wait for the end of the body after the response is complete", () =>
    withServer(
      ({ socket }) => socket.write(`${Raw.streamHead}${Raw.chunk(Raw.whole)}`),
      () =>
        Effect.gen(function*() {
          const started = performance.now()
          assert.strictEqual(text(yield* Stream.runCollect(stream)), "Hello")
          assert.isBelow(performance.now() - started, 2000)
        })
    ))

  it.live("opens no more connections than allowed, and serves all requests", () =>
    withServer(
      ({ socket }) => {
        setTimeout(() => socket.write(`${Raw.streamHead}${Raw.chunk(Raw.whole)}${Raw.lastChunk}`), 30)
      },
      (server) =>
        Effect.gen(function*() {
          yield* Effect.all(Array.from({ length: 12 }, () => Stream.runDrain(stream)), { concurrency: "unbounded" })
          assert.strictEqual(server.exchanges.length, 12)
          assert.isAtMost(server.mostOpen(), 3)
        }),
      { connectionsPerHost: 3 }
    ))

  it.live("fails when no bytes come for too long, with what had come", () =>
    withServer(
      ({ socket }) => socket.write(`${Raw.streamHead}${Raw.chunk(Raw.delta("Hel"))}`),
      () =>
        Effect.gen(function*() {
          const { events, failure } = yield* outcome
          assert.strictEqual(text(events), "Hel")
          assert.isTrue(failure?._tag === "StreamIdleTimeoutError" && failure.kind === "bytes")
          assert.isTrue(failure?._tag === "StreamIdleTimeoutError" && failure.partial?.text === "Hel")
        }),
      { idleTimeout: Duration.millis(150) }
    ))

  it.live("counts comments as bytes, and not as progress", () =>
    withServer(
      ({ socket }) => {
        socket.write(`${Raw.streamHead}${Raw.chunk(Raw.delta("Hel"))}`)
        const timer = setInterval(() => socket.writable ? socket.write(Raw.chunk(": keep-alive\n\n")) : undefined, 40)
        socket.on("close", () => clearInterval(timer))
      },
      () =>
        Effect.gen(function*() {
          const started = performance.now()
          const { failure } = yield* outcome
          assert.isTrue(failure?._tag === "StreamIdleTimeoutError" && failure.kind === "events")
          assert.isAbove(performance.now() - started, 450)
        }),
      { idleTimeout: Duration.millis(200), eventTimeout: Duration.millis(500) }
    ))

  it.live("does not count the time that a slow consumer takes", () =>
    withServer(
      ({ socket }) => socket.write(`${Raw.streamHead}${Raw.chunk(Raw.whole)}${Raw.lastChunk}`),
      () =>
        Effect.gen(function*() {
          const events: Array<ResponseEvent.ResponseEvent> = []
          yield* Stream.runForEach(stream, (event) => Effect.sync(() => events.push(event)).pipe(Effect.delay(60)))
          assert.strictEqual(events.at(-1)?._tag, "Completed")
        }),
      { idleTimeout: Duration.millis(50), eventTimeout: Duration.millis(50) }
    ))

  it.live("completes when a server sends nothing after its finish reason and keeps the connection open", () =>
    withServer(
      ({ socket }) => socket.write(`${Raw.streamHead}${Raw.chunk(Raw.delta("Hello") + Raw.stop)}`),
      () =>
        Effect.gen(function*() {
          const { events, failure } = yield* outcome
          assert.isUndefined(failure)
          assert.deepStrictEqual(tags(events).slice(-2), ["OutputItemDone", "Completed"])
        }),
      { idleTimeout: Duration.millis(150) }
    ))

  it.live("fails when no headers come in time", () =>
    withServer(
      () => {},
      (server) =>
        Effect.gen(function*() {
          const { failure } = yield* outcome
          assert.strictEqual(failure?._tag, "RequestTimeoutError")
          yield* Effect.sleep(50)
          assert.strictEqual(server.open(), 0)
        }),
      { headersTimeout: Duration.millis(150) }
    ))

  it.live("fails when no connection is made in time", () =>
    Effect.gen(function*() {
      // A TCP server that never responds to a TLS hello: connecting includes the handshake.
      const server = yield* Raw.serve(() => {})
      const error = yield* Effect.flip(Stream.runDrain(stream)).pipe(
        Effect.provide(Layer.orDie(
          OpenAi.layer({ apiKey: Redacted.make("sk-test"), baseUrl: server.url.replace("http:", "https:") }).pipe(
            Layer.provide(UndiciHttpClient.layer),
            Layer.provide(settings({ connectTimeout: Duration.millis(300) }))
          )
        ))
      )
      assert.isTrue(error._tag === "ConnectTimeoutError" && Duration.toMillis(error.limit) === 300)
    }))

  it.live("reports the code of a refused connection", () =>
    Effect.gen(function*() {
      const server = yield* Effect.scoped(Raw.serve(() => {}))
      const error = yield* Effect.flip(Stream.runDrain(stream)).pipe(Effect.provide(Layer.orDie(model(server))))
      assert.isTrue(error._tag === "ConnectionError" && error.code === "ECONNREFUSED")
    }))

  it.live("distinguishes a connection that is reset in the middle from a whole response", () =>
    withServer(
      ({ socket }) => {
        socket.write(`${Raw.streamHead}${Raw.chunk(Raw.delta("Hel"))}`)
        setTimeout(() => socket.resetAndDestroy(), 50)
      },
      () =>
        Effect.gen(function*() {
          const { events, failure } = yield* outcome
          assert.strictEqual(text(events), "Hel")
          assert.isTrue(
            failure?._tag === "IncompleteStreamError" && failure.ending === "connection-lost" &&
              failure.partial?.text === "Hel"
          )
        })
    ))

  it.live("distinguishes a body that ends early without an error from a whole response", () =>
    withServer(
      ({ socket }) => socket.write(`${Raw.streamHead}${Raw.chunk(Raw.delta("Hel"))}${Raw.lastChunk}`),
      () =>
        Effect.gen(function*() {
          const { failure } = yield* outcome
          assert.isTrue(failure?._tag === "IncompleteStreamError" && failure.ending === "end-of-body")
        })
    ))

  it.live("reads a compressed stream, and fails when it is cut", () => {
    const compressed = Zlib.gzipSync(Raw.whole)
    const head =
      "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-encoding: gzip\r\nconnection: close\r\n\r\n"
    let responses = 0
    return withServer(
      ({ socket }) => {
        socket.write(head)
        socket.end(responses++ === 0 ? compressed : compressed.subarray(0, compressed.length - 30))
      },
      () =>
        Effect.gen(function*() {
          assert.strictEqual(text((yield* outcome).events), "Hello")
          const { failure } = yield* outcome
          assert.strictEqual(failure?._tag, "IncompleteStreamError")
        })
    )
  })

  it.live("goes through a proxy", () =>
    Effect.gen(function*() {
      const server = yield* Raw.serve(({ socket }) =>
        socket.write(`${Raw.streamHead}${Raw.chunk(Raw.whole)}${Raw.lastChunk}`)
      )
      const events = yield* Stream.runCollect(stream).pipe(Effect.provide(Layer.orDie(
        OpenAi.layer({
          apiKey: Redacted.make("sk-test"),
          baseUrl: "http://provider.invalid/v1",
          protocol: "openai-chat"
        }).pipe(
          Layer.provide(UndiciHttpClient.layer),
          Layer.provide(settings({ proxy: `http://127.0.0.1:${server.port}` }))
        )
      )))
      assert.strictEqual(text(events), "Hello")
      assert.match(server.exchanges[0]?.head ?? "", /^(CONNECT provider\.invalid|POST http:\/\/provider\.invalid)/)
    }))
})
