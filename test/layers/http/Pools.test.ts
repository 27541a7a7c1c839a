/**
 * What sets up connections takes effect for a call too: such calls have pools of their own, which are closed with the
 * client.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Layer, Redacted } from "effect"
import { HttpClient, HttpClientRequest } from "effect/http"
import { ChatModel, SluiceConfig, UndiciHttpClient } from "sluice"
import * as OpenAiCompatible from "sluice/openai-compatible"
import { environment } from "../../support/Recorder.ts"
import * as Raw from "../../support/RawServer.ts"

const body = JSON.stringify({
  id: "c1",
  model: "m",
  choices: [{ index: 0, message: { role: "assistant", content: "Hello" }, finish_reason: "stop" }]
})

const respond = ({ socket }: Raw.Exchange) => {
  socket.write(`HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`)
}

const live = (url: string) =>
  OpenAiCompatible.layer({ apiKey: Redacted.make("sk-test"), baseUrl: url }).pipe(
    Layer.provideMerge(UndiciHttpClient.layer),
    Layer.provideMerge(environment({}))
  )

const call = ChatModel.complete({ model: "m", prompt: "Hi", retry: "none" })
const around = (settings: SluiceConfig.SettingsInput) => Effect.provide(call, SluiceConfig.layer(settings))

/** Runs a program over a server that responds, and returns the numbers of the connections of its requests. */
const connections = Effect.fnUntraced(
  function*(program: Effect.Effect<unknown, unknown, ChatModel | HttpClient.HttpClient>) {
    const server = yield* Raw.serve(respond)
    yield* program.pipe(Effect.provide(live(server.url)))
    yield* Effect.timeout(Effect.repeat(Effect.sleep(5), { until: () => server.open() === 0 }), "5 seconds")
    return server.exchanges.map(({ connection }) => connection)
  }
)

// One connection, so that the next request of a pool waits for it.
const direct = { proxy: "none", connectionsPerHost: 1 } as const

describe("settings of connections", () => {
  it.live("around one call give it a pool, which equal settings share, and other settings do not", () =>
    Effect.gen(function*() {
      const numbers = yield* connections(
        Effect.all([
          around(direct),
          around({ ...direct, maxRetries: 1, headersTimeout: "20 seconds" }),
          around({ ...direct, http2: false }),
          around({ ...direct, http2: false }),
          around({ ...direct, connectionsPerHost: 3 }),
          around(direct)
        ])
      )
      assert.deepStrictEqual(numbers, [0, 0, 1, 1, 2, 0])
    }))

  it.live("limit the connections of the calls inside", () =>
    Effect.gen(function*() {
      const server = yield* Raw.serve((exchange) => setTimeout(() => respond(exchange), 20))
      const many = (count: number) =>
        Effect.all(Array.from({ length: 6 }, () => call), { concurrency: "unbounded" }).pipe(
          Effect.provide(
            Layer.provideMerge(SluiceConfig.layer({ ...direct, connectionsPerHost: count }), live(server.url))
          )
        )
      yield* many(1)
      assert.strictEqual(server.mostOpen(), 1)
      yield* many(4)
      assert.strictEqual(server.mostOpen(), 4)
    }))

  it.live("below the layer of the model reach a client that is provided beside", () =>
    Effect.gen(function*() {
      const server = yield* Raw.serve((exchange) => setTimeout(() => respond(exchange), 20))
      const model = OpenAiCompatible.layer({ apiKey: Redacted.make("sk-test"), baseUrl: server.url }).pipe(
        Layer.provide(SluiceConfig.layer({ ...direct, connectionsPerHost: 1 })),
        Layer.provide(UndiciHttpClient.layer),
        Layer.provide(environment({}))
      )
      yield* Effect.all(Array.from({ length: 4 }, () => call), { concurrency: "unbounded" }).pipe(
        Effect.provide(model)
      )
      assert.strictEqual(server.mostOpen(), 1)
    }))

  it.live("that vary without end leave few connections, and no request is lost", () =>
    Effect.gen(function*() {
      let release: (() => void) | undefined
      const server = yield* Raw.serve((exchange) => {
        if (release === undefined) release = () => respond(exchange)
        else respond(exchange)
      })
      const varied = (number: number) => around({ ...direct, connectionsPerHost: number })
      yield* Effect.gen(function*() {
        const running = yield* Effect.forkChild(varied(1), { startImmediately: true })
        yield* Effect.repeat(Effect.sleep(5), { until: () => release !== undefined })
        for (let number = 2; number <= 40; number++) yield* varied(number)
        // Those of the last 16, and the one of the request that runs over a closed pool.
        yield* Effect.repeat(Effect.sleep(5), { until: () => server.open() <= 17 })
        const before = server.exchanges.length
        release?.()
        assert.strictEqual((yield* Fiber.join(running)).text, "Hello")
        yield* Effect.repeat(Effect.sleep(5), { until: () => server.open() <= 16 })
        // The first settings make their pool again, also where the settings are the same object.
        const same = SluiceConfig.layer({ ...direct, connectionsPerHost: 1 })
        yield* Effect.gen(function*() {
          yield* call
          for (let number = 2; number <= 20; number++) yield* varied(number)
          yield* call
        }).pipe(Effect.provide(same))
        assert.strictEqual(server.exchanges.length, before + 21)
      }).pipe(Effect.provide(live(server.url)))
      yield* Effect.repeat(Effect.sleep(5), { until: () => server.open() === 0 })
    }))

  it.live("of a proxy take effect around one call", () =>
    Effect.gen(function*() {
      const server = yield* Raw.serve(respond)
      const proxy = yield* Raw.serve(({ socket }) => {
        socket.end("HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n")
      })
      const program = Effect.gen(function*() {
        const error = yield* Effect.flip(around({ proxy: `http://127.0.0.1:${proxy.port}` }))
        assert(error._tag === "ConfigurationError", error.message)
        assert.strictEqual(error.setting, "proxy")
        assert.strictEqual(proxy.exchanges.length, 1)
        assert.strictEqual(server.exchanges.length, 0)
        yield* around(direct)
        assert.strictEqual(server.exchanges.length, 1)
      })
      yield* program.pipe(Effect.provide(live(server.url)))
    }))

  it.live("with a proxy that is no URL fail the call, without the password", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(around({ proxy: "ftp://user:hunter2@host" })).pipe(
        Effect.provide(live("http://127.0.0.1:9/v1"))
      )
      assert(error._tag === "ConfigurationError")
      assert.strictEqual(error.setting, "proxy")
      assert.notInclude(JSON.stringify(error) + error.message, "hunter2")
    }))

  it.live("take effect for requests of other code through the client", () =>
    Effect.gen(function*() {
      const server = yield* Raw.serve(respond)
      const request = Effect.flatMap(HttpClient.HttpClient, (client) =>
        Effect.flatMap(client.execute(HttpClientRequest.get(server.url)), ({ text }) => text))
      yield* Effect.gen(function*() {
        yield* request
        yield* Effect.provide(request, SluiceConfig.layer({ http2: false }))
        yield* request
      }).pipe(
        Effect.provide(
          UndiciHttpClient.layer.pipe(
            Layer.provideMerge(SluiceConfig.layer(direct)),
            Layer.provideMerge(environment({}))
          )
        )
      )
      assert.deepStrictEqual(
        server.exchanges.map(({ connection }) =>
          connection
        ),
        [0, 1, 0]
      )
    }))

  it.live("of limits in time are texts, and hold for the call alone", () =>
    Effect.gen(function*() {
      const server = yield* Raw.serve(() => {})
      const error = yield* Effect.flip(around({ ...direct, headersTimeout: "30 millis" })).pipe(
        Effect.provide(live(server.url))
      )
      assert.strictEqual(error._tag, "RequestTimeoutError")
    }))
})
