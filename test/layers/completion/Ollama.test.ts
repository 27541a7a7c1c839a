/**
 * Our model on Ollama, over real sockets against the simulator, which checks each request as Ollama would.
 */
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Schema } from "effect"
import { ChatModel, type CompletionRequest } from "sluice"
import * as Ollama from "sluice/ollama"
import { type Fault, Scenario, SimulatorServer } from "sluice/testing"
import { facts, goOn, long, model, rich, tools } from "../../support/Conversing.ts"
import * as Failing from "../../support/Failing.ts"

const name = "qwen3:4b"
const request: CompletionRequest.CompletionRequestInput = {
  model: name,
  prompt: "Hi",
  tools,
  reasoning: { effort: "low" },
  maxOutputTokens: 100
}

const at: Failing.At = (simulator, settings) => model(Ollama.definition, simulator.baseUrl("ollama"), settings)

const serve = Effect.fnUntraced(function*(scenario: Scenario.Scenario) {
  const simulator = yield* SimulatorServer.serve({ scenario })
  return { simulator, layer: at(simulator, {}) }
})

const expected = {
  text: "Hello there",
  reasoning: "Let me think.",
  toolCalls: [["call_1", "weather", { city: "Oslo", days: [1, { wet: true }] }], ["call_2", "time", {}]],
  finishReason: "tool-calls",
  finishReasonRaw: "stop",
  usage: {
    inputTokens: 100,
    cachedInputTokens: 0,
    cacheWriteInputTokens: 0,
    outputTokens: 20,
    reasoningOutputTokens: 0,
    totalTokens: 120
  },
  responseId: null
}

const messagesOf = (body: unknown): ReadonlyArray<unknown> =>
  Schema.decodeUnknownSync(Schema.Struct({ messages: Schema.Array(Schema.Unknown) }))(body).messages

describe("a model on Ollama", () => {
  it.live("completes streamed and not", () =>
    Effect.gen(function*() {
      const { layer, simulator } = yield* serve({ completions: [rich] })
      for (const transport of ["stream", "whole"] as const) {
        const completion = yield* Effect.provide(ChatModel.complete(request, { transport }), layer)
        assert.deepStrictEqual<unknown>(facts(completion), expected, transport)
      }
      const requests = yield* simulator.requests
      assert.deepStrictEqual(
        requests.map(({ method, path, protocol }) => [method, path, protocol]),
        [["POST", "/api/chat", "ollama"], ["POST", "/api/chat", "ollama"]]
      )
      assert.deepInclude(requests[0]?.body, { think: "low", options: { num_predict: 100 }, stream: true })
      assert.deepInclude(requests[1]?.body, { stream: false })
    }), 5000)

  it.live("reads lines in any chunks and with any ends", () =>
    Effect.gen(function*() {
      for (const chunking of ["bytes", "whole", { size: 7 }, { random: { maximum: 90 } }] as const) {
        for (const ending of ["crlf", "cr"] as const) {
          const { layer } = yield* serve({
            completions: [rich],
            chunking,
            faults: [{ _tag: "LineEnding", ending }, { _tag: "KeepAlive", every: 2 }]
          })
          const completion = yield* Effect.provide(ChatModel.complete(request, { transport: "stream" }), layer)
          assert.deepStrictEqual<unknown>(facts(completion), expected)
        }
      }
    }), 10_000)

  it.live("continues after its tool results", () =>
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
          content: "Hello there",
          thinking: "Let me think.",
          tool_calls: [
            { id: "call_1", function: { name: "weather", arguments: { city: "Oslo", days: [1, { wet: true }] } } },
            { id: "call_2", function: { name: "time", arguments: {} } }
          ]
        },
        { role: "tool", tool_name: "weather", tool_call_id: "call_1", content: "{\"said\":\"weather\"}" },
        { role: "tool", tool_name: "time", tool_call_id: "call_2", content: "{\"said\":\"time\"}" }
      ])
    }), 5000)

  it.live("goes on where the server gives no ids: each call has its result", () =>
    Effect.gen(function*() {
      const { layer, simulator } = yield* serve({
        completions: [{ ...rich, quirks: { toolIds: "missing" } }, { parts: [Scenario.text("Sunny.")] }]
      })
      const [first, second] = yield* Effect.gen(function*() {
        const first = yield* ChatModel.complete(request)
        return [first, yield* goOn(request, first)] as const
      }).pipe(Effect.provide(layer))
      const ids = first.toolCalls.map(({ id }) => id)
      assert.strictEqual(new Set(ids).size, 2)
      assert.strictEqual(second.text, "Sunny.")
      const messages = JSON.stringify(messagesOf((yield* simulator.requests)[1]?.body))
      for (const id of ids) assert.strictEqual(messages.split(JSON.stringify(id)).length, 3)
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
      const { format } = Schema.decodeUnknownSync(Schema.Struct({ format: Schema.Json }))(
        (yield* simulator.requests)[0]?.body
      )
      assert.deepInclude(format, { type: "object", required: ["n"] })
    }), 5000)

  it.live("needs no key, and sends the one that there is", () =>
    Effect.gen(function*() {
      const { layer, simulator } = yield* serve({ completions: [long], requireKey: "key-1" })
      yield* Effect.provide(ChatModel.complete({ model: name, prompt: "Hi" }), layer)
      yield* simulator.setScenario({ completions: [long] })
      const without = model(Ollama.definition, simulator.baseUrl("ollama"), {}, { apiKey: undefined })
      yield* Effect.provide(ChatModel.complete({ model: name, prompt: "Hi" }), without)
      assert.deepStrictEqual((yield* simulator.requests).map(({ status }) => status), [200, 200])
      assert.isUndefined((yield* simulator.requests)[1]?.credential)
    }), 5000)

  const midway: ReadonlyArray<readonly [string, ReadonlyArray<Fault.Fault>, string]> = [
    ["a cut connection", [{ _tag: "Cut", after: 1000, how: "reset" }], "IncompleteStreamError"],
    ["a body that ends in a line", [{ _tag: "Cut", after: 1000, how: "end" }], "IncompleteStreamError"],
    ["a body without the last line", [{ _tag: "OmitTerminator" }], "IncompleteStreamError"],
    ["a line that is not JSON", [{ _tag: "MalformedEvent", event: 6, data: "{nope}" }], "MalformedStreamError"],
    ["a line with an error", [{ _tag: "ErrorEvent", event: 6, kind: "overloaded" }], "StreamFailedError"],
    ["idle timeout", [{ _tag: "Stall", after: 1000 }], "StreamIdleTimeoutError"]
  ]

  it.live.each(midway)(
    "fails once for %s",
    ([, faults, tag]) => Failing.brokenOff(faults, tag, name, at),
    5000
  )

  it.live("does not count blank lines as content", () =>
    Effect.gen(function*() {
      const simulator = yield* SimulatorServer.serve({
        scenario: { completions: [long], faults: [{ _tag: "Stall", after: 0, keepAliveMillis: 20 }] }
      })
      const failure = yield* Effect.flip(ChatModel.complete({ model: name, prompt: "Hi" })).pipe(
        Effect.provide(at(simulator, { firstEventTimeout: Duration.millis(200), maxRetries: 0 }))
      )
      assert.strictEqual(failure._tag, "FirstEventTimeoutError")
    }), 5000)

  it.live.each(Failing.refusals)(
    "maps an error response for %s to a %s, after %i attempts",
    (response) => Failing.refused(response, name, at),
    5000
  )
})
