/**
 * What DeepSeek, Moonshot and Bedrock are sent over protocols of other vendors, by rows: the fields of the body, the
 * parameters of the warnings, or the parameter of the error; and what they need of an earlier conversation.
 */
import { assert, describe, it } from "@effect/vitest"
import { Result, Schema } from "effect"
import { Prompt, Tool } from "effect/ai"
import { CompletionRequest, Replay, ResponseItem } from "sluice"
import * as KnownProviders from "../../../src/domain/KnownProviders.ts"
import type { ProtocolName } from "../../../src/domain/ProviderDefinition.ts"
import { overQuirks, quirksOf } from "../../../src/domain/Quirks.ts"
import { byName } from "../../../src/streams/protocols/Protocols.ts"
import { byId } from "../../../src/testing/simulator/WireProtocols.ts"

type Input = Partial<CompletionRequest.CompletionRequestInput>
type Fields = Readonly<Record<string, unknown>>

const encode = (provider: string, name: ProtocolName, model: string, input: Input) => {
  const definition = KnownProviders.definitions.find(({ id }) => id === provider)
  const binding = definition?.protocols.find(({ protocol }) => protocol === name)
  return byName[name].encodeRequest(CompletionRequest.make({ model, prompt: "Hi", ...input }), {
    provider,
    model,
    stream: true,
    quirks: quirksOf(overQuirks(definition?.quirks ?? {}, binding?.quirks), model)
  })
}

const tools = [Tool.make("f", { parameters: Schema.Struct({ a: Schema.String }) }), Tool.make("g")]
const one = tools.slice(0, 1)
const outputSchema = { schema: Schema.Struct({ a: Schema.String }) }
const strict = Tool.make("s", { parameters: Schema.Struct({ a: Schema.String }) }).annotate(Tool.Strict, true)

type Row = readonly [string, ProtocolName, string, Input, expected: Fields | string, warnings: ReadonlyArray<string>]

const to = (provider: string, protocol: ProtocolName, model: string) =>
(
  input: Input,
  expected: Fields | string,
  warnings: ReadonlyArray<string> = []
): Row => [provider, protocol, model, input, expected, warnings]

const deepSeekResponses = to("deepseek", "openai-responses", "deepseek-flash")
const deepSeekMessages = to("deepseek", "anthropic-messages", "deepseek-v4-pro")
const k3Responses = to("moonshot", "openai-responses", "kimi-k3")
const k3Messages = to("moonshot", "anthropic-messages", "kimi-k3")
const k26Messages = to("moonshot", "anthropic-messages", "kimi-k2.6")
const bedrockResponses = to("bedrock", "openai-responses", "global.openai.gpt-5.6-sol")
const bedrockChat = to("bedrock", "openai-chat", "us.openai.gpt-5.4")

const effort = (name: string): Input => ({ reasoning: { effort: name } })
const enabled = { thinking: { type: "enabled" } }
const disabled = { thinking: { type: "disabled" }, output_config: undefined }

const rows: ReadonlyArray<Row> = [
  // DeepSeek: efforts, which end in low, high and max, and `none`.
  deepSeekResponses({}, { reasoning: undefined, include: undefined, store: undefined }),
  deepSeekResponses(effort("minimal"), { reasoning: { effort: "low" } }, ["reasoning"]),
  deepSeekResponses(effort("medium"), { reasoning: { effort: "high" } }, ["reasoning"]),
  deepSeekResponses(effort("max"), { reasoning: { effort: "max" }, include: undefined }),
  deepSeekResponses(effort("none"), { reasoning: { effort: "none" } }),
  deepSeekResponses({ reasoning: { budgetTokens: 1000 } }, { reasoning: { effort: "low" } }, ["reasoning"]),
  deepSeekMessages(effort("low"), { ...enabled, output_config: { effort: "low" } }),
  deepSeekMessages(effort("medium"), { ...enabled, output_config: { effort: "high" } }, ["reasoning"]),
  deepSeekMessages(effort("none"), disabled),
  deepSeekMessages({ reasoning: { budgetTokens: 90_000 } }, { ...enabled, output_config: { effort: "max" } }, [
    "reasoning"
  ]),
  deepSeekMessages({}, { thinking: undefined, output_config: undefined, temperature: undefined }),
  // DeepSeek: fields that it has and has not.
  deepSeekResponses({ user: "u-1", temperature: 0.5 }, { user: "u-1", safety_identifier: undefined, temperature: 0.5 }),
  deepSeekResponses({ metadata: { a: "b" }, promptCache: { key: "k" } }, {
    metadata: undefined,
    prompt_cache_key: undefined
  }, ["promptCache", "metadata"]),
  deepSeekResponses({ text: { verbosity: "low" } }, { text: undefined }, ["text"]),
  deepSeekResponses({ tools, parallelToolCalls: true }, { parallel_tool_calls: undefined }),
  deepSeekResponses({ tools, parallelToolCalls: false }, "parallelToolCalls"),
  deepSeekResponses({ providerOptions: { deepseek: { previous_response_id: "r" } } }, "providerOptions"),
  deepSeekResponses({ outputSchema: "json" }, { text: { format: { type: "json_object" } } }),
  deepSeekMessages({ user: "u-1" }, { metadata: { user_id: "u-1" } }),
  deepSeekMessages({ outputSchema }, "outputSchema"),
  deepSeekMessages({ tools, parallelToolCalls: false }, "parallelToolCalls"),
  deepSeekMessages({ tools, parallelToolCalls: true }, { tool_choice: undefined }),
  // DeepSeek: a required call only while it does not think.
  deepSeekResponses({ tools, toolChoice: "required" }, "toolChoice"),
  deepSeekResponses({ tools, toolChoice: { tool: "g" }, ...effort("none") }, {
    tool_choice: { type: "function", name: "g" }
  }),
  deepSeekMessages({ tools, toolChoice: { tool: "g" } }, "toolChoice"),
  deepSeekMessages({ tools, toolChoice: "required", ...effort("none") }, { tool_choice: { type: "any" } }),
  // Kimi K3: an effort and no switch.
  k3Responses({}, { reasoning: undefined, include: ["reasoning.encrypted_content"] }),
  k3Responses({ ...effort("none"), temperature: 0.5 }, { reasoning: { effort: "low" }, temperature: undefined }, [
    "reasoning",
    "temperature"
  ]),
  k3Messages(effort("max"), { thinking: undefined, output_config: { effort: "max" } }),
  k3Messages(effort("none"), { thinking: undefined, output_config: { effort: "low" } }, ["reasoning"]),
  k3Messages({ topP: 0.5, temperature: 0.5 }, { top_p: undefined, temperature: undefined }, ["temperature", "topP"]),
  k3Responses({ providerOptions: { moonshot: { conversation: "c" } } }, "providerOptions"),
  k3Responses({ tools: [strict] }, {
    tools: [{
      type: "function",
      name: "s",
      parameters: { type: "object", properties: { a: { type: "string" } }, required: ["a"], additionalProperties: true }
    }]
  }),
  // Kimi K2: a switch and no effort.
  k26Messages(effort("high"), { ...enabled, output_config: undefined }),
  k26Messages(effort("none"), disabled),
  k26Messages({ reasoning: { budgetTokens: 2000 } }, { thinking: { type: "enabled", budget_tokens: 2000 } }),
  to("moonshot", "anthropic-messages", "kimi-k2.7-code")(effort("none"), enabled, ["reasoning"]),
  // Kimi: a required call of one tool is one of it by its name.
  k3Responses({ tools: one, toolChoice: "required" }, { tool_choice: { type: "function", name: "f" } }),
  k26Messages({ tools: one, toolChoice: "required" }, { tool_choice: { type: "tool", name: "f" } }),
  k26Messages({ tools, toolChoice: "required" }, "toolChoice"),
  // Bedrock: OpenAI's models by Amazon's names.
  bedrockResponses({ temperature: 0.5 }, { model: "global.openai.gpt-5.6-sol", temperature: undefined }, [
    "temperature"
  ]),
  bedrockResponses({ tools: one, ...effort("high") }, { reasoning: { effort: "high" } }),
  bedrockChat({ maxOutputTokens: 64 }, { max_completion_tokens: 64, max_tokens: undefined }),
  bedrockChat({ tools: one }, { reasoning_effort: "none" }, ["reasoning"]),
  to("bedrock", "openai-chat", "openai.gpt-oss-20b-1:0")({ temperature: 0.5, tools: one }, {
    temperature: 0.5,
    reasoning_effort: undefined
  })
]

describe("bindings of other vendors' protocols", () => {
  it.each(rows)("%s %s %s %j", (provider, name, model, input, expected, warnings) => {
    const encoded = encode(provider, name, model, input)
    if (typeof expected === "string") {
      assert.strictEqual(Result.isFailure(encoded) ? encoded.failure.parameter : "accepted", expected)
      return
    }
    if (Result.isFailure(encoded)) return assert.fail(encoded.failure.message)
    const { body, warnings: given } = encoded.success
    for (const [field, value] of Object.entries(expected)) assert.deepStrictEqual(body[field], value, field)
    assert.deepStrictEqual(given.map(({ parameter }) => parameter), warnings)
  })
})

const call = (id: string) => Prompt.toolCallPart({ id, name: "f", params: { a: "x" }, providerExecuted: false })
const result = (id: string) =>
  Prompt.toolMessage({
    content: [Prompt.toolResultPart({ id, name: "f", result: "1", isFailure: false, providerExecuted: false })]
  })
const user = Prompt.userMessage({ content: [Prompt.textPart({ text: "Hi" })] })
const step = (...content: ReadonlyArray<Prompt.AssistantMessagePart>): Prompt.Prompt =>
  Prompt.fromMessages([user, Prompt.assistantMessage({ content }), result("c1")])
const written = Prompt.reasoningPart({ text: "I think." })
const own = (protocol: ProtocolName, provider: string) => {
  const item = ResponseItem.Reasoning.make({ protocol, provider, summary: [], content: ["Hm."] })
  return Replay.toPrompt([item]).content.flatMap(({ content }) => content as ReadonlyArray<Prompt.AssistantMessagePart>)
}

const histories: ReadonlyArray<readonly [string, (name: ProtocolName, provider: string) => Prompt.Prompt, string]> = [
  ["none", () => step(call("c1")), ""],
  ["what the caller wrote", () => step(written, call("c1")), "I think."],
  ["their own", (protocol, provider) => step(...own(protocol, provider), call("c1")), "Hm."]
]

describe("reasoning before tool calls", () => {
  it.each(
    (["deepseek", "moonshot"] as const).flatMap((provider) =>
      (["openai-responses", "anthropic-messages"] as const).flatMap((name) =>
        histories.map(([kind, prompt, text]) => [provider, name, kind, prompt(name, provider), text] as const)
      )
    )
  )("%s %s: %s", (provider, name, _, prompt, text) => {
    const model = provider === "deepseek" ? "deepseek-flash" : "kimi-k3"
    const encoded = encode(provider, name, model, { prompt, tools: one })
    if (Result.isFailure(encoded)) return assert.fail(encoded.failure.message)
    const { body } = encoded.success
    const sent = name === "openai-responses"
      ? Object(body.input)[1]
      : Object(body.messages)[1].content[0]
    assert.deepInclude(
      sent,
      name === "openai-responses"
        ? { type: "reasoning", summary: [], content: [{ type: "reasoning_text", text }] }
        : { type: "thinking", thinking: text }
    )
    const problem = byId[name].validate({
      method: "POST",
      path: "/",
      query: "",
      headers: { "anthropic-version": "2023-06-01" },
      body: JSON.parse(JSON.stringify(body)),
      strictness: "provider"
    })
    assert.isUndefined(problem)
  })

  it.each(["openai-responses", "anthropic-messages"] as const)(
    "is not added while DeepSeek does not think: %s",
    (name) => {
      const encoded = encode("deepseek", name, "deepseek-flash", { prompt: step(call("c1")), ...effort("none") })
      assert.notInclude(
        JSON.stringify(Result.getOrThrow(encoded).body.input ?? Result.getOrThrow(encoded).body.messages),
        "think"
      )
      assert.notInclude(JSON.stringify(Result.getOrThrow(encoded).body.input ?? ""), "\"reasoning\"")
    }
  )

  it.each(
    [["deepseek", ["reasoning", "reasoning", "message", "function_call"]], ["openai", [
      "message",
      "function_call",
      "message"
    ]]] as const
  )("comes with text before tool calls where the server wants them last: %s", (provider, types) => {
    const text = (text: string) => Prompt.textPart({ text })
    const content = provider === "deepseek"
      ? [written, call("c1"), written, text("So.")]
      : [text("So."), call("c1"), text("Then.")]
    const { body } = Result.getOrThrow(
      encode(provider, "openai-responses", "deepseek-flash", { prompt: step(...content) })
    )
    const items: ReadonlyArray<Fields> = Object(body.input)
    assert.deepStrictEqual(items.slice(1, -1).map(({ type = "message" }) => type), [...types])
  })

  it.each(["openai-responses", "anthropic-messages"] as const)("is not added for others: %s", (name) => {
    const encoded = encode("openai-compatible", name, "m", { prompt: step(written, call("c1")) })
    assert.notMatch(JSON.stringify(Result.getOrThrow(encoded).body), /reasoning|thinking/)
  })
})
