/**
 * The clocks of calls over real sockets. Where a call must succeed, its limits are far above what a busy machine takes.
 */
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Fiber, Layer, Redacted, Result, Stream } from "effect"
import * as HttpBody from "effect/http/HttpBody"
import { createHash } from "node:crypto"
import * as Net from "node:net"
import { ChatModel, type CompletionError, type SluiceConfig } from "sluice"
import { definition } from "../../../src/domain/providers/OpenAi.ts"
import * as Body from "../../../src/layers/call/Body.ts"
import * as Caller from "../../../src/layers/call/Caller.ts"
import * as PlainRequest from "../../../src/layers/call/PlainRequest.ts"
import * as Resolution from "../../../src/layers/registry/Resolution.ts"
import * as SingleProvider from "../../../src/layers/registry/SingleProvider.ts"
import { ProviderRegistry } from "../../../src/services/ProviderRegistry.ts"
import * as Providers from "../../support/Providers.ts"
import * as RawServer from "../../support/RawServer.ts"

const quick: Partial<SluiceConfig.Settings> = {
  http2: false,
  maxRetries: 0,
  retryJitter: 0,
  retryBase: Duration.millis(1)
}

const model = (baseUrl: string, settings: Partial<SluiceConfig.Settings> = {}) =>
  SingleProvider.layer(definition)({ apiKey: Redacted.make("key"), baseUrl, protocol: "openai-chat" }).pipe(
    Layer.provide(Providers.sockets({ ...quick, ...settings })),
    Layer.orDie
  )

const complete = ChatModel.complete({ model: "m", prompt: "Hi" })

type Write = (text: string, afterMillis?: number) => Promise<void>

/** Starts a response, which a script continues. */
const respond = (script: (write: Write) => Promise<void>) => ({ socket }: RawServer.Exchange) => {
  socket.write(RawServer.streamHead)
  const write: Write = async (text, afterMillis = 0) => {
    if (afterMillis > 0) await new Promise((resolve) => setTimeout(resolve, afterMillis))
    if (!socket.destroyed) socket.write(text === "" ? RawServer.lastChunk : RawServer.chunk(text))
  }
  void script(write)
}

const keepAlive = ": keep-alive\n\n"

/** Calls a server that responds as a script says, and returns the failure. */
const failing = Effect.fnUntraced(function*(
  settings: Partial<SluiceConfig.Settings>,
  onRequest: (exchange: RawServer.Exchange) => void
) {
  const server = yield* RawServer.serve(onRequest)
  const start = performance.now()
  const failure = yield* Effect.flip(complete).pipe(Effect.provide(model(server.url, settings)))
  return { failure, took: performance.now() - start, server }
})

const assertTimeout = (failure: CompletionError, tag: string, limit: number, took: number) => {
  assert.strictEqual(failure._tag, tag)
  assert("limit" in failure && "waited" in failure)
  assert(Duration.isDuration(failure.limit) && Duration.isDuration(failure.waited))
  assert.strictEqual(Duration.toMillis(failure.limit), limit)
  assert.isAtLeast(Duration.toMillis(failure.waited), limit)
  assert.isAtMost(Duration.toMillis(failure.waited), took + 5)
}

describe("the clocks over sockets", () => {
  const limit = Duration.millis(150)

  it.live("end the wait for headers", () =>
    Effect.gen(function*() {
      const { failure, took } = yield* failing({ headersTimeout: limit }, () => {})
      assertTimeout(failure, "RequestTimeoutError", 150, took)
    }))

  it.live("end the wait for the first event, from sending", () =>
    Effect.gen(function*() {
      const { failure, took } = yield* failing({ firstEventTimeout: limit }, (exchange) =>
        setTimeout(() =>
          respond(async (write) => {
            for (let time = 0; time < 100; time++)
              await write(keepAlive, 20)
          })(exchange), 100))
      assertTimeout(failure, "FirstEventTimeoutError", 150, took)
    }))

  it.live("end the wait for bytes", () =>
    Effect.gen(function*() {
      const { failure, took } = yield* failing(
        { idleTimeout: limit },
        respond((write) => write(RawServer.delta("Hel")))
      )
      assertTimeout(failure, "StreamIdleTimeoutError", 150, took)
      assert(failure._tag === "StreamIdleTimeoutError")
      assert.strictEqual(failure.kind, "bytes")
    }))

  it.live("end the wait for events, which keep-alives are not", () =>
    Effect.gen(function*() {
      const { failure, took } = yield* failing(
        { eventTimeout: limit },
        respond(async (write) => {
          await write(RawServer.delta("Hel"))
          for (let time = 0; time < 100; time++) await write(keepAlive, 20)
        })
      )
      assertTimeout(failure, "StreamIdleTimeoutError", 150, took)
      assert(failure._tag === "StreamIdleTimeoutError")
      assert.strictEqual(failure.kind, "events")
    }))

  it.live("end a response that is too slow", () =>
    Effect.gen(function*() {
      const { failure, took } = yield* failing(
        { minimumRate: { charactersPerSecond: 10_000, window: "150 millis" } },
        respond(async (write) => {
          for (let time = 0; time < 100; time++) await write(RawServer.delta("a"), 20)
        })
      )
      assertTimeout(failure, "MinimumRateError", 150, took)
    }))

  it.live("end a call at its deadline", () =>
    Effect.gen(function*() {
      const { failure, took } = yield* failing(
        { deadline: limit },
        respond(async (write) => {
          for (let time = 0; time < 100; time++) await write(RawServer.delta("a"), 20)
        })
      )
      assertTimeout(failure, "DeadlineExceededError", 150, took)
    }))

  it.live("end the wait for a connection, and then nothing was sent", () =>
    Effect.gen(function*() {
      const server = yield* RawServer.serve(() => {})
      yield* Effect.gen(function*() {
        const busy = yield* Effect.forkChild(complete, { startImmediately: true })
        while (server.exchanges.length === 0) yield* Effect.sleep(5)
        const start = performance.now()
        const failure = yield* Effect.flip(complete)
        assertTimeout(failure, "ConnectionWaitTimeoutError", 150, performance.now() - start)
        assert.strictEqual(server.exchanges.length, 1)
        yield* Fiber.interrupt(busy)
      }).pipe(Effect.provide(model(server.url, { connectionsPerHost: 1, connectionWaitTimeout: limit })))
    }))

  it.live("end an attempt to connect", () =>
    Effect.gen(function*() {
      // The server never takes part in the handshake.
      const server = yield* RawServer.serve(() => {})
      const start = performance.now()
      const failure = yield* Effect.flip(complete).pipe(
        Effect.provide(model(server.url.replace("http:", "https:"), { connectTimeout: limit }))
      )
      assertTimeout(failure, "ConnectTimeoutError", 150, performance.now() - start)
    }))

  it.live("let a model think: 75 seconds, scaled down to a hundredth", () =>
    Effect.gen(function*() {
      const server = yield* RawServer.serve(respond(async (write) => {
        await write(RawServer.delta("Hel"), 750)
        await write(RawServer.delta("lo"), 750)
        await write(RawServer.stop + RawServer.done)
        await write("")
      }))
      // The defaults in the same scale are 1.2 and 3 seconds; a busy machine may need longer.
      const settings = { idleTimeout: Duration.seconds(5), eventTimeout: Duration.seconds(8) }
      const { text } = yield* complete.pipe(Effect.provide(model(server.url, settings)))
      assert.strictEqual(text, "Hello")
      assert.strictEqual(server.exchanges.length, 1)
    }))

  it.live("do not count the time of a slow consumer", () =>
    Effect.gen(function*() {
      const server = yield* RawServer.serve(respond(async (write) => {
        await write(RawServer.delta("Hel"))
        await write(RawServer.delta("lo"), 10)
        await write(RawServer.stop + RawServer.done)
        await write("")
      }))
      const settings = {
        idleTimeout: Duration.millis(1_000),
        eventTimeout: Duration.millis(1_000),
        firstEventTimeout: Duration.millis(1_000),
        minimumRate: { charactersPerSecond: 0.001, window: "1 second" }
      } as const
      const events = yield* ChatModel.stream({ model: "m", prompt: "Hi" }).pipe(
        Stream.tap(({ _tag }) => _tag === "Created" ? Effect.sleep(1_300) : Effect.void),
        Stream.runCollect,
        Effect.provide(model(server.url, settings))
      )
      assert.strictEqual(events.at(-1)?._tag, "Completed")
    }))
})

describe("a queue for connections", () => {
  const slow = respond(async (write) => {
    await write(RawServer.delta("Hel"))
    await write(RawServer.delta("lo") + RawServer.stop + RawServer.done, 300)
    await write("")
  })

  it.live("serves 64 callers over 10 connections, of whom the last wait for longer than headers may take", () =>
    Effect.gen(function*() {
      const server = yield* RawServer.serve(slow)
      const completions = yield* Effect.all(Array.from({ length: 64 }, () => complete), { concurrency: "unbounded" })
        .pipe(
          Effect.provide(model(server.url, { connectionsPerHost: 10, headersTimeout: Duration.millis(1_500) }))
        )
      assert.strictEqual(completions.length, 64)
      assert.isTrue(completions.every(({ text }) => text === "Hello"))
      assert.strictEqual(server.exchanges.length, 64)
      assert.strictEqual(server.mostOpen(), 10)
    }))

  it.live("is not the wait for headers", () =>
    Effect.gen(function*() {
      // The first response holds the only connection for longer than headers may take.
      const hold = 1_500
      let isFirst = true
      const server = yield* RawServer.serve((exchange) => {
        const after = isFirst ? hold : 0
        isFirst = false
        respond(async (write) => {
          await write(RawServer.delta("Hel"))
          await write(RawServer.delta("lo") + RawServer.stop + RawServer.done, after)
          await write("")
        })(exchange)
      })
      const settings = {
        connectionsPerHost: 1,
        headersTimeout: Duration.millis(1_200),
        firstEventTimeout: Duration.millis(1_200)
      }
      const completions = yield* Effect.all([complete, complete], { concurrency: "unbounded" }).pipe(
        Effect.provide(model(server.url, settings))
      )
      assert.deepStrictEqual(completions.map(({ text }) => text), ["Hello", "Hello"])
    }))
})

/** A server that reads slowly for so long, and then as fast as it can, and hashes the bodies. */
const slowReader = (statusOf: (number: number) => number, slowFor: number) =>
  Effect.acquireRelease(
    Effect.callback<
      {
        readonly server: Net.Server
        readonly url: string
        readonly hashes: Array<string>
        readonly times: Array<number>
      }
    >(
      (resume) => {
        const hashes: Array<string> = []
        const times: Array<number> = []
        const server = Net.createServer((socket) => {
          let head = ""
          let length = 0
          let received = 0
          let hash = createHash("sha256")
          let start = 0
          socket.on("error", () => {})
          socket.on("data", (bytes) => {
            let body = bytes
            if (length === 0) {
              head += bytes.toString("latin1")
              const end = head.indexOf("\r\n\r\n")
              if (end < 0) return
              body = bytes.subarray(bytes.length - (head.length - end - 4))
              length = Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0)
              start = performance.now()
            }
            hash.update(body)
            received += body.length
            if (received >= length) {
              hashes.push(hash.digest("hex"))
              times.push(performance.now() - start)
              socket.write(RawServer.response(statusOf(hashes.length), "{}"))
              head = ""
              length = 0
              received = 0
              hash = createHash("sha256")
              return
            }
            // Slowly, but for the last third, most of which may be in the buffers of the two sockets already.
            const isSlow = hashes.length === 0 && received < length * 2 / 3
            const due = slowFor * received / (length * 2 / 3) - (performance.now() - start)
            if (!isSlow || due <= 1) return
            socket.pause()
            setTimeout(() => socket.resume(), due)
          })
        })
        server.listen(0, "127.0.0.1", () => {
          const address = server.address()
          const port = typeof address === "object" && address !== null ? address.port : 0
          resume(Effect.succeed({ server, url: `http://127.0.0.1:${port}/v1`, hashes, times }))
        })
      }
    ),
    ({ server }) => Effect.sync(() => server.close())
  )

const bytes = new Uint8Array(24 * 1024 * 1024)
for (let at = 0; at < bytes.length; at++) bytes[at] = (at * 2_654_435_761) >>> 13

const expected = createHash("sha256").update(bytes).digest("hex")

/** Uploads a body, and returns the result. */
const upload = Effect.fnUntraced(function*(
  url: string,
  body: () => HttpBody.HttpBody,
  settings: Partial<SluiceConfig.Settings>
) {
  const provider = yield* Providers.at(definition, url)
  return yield* Effect.flatMap(Caller.make, (caller) =>
    caller.one({
      operation: "upload",
      target: { provider: provider.definition.id, model: undefined },
      prepare: () => Effect.fromResult(PlainRequest.prepare(provider, { endpoint: { path: "/things" }, body: body() })),
      decode: (response) => Effect.map(Body.textOf(response, 1024), Body.one)
    })).pipe(
      Effect.provideService(ProviderRegistry, Resolution.make([provider], [definition])),
      Effect.provide(Providers.sockets({ ...quick, ...settings }))
    )
})

const pieces = function*() {
  for (let at = 0; at < bytes.length; at += 50_000) yield bytes.subarray(at, at + 50_000)
}

describe("an upload of 24 MB on a slow socket", () => {
  it.live.each<readonly [string, () => HttpBody.HttpBody]>([
    ["bytes", () => HttpBody.uint8Array(bytes, "application/octet-stream")],
    [
      "a stream",
      () =>
        HttpBody.stream(Stream.fromIterable({ [Symbol.iterator]: pieces }), "application/octet-stream", bytes.length)
    ]
  ])(
    "may take longer than the headers, and is repeated with the same bytes (%s)",
    ([, body]) =>
      Effect.gen(function*() {
        const server = yield* slowReader((number) => (number === 1 ? 503 : 200), 2_000)
        const settings = {
          headersTimeout: Duration.millis(1_200),
          firstEventTimeout: Duration.millis(1_200),
          maxRetries: 1
        }
        const result = yield* Effect.result(upload(server.url, body, settings))
        assert.isTrue(Result.isSuccess(result), String(Result.isFailure(result) ? result.failure : ""))
        assert.deepStrictEqual(server.hashes, [expected, expected])
        assert.isAbove(server.times[0] ?? 0, 1_200)
      })
  )

  it.live("fails when it does not go on", () =>
    Effect.gen(function*() {
      const server = yield* slowReader(() => 200, 1_000_000)
      const body = () => HttpBody.uint8Array(bytes, "application/octet-stream")
      const failure = yield* Effect.flip(upload(server.url, body, { headersTimeout: Duration.millis(300) }))
      assert.strictEqual(failure._tag, "RequestTimeoutError")
      assert.strictEqual(server.hashes.length, 0)
    }))
})
