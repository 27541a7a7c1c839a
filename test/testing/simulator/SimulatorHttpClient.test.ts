import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Fiber, Stream } from "effect"
import { HttpClient, HttpClientRequest } from "effect/http"
import { TestClock } from "effect/testing"
import type { Fault } from "../../../src/testing/simulator/scenario/Fault.ts"
import { Simulator } from "../../../src/testing/simulator/Simulator.ts"
import * as SimulatorHttpClient from "../../../src/testing/simulator/SimulatorHttpClient.ts"
import * as SimulatorServer from "../../../src/testing/simulator/SimulatorServer.ts"
import { shortCompletion } from "./Fixtures.ts"
import * as Raw from "./RawClient.ts"

const request = HttpClientRequest.post("https://api.example.com/v1/chat/completions").pipe(
  HttpClientRequest.bodyJsonUnsafe(Raw.chatBody())
)

const execute = Effect.flatMap(HttpClient.HttpClient, (client) => client.execute(request))

const text = Effect.flatMap(execute, (response) => response.text)

const broken = (...faults: ReadonlyArray<Fault>) =>
  SimulatorHttpClient.layer({ seed: 7, scenario: { completions: [{ ...shortCompletion, faults }] } })

describe("the simulator in memory", () => {
  it.effect("sends the same bytes as the server", () =>
    Effect.gen(function*() {
      const server = yield* SimulatorServer.serve({ seed: 7, scenario: { completions: [shortCompletion] } })
      assert.strictEqual(yield* text, (yield* Raw.chat(server.url)).text)
      const simulator = yield* Simulator
      assert.deepInclude((yield* simulator.requests)[0], { status: 200, outcome: "completed", body: Raw.chatBody() })
    }).pipe(Effect.provide(broken())))

  it.effect("keeps the pace of the test clock", () =>
    Effect.gen(function*() {
      const seen: Array<string> = []
      const response = yield* execute
      const fiber = yield* response.stream.pipe(
        Stream.decodeText,
        Stream.runForEach((chunk) => Effect.sync(() => seen.push(chunk))),
        Effect.forkChild({ startImmediately: true })
      )
      assert.strictEqual(seen.length, 1)
      yield* TestClock.adjust("500 millis")
      assert.strictEqual(seen.length, 2)
      yield* TestClock.adjust("100 millis")
      assert.strictEqual(seen.length, 3)
      yield* TestClock.adjust("200 millis")
      yield* Fiber.join(fiber)
      assert.strictEqual(seen.length, 7)
    }).pipe(Effect.provide(SimulatorHttpClient.layer({
      scenario: { completions: [shortCompletion], pace: { timeToFirstTokenMillis: 500, tokensPerSecond: 10 } }
    }))))

  it.effect("fails to connect, or in the middle of the body, as a socket would", () =>
    Effect.gen(function*() {
      const refused = yield* Effect.flip(execute)
      const reset = yield* Effect.flip(execute)
      const cut = yield* Effect.flip(text)
      const whole = yield* text
      const tooLong = yield* Effect.flip(text)
      const tooShort = yield* text
      assert.deepStrictEqual(
        [refused, reset, cut, tooLong].map((error) => [error.reason._tag, Object(error.cause).code]),
        [
          ["TransportError", "ECONNREFUSED"],
          ["TransportError", "ECONNRESET"],
          ["DecodeError", "ECONNRESET"],
          ["DecodeError", "UND_ERR_SOCKET"]
        ]
      )
      assert.strictEqual(whole.length, 20)
      assert.isAbove(tooShort.length, 100)
      const simulator = yield* Simulator
      assert.deepStrictEqual((yield* simulator.requests).map((request) => request.outcome), [
        "cut",
        "cut",
        "cut",
        "cut",
        "completed",
        "completed"
      ])
    }).pipe(Effect.provide(broken(
      { _tag: "Refuse", on: [1] },
      { _tag: "Reset", on: [2] },
      { _tag: "Cut", after: 20, on: [3] },
      { _tag: "Cut", after: 20, how: "end", on: [4] },
      { _tag: "ContentLength", offset: 5, on: [5] },
      { _tag: "ContentLength", offset: -5, on: [6] }
    ))))

  it.effect("waits before the headers, and records an interrupted request", () =>
    Effect.gen(function*() {
      const fiber = yield* Effect.forkChild(execute, { startImmediately: true })
      yield* TestClock.adjust("59 seconds")
      assert.isUndefined(fiber.pollUnsafe())
      yield* TestClock.adjust("1 second")
      assert.strictEqual((yield* Fiber.join(fiber)).status, 200)
      const impatient = yield* Effect.forkChild(execute, { startImmediately: true })
      yield* Fiber.interrupt(impatient)
      const simulator = yield* Simulator
      assert.strictEqual((yield* simulator.ended(2)).outcome, "disconnected")
    }).pipe(Effect.provide(broken({ _tag: "Delay", millis: 60_000, on: [1] }, { _tag: "Delay", on: [2] }))))

  it.effect("stops an endless stream when its reader does", () =>
    Effect.gen(function*() {
      const response = yield* execute
      const chunks = yield* response.stream.pipe(Stream.take(100), Stream.runCollect)
      assert.strictEqual(chunks.length, 100)
      const simulator = yield* Simulator
      const ended = yield* simulator.ended(1)
      assert.strictEqual(ended.outcome, "disconnected")
      assert.strictEqual(ended.bytesWritten, chunks.reduce((total, chunk) => total + chunk.length, 0))
      assert.isDefined((yield* simulator.connections)[0]?.closedAt)
    }).pipe(Effect.provide(SimulatorHttpClient.layer({
      scenario: { completions: [{ parts: [{ _tag: "Text", text: "again ", flood: {} }] }] }
    }))))

  it.effect("stalls for ever until it is interrupted", () =>
    Effect.gen(function*() {
      const fiber = yield* Effect.forkChild(text, { startImmediately: true })
      yield* TestClock.adjust("1 day")
      yield* Fiber.interrupt(fiber)
      assert.isTrue(Exit.hasInterrupts(yield* Fiber.await(fiber)))
      const simulator = yield* Simulator
      assert.deepInclude((yield* simulator.requests)[0], { outcome: "disconnected", bytesWritten: 30 })
    }).pipe(Effect.provide(broken({ _tag: "Stall", after: 30 }))))
})
