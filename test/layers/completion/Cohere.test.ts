/**
 * Our model on Cohere, over real sockets against the simulator, which checks each request as Cohere would.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema, Stream } from "effect"
import { ChatModel, type CompletionRequest } from "sluice"
import * as Cohere from "sluice/cohere"
import { type Fault, Scenario, SimulatorServer } from "sluice/testing"
import { facts, goOn, long, model, rich, tools } from "../../support/Conversing.ts"
import * as Failing from "../../support/Failing.ts"

const name = "command-a-03-2025"
const request: CompletionRequest.CompletionRequestInput = { model: name, prompt: "Hi", tools }

const at: Failing.At = (simulator, settings) => model(Cohere.definition, simulator.baseUrl("cohere"), settings)

const serve = Effect.fnUntraced(function*(scenario: Scenario.Scenario) {
  const simulator = yield* SimulatorServer.serve({ scenario })
  return { simulator, layer: at(simulator, {}) }
})

const expected = {
  text: "Hello there",
  reasoning: "Let me think.",
  toolCalls: [["call_1", "weather", { city: "Oslo", days: [1, { wet: true }] }], ["call_2", "time", {}]],
  finishReason: "tool-calls",
  finishReasonRaw: "TOOL_CALL",
  usage: {
    inputTokens: 100,
    cachedInputTokens: 60,
    cacheWriteInputTokens: 0,
    outputTokens: 20,
    reasoningOutputTokens: 5,
    totalTokens: 120
  },
  responseId: "id_1"
}

const call = (id: string, tool: string, text: string) => ({
  id,
  type: "function",
  function: { name: tool, arguments: text }
})

const calls = [
  call("call_1", "weather", "{\"city\":\"Oslo\",\"days\":[1,{\"wet\":true}]}"),
  call("call_2", "time", "{}")
]

const results = [
  { role: "tool", tool_call_id: "call_1", content: "{\"said\":\"weather\"}" },
  { role: "tool", tool_call_id: "call_2", content: "{\"said\":\"time\"}" }
]

const messagesOf = (body: unknown): ReadonlyArray<unknown> =>
  Schema.decodeUnknownSync(Schema.Struct({ messages: Schema.Array(Schema.Unknown) }))(body).messages

describe("a model on Cohere", () => {
  it.live("completes streamed and not", () =>
    Effect.gen(function*() {
      const { layer, simulator } = yield* serve({ completions: [rich], requireKey: "key-1" })
      for (const transport of ["stream", "whole"] as const) {
        const completion = yield* Effect.provide(ChatModel.complete(request, { transport }), layer)
        assert.deepStrictEqual<unknown>(facts(completion), expected, transport)
      }
      assert.deepStrictEqual(
        (yield* simulator.requests).map(({ method, path, protocol }) => [method, path, protocol]),
        [["POST", "/v2/chat", "cohere"], ["POST", "/v2/chat", "cohere"]]
      )
    }), 5000)

  it.live("continues after its tool results: reasoning in blocks, text in the plan", () =>
    Effect.gen(function*() {
      const { layer, simulator } = yield* serve({ completions: [rich, { parts: [Scenario.text("Sunny.")] }] })
      const second = yield* Effect.gen(function*() {
        return yield* goOn(request, yield* ChatModel.complete(request))
      }).pipe(Effect.provide(layer))
      assert.strictEqual(second.text, "Sunny.")
      assert.deepStrictEqual(messagesOf((yield* simulator.requests)[1]?.body), [
        { role: "user", content: "Hi" },
        {
          role: "assistant",
          tool_plan: "Hello there",
          content: [{ type: "thinking", thinking: "Let me think." }],
          tool_calls: calls
        },
        ...results
      ])
    }), 5000)

  it.live("goes on with the plan that it made", () =>
    Effect.gen(function*() {
      const parts = (rich.parts ?? []).filter((part) => part._tag !== "Text")
      const planned = { ...rich, parts, quirks: { toolPlan: true } }
      const { layer, simulator } = yield* serve({ completions: [planned, { parts: [Scenario.text("Sunny.")] }] })
      const [first, second] = yield* Effect.gen(function*() {
        const first = yield* ChatModel.complete(request)
        return [first, yield* goOn(request, first)] as const
      }).pipe(Effect.provide(layer))
      assert.deepInclude(facts(first), { text: "", reasoning: "" })
      assert.deepInclude(first.items[0], { _tag: "Reasoning", content: ["Let me think."] })
      assert.strictEqual(second.text, "Sunny.")
      assert.deepStrictEqual(messagesOf((yield* simulator.requests)[1]?.body)[1], {
        role: "assistant",
        tool_plan: "Let me think.",
        tool_calls: calls
      })
    }), 5000)

  it.live("completes by a schema", () =>
    Effect.gen(function*() {
      const { layer, simulator } = yield* serve({ completions: [{ parts: [Scenario.text("{\"n\":7}")] }] })
      const schema = Schema.Struct({ n: Schema.Finite })
      const completion = yield* Effect.provide(
        ChatModel.complete({ model: name, prompt: "Count", outputSchema: { schema } }),
        layer
      )
      assert.deepStrictEqual(Schema.decodeUnknownSync(Schema.fromJsonString(schema))(completion.text), { n: 7 })
      const { response_format: format } = Schema.decodeUnknownSync(Schema.Struct({ response_format: Schema.Json }))(
        (yield* simulator.requests)[0]?.body
      )
      assert.deepInclude(format, { type: "json_object" })
    }), 5000)

  it.live("cites its documents", () =>
    Effect.gen(function*() {
      const cited = Scenario.text("It was Matz.", [{ url: "https://a.test/", title: "A", start: 7, end: 11 }])
      const { layer, simulator } = yield* serve({ completions: [{ parts: [cited] }] })
      const completion = yield* Effect.provide(
        ChatModel.complete({
          model: name,
          prompt: "Who?",
          providerOptions: { cohere: { documents: [{ data: { text: "Matz made it." } }] } }
        }),
        layer
      )
      const [item] = completion.items
      const content = item?._tag === "Message" ? item.content[0] : undefined
      const citations = content?._tag === "OutputText" ? content.citations : []
      assert.deepStrictEqual(citations.map(({ native: _, ...citation }) => citation), [
        { url: "https://a.test/", title: "A", startIndex: 7, endIndex: 11 }
      ])
      assert.deepInclude((yield* simulator.requests)[0]?.body, { documents: [{ data: { text: "Matz made it." } }] })
    }), 5000)

  const midway: ReadonlyArray<readonly [string, ReadonlyArray<Fault.Fault>, string]> = [
    ["a cut connection", [{ _tag: "Cut", after: 1500, how: "reset" }], "IncompleteStreamError"],
    ["a body that ends in an event", [{ _tag: "Cut", after: 1500, how: "end" }], "IncompleteStreamError"],
    ["a body without message-end", [{ _tag: "OmitTerminator" }], "IncompleteStreamError"],
    ["an event that is not JSON", [{ _tag: "MalformedEvent", event: 9, data: "{nope}" }], "MalformedStreamError"],
    [
      "a message-end with a failure",
      [{ _tag: "ErrorEvent", event: 9, kind: "overloaded" }],
      "OverloadedError"
    ],
    ["idle timeout", [{ _tag: "Stall", after: 1500 }], "StreamIdleTimeoutError"]
  ]

  it.live.each(midway)(
    "fails once for %s",
    ([, faults, tag]) => Failing.brokenOff(faults, tag, name, at),
    5000
  )

  it.live.each(Failing.refusals)(
    "maps an error response for %s to a %s, after %i attempts",
    (response) =>
      Effect.gen(function*() {
        const failure = yield* Failing.refused(response, name, at)
        assert.match(("providerRequestId" in failure ? failure.providerRequestId : undefined) ?? "", /^req_/)
      }),
    5000
  )

  it.live("reports how much of a trial is left", () =>
    Effect.gen(function*() {
      const { layer } = yield* serve({
        completions: [{ ...long, rateLimits: { requests: { limit: 20, remaining: 19, resetMillis: 1000 } } }]
      })
      const [first] = yield* Stream.runCollect(ChatModel.stream({ model: name, prompt: "Hi" })).pipe(
        Effect.provide(layer)
      )
      assert.deepStrictEqual(first, { _tag: "RateLimits", snapshot: { requests: { limit: 20, remaining: 19 } } })
    }), 5000)
})
