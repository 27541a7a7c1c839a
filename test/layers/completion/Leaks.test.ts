/**
 * Nothing is left behind by streams that are given up: no socket, no timer, no fiber.
 */
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Fiber, Layer, Logger, Metric, Random, Stream } from "effect"
import { ChatModel, SluiceConfig, UndiciHttpClient } from "sluice"
import * as OpenAiCompatible from "sluice/openai-compatible"
import * as Raw from "../../support/RawServer.ts"

/** The timers and sockets that keep this process alive. */
const resources = () =>
  process.getActiveResourcesInfo().filter((name) => name === "Timeout" || name.startsWith("TCPSocket")).length

const activeFibers = Effect.map(
  Metric.snapshot,
  (metrics) => metrics.find(({ id }) => id === "child_fibers_active")?.state
)

const model = (server: Raw.RawServer) =>
  OpenAiCompatible.layer({ baseUrl: server.url }).pipe(
    Layer.provide(UndiciHttpClient.layer),
    Layer.provide(SluiceConfig.layer({
      proxy: "none",
      maxRetries: 3,
      retryBase: Duration.millis(20),
      connectionsPerHost: 50,
      idleTimeout: Duration.seconds(30)
    })),
    Layer.orDie
  )

describe("200 streams that are interrupted at any point", () => {
  it.live("leave no open socket, no timer and no running fiber", () =>
    Effect.gen(function*() {
      let requests = 0
      const server = yield* Raw.serve(({ socket }) => {
        // Some get no response, some an error, some a slow response, some a whole one.
        const kind = requests++ % 4
        if (kind === 0) return
        if (kind === 1) return void socket.write(Raw.response(503, "{}"))
        socket.write(Raw.streamHead)
        const timer = setInterval(() => socket.write(Raw.chunk(Raw.delta("x "))), 3)
        socket.on("close", () => clearInterval(timer))
        if (kind === 3) {
          setTimeout(() => {
            clearInterval(timer)
            if (socket.writable) socket.write(`${Raw.chunk(Raw.stop + Raw.done)}${Raw.lastChunk}`)
          }, 25)
        }
      })
      const resourcesBefore = resources()
      yield* Effect.gen(function*() {
        const request = Stream.runDrain(ChatModel.stream({ model: "m", prompt: "hi" }))
        const interrupted = Effect.gen(function*() {
          const fiber = yield* Effect.forkChild(Effect.exit(request), { startImmediately: true })
          yield* Effect.sleep(yield* Random.nextIntBetween(0, 200))
          yield* Fiber.interrupt(fiber)
          return fiber
        })
        const round = Effect.gen(function*() {
          const fibers = yield* Effect.all(Array.from({ length: 200 }, () => interrupted), { concurrency: 30 })
          assert.isTrue(fibers.every((fiber) => fiber.pollUnsafe() !== undefined))
        })
        // On a crowded machine most are interrupted before they reach the server: then there are more of them.
        yield* Effect.repeat(round, { until: () => requests > 20, times: 4 })
        assert.isAbove(requests, 20)
        yield* Effect.sleep(100)
        // Open connections are idle: no response is under way.
        assert.isAtMost(server.open(), 50)
      }).pipe(Effect.provide(Layer.merge(model(server), Logger.layer([]))))
      yield* Effect.sleep(100)
      assert.strictEqual(server.open(), 0)
      assert.isAtMost(resources(), resourcesBefore)
      assert.deepStrictEqual(yield* activeFibers, { value: 0 })
    }).pipe(Effect.provide(Metric.enableRuntimeMetricsLayer)), 15_000)
})
