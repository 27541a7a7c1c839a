/**
 * The bytes that the simulator writes as Google's Interactions API, and the requests that it rejects, without a client.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as Scenario from "../../../src/testing/simulator/scenario/Scenario.ts"
import * as SimulatorServer from "../../../src/testing/simulator/SimulatorServer.ts"
import * as Raw from "./RawClient.ts"

const completion = {
  parts: [
    Scenario.reasoning("", { summary: ["Hm."], signature: "c2ln" }),
    Scenario.text("Hi there"),
    { _tag: "WebSearch" as const, query: "a", results: [{ url: "https://a.test/", title: "A" }] },
    Scenario.toolCall("weather", { city: "Oslo" }, "c1")
  ],
  usage: { input: 10, output: 5, reasoning: 2 },
  model: "m"
}

const serve = (scenario: Scenario.Scenario = { completions: [completion] }) =>
  SimulatorServer.serve({ scenario, seed: 7 })

const hello = { type: "user_input", content: [{ type: "text", text: "Hi" }] }

const send = (url: string, more: object = {}) =>
  Raw.request(url, {
    path: "/v1beta/interactions",
    headers: { "x-goog-api-key": "g" },
    body: { model: "gemini-3.5-flash-lite", input: [hello], ...more }
  })

const call = { type: "function_call", id: "c", name: "f", arguments: {} }
const result = { type: "function_result", call_id: "c", name: "f", result: "a" }
const tools = [{ type: "function", name: "f", parameters: { type: "object" } }]

describe("the Interactions API on the wire", () => {
  it.live("streams steps, and ends with [DONE]", () =>
    Effect.gen(function*() {
      const sim = yield* serve()
      const { headers, text } = yield* send(sim.url, {
        stream: true,
        store: false,
        generation_config: { thinking_summaries: "auto" }
      })
      assert.strictEqual(headers["content-type"], "text/event-stream; charset=utf-8")
      assert.isTrue(text.endsWith("event: done\ndata: [DONE]\n\n"))
      const events = Raw.data(text.slice(0, text.indexOf("event: done"))) as ReadonlyArray<Record<string, unknown>>
      assert.deepStrictEqual<unknown>(events.slice(0, 6), [
        {
          interaction: { id: "", status: "in_progress", object: "interaction", model: "m" },
          event_type: "interaction.created"
        },
        { interaction_id: "", status: "in_progress", event_type: "interaction.status_update" },
        { index: 0, step: { type: "thought" }, event_type: "step.start" },
        {
          index: 0,
          delta: { content: { text: "Hm.", type: "text" }, type: "thought_summary" },
          event_type: "step.delta"
        },
        { index: 0, delta: { signature: "c2ln", type: "thought_signature" }, event_type: "step.delta" },
        { index: 0, event_type: "step.stop" }
      ])
      const last = events.at(-1)?.["interaction"] as Record<string, unknown>
      assert.strictEqual(last["status"], "requires_action")
      assert.deepStrictEqual<unknown>(last["usage"], {
        total_tokens: 15,
        total_input_tokens: 10,
        input_tokens_by_modality: [{ modality: "text", tokens: 10 }],
        total_cached_tokens: 0,
        total_output_tokens: 3,
        total_tool_use_tokens: 0,
        total_thought_tokens: 2
      })
      assert.notProperty(last, "steps")
    }))

  it.live("responds with whole steps, and an id where it is stored", () =>
    Effect.gen(function*() {
      const sim = yield* serve()
      const body = JSON.parse((yield* send(sim.url)).text) as Record<string, unknown>
      assert.match(String(body["id"]), /^v1_/)
      const steps = body["steps"] as ReadonlyArray<Record<string, unknown>>
      assert.deepStrictEqual<unknown>(steps.map(({ type }) => type), [
        "thought",
        "model_output",
        "google_search_call",
        "google_search_result",
        "function_call"
      ])
      assert.deepStrictEqual<unknown>(steps[1], {
        type: "model_output",
        content: [{ text: "Hi there", type: "text" }]
      })
      assert.deepInclude(steps[4], { id: "c1", name: "weather", arguments: { city: "Oslo" } })
    }))

  it.live.each<[string, object, boolean]>([
    ["a text", { input: "Hi" }, true],
    ["content", { input: [{ type: "text", text: "Hi" }] }, true],
    ["no input", { input: [] }, false],
    ["an unknown field", { contents: [] }, false],
    ["an unknown setting", { generation_config: { topK: 1 } }, false],
    ["an unknown step", { input: [{ type: "dream" }] }, false],
    ["a file with a type", { input: [{ type: "image", data: "AA==", mime_type: "image/png" }] }, true],
    ["a file without a type", { input: [{ type: "image", data: "AA==" }] }, false],
    ["a call and its result", { input: [hello, call, result] }, true],
    ["a call without its result", { input: [hello, call, hello] }, false],
    ["a result without its call", { input: [hello, result] }, false],
    ["a result that continues an interaction", { input: [result], previous_interaction_id: "v1_a" }, true],
    ["arguments as text", { input: [hello, { ...call, arguments: "{}" }, result] }, false],
    ["a choice", { tools, generation_config: { tool_choice: "any" } }, true],
    ["a choice without functions", { generation_config: { tool_choice: "any" } }, false],
    ["a choice of an unknown function", {
      tools,
      generation_config: { tool_choice: { allowed_tools: { mode: "any", tools: ["g"] } } }
    }, false],
    ["a level", { generation_config: { thinking_level: "minimal" } }, true],
    ["a level that the model has not", {
      model: "gemini-3.8-flash",
      generation_config: { thinking_level: "minimal" }
    }, false],
    ["the level of the fourth generation", {
      model: "gemini-4-carbon",
      generation_config: { thinking_level: "xhigh" }
    }, true],
    ["a run in the background that is not stored", { background: true, store: false }, false]
  ])("accepts or rejects %s", ([_, body, isAccepted]) =>
    Effect.gen(function*() {
      const sim = yield* serve({ completions: [{ parts: [Scenario.text("a")] }] })
      const { status, text } = yield* send(sim.url, body)
      assert.strictEqual(status, isAccepted ? 200 : 400)
      if (!isAccepted) assert.strictEqual(JSON.parse(text).error.code, "invalid_request")
    }))
})
