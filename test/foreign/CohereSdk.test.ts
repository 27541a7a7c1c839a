import { assert, describe, it } from "@effect/vitest"
import { type Cohere, CohereClientV2, CohereError } from "cohere-ai"
import { Effect } from "effect"
import * as Scenario from "../../src/testing/simulator/scenario/Scenario.ts"
import { richCompletion, shortCompletion, withFaults } from "../testing/simulator/Fixtures.ts"
import { collect, connecting, failure } from "./Driving.ts"

const connect = connecting(({ url }) => new CohereClientV2({ token: "co-test", environment: url, maxRetries: 0 }))

const messages: Cohere.ChatMessages = [{ role: "user", content: "Hello" }]
const request = { model: "command-a-03-2025", messages }
const tools: Array<Cohere.ToolV2> = [
  { type: "function", function: { name: "weather", parameters: { type: "object", properties: {} } } }
]

describe("the cohere-ai package", () => {
  it.live("streams thinking, text, tool calls and usage", () =>
    Effect.gen(function*() {
      const { client } = yield* connect({ completions: [richCompletion] })
      const events = yield* Effect.promise(async () => collect(await client.chatStream({ ...request, tools })))
      const of = <Type extends Cohere.V2ChatStreamResponse["type"]>(type: Type) =>
        events.filter((event): event is Extract<Cohere.V2ChatStreamResponse, { type: Type }> => event.type === type)
      assert.strictEqual(of("message-start")[0]?.id, "id_1")
      const contents = of("content-delta").map((event) => event.delta?.message?.content)
      assert.strictEqual(contents.map((content) => content?.thinking ?? "").join(""), "Let me think.")
      assert.strictEqual(contents.map((content) => content?.text ?? "").join(""), "Hello there")
      assert.deepStrictEqual(
        of("tool-call-start").map((event) => [
          event.index,
          event.delta?.message?.toolCalls?.id,
          event.delta?.message?.toolCalls?.function?.name
        ]),
        [[0, "call_1", "weather"], [1, "call_2", "time"]]
      )
      assert.strictEqual(
        of("tool-call-delta").map((event) => event.delta?.message?.toolCalls?.function?.arguments).join(""),
        "{\"city\":\"Oslo\"}"
      )
      const [end] = of("message-end")
      assert.strictEqual(end?.delta?.finishReason, "TOOL_CALL")
      assert.deepInclude(end?.delta?.usage, { cachedTokens: 60 })
      assert.deepInclude(end?.delta?.usage?.tokens, { inputTokens: 100, outputTokens: 20 })
    }))

  it.live("streams plans and citations", () =>
    Effect.gen(function*() {
      const cited = Scenario.text("It was Matz.", [
        { url: "https://a.test/", title: "facts.txt", citedText: "Matz made it.", start: 7, end: 11 }
      ])
      const { client } = yield* connect({
        completions: [{ parts: [Scenario.reasoning("I will look."), cited], quirks: { toolPlan: true } }]
      })
      const events = yield* Effect.promise(async () => collect(await client.chatStream(request)))
      assert.strictEqual(
        events.map((event) => (event.type === "tool-plan-delta" ? event.delta?.message?.toolPlan : "")).join(""),
        "I will look."
      )
      const [citation] = events.flatMap((event) =>
        event.type === "citation-start" ? [event.delta?.message?.citations] : []
      )
      assert.deepInclude(citation, { start: 7, end: 11, text: "Matz", type: "TEXT_CONTENT", contentIndex: 0 })
      assert.deepInclude(citation?.sources?.[0], { type: "document", id: "doc:0" })
    }))

  it.live("reads a whole answer", () =>
    Effect.gen(function*() {
      const { client } = yield* connect({ completions: [richCompletion] })
      const response = yield* Effect.promise(() => client.chat({ ...request, tools }))
      assert.deepStrictEqual([response.id, response.finishReason], ["id_1", "TOOL_CALL"])
      assert.deepStrictEqual(response.message.content, [
        { type: "thinking", thinking: "Let me think." },
        { type: "text", text: "Hello there" }
      ])
      assert.deepStrictEqual(
        response.message.toolCalls?.map((call) => [call.id, call.function?.name, call.function?.arguments]),
        [["call_1", "weather", "{\"city\":\"Oslo\"}"], ["call_2", "time", "{}"]]
      )
      assert.deepInclude(response.usage?.tokens, { inputTokens: 100, outputTokens: 20 })
    }))

  it.live("goes on after its tools were run", () =>
    Effect.gen(function*() {
      const { client, simulator } = yield* connect({ completions: [richCompletion, shortCompletion] })
      const first = yield* Effect.promise(() => client.chat({ ...request, tools }))
      const second = yield* Effect.promise(() =>
        client.chat({
          ...request,
          tools,
          messages: [
            ...messages,
            { role: "assistant", toolPlan: "I will look.", toolCalls: first.message.toolCalls ?? [] },
            { role: "tool", toolCallId: "call_1", content: "15 degrees" },
            { role: "tool", toolCallId: "call_2", content: [{ type: "text", text: "noon" }] }
          ]
        })
      )
      assert.deepStrictEqual(second.message.content, [{ type: "text", text: "One two three four." }])
      assert.deepStrictEqual((yield* simulator.requests).map(({ protocol, status }) => [protocol, status]), [
        ["cohere", 200],
        ["cohere", 200]
      ])
    }))

  it.live("lists the models", () =>
    Effect.gen(function*() {
      const { client } = yield* connect({ models: ["command-a-03-2025"] })
      const { models } = yield* Effect.promise(() => client.models.list())
      assert.deepStrictEqual(models.map((model) => model.name), ["command-a-03-2025"])
    }))

  it.live.each(
    [
      ["rate-limit", 429, "TooManyRequestsError"],
      ["quota", 402, "CohereError"],
      ["authentication", 401, "UnauthorizedError"],
      ["permission", 403, "ForbiddenError"],
      ["model-not-found", 404, "NotFoundError"],
      ["context-length", 400, "BadRequestError"],
      ["overloaded", 503, "ServiceUnavailableError"],
      ["server-error", 500, "InternalServerError"],
      ["timeout", 504, "GatewayTimeoutError"]
    ] as const
  )("raises its own error for %s", ([kind, status, name]) =>
    Effect.gen(function*() {
      const { client } = yield* connect(withFaults({ _tag: "ProviderError", kind }))
      const error = yield* failure(() => client.chatStream(request))
      assert.instanceOf(error, CohereError)
      assert.deepInclude(error, { statusCode: status, name })
      assert.property(error.body, "message")
    }))

  it.live("is refused what the service refuses", () =>
    Effect.gen(function*() {
      const { client, simulator } = yield* connect({ requireKey: "co-right", models: ["command-a-03-2025"] })
      assert.deepInclude(yield* failure(() => client.chat(request)), { statusCode: 401 })
      yield* simulator.setScenario({ models: ["command-a-03-2025"] })
      assert.deepInclude(yield* failure(() => client.chat({ ...request, model: "command-z" })), { statusCode: 404 })
      assert.deepInclude(yield* failure(() => client.chat({ ...request, messages: [] })), { statusCode: 400 })
      assert.deepInclude(yield* failure(() => client.chat({ ...request, p: 7 })), { statusCode: 400 })
      const error = yield* failure(() =>
        client.chat({
          ...request,
          messages: [{
            role: "assistant",
            content: "I will look.",
            toolCalls: [{ id: "a", type: "function", function: { name: "weather", arguments: "{}" } }]
          }]
        })
      )
      assert.instanceOf(error, CohereError)
      assert.include(error.message, "text content is not allowed when tool_calls are provided")
    }))

  it.live("is told of a failure at the end of the stream", () =>
    Effect.gen(function*() {
      const { client } = yield* connect(withFaults({ _tag: "ErrorEvent", event: 4, kind: "server-error" }))
      const events = yield* Effect.promise(async () => collect(await client.chatStream(request)))
      const last = events.at(-1)
      assert.strictEqual(last?.type, "message-end")
      assert.deepInclude(last?.type === "message-end" ? last.delta : undefined, {
        finishReason: "ERROR",
        error: "internal server error, this has been reported to our developers"
      })
    }))
})
