/**
 * Mistral's own client understands the simulator where it speaks Mistral's dialect.
 */
import { assert, describe, it } from "@effect/vitest"
import { Mistral } from "@mistralai/mistralai"
import type { ContentChunk } from "@mistralai/mistralai/models/components"
import * as Errors from "@mistralai/mistralai/models/errors"
import { Effect } from "effect"
import * as Scenario from "../../src/testing/simulator/scenario/Scenario.ts"
import { richCompletion, withFaults } from "../testing/simulator/Fixtures.ts"
import { mistral } from "../support/Dialects.ts"
import { connecting, failure } from "./Driving.ts"

const connect = connecting(
  ({ url }) => new Mistral({ apiKey: "key", serverURL: url, retryConfig: { strategy: "none" } }),
  { quirks: mistral, strictness: "dialect" }
)

const messages = [{ role: "user" as const, content: "Hello" }]
const tools = [{ type: "function" as const, function: { name: "weather", parameters: { type: "object" } } }]

/** The text, the thoughts and the references of content in parts. */
const gather = (content: string | Array<ContentChunk> | null | undefined) => {
  let text = ""
  let thoughts = ""
  const references: Array<unknown> = []
  for (const part of typeof content === "string" ? [{ type: "text" as const, text: content }] : content ?? []) {
    if (part.type === "text") text += part.text
    if (part.type === "thinking") thoughts += part.thinking.map((piece) => "text" in piece ? piece.text : "").join("")
    if (part.type === "reference") references.push(...part.referenceIds)
  }
  return { text, thoughts, references }
}

describe("the @mistralai/mistralai package", () => {
  it.live("streams thoughts, text, references, calls and usage", () =>
    Effect.gen(function*() {
      const { client, simulator } = yield* connect({
        completions: [{
          ...richCompletion,
          parts: (richCompletion.parts ?? []).map((part) =>
            part._tag === "Text" ? Scenario.text("Hello there", [{ url: "https://a.test/", title: "A" }]) : part
          )
        }]
      })
      let text = ""
      let thoughts = ""
      const references: Array<unknown> = []
      const calls: Array<unknown> = []
      const finished: Array<unknown> = []
      yield* Effect.promise(async () => {
        const stream = await client.chat.stream({ model: "magistral-small-latest", messages, tools, randomSeed: 7 })
        for await (const { data } of stream) {
          const [choice] = data.choices
          const gathered = gather(choice?.delta.content)
          text += gathered.text
          thoughts += gathered.thoughts
          references.push(...gathered.references)
          for (const call of choice?.delta.toolCalls ?? []) {
            calls.push([call.id, call.function.name, call.function.arguments])
          }
          if (choice?.finishReason !== null) finished.push([choice?.finishReason, data.usage?.totalTokens])
        }
      })
      assert.deepStrictEqual([text, thoughts, references], ["Hello there", "Let me think.", [1]])
      assert.deepStrictEqual(calls, [["call_1", "weather", "{\"city\":\"Oslo\"}"], ["call_2", "time", "{}"]])
      assert.deepStrictEqual(finished, [["tool_calls", 120]])
      const [request] = yield* simulator.requests
      assert.deepInclude(Object(request?.body), { random_seed: 7, stream: true })
    }))

  it.live("reads a whole answer", () =>
    Effect.gen(function*() {
      const { client } = yield* connect({ completions: [richCompletion] })
      const completion = yield* Effect.promise(() => client.chat.complete({ model: "mistral-small-latest", messages }))
      const [choice] = completion.choices
      assert.deepStrictEqual(gather(choice?.message?.content), {
        text: "Hello there",
        thoughts: "Let me think.",
        references: []
      })
      assert.deepStrictEqual(choice?.message?.toolCalls?.map((call) => [call.id, call.function.name]), [
        ["call_1", "weather"],
        ["call_2", "time"]
      ])
      assert.deepInclude(completion.usage, { promptTokens: 100, completionTokens: 20, totalTokens: 120 })
    }))

  it.live("raises its own errors", () =>
    Effect.gen(function*() {
      const { client, simulator } = yield* connect(withFaults({ _tag: "ProviderError", kind: "model-not-found" }))
      const ask = () => client.chat.complete({ model: "mistral-small-latest", messages })
      const unknown = yield* failure(ask)
      assert.instanceOf(unknown, Errors.MistralError)
      assert.strictEqual(unknown.statusCode, 400)
      assert.deepInclude(JSON.parse(unknown.body), { object: "error", type: "invalid_model", code: "1500" })
      yield* simulator.setScenario({ quirks: mistral, requireKey: "other" })
      const wrongKey = yield* failure(ask)
      assert.instanceOf(wrongKey, Errors.MistralError)
      assert.deepStrictEqual([wrongKey.statusCode, wrongKey.body], [401, "{\"detail\":\"Invalid API Key\"}"])
    }))
})
