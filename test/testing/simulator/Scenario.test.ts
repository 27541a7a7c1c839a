import { assert, describe, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import * as Scenario from "../../../src/testing/simulator/scenario/Scenario.ts"
import * as SimulatorServer from "../../../src/testing/simulator/SimulatorServer.ts"
import * as Raw from "./RawClient.ts"

const textCompletion = (text: string, when?: Scenario.ScriptedCompletion["when"]): Scenario.ScriptedCompletion => ({
  parts: [Scenario.text(text)],
  ...(when === undefined ? {} : { when })
})

const contentOf = (url: string, model: string, content = "Hello") =>
  Effect.map(
    Raw.chat(url, { stream: false, model, messages: [{ role: "user", content }] }),
    (response) => JSON.parse(response.text).choices[0].message.content
  )

describe("scenarios", () => {
  it.effect("are read from JSON", () =>
    Effect.gen(function*() {
      const scenario = yield* Scenario.fromJson(JSON.stringify({
        seed: 1,
        chunking: { random: { maximum: 9 } },
        completions: [{
          when: { protocol: "openai-chat", contains: "weather" },
          parts: [{ _tag: "ToolCall", name: "weather", arguments: { city: "Oslo" } }],
          faults: [{ _tag: "Raw", bytes: "AAEC", on: [2] }]
        }]
      }))
      const [completion] = scenario.completions ?? []
      assert.deepStrictEqual(completion?.faults, [{ _tag: "Raw", bytes: Uint8Array.from([0, 1, 2]), on: [2] }])
    }))

  it.effect("are rejected with an unknown field", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(Scenario.fromJson("{\"answer\": []}"))
      assert.strictEqual(error._tag, "SchemaError")
      assert.include(error.message, "answer")
    }))

  it.live("return their completions in order, and then repeat the last one or all", () =>
    Effect.gen(function*() {
      const sim = yield* SimulatorServer.serve({
        scenario: Scenario.script(textCompletion("one"), textCompletion("two"))
      })
      const three = Effect.all([contentOf(sim.url, "m"), contentOf(sim.url, "m"), contentOf(sim.url, "m")])
      assert.deepStrictEqual(yield* three, ["one", "two", "two"])
      yield* sim.setScenario({ completions: [textCompletion("one"), textCompletion("two")], repeat: "cycle" })
      assert.deepStrictEqual(yield* three, ["one", "two", "one"])
    }))

  it.live("may list their completions under the former name", () =>
    Effect.gen(function*() {
      const scenario = yield* Scenario.fromJson(
        JSON.stringify({ answers: [textCompletion("one"), textCompletion("two")] })
      )
      const sim = yield* SimulatorServer.serve({ scenario })
      assert.deepStrictEqual(yield* Effect.all([contentOf(sim.url, "m"), contentOf(sim.url, "m")]), ["one", "two"])
      yield* sim.setScenario({ ...scenario, ...Scenario.script(textCompletion("three")) })
      assert.strictEqual(yield* contentOf(sim.url, "m"), "three")
    }))

  it.live("have a script of their own for each `when`", () =>
    Effect.gen(function*() {
      const sim = yield* SimulatorServer.serve({
        scenario: {
          completions: [
            textCompletion("any"),
            textCompletion("m2 first", { model: "m2" }),
            textCompletion("m2 then", { model: "m2" }),
            textCompletion("rain", { contains: "weather" })
          ]
        }
      })
      assert.deepStrictEqual(
        yield* Effect.all([
          contentOf(sim.url, "m1"),
          contentOf(sim.url, "m2"),
          contentOf(sim.url, "m1", "the weather?"),
          contentOf(sim.url, "m2"),
          contentOf(sim.url, "m1")
        ]),
        ["any", "m2 first", "rain", "m2 then", "any"]
      )
    }))

  it.live("return the default completion without a script: it calls the offered tool once", () =>
    Effect.gen(function*() {
      const sim = yield* SimulatorServer.serve()
      const tools = [{ name: "weather", input_schema: { type: "object" } }]
      const body = (messages: ReadonlyArray<object>) => Raw.messages(sim.url, { stream: false, tools, messages })
      const first = JSON.parse((yield* body([{ role: "user", content: "secret words" }])).text)
      assert.deepStrictEqual(
        [first.content.map((block: { readonly type: string }) => block.type), first.stop_reason],
        [["thinking", "text", "tool_use"], "tool_use"]
      )
      assert.notInclude(JSON.stringify(first), "secret")
      const call = first.content[2]
      const second = JSON.parse(
        (yield* body([
          { role: "user", content: "x" },
          { role: "assistant", content: first.content },
          { role: "user", content: [{ type: "tool_result", tool_use_id: call.id, content: "1" }] }
        ])).text
      )
      assert.strictEqual(second.stop_reason, "end_turn")
    }))

  it.live("record the last requests without their keys", () =>
    Effect.gen(function*() {
      const sim = yield* SimulatorServer.serve({ maxRecords: 2 })
      for (let index = 0; index < 3; index++) yield* Raw.chat(sim.url)
      const requests = yield* sim.requests
      assert.deepStrictEqual(requests.map((request) => request.number), [2, 3])
      assert.strictEqual((yield* sim.connections).length, 2)
      const [request] = requests
      assert.deepInclude(request, {
        method: "POST",
        path: "/v1/chat/completions",
        protocol: "openai-chat",
        body: Raw.chatBody(),
        status: 200,
        outcome: "completed"
      })
      assert.notInclude(JSON.stringify(requests), "sk-test")
      assert.strictEqual(request?.credential === undefined ? undefined : Redacted.value(request.credential), "sk-test")
      assert.isAbove(request?.bytesWritten ?? 0, 100)
    }))

  it.live("have a base URL for each protocol", () =>
    Effect.gen(function*() {
      const sim = yield* SimulatorServer.serve()
      assert.match(sim.url, /^http:\/\/127\.0\.0\.1:\d+$/)
      assert.strictEqual(sim.baseUrl("openai-chat"), `${sim.url}/v1`)
      assert.strictEqual(sim.baseUrl("anthropic-messages"), `${sim.url}/v1`)
    }))
})
