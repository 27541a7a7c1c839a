import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Fiber, Scope } from "effect"
import { connect } from "node:net"
import type { Chunking } from "../../../src/testing/simulator/scenario/Delivery.ts"
import * as SimulatorServer from "../../../src/testing/simulator/SimulatorServer.ts"
import { richCompletion, shortCompletion } from "./Fixtures.ts"
import * as Raw from "./RawClient.ts"

const served = (chunking: Chunking, seed = 7) =>
  Effect.scoped(Effect.flatMap(
    SimulatorServer.serve({ scenario: { completions: [richCompletion], chunking }, seed }),
    (sim) => Raw.chat(sim.url)
  ))

const sizes = (response: Raw.RawResponse) => response.chunks.map((chunk) => chunk.length)

describe("delivery", () => {
  it.live("writes each event alone", () =>
    Effect.gen(function*() {
      const { chunks, text } = yield* served("events")
      assert.deepStrictEqual(chunks.map(String), text.split(/(?<=\n\n)/))
    }))

  it.live("writes the same bytes in pieces of any size", () =>
    Effect.gen(function*() {
      const { body } = yield* served("events")
      const all = yield* served("whole")
      assert.deepStrictEqual([all.body, sizes(all)], [body, [body.length]])
      const bytes = yield* served("bytes")
      assert.deepStrictEqual([bytes.body, bytes.chunks.length, Math.max(...sizes(bytes))], [body, body.length, 1])
      const fixed = yield* served({ size: 64 })
      assert.deepStrictEqual(fixed.body, body)
      assert.deepStrictEqual([...new Set(sizes(fixed).slice(0, -1))], [64])
      const random = yield* served({ random: { minimum: 2, maximum: 30 } })
      assert.deepStrictEqual(random.body, body)
      assert.isTrue(sizes(random).slice(0, -1).every((size) => size >= 2 && size <= 30))
      assert.isAbove(new Set(sizes(random)).size, 5)
    }))

  it.live("is the same for the same seed, and different for another", () =>
    Effect.gen(function*() {
      const run = (seed: number) =>
        Effect.scoped(Effect.gen(function*() {
          const sim = yield* SimulatorServer.serve({ scenario: { chunking: { random: { maximum: 40 } } }, seed })
          const chat = yield* Raw.chat(sim.url)
          const messages = yield* Raw.messages(sim.url, { stream: false })
          return [chat.text, sizes(chat), chat.headers["x-request-id"], messages.text] as const
        }))
      const first = yield* run(1)
      assert.deepStrictEqual(yield* run(1), first)
      const other = yield* run(2)
      assert.notStrictEqual(other[0], first[0])
      assert.notDeepEqual(other[1], first[1])
    }))

  it.live("keeps the pace", () =>
    Effect.gen(function*() {
      const sim = yield* SimulatorServer.serve({
        scenario: { completions: [shortCompletion], pace: { timeToFirstTokenMillis: 60, tokensPerSecond: 50 } }
      })
      const { millis } = yield* Raw.chat(sim.url)
      // 60 ms to the first of four tokens and 20 ms to each of the others.
      assert.isAtLeast(millis, 118)
      assert.isBelow(millis, 1500)
    }))

  it.live("stops writing when the client does not read, and records that it disconnects", () =>
    Effect.gen(function*() {
      const sim = yield* SimulatorServer.serve({
        scenario: {
          completions: [{ parts: [{ _tag: "Text", deltas: ["x".repeat(16_384)], flood: { bytes: 1_073_741_824 } }] }]
        }
      })
      const body = JSON.stringify(Raw.chatBody())
      const socket = connect(Number(new URL(sim.url).port), "127.0.0.1")
      socket.pause()
      socket.on("error", () => {})
      socket.write(
        `POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: ${body.length}\r\n\r\n${body}`
      )
      const written = Effect.map(sim.requests, ([request]) => request?.bytesWritten ?? 0)
      yield* Effect.sleep(400)
      const early = yield* written
      yield* Effect.sleep(200)
      assert.isAbove(early, 100_000)
      assert.isBelow((yield* written) - early, 4 * 1024 * 1024)
      assert.isBelow(early, 64 * 1024 * 1024)
      const left = performance.now()
      socket.destroy()
      const request = yield* sim.ended(1)
      assert.strictEqual(request.outcome, "disconnected")
      assert.isBelow(performance.now() - left, 1000)
    }))

  it.live("records at once that a client leaves an endless stream", () =>
    Effect.gen(function*() {
      const sim = yield* SimulatorServer.serve({
        scenario: { completions: [{ parts: [{ _tag: "Text", text: "again", flood: {} }] }] }
      })
      const response = yield* Raw.responses(sim.url, {}, { timeoutMillis: 300 })
      assert.isAbove(response.body.length, 1000)
      assert.strictEqual((yield* sim.ended(1)).outcome, "disconnected")
      yield* Effect.sleep(10)
      const [connection] = yield* sim.connections
      assert.isDefined(connection?.closedAt)
    }))

  it.live("ends every connection when its scope closes", () =>
    Effect.gen(function*() {
      const scope = yield* Scope.make()
      const sim = yield* Scope.provide(
        SimulatorServer.serve({
          scenario: { completions: [{ ...shortCompletion, faults: [{ _tag: "Stall", after: 10 }] }] }
        }),
        scope
      )
      const fiber = yield* Effect.forkChild(Raw.chat(sim.url), { startImmediately: true })
      yield* Effect.sleep(30)
      yield* Scope.close(scope, Exit.void)
      const response = yield* Fiber.join(fiber).pipe(Effect.timeout(500))
      assert.deepStrictEqual([response.body.length, response.isWhole], [10, false])
      assert.strictEqual((yield* Raw.chat(sim.url)).error, "ECONNREFUSED")
    }))

  it.live("serves concurrent requests on reused connections", () =>
    Effect.gen(function*() {
      const sim = yield* SimulatorServer.serve({
        scenario: { completions: [shortCompletion], chunking: { random: { maximum: 50 } } }
      })
      const send = Effect.promise(async () => {
        const response = await fetch(`${sim.url}/v1/messages`, {
          method: "POST",
          headers: { "anthropic-version": "2023-06-01", "content-type": "application/json" },
          body: JSON.stringify(Raw.messagesBody())
        })
        return Raw.names(await response.text()).at(-1)
      })
      const last = yield* Effect.all(Array.from({ length: 60 }, () => send), { concurrency: 12 })
      assert.deepStrictEqual([...new Set(last)], ["message_stop"])
      const requests = yield* sim.requests
      assert.strictEqual(requests.length, 60)
      assert.isTrue(requests.every((request) => request.outcome === "completed"))
      assert.isBelow((yield* sim.connections).length, 60)
    }))

  it.live("fails when the port is taken", () =>
    Effect.gen(function*() {
      const sim = yield* SimulatorServer.serve()
      const error = yield* Effect.flip(SimulatorServer.serve({ port: Number(new URL(sim.url).port) }))
      assert.strictEqual(error._tag, "SimulatorListenError")
    }))
})
