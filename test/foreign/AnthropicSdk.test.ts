import Anthropic, {
  APIConnectionError,
  APIError,
  AuthenticationError,
  BadRequestError,
  InternalServerError,
  NotFoundError,
  PermissionDeniedError,
  RateLimitError
} from "@anthropic-ai/sdk"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { richCompletion, withFaults } from "../testing/simulator/Fixtures.ts"
import { connecting, failure } from "./Driving.ts"

// This package adds /v1 itself.
const connect = connecting(({ url }) => new Anthropic({ apiKey: "sk-test", baseURL: url, maxRetries: 0 }))

const request = {
  model: "claude-simulated",
  max_tokens: 2000,
  messages: [{ role: "user" as const, content: "Hello" }]
}

const stream = (client: Anthropic) => async () => {
  const events: Array<unknown> = []
  for await (const event of await client.messages.create({ ...request, stream: true })) events.push(event)
  return events
}

describe("the @anthropic-ai/sdk package", () => {
  it.live("streams thinking, text, tool calls and usage", () =>
    Effect.gen(function*() {
      const { client } = yield* connect({ completions: [richCompletion] })
      const message = yield* Effect.promise(() =>
        client.messages.stream({ ...request, thinking: { type: "enabled", budget_tokens: 1024 } }).finalMessage()
      )
      assert.deepStrictEqual(message.content.map((block): object => ({ ...block })), [
        { type: "thinking", thinking: "Let me think.", signature: "sig" },
        { type: "text", text: "Hello there" },
        { type: "tool_use", id: "call_1", name: "weather", input: { city: "Oslo" } },
        { type: "tool_use", id: "call_2", name: "time", input: {} }
      ])
      assert.deepStrictEqual([message.id, message.model, message.stop_reason], ["id_1", "model-1", "tool_use"])
      assert.deepInclude(message.usage, {
        input_tokens: 30,
        cache_creation_input_tokens: 10,
        cache_read_input_tokens: 60,
        output_tokens: 20
      })
    }))

  it.live("reads a whole answer and the list of models", () =>
    Effect.gen(function*() {
      const { client } = yield* connect({ completions: [richCompletion], models: ["claude-simulated"] })
      const message = yield* Effect.promise(() => client.messages.create(request))
      assert.deepStrictEqual(message.content.map((block) => block.type), ["thinking", "text", "tool_use", "tool_use"])
      assert.strictEqual(message._request_id?.slice(0, 4), "req_")
      const models = yield* Effect.promise(() => client.models.list())
      assert.deepStrictEqual(models.data.map((model) => model.id), ["claude-simulated"])
    }))

  it.live("streams a search that the provider ran, with citations", () =>
    Effect.gen(function*() {
      const source = { url: "https://example.com/a", title: "A" }
      const { client } = yield* connect({
        completions: [{
          parts: [
            { _tag: "WebSearch", id: "srvtoolu_1", query: "blue sky", results: [source] },
            { _tag: "Text", text: "It scatters.", citations: [{ ...source, citedText: "scatter" }] }
          ]
        }]
      })
      const message = yield* Effect.promise(() => client.messages.stream(request).finalMessage())
      const [use, result, text] = message.content
      assert.deepInclude(use, { type: "server_tool_use", name: "web_search", input: { query: "blue sky" } })
      assert.deepInclude(result, { type: "web_search_tool_result", tool_use_id: "srvtoolu_1" })
      assert.strictEqual(text?.type === "text" ? text.citations?.[0]?.cited_text : undefined, "scatter")
    }))

  it.live.each(
    [
      ["rate-limit", RateLimitError],
      ["authentication", AuthenticationError],
      ["permission", PermissionDeniedError],
      ["model-not-found", NotFoundError],
      ["invalid-request", BadRequestError],
      ["context-length", BadRequestError],
      ["overloaded", InternalServerError],
      ["server-error", InternalServerError]
    ] as const
  )("raises its own error for %s", ([kind, expected]) =>
    Effect.gen(function*() {
      const { client } = yield* connect(withFaults({ _tag: "ProviderError", kind }))
      const error = yield* failure(() => client.messages.create(request))
      assert.instanceOf(error, expected)
    }))

  it.live("raises its own errors for a wrong key and a bad request", () =>
    Effect.gen(function*() {
      const { client, simulator } = yield* connect({ requireKey: "sk-right" })
      assert.instanceOf(yield* failure(() => client.messages.create(request)), AuthenticationError)
      yield* simulator.setScenario({})
      const error = yield* failure(() => client.messages.create({ ...request, messages: [] }))
      assert.instanceOf(error, BadRequestError)
      assert.include(String(error), "at least one message is required")
    }))

  it.live("raises an APIError for an error event, in the middle or first", () =>
    Effect.gen(function*() {
      const { client, simulator } = yield* connect(withFaults({ _tag: "ErrorEvent", event: 4, kind: "overloaded" }))
      const middle = yield* failure(stream(client))
      assert.instanceOf(middle, APIError)
      assert.include(String(middle), "overloaded_error")
      yield* simulator.setScenario(withFaults({ _tag: "ErrorEvent", event: 1, kind: "overloaded" }))
      assert.instanceOf(yield* failure(stream(client)), APIError)
    }))

  it.live("raises connection errors for broken connections", () =>
    Effect.gen(function*() {
      const { client, simulator } = yield* connect(withFaults({ _tag: "Reset" }))
      assert.instanceOf(yield* failure(stream(client)), APIConnectionError)
      yield* simulator.setScenario(withFaults({ _tag: "Cut", after: 300, how: "close" }))
      assert.instanceOf(yield* failure(stream(client)), Error)
    }))
})
