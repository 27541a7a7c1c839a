/**
 * Groq's own client understands the simulator where it speaks Groq's dialect.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import Groq, { APIError, AuthenticationError, BadRequestError, InternalServerError, RateLimitError } from "groq-sdk"
import { richCompletion, withFaults } from "../testing/simulator/Fixtures.ts"
import { groq } from "../support/Dialects.ts"
import { connecting, failure } from "./Driving.ts"

const connect = connecting(
  ({ url }) => new Groq({ apiKey: "gsk_test", baseURL: url, maxRetries: 0 }),
  { quirks: groq, strictness: "dialect" }
)

const messages: Array<Groq.Chat.ChatCompletionMessageParam> = [{ role: "user", content: "Hello" }]

describe("the groq-sdk package", () => {
  it.live("streams reasoning, text, calls, and usage where Groq has it", () =>
    Effect.gen(function*() {
      const { client, simulator } = yield* connect({ completions: [richCompletion] })
      let text = ""
      let reasoning = ""
      const calls = new Map<number, { name: string; arguments: string }>()
      const usages: Array<unknown> = []
      const ids: Array<unknown> = []
      yield* Effect.promise(async () => {
        const stream = await client.chat.completions.create({
          model: "openai/gpt-oss-20b",
          messages,
          stream: true,
          reasoning_format: "parsed"
        })
        for await (const chunk of stream) {
          const delta = chunk.choices[0]?.delta
          text += delta?.content ?? ""
          reasoning += delta?.reasoning ?? ""
          for (const call of delta?.tool_calls ?? []) {
            const known = calls.get(call.index) ?? { name: "", arguments: "" }
            known.name += call.function?.name ?? ""
            known.arguments += call.function?.arguments ?? ""
            calls.set(call.index, known)
          }
          if (chunk.x_groq?.id !== undefined) ids.push(chunk.x_groq.id)
          if (chunk.x_groq?.usage) usages.push(chunk.x_groq.usage.total_tokens)
        }
      })
      assert.deepStrictEqual([text, reasoning], ["Hello there", "Let me think."])
      assert.deepStrictEqual([...calls.values()], [
        { name: "weather", arguments: "{\"city\":\"Oslo\"}" },
        { name: "time", arguments: "{}" }
      ])
      assert.deepStrictEqual([ids, usages], [["id_1", "id_1"], [120]])
      const [request] = yield* simulator.requests
      assert.strictEqual(request?.path, "/openai/v1/chat/completions")
    }))

  it.live("reads a whole answer", () =>
    Effect.gen(function*() {
      const { client } = yield* connect({ completions: [richCompletion] })
      const completion = yield* Effect.promise(() =>
        client.chat.completions.create({ model: "openai/gpt-oss-20b", messages })
      )
      const message = completion.choices[0]?.message
      assert.deepStrictEqual([message?.content, message?.reasoning], ["Hello there", "Let me think."])
      assert.deepStrictEqual(message?.tool_calls?.map((call) => call.function.name), ["weather", "time"])
      assert.strictEqual(completion.usage?.total_tokens, 120)
    }))

  it.live.each(
    [
      ["rate-limit", RateLimitError],
      ["authentication", AuthenticationError],
      ["invalid-request", BadRequestError],
      ["overloaded", InternalServerError]
    ] as const
  )("raises its own error for %s", ([kind, expected]) =>
    Effect.gen(function*() {
      const { client } = yield* connect(withFaults({ _tag: "ProviderError", kind }))
      const error = yield* failure(() => client.chat.completions.create({ model: "m", messages, stream: true }))
      assert.instanceOf(error, expected)
    }))

  it.live("raises an APIError for an error in the middle of the stream", () =>
    Effect.gen(function*() {
      const { client } = yield* connect(withFaults({ _tag: "ErrorEvent", event: 3, kind: "server-error" }))
      const error = yield* failure(async () => {
        const stream = await client.chat.completions.create({ model: "m", messages, stream: true })
        for await (const chunk of stream) assert.isDefined(chunk)
      })
      assert.instanceOf(error, APIError)
    }))
})
