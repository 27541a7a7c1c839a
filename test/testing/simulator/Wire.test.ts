import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { SimulatorQuirks } from "../../../src/testing/simulator/scenario/SimulatorQuirks.ts"
import * as Scenario from "../../../src/testing/simulator/scenario/Scenario.ts"
import * as SimulatorServer from "../../../src/testing/simulator/SimulatorServer.ts"
import { richCompletion } from "./Fixtures.ts"
import * as Raw from "./RawClient.ts"

const serve = (scenario: Scenario.Scenario = { completions: [richCompletion] }) =>
  SimulatorServer.serve({ scenario, seed: 7 })

const calls = {
  completions: [{ parts: [Scenario.toolCall("a", [1], "c1"), Scenario.toolCall("b", [2], "c2")], responseId: "id" }]
}

describe("Chat Completions on the wire", () => {
  const base = {
    id: "id_1",
    object: "chat.completion.chunk",
    created: 1767225600,
    model: "model-1",
    service_tier: "default",
    system_fingerprint: "fp_simulator"
  }
  const chunk = (delta: object, reason: string | null = null) => ({
    ...base,
    choices: [{ index: 0, delta, logprobs: null, finish_reason: reason }],
    usage: null
  })
  const usage = {
    prompt_tokens: 100,
    completion_tokens: 20,
    total_tokens: 120,
    prompt_tokens_details: { cached_tokens: 60, audio_tokens: 0, cache_write_tokens: 10 },
    completion_tokens_details: {
      reasoning_tokens: 5,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0
    }
  }
  const call = (index: number, id: string, name: string) => ({
    tool_calls: [{ index, id, type: "function", function: { name, arguments: "" } }]
  })
  const fragment = (index: number, text: string) => ({ tool_calls: [{ index, function: { arguments: text } }] })

  it.live("streams chunks, usage on request, and [DONE]", () =>
    Effect.gen(function*() {
      const sim = yield* serve()
      const response = yield* Raw.chat(sim.url, { stream_options: { include_usage: true } })
      assert.strictEqual(response.headers["content-type"], "text/event-stream; charset=utf-8")
      assert.deepStrictEqual(Raw.data(response.text), [
        chunk({ role: "assistant", content: "", refusal: null }),
        chunk({ reasoning_content: "Let" }),
        chunk({ reasoning_content: " me" }),
        chunk({ reasoning_content: " think." }),
        chunk({ content: "Hello" }),
        chunk({ content: " there" }),
        chunk(call(0, "call_1", "weather")),
        chunk(fragment(0, "{\"city\":")),
        chunk(fragment(0, "\"Oslo\"}")),
        chunk(call(1, "call_2", "time")),
        chunk(fragment(1, "{}")),
        chunk({}, "tool_calls"),
        { ...base, choices: [], usage },
        "[DONE]"
      ])
      const withoutUsage = Raw.data((yield* Raw.chat(sim.url)).text)
      assert.isTrue(withoutUsage.every((data) => !JSON.stringify(data).includes("usage")))
    }))

  it.live("sends one body without streaming", () =>
    Effect.gen(function*() {
      const sim = yield* serve()
      const response = yield* Raw.chat(sim.url, { stream: false })
      assert.strictEqual(response.headers["content-type"], "application/json")
      assert.deepStrictEqual(JSON.parse(response.text), {
        ...base,
        object: "chat.completion",
        choices: [{
          index: 0,
          message: {
            role: "assistant",
            content: "Hello there",
            refusal: null,
            annotations: [],
            reasoning_content: "Let me think.",
            tool_calls: [
              { id: "call_1", type: "function", function: { name: "weather", arguments: "{\"city\":\"Oslo\"}" } },
              { id: "call_2", type: "function", function: { name: "time", arguments: "{}" } }
            ]
          },
          logprobs: null,
          finish_reason: "tool_calls"
        }],
        usage
      })
    }))

  const deltas = (quirks: SimulatorQuirks) =>
    Effect.scoped(Effect.gen(function*() {
      const sim = yield* serve({ ...calls, quirks })
      const events = Raw.data((yield* Raw.chat(sim.url)).text)
      return events.flatMap((event) => {
        const found = JSON.stringify(event).match(/"tool_calls":(\[.*?\])\},"logprobs"/)?.[1]
        return found === undefined ? [] : JSON.parse(found)
      })
    }))

  it.live("writes tool calls in every dialect", () =>
    Effect.gen(function*() {
      const open = (name: string, text: string) => ({ type: "function", function: { name, arguments: text } })
      assert.deepStrictEqual(yield* deltas({ wholeToolCalls: true }), [
        { index: 0, id: "c1", ...open("a", "[1]") },
        { index: 1, id: "c2", ...open("b", "[2]") }
      ])
      assert.deepStrictEqual(yield* deltas({ wholeToolCalls: true, toolIndex: "reused" }), [
        { index: 0, id: "c1", ...open("a", "[1]") },
        { index: 0, id: "c2", ...open("b", "[2]") }
      ])
      assert.deepStrictEqual(yield* deltas({ wholeToolCalls: true, toolIndex: "missing", toolIds: "missing" }), [
        open("a", "[1]"),
        open("b", "[2]")
      ])
      assert.deepStrictEqual(yield* deltas({ interleaveToolCalls: true, toolIds: "every" }), [
        { index: 0, id: "c1", ...open("a", "") },
        { index: 1, id: "c2", ...open("b", "") },
        { index: 0, id: "c1", function: { arguments: "[1]" } },
        { index: 1, id: "c2", function: { arguments: "[2]" } }
      ])
    }))

  it.live("places usage and the finish reason as the dialects do", () =>
    Effect.gen(function*() {
      const counts = (quirks: SimulatorQuirks) =>
        Effect.scoped(Effect.gen(function*() {
          const sim = yield* serve({ completions: [richCompletion], quirks })
          const { text } = yield* Raw.chat(sim.url)
          return [text.match(/"usage":\{/g)?.length ?? 0, text.match(/"finish_reason":"/g)?.length ?? 0]
        }))
      assert.deepStrictEqual(yield* counts({ usage: "finish" }), [1, 1])
      assert.deepStrictEqual(yield* counts({ usage: "separate", finishTwice: true }), [1, 2])
      assert.deepStrictEqual(yield* counts({ usage: "every" }), [12, 1])
      assert.deepStrictEqual(yield* counts({ usage: "none" }), [0, 1])
    }))

  it.live("names the reasoning field as the dialects do, and pads deltas", () =>
    Effect.gen(function*() {
      const second = (quirks: SimulatorQuirks) =>
        Effect.scoped(Effect.gen(function*() {
          const sim = yield* serve({
            completions: [{ parts: [Scenario.reasoning("Hm.", { signature: "s" })] }],
            quirks
          })
          return JSON.stringify(Raw.data((yield* Raw.chat(sim.url)).text)[1])
        }))
      assert.include(yield* second({ reasoningField: "reasoning" }), "{\"reasoning\":\"Hm.\"}")
      assert.include(yield* second({ reasoningField: "both" }), "{\"reasoning\":\"Hm.\",\"reasoning_content\":\"Hm.\"}")
      assert.include(yield* second({ reasoningField: "reasoning_details" }), "\"signature\":\"s\"")
      assert.match(yield* second({ obfuscation: true }), /"obfuscation":"\w+"/)
    }))

  it.live("streams refusals and citations", () =>
    Effect.gen(function*() {
      const sim = yield* serve({
        completions: [{
          parts: [
            Scenario.text("See A", [{ url: "https://a.example", title: "A", start: 4, end: 5 }]),
            Scenario.refusal("No.")
          ]
        }]
      })
      const { text } = yield* Raw.chat(sim.url)
      assert.include(
        text,
        "{\"annotations\":[{\"type\":\"url_citation\",\"url_citation\":{\"start_index\":4,\"end_index\":5,\"url\":\"https://a.example\",\"title\":\"A\"}}]}"
      )
      assert.include(text, "{\"refusal\":\"No.\"}")
    }))
})

describe("the Responses API on the wire", () => {
  it.live("streams numbered events named by their types", () =>
    Effect.gen(function*() {
      const sim = yield* serve()
      const { text } = yield* Raw.responses(sim.url, { include: ["reasoning.encrypted_content"] })
      const events = Raw.data(text)
      assert.deepStrictEqual(Raw.names(text), [
        "response.created",
        "response.in_progress",
        "response.output_item.added",
        "response.content_part.added",
        "response.reasoning_text.delta",
        "response.reasoning_text.delta",
        "response.reasoning_text.delta",
        "response.reasoning_text.done",
        "response.content_part.done",
        "response.reasoning_summary_part.added",
        "response.reasoning_summary_text.delta",
        "response.reasoning_summary_text.done",
        "response.reasoning_summary_part.done",
        "response.output_item.done",
        "response.output_item.added",
        "response.content_part.added",
        "response.output_text.delta",
        "response.output_text.delta",
        "response.output_text.done",
        "response.content_part.done",
        "response.output_item.done",
        "response.output_item.added",
        "response.function_call_arguments.delta",
        "response.function_call_arguments.delta",
        "response.function_call_arguments.done",
        "response.output_item.done",
        "response.output_item.added",
        "response.function_call_arguments.delta",
        "response.function_call_arguments.done",
        "response.output_item.done",
        "response.completed"
      ])
      assert.deepStrictEqual(
        events.map((event) => [field(event, "type"), field(event, "sequence_number")]),
        Raw.names(text).map((name, index) => [name, index])
      )
      assert.deepStrictEqual(field(events[21], "item"), {
        id: field(field(events[21], "item"), "id"),
        type: "function_call",
        status: "in_progress",
        arguments: "",
        call_id: "call_1",
        name: "weather"
      })
      const completed = field(events.at(-1), "response")
      assert.deepStrictEqual(
        [field(completed, "id"), field(completed, "model"), field(completed, "status"), field(completed, "usage")],
        ["id_1", "model-1", "completed", {
          input_tokens: 100,
          input_tokens_details: { cached_tokens: 60, cache_write_tokens: 10 },
          output_tokens: 20,
          output_tokens_details: { reasoning_tokens: 5 },
          total_tokens: 120
        }]
      )
      assert.deepInclude(field(field(completed, "output"), "0"), {
        summary: [{ type: "summary_text", text: "Thinking." }],
        content: [{ type: "reasoning_text", text: "Let me think." }],
        encrypted_content: "enc"
      })
      // Encrypted content is only sent on request.
      assert.notInclude((yield* Raw.responses(sim.url)).text, "encrypted_content")
    }))

  it.live("sends one body with the same output as a stream", () =>
    Effect.gen(function*() {
      const sim = yield* serve()
      const streamed = Raw.data((yield* Raw.responses(sim.url)).text).at(-1)
      yield* sim.setScenario({ completions: [richCompletion] })
      const whole = JSON.parse((yield* Raw.responses(sim.url, { stream: false })).text)
      assert.deepStrictEqual(whole, field(streamed, "response"))
    }))

  it.live("ends with the event of the finish reason", () =>
    Effect.gen(function*() {
      const sim = yield* serve()
      const last = (finish: Scenario.Finish) =>
        Effect.gen(function*() {
          yield* sim.setScenario({ completions: [{ ...richCompletion, finish }] })
          const { text } = yield* Raw.responses(sim.url)
          return [Raw.names(text).at(-1), field(field(Raw.data(text).at(-1), "response"), "incomplete_details")]
        })
      assert.deepStrictEqual(yield* last("length"), ["response.incomplete", { reason: "max_output_tokens" }])
      assert.deepStrictEqual(yield* last("content-filter"), ["response.incomplete", { reason: "content_filter" }])
      assert.deepStrictEqual(yield* last("error"), ["response.failed", null])
      assert.deepStrictEqual(yield* last({ raw: "new" }), ["response.incomplete", { reason: "new" }])
    }))

  it.live("streams searches, refusals, citations, padding and a [DONE] that OpenAI does not send", () =>
    Effect.gen(function*() {
      const sim = yield* serve({
        quirks: { doneMarker: true, obfuscation: true, interleaveToolCalls: true },
        completions: [{
          parts: [
            { _tag: "WebSearch", query: "sky" },
            Scenario.text("Blue", [{ url: "https://a.example", title: "A" }]),
            Scenario.refusal("No."),
            ...calls.completions.flatMap((scripted) => scripted.parts)
          ]
        }]
      })
      const { text } = yield* Raw.responses(sim.url)
      assert.deepStrictEqual(Raw.names(text).filter((name) => !name.includes("part") && !name.includes("item")), [
        "response.created",
        "response.in_progress",
        "response.web_search_call.in_progress",
        "response.web_search_call.searching",
        "response.web_search_call.completed",
        "response.output_text.delta",
        "response.output_text.annotation.added",
        "response.output_text.done",
        "response.refusal.delta",
        "response.refusal.done",
        "response.function_call_arguments.delta",
        "response.function_call_arguments.delta",
        "response.function_call_arguments.done",
        "response.function_call_arguments.done",
        "response.completed"
      ])
      assert.strictEqual(Raw.data(text).at(-1), "[DONE]")
      assert.match(text, /"delta":"Blue","obfuscation":"\w+"/)
    }))
})

describe("Anthropic's Messages on the wire", () => {
  it.live("streams blocks, and counts cached tokens separately from the input", () =>
    Effect.gen(function*() {
      const sim = yield* serve()
      const { text } = yield* Raw.messages(sim.url)
      const delta = (index: number, delta: object) => ({ type: "content_block_delta", index, delta })
      const start = (index: number, block: object) => ({ type: "content_block_start", index, content_block: block })
      const stop = (index: number) => ({ type: "content_block_stop", index })
      const json = (index: number, text: string) => delta(index, { type: "input_json_delta", partial_json: text })
      const expected: ReadonlyArray<object> = [
        {
          type: "message_start",
          message: {
            id: "id_1",
            type: "message",
            role: "assistant",
            model: "model-1",
            content: [],
            stop_reason: null,
            stop_sequence: null,
            usage: {
              input_tokens: 30,
              cache_creation_input_tokens: 10,
              cache_read_input_tokens: 60,
              output_tokens: 1
            }
          }
        },
        start(0, { type: "thinking", thinking: "", signature: "" }),
        { type: "ping" },
        delta(0, { type: "thinking_delta", thinking: "Let" }),
        delta(0, { type: "thinking_delta", thinking: " me" }),
        delta(0, { type: "thinking_delta", thinking: " think." }),
        delta(0, { type: "signature_delta", signature: "sig" }),
        stop(0),
        start(1, { type: "text", text: "" }),
        delta(1, { type: "text_delta", text: "Hello" }),
        delta(1, { type: "text_delta", text: " there" }),
        stop(1),
        start(2, { type: "tool_use", id: "call_1", name: "weather", input: {} }),
        json(2, ""),
        json(2, "{\"city\":"),
        json(2, "\"Oslo\"}"),
        stop(2),
        start(3, { type: "tool_use", id: "call_2", name: "time", input: {} }),
        json(3, ""),
        json(3, "{}"),
        stop(3),
        {
          type: "message_delta",
          delta: { stop_reason: "tool_use", stop_sequence: null },
          usage: { output_tokens: 20, output_tokens_details: { thinking_tokens: 5 } }
        },
        { type: "message_stop" }
      ]
      assert.deepStrictEqual(Raw.data(text), expected)
      assert.deepStrictEqual(Raw.names(text), expected.map((event) => String(field(event, "type"))))
    }))

  it.live("sends one body without streaming", () =>
    Effect.gen(function*() {
      const sim = yield* serve()
      const { text } = yield* Raw.messages(sim.url, { stream: false })
      assert.deepStrictEqual(JSON.parse(text), {
        id: "id_1",
        type: "message",
        role: "assistant",
        model: "model-1",
        content: [
          { type: "thinking", thinking: "Let me think.", signature: "sig" },
          { type: "text", text: "Hello there" },
          { type: "tool_use", id: "call_1", name: "weather", input: { city: "Oslo" } },
          { type: "tool_use", id: "call_2", name: "time", input: {} }
        ],
        stop_reason: "tool_use",
        stop_sequence: null,
        usage: {
          input_tokens: 30,
          cache_creation_input_tokens: 10,
          cache_read_input_tokens: 60,
          output_tokens: 20,
          output_tokens_details: { thinking_tokens: 5 }
        }
      })
    }))

  it.live("streams refusals, redacted reasoning, interleaved tool calls and repeated usage", () =>
    Effect.gen(function*() {
      const sim = yield* serve({
        quirks: { interleaveToolCalls: true, usageInDelta: true },
        completions: [{
          parts: [
            { _tag: "Reasoning", redacted: "xyz" },
            ...calls.completions.flatMap((scripted) => scripted.parts),
            Scenario.refusal("No.")
          ],
          finish: "stop"
        }]
      })
      const events = Raw.data((yield* Raw.messages(sim.url)).text)
      assert.deepStrictEqual(field(events[1], "content_block"), { type: "redacted_thinking", data: "xyz" })
      assert.deepStrictEqual(
        events.filter((event) => field(event, "type") === "content_block_delta").map((event) => field(event, "index")),
        [1, 2, 1, 2, 3]
      )
      const delta = events.at(-2)
      assert.deepStrictEqual(field(delta, "delta"), {
        stop_reason: "refusal",
        stop_sequence: null,
        stop_details: { type: "refusal", category: null, explanation: "No." }
      })
      assert.isNumber(field(field(delta, "usage"), "cache_read_input_tokens"))
    }))
})

describe("the list of models", () => {
  it.live("has the format of the protocol that the request's headers indicate", () =>
    Effect.gen(function*() {
      const sim = yield* serve({ models: ["m1"] })
      const openai = yield* Raw.request(sim.url, { method: "GET", path: "/v1/models" })
      assert.deepStrictEqual(JSON.parse(openai.text), {
        object: "list",
        data: [{ id: "m1", object: "model", created: 1767225600, owned_by: "simulator" }]
      })
      const anthropic = yield* Raw.request(sim.url, {
        method: "GET",
        path: "/v1/models",
        headers: { "anthropic-version": "2023-06-01" }
      })
      assert.deepStrictEqual(JSON.parse(anthropic.text), {
        data: [{ id: "m1", type: "model", display_name: "m1", created_at: "2026-01-01T00:00:00Z" }],
        has_more: false,
        first_id: "m1",
        last_id: "m1"
      })
      assert.strictEqual((yield* Raw.request(sim.url, { method: "GET", path: "/v1/models/m2" })).status, 404)
    }))
})

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined
}
