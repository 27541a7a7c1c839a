/**
 * An output that follows a schema is requested as the provider and the model take it, and comes back as text.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Redacted, Schema, Stream } from "effect"
import { Tool } from "effect/ai"
import {
  ChatModel,
  Completion,
  type CompletionRequest,
  type ProviderDefinition,
  SluiceConfig,
  StructuredOutput
} from "sluice"
import { Scenario, Simulator, SimulatorHttpClient } from "sluice/testing"
import { definition as anthropic } from "../../../src/domain/providers/Anthropic.ts"
import { definition as bedrock } from "../../../src/domain/providers/Bedrock.ts"
import { definition as cohere } from "../../../src/domain/providers/Cohere.ts"
import { definition as deepSeek } from "../../../src/domain/providers/DeepSeek.ts"
import { definition as gemini } from "../../../src/domain/providers/Gemini.ts"
import { definition as groq } from "../../../src/domain/providers/Groq.ts"
import { definition as ollama } from "../../../src/domain/providers/Ollama.ts"
import { definition as openAi } from "../../../src/domain/providers/OpenAi.ts"
import * as SingleProvider from "../../../src/layers/registry/SingleProvider.ts"

const City = Schema.Struct({ name: Schema.String, nick: Schema.optionalKey(Schema.String) })
const city = { name: "Oslo" }

const weather = Tool.make("weather", { parameters: Schema.Struct({ city: Schema.String }) })

interface Case {
  readonly definition: ProviderDefinition
  readonly model: string
  readonly protocol?: string
  readonly tools?: ReadonlyArray<Tool.Any>
  readonly reasoning?: CompletionRequest.ReasoningOptions
  readonly form?: CompletionRequest.OutputForm
  /** The form in which it is requested. */
  readonly expected: CompletionRequest.OutputForm
}

const cases: ReadonlyArray<Case> = [
  { definition: openAi, model: "gpt-4.1", expected: "schema" },
  { definition: openAi, model: "gpt-4.1", protocol: "openai-chat", form: "tool", expected: "tool" },
  { definition: openAi, model: "gpt-4.1", protocol: "openai-responses", form: "tool", expected: "tool" },
  { definition: openAi, model: "gpt-4.1", form: "json", expected: "json" },
  { definition: openAi, model: "gpt-4.1", form: "prompt", expected: "prompt" },
  { definition: anthropic, model: "claude-haiku-4-5", expected: "schema" },
  { definition: anthropic, model: "claude-3-5-haiku-20241022", expected: "tool" },
  { definition: anthropic, model: "claude-3-5-haiku-20241022", tools: [weather], expected: "tool" },
  // While it reasons no call can be required.
  { definition: anthropic, model: "claude-sonnet-4-20250514", reasoning: { budgetTokens: 2000 }, expected: "tool" },
  { definition: bedrock, model: "amazon.nova-pro-v1:0", expected: "tool" },
  { definition: bedrock, model: "anthropic.claude-haiku-4-5-20251001-v1:0", expected: "schema" },
  { definition: bedrock, model: "anthropic.claude-opus-4-8-v1:0", expected: "tool" },
  { definition: gemini, model: "gemini-2.5-flash", expected: "schema" },
  { definition: gemini, model: "gemini-2.5-flash", tools: [weather], expected: "tool" },
  { definition: gemini, model: "gemini-3-pro", tools: [weather], expected: "schema" },
  { definition: groq, model: "openai/gpt-oss-120b", expected: "schema" },
  { definition: groq, model: "openai/gpt-oss-120b", tools: [weather], expected: "tool" },
  { definition: groq, model: "llama-3.3-70b-versatile", expected: "tool" },
  { definition: cohere, model: "command-a-03-2025", expected: "schema" },
  { definition: cohere, model: "command-a-03-2025", tools: [weather], expected: "tool" },
  // It has no way to require a call.
  { definition: ollama, model: "llama3.3", form: "tool", expected: "tool" },
  { definition: deepSeek, model: "deepseek-chat", expected: "json" },
  { definition: deepSeek, model: "deepseek-chat", protocol: "anthropic-messages", expected: "prompt" }
]

const layer = ({ definition, protocol }: Case, scenario: Scenario.Scenario) =>
  SingleProvider.layer(definition)({
    apiKey: Redacted.make("key-1"),
    ...(protocol === undefined ? {} : { protocol: protocol as never })
  }).pipe(
    Layer.provideMerge(SimulatorHttpClient.layer({ scenario })),
    Layer.provide(SluiceConfig.layer({ maxRetries: 0 })),
    Layer.orDie
  )

const requestOf = ({ definition, form, model, reasoning, tools }: Case): CompletionRequest.CompletionRequestInput => ({
  model: { provider: definition.id, model },
  prompt: "Which city?",
  outputSchema: { schema: City, name: "city", ...(form === undefined ? {} : { form }) },
  ...(tools === undefined ? {} : { tools }),
  ...(reasoning === undefined ? {} : { reasoning })
})

/** Plays a model that writes the object in the form in which it was requested. */
const scenarioOf = ({ expected }: Case): Scenario.Scenario =>
  Scenario.script({
    parts: [
      expected === "tool" ? Scenario.toolCall("city", city, "call_1") : Scenario.text(JSON.stringify(city))
    ]
  })

const bodyOf = Effect.gen(function*() {
  const [request] = yield* (yield* Simulator).requests
  return JSON.stringify(request?.body)
})

const title = ({ definition, expected, model, protocol = "", tools }: Case) =>
  `${definition.id}/${model}${tools === undefined ? "" : " with tools"} ${protocol}: by ${expected}`

describe("an output that follows a schema", () => {
  it.effect.each(cases.map((each): readonly [string, Case] => [title(each), each]))(
    "%s",
    ([, each]) =>
      Effect.gen(function*() {
        const completion = Completion.fromEvents(yield* Stream.runCollect(ChatModel.stream(requestOf(each))))
        assert.strictEqual(completion.text, JSON.stringify(city))
        assert.deepStrictEqual(yield* StructuredOutput.decode(completion, City), city)
        assert.strictEqual(completion.finishReason, "stop")
        assert.deepStrictEqual(completion.items.map(({ _tag }) => _tag), ["Message"])
        const body = yield* bodyOf
        assert.strictEqual(
          body.includes("Answer only with JSON that matches"),
          each.expected === "json" || each.expected === "prompt"
        )
        const whole = yield* ChatModel.complete(requestOf(each), { transport: "whole" })
        assert.deepStrictEqual(yield* StructuredOutput.decode(whole, City), city)
      }).pipe(Effect.provide(layer(each, scenarioOf(each))))
  )

  const byTool: Case = {
    definition: groq,
    model: "openai/gpt-oss-120b",
    tools: [weather, Tool.make("city")],
    expected: "tool"
  }

  it.effect("leaves the calls of other tools as they are, and takes another name where one has its own", () =>
    Effect.gen(function*() {
      const { finishReason, text, toolCalls } = yield* ChatModel.complete(requestOf(byTool))
      assert.deepStrictEqual([finishReason, text, toolCalls.map(({ name }) => name)], ["tool-calls", "", ["city"]])
      const second = yield* ChatModel.complete(requestOf(byTool))
      assert.deepStrictEqual([second.finishReason, second.text], ["stop", JSON.stringify(city)])
    }).pipe(Effect.provide(layer(
      byTool,
      Scenario.script(
        { parts: [Scenario.toolCall("city", city, "call_1")] },
        { parts: [Scenario.toolCall("city_", city, "call_2")] }
      )
    ))))

  it.effect("requires no call of a model that reasons, and says in the prompt what to do", () => {
    const reasoning: Case = {
      definition: anthropic,
      model: "claude-sonnet-4-20250514",
      reasoning: { budgetTokens: 2000 },
      expected: "tool"
    }
    return Effect.gen(function*() {
      yield* ChatModel.complete(requestOf(reasoning))
      const body = yield* bodyOf
      assert.include(body, "by a call of the tool city")
      assert.notInclude(body, "\"tool_choice\":{\"type\":\"tool\"")
    }).pipe(Effect.provide(layer(reasoning, scenarioOf(reasoning))))
  })

  it.effect.each(["schema", "tool", "json", "prompt"] as const)(
    "is refused before anything is sent where it has no JSON Schema, by %s",
    (form) => {
      let schema: Schema.Codec<unknown> = Schema.Unknown
      for (let level = 0; level < 20_000; level++) schema = Schema.Array(schema)
      const given: Case = { definition: openAi, model: "gpt-4.1", form, expected: form }
      return Effect.gen(function*() {
        const request = requestOf(given)
        const error = yield* Effect.flip(ChatModel.complete({ ...request, outputSchema: { schema, form } }))
        assert.strictEqual(error._tag, "InvalidRequestError")
        assert.lengthOf(yield* (yield* Simulator).requests, 0)
      }).pipe(Effect.provide(layer(given, {})))
    }
  )

  it.effect("that is cut is no completion", () => {
    const cut = Scenario.script({
      parts: [Scenario.toolCall("city", city, "call_1")],
      faults: [{ _tag: "Cut", after: 700, how: "close" }]
    })
    return Effect.gen(function*() {
      const error = yield* Effect.flip(ChatModel.complete(requestOf(byTool)))
      assert.strictEqual(error._tag, "IncompleteStreamError")
    }).pipe(Effect.provide(layer(byTool, cut)))
  })
})
