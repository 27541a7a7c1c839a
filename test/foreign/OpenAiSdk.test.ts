import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import OpenAI, {
  APIConnectionError,
  APIError,
  AuthenticationError,
  BadRequestError,
  InternalServerError,
  NotFoundError,
  PermissionDeniedError,
  RateLimitError
} from "openai"
import { richCompletion, shortCompletion, withFaults } from "../testing/simulator/Fixtures.ts"
import { collect, connecting, failure } from "./Driving.ts"

const connect = connecting((simulator) =>
  new OpenAI({ apiKey: "sk-test", baseURL: simulator.baseUrl("openai-chat"), maxRetries: 0 })
)

const messages: Array<OpenAI.ChatCompletionMessageParam> = [{ role: "user", content: "Hello" }]
const tools: Array<OpenAI.ChatCompletionFunctionTool> = [
  { type: "function", function: { name: "weather", parameters: { type: "object", properties: {} } } }
]

describe("the openai package, Chat Completions", () => {
  it.live("streams text, tool calls and usage", () =>
    Effect.gen(function*() {
      const { client } = yield* connect({ completions: [richCompletion] })
      const runner = client.chat.completions.stream({
        model: "gpt-4o",
        messages,
        tools,
        stream_options: { include_usage: true }
      })
      const chunks = yield* Effect.promise(() => collect(runner))
      const completion = yield* Effect.promise(() => runner.finalChatCompletion())
      const reasoning = chunks.flatMap((chunk) => Object.entries(chunk.choices[0]?.delta ?? {}))
        .filter(([name]) => name === "reasoning_content").map(([, text]) => text).join("")
      const [choice] = completion.choices
      assert.strictEqual(reasoning, "Let me think.")
      assert.strictEqual(choice?.message.content, "Hello there")
      assert.strictEqual(choice?.finish_reason, "tool_calls")
      assert.deepStrictEqual(
        choice?.message.tool_calls?.map((call) =>
          call.type === "function" ? [call.id, call.function.name, call.function.arguments] : []
        ),
        [["call_1", "weather", "{\"city\":\"Oslo\"}"], ["call_2", "time", "{}"]]
      )
      assert.deepInclude(completion.usage, { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 })
      assert.strictEqual(completion.usage?.prompt_tokens_details?.cached_tokens, 60)
      assert.strictEqual(completion.usage?.completion_tokens_details?.reasoning_tokens, 5)
    }))

  it.live("reads a whole answer and the list of models", () =>
    Effect.gen(function*() {
      const { client } = yield* connect({ completions: [richCompletion], models: ["gpt-4o", "gpt-5"] })
      const completion = yield* Effect.promise(() => client.chat.completions.create({ model: "gpt-4o", messages }))
      assert.deepStrictEqual(
        [completion.id, completion.model, completion.choices[0]?.message.content, completion._request_id?.slice(0, 4)],
        ["id_1", "model-1", "Hello there", "req_"]
      )
      const models = yield* Effect.promise(() => collect(client.models.list()))
      assert.deepStrictEqual(models.map((model) => model.id), ["gpt-4o", "gpt-5"])
      assert.strictEqual((yield* Effect.promise(() => client.models.retrieve("gpt-5"))).id, "gpt-5")
    }))

  it.live.each(
    [
      ["rate-limit", RateLimitError],
      ["quota", RateLimitError],
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
      const error = yield* failure(() => client.chat.completions.create({ model: "gpt-4o", messages, stream: true }))
      assert.instanceOf(error, expected)
    }))

  it.live("raises its own errors for a wrong key, a bad request and an unknown model", () =>
    Effect.gen(function*() {
      const { client, simulator } = yield* connect({ requireKey: "sk-right", models: ["gpt-4o"] })
      const wrongKey = yield* failure(() => client.chat.completions.create({ model: "gpt-4o", messages }))
      assert.instanceOf(wrongKey, AuthenticationError)
      assert.deepInclude(wrongKey, { code: "invalid_api_key", status: 401 })
      yield* simulator.setScenario({ models: ["gpt-4o"] })
      const empty = yield* failure(() => client.chat.completions.create({ model: "gpt-4o", messages: [] }))
      assert.instanceOf(empty, BadRequestError)
      assert.deepInclude(empty, { param: "messages", code: "empty_array" })
      const unknown = yield* failure(() => client.chat.completions.create({ model: "gpt-99", messages }))
      assert.instanceOf(unknown, NotFoundError)
    }))

  it.live("raises an APIError for an error in the middle of the stream", () =>
    Effect.gen(function*() {
      const { client } = yield* connect(withFaults({ _tag: "ErrorEvent", event: 3, kind: "server-error" }))
      const seen: Array<unknown> = []
      const error = yield* failure(async () => {
        const stream = await client.chat.completions.create({ model: "gpt-4o", messages, stream: true })
        for await (const chunk of stream) seen.push(chunk)
      })
      assert.strictEqual(seen.length, 2)
      assert.instanceOf(error, APIError)
      assert.deepInclude(error, { code: "server_error" })
    }))

  it.live("raises connection errors for broken connections", () =>
    Effect.gen(function*() {
      const { client, simulator } = yield* connect(withFaults({ _tag: "Reset" }))
      const call = () => client.chat.completions.create({ model: "gpt-4o", messages, stream: true }).then(collect)
      assert.instanceOf(yield* failure(call), APIConnectionError)
      yield* simulator.setScenario({ faults: [{ _tag: "Refuse" }] })
      assert.instanceOf(yield* failure(call), APIConnectionError)
      yield* simulator.setScenario(withFaults({ _tag: "Cut", after: 300, how: "reset" }))
      assert.instanceOf(yield* failure(call), Error)
    }))

  it.live("retries by itself after a refusal, and waits as long as it was told", () =>
    Effect.gen(function*() {
      const { client, simulator } = yield* connect(
        withFaults({ _tag: "ProviderError", kind: "rate-limit", retryAfterMillis: 30, on: [1] })
      )
      const completion = yield* Effect.promise(() =>
        client.chat.completions.create({ model: "gpt-4o", messages }, { maxRetries: 2 })
      )
      assert.strictEqual(completion.choices[0]?.message.content, "One two three four.")
      const requests = yield* simulator.requests
      assert.deepStrictEqual(requests.map((request) => request.status), [429, 200])
      assert.isAtLeast((requests[1]?.receivedAt ?? 0) - (requests[0]?.receivedAt ?? 0), 28)
    }))
})

describe("the openai package, Responses", () => {
  it.live("streams text, reasoning, tool calls and usage", () =>
    Effect.gen(function*() {
      const { client } = yield* connect({ completions: [richCompletion] })
      const stream = client.responses.stream({
        model: "gpt-5",
        input: "Hello",
        include: ["reasoning.encrypted_content"]
      })
      const events = yield* Effect.promise(() => collect(stream))
      const response = yield* Effect.promise(() => stream.finalResponse())
      assert.deepStrictEqual(
        events.flatMap((event) => event.type === "response.output_text.delta" ? [event.delta] : []),
        ["Hello", " there"]
      )
      assert.deepStrictEqual(
        events.flatMap((event) => event.type === "response.reasoning_summary_text.delta" ? [event.delta] : []),
        ["Thinking."]
      )
      assert.deepStrictEqual(
        events.map((event) => event.sequence_number),
        events.map((_, index) => index)
      )
      assert.strictEqual(response.output_text, "Hello there")
      assert.deepStrictEqual(
        response.output.map((item) => item.type),
        ["reasoning", "message", "function_call", "function_call"]
      )
      const [reasoning] = response.output
      assert.deepInclude(reasoning, { encrypted_content: "enc" })
      assert.deepStrictEqual(
        response.output.flatMap((item) =>
          item.type === "function_call" ? [[item.call_id, item.name, item.arguments]] : []
        ),
        [["call_1", "weather", "{\"city\":\"Oslo\"}"], ["call_2", "time", "{}"]]
      )
      assert.deepInclude(response.usage, { input_tokens: 100, output_tokens: 20, total_tokens: 120 })
      assert.deepStrictEqual(response.usage?.output_tokens_details, { reasoning_tokens: 5 })
    }))

  it.live("reads a whole answer", () =>
    Effect.gen(function*() {
      const { client } = yield* connect({ completions: [{ ...shortCompletion, finish: "length" }] })
      const response = yield* Effect.promise(() => client.responses.create({ model: "gpt-5", input: "Hello" }))
      assert.deepStrictEqual(
        [response.id, response.output_text, response.status, response.incomplete_details],
        ["id_2", "One two three four.", "incomplete", { reason: "max_output_tokens" }]
      )
    }))

  it.live("raises its own errors", () =>
    Effect.gen(function*() {
      const { client, simulator } = yield* connect(withFaults({ _tag: "ProviderError", kind: "overloaded" }))
      const call = () => client.responses.create({ model: "gpt-5", input: "Hello", stream: true }).then(collect)
      assert.instanceOf(yield* failure(call), InternalServerError)
      yield* simulator.setScenario(withFaults({ _tag: "ErrorEvent", event: 3, kind: "rate-limit" }))
      const error = yield* failure(call)
      assert.instanceOf(error, APIError)
      assert.deepInclude(error, { code: "rate_limit_exceeded" })
      yield* simulator.setScenario({ models: ["gpt-5"] })
      const unknown = yield* failure(() => client.responses.create({ model: "gpt-99", input: "Hello" }))
      assert.instanceOf(unknown, BadRequestError)
      assert.deepInclude(unknown, { code: "model_not_found" })
    }))
})

describe("the openai package, text completions", () => {
  const request = { model: "gpt-3.5-turbo-instruct", prompt: "Once upon" }

  it.live("streams text and usage", () =>
    Effect.gen(function*() {
      const { client, simulator } = yield* connect({ completions: [shortCompletion] })
      const chunks = yield* Effect.promise(async () =>
        collect(
          await client.completions.create({ ...request, stream: true, stream_options: { include_usage: true } })
        )
      )
      assert.strictEqual(chunks.map((chunk) => chunk.choices[0]?.text ?? "").join(""), "One two three four.")
      assert.deepStrictEqual(chunks.flatMap((chunk) => chunk.choices[0]?.finish_reason ?? []), ["stop"])
      assert.deepStrictEqual(chunks.at(-1)?.usage, { prompt_tokens: 1, completion_tokens: 4, total_tokens: 5 })
      assert.deepInclude((yield* simulator.requests)[0], { protocol: "openai-completions", path: "/v1/completions" })
    }))

  it.live("reads a whole answer, with the prompt before it where that is asked for", () =>
    Effect.gen(function*() {
      const { client } = yield* connect({ completions: [{ ...shortCompletion, finish: "length" }] })
      const completion = yield* Effect.promise(() => client.completions.create({ ...request, echo: true }))
      assert.deepInclude(completion, { id: "id_2", object: "text_completion" })
      assert.deepInclude(completion.choices[0], { text: "Once uponOne two three four.", finish_reason: "length" })
    }))

  it.live("raises its own errors", () =>
    Effect.gen(function*() {
      const { client, simulator } = yield* connect(withFaults({ _tag: "ProviderError", kind: "rate-limit" }))
      assert.instanceOf(yield* failure(() => client.completions.create(request)), RateLimitError)
      yield* simulator.setScenario({})
      const chat = yield* failure(() => client.completions.create({ ...request, messages } as typeof request))
      assert.instanceOf(chat, BadRequestError)
      assert.deepInclude(chat, { param: "messages", code: "unknown_parameter" })
      yield* simulator.setScenario(withFaults({ _tag: "ErrorEvent", event: 3, kind: "server-error" }))
      const error = yield* failure(async () => collect(await client.completions.create({ ...request, stream: true })))
      assert.instanceOf(error, APIError)
    }))
})
