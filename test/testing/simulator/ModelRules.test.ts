/**
 * What the simulator refuses by the generation of a model, by rows; and that it accepts whatever the encoders make of
 * the same wishes, since both are written from the providers' pages and not from each other.
 */
import { assert, describe, it } from "@effect/vitest"
import { Result, Schema } from "effect"
import { Tool } from "effect/ai"
import { CompletionRequest } from "sluice"
import * as KnownProviders from "../../../src/domain/KnownProviders.ts"
import type { ProtocolName } from "../../../src/domain/ProviderDefinition.ts"
import { overQuirks, quirksOf } from "../../../src/domain/Quirks.ts"
import { byName } from "../../../src/streams/protocols/Protocols.ts"
import { protocol as messages } from "../../../src/testing/simulator/protocols/AnthropicMessages.ts"
import { protocol as converse } from "../../../src/testing/simulator/protocols/BedrockConverse.ts"
import { protocol as gemini } from "../../../src/testing/simulator/protocols/Gemini.ts"
import { protocol as chat } from "../../../src/testing/simulator/protocols/OpenAiChat.ts"
import { protocol as responses } from "../../../src/testing/simulator/protocols/OpenAiResponses.ts"
import type { JsonObject } from "../../../src/testing/simulator/Json.ts"
import type { WireProtocol } from "../../../src/testing/simulator/WireProtocol.ts"

interface Setting {
  readonly version?: string
  readonly strictness?: "provider" | "dialect"
  readonly betas?: string
}

const refusal = (
  protocol: WireProtocol,
  model: string,
  body: JsonObject,
  { betas = "", strictness = "provider", version = "2023-06-01" }: Setting = {}
): string | undefined =>
  protocol.validate({
    method: "POST",
    path: protocol === converse
      ? `/model/${encodeURIComponent(model)}/converse`
      : protocol === gemini
      ? `/v1beta/models/${model}:generateContent`
      : "/",
    query: "",
    headers: { "anthropic-version": version, "anthropic-beta": betas },
    body: protocol === converse || protocol === gemini ? body : { model, ...body },
    strictness
  })?.message

const user = { role: "user", content: "Hi" }
const hello = { max_tokens: 5000, messages: [user] }
const claudeTool = { name: "f", input_schema: { type: "object" } }
const mark = (ttl?: string) => ({
  type: "text",
  text: "x",
  cache_control: { type: "ephemeral", ...(ttl === undefined ? {} : { ttl }) }
})
const chatTool = { type: "function", function: { name: "f", parameters: { type: "object", properties: {} } } }
const chatHello = { messages: [user] }
const flatTool = { type: "function", name: "f", parameters: { type: "object", properties: {} } }
const flatChoice = { type: "function", name: "f" }
const bedrockSaid = { messages: [{ role: "user", content: [{ text: "Hi" }] }] }
const conversation = (...turns: ReadonlyArray<JsonObject>): JsonObject => ({ ...hello, messages: turns })
const said = (role: string, block: JsonObject): JsonObject => ({ role, content: [block] })
const pdf = { type: "document", source: { type: "url", url: "https://a.test/a.pdf" } }
const cited = { type: "text", text: "a", citations: [{ type: "char_location", cited_text: "c" }] }
const fallback = { type: "fallback", from: { model: "a" }, to: { model: "b" } }
const brief = { role: "system", content: "Be brief." }
const low = { role: "system", content: [], output_config: { effort: "low" } }
const oldComputer = { type: "computer_20251124", name: "computer" }
const october: Setting = { version: "2026-10-21" }
const effort: Setting = { betas: "mid-conversation-output-config-2026-07-01" }
const contents = [{ role: "user", parts: [{ text: "Hi" }] }]
const forcedAny = { tools: [claudeTool], tool_choice: { type: "any" } }
const bedrockTools = { tools: [{ toolSpec: { name: "f", inputSchema: { json: { type: "object" } } } }] }

const rows: ReadonlyArray<readonly [WireProtocol, model: string, JsonObject, message: RegExp | undefined, Setting?]> = [
  [messages, "claude-opus-4-7", { ...hello, temperature: 1 }, /temperature/],
  [messages, "claude-haiku-5-5", { ...hello, top_k: 1 }, /top_k/],
  [messages, "claude-haiku-4-5", { ...hello, top_p: 1 }, undefined],
  [messages, "claude-haiku-4-5", { ...hello, top_p: 1 }, /top_p/, { version: "2026-10-21" }],
  [messages, "claude-haiku-4-5", { ...hello, thinking: { type: "adaptive" } }, /adaptive/],
  [messages, "claude-haiku-4-5-20251001", { ...hello, output_config: { effort: "low" } }, /effort/],
  [messages, "claude-opus-4-6", { ...hello, output_config: { effort: "low" } }, undefined],
  [messages, "claude-opus-4-6", { ...hello, thinking: { type: "enabled", budget_tokens: 1024 } }, undefined],
  [messages, "claude-opus-4-7", { ...hello, thinking: { type: "enabled", budget_tokens: 1024 } }, /enabled/],
  [messages, "claude-haiku-5-5", { ...hello, thinking: { type: "enabled", budget_tokens: 1024 } }, /enabled/],
  [messages, "claude-haiku-5-5", { ...hello, thinking: { type: "disabled" } }, undefined],
  [messages, "claude-fable-5-1", { ...hello, thinking: { type: "disabled" } }, /disabled/],
  [messages, "claude-sonnet-5-5", { ...hello, thinking: { type: "between_tools" } }, undefined],
  [messages, "claude-opus-5-5", { ...hello, ...forcedAny }, /tool_choice/],
  [messages, "claude-haiku-5-5", { ...hello, ...forcedAny }, undefined],
  [messages, "claude-opus-4-6", { ...hello, ...forcedAny, thinking: { type: "adaptive" } }, /forces tool use/],
  [messages, "claude-opus-4-6", { ...hello, messages: [user, { role: "assistant", content: "So" }] }, /prefill/],
  [messages, "claude-haiku-4-5", { ...hello, messages: [user, { role: "assistant", content: "So" }] }, undefined],
  [messages, "claude-x", { ...hello, system: [mark(), mark(), mark(), mark(), mark()] }, /maximum of 4 .* Found 5/],
  [messages, "claude-x", { ...hello, system: [mark(), mark(), mark(), mark()], cache_control: {} }, /Found 5/],
  [messages, "claude-x", { ...hello, system: [mark("5m"), mark("1h")] }, /must not come after/],
  [messages, "claude-x", { ...hello, system: [mark("1h"), mark()] }, undefined],
  [messages, "claude-opus-4-7", { ...hello, temperature: 1 }, undefined, { strictness: "dialect" }],
  [messages, "claude-opus-5", conversation(user, said("assistant", pdf), user), undefined],
  [messages, "claude-opus-5", conversation(user, said("assistant", pdf), user), /assistant messages/, october],
  [messages, "claude-opus-5", conversation(said("user", pdf)), undefined, october],
  [messages, "claude-opus-5", conversation(said("user", cited)), undefined],
  [messages, "claude-opus-5", conversation(said("user", cited)), /citations/, october],
  [messages, "claude-opus-5", conversation(said("user", { ...cited, citations: [] })), undefined, october],
  [messages, "claude-opus-5", conversation(user, said("assistant", cited), user), undefined, october],
  [messages, "claude-opus-5-5", { ...hello, tools: [oldComputer] }, /computer_20251124/, {
    betas: "computer-use-2025-11-24"
  }],
  [messages, "claude-opus-5", { ...hello, tools: [oldComputer] }, undefined, { betas: "computer-use-2025-11-24" }],
  [messages, "claude-opus-5", { ...hello, tools: [oldComputer] }, /tools.0: Input tag 'computer_20251124'/],
  [messages, "claude-opus-5", { ...hello, tools: [{ type: "computer_toolset_20260801" }] }, undefined],
  [messages, "claude-opus-5", { ...hello, tools: [{ type: "computer_toolset_20260801", name: "c" }] }, /name: Extra/],
  [messages, "claude-opus-5", { ...hello, fallbacks: "default" }, /fallbacks: Extra inputs/],
  [messages, "claude-opus-5", { ...hello, fallbacks: "default" }, /fallbacks: Extra inputs/, {
    betas: "server-side-fallback-2026-06-01"
  }],
  [messages, "claude-opus-5", { ...hello, fallbacks: "default" }, undefined, {
    betas: "a-2026-01-01,server-side-fallback-2026-07-01"
  }],
  [messages, "claude-opus-5", { ...hello, fallbacks: [{ model: "m" }] }, undefined, {
    betas: "server-side-fallback-2026-06-01"
  }],
  [
    messages,
    "claude-opus-5",
    conversation(user, said("assistant", fallback), user),
    /messages.1.content.0: Input tag 'fallback'/
  ],
  [messages, "claude-opus-5", conversation(user, said("assistant", fallback), user), undefined, {
    betas: "server-side-fallback-2026-07-01"
  }],
  [messages, "claude-opus-5", conversation(user, said("assistant", fallback), user), undefined, {
    strictness: "dialect"
  }],
  [
    messages,
    "claude-opus-5",
    conversation(user, { ...brief, clear_at: "next_user_message" }),
    /messages.1.clear_at: Extra/
  ],
  [messages, "claude-opus-5", conversation(user, { ...brief, clear_at: "next_user_message" }), undefined, {
    betas: "mid-conversation-system-clear-at-2026-08-21"
  }],
  [messages, "claude-opus-5", conversation(user, brief), undefined],
  [messages, "claude-sonnet-5", conversation(user, brief), /role 'system' is not supported/],
  [messages, "claude-opus-5", conversation(brief, user), /must follow a user message/],
  [messages, "claude-opus-5", conversation(user, brief, user), /must be last or be followed/],
  [messages, "claude-opus-5", conversation(user, low, user), /messages.1.output_config: Extra/],
  [messages, "claude-opus-5", conversation(low, user, low), undefined, effort],
  [messages, "claude-opus-4-8", conversation(user, low), /effort of a message/, effort],
  [converse, "us.anthropic.claude-opus-4-7-v1", { ...bedrockSaid, inferenceConfig: { topP: 1 } }, /topP/],
  [converse, "us.anthropic.claude-opus-4-6-v1", {
    ...bedrockSaid,
    toolConfig: { ...bedrockTools, toolChoice: { any: {} } },
    additionalModelRequestFields: { thinking: { type: "adaptive" } }
  }, /forces tool use/],
  [converse, "anthropic.claude-haiku-4-5-20251001-v1:0", {
    ...bedrockSaid,
    additionalModelRequestFields: { output_config: { effort: "low" } }
  }, /effort/],
  [converse, "anthropic.claude-haiku-4-5-20251001-v1:0", {
    ...bedrockSaid,
    system: [{ text: "a" }, { cachePoint: { type: "default" } }, { text: "b" }, {
      cachePoint: { type: "default", ttl: "1h" }
    }]
  }, /must not come after/],
  [chat, "gpt-4.1", { ...chatHello, metadata: { a: "b" } }, /'metadata'/],
  [chat, "gpt-4.1", { ...chatHello, metadata: { a: "b" }, store: true }, undefined],
  [chat, "gpt-5.4", { ...chatHello, tools: [chatTool] }, /v1\/responses/],
  [chat, "gpt-6-luna", { ...chatHello, tools: [chatTool], reasoning_effort: "low" }, /v1\/responses/],
  [chat, "gpt-6-luna", { ...chatHello, tools: [chatTool], reasoning_effort: "none" }, undefined],
  [chat, "gpt-6.1-sol", { ...chatHello, reasoning_effort: "none" }, /'none'/],
  [responses, "gpt-6.2-astra", { input: "Hi", reasoning: { effort: "none" } }, /'none'/],
  [responses, "gpt-6-sol", { input: "Hi", reasoning: { effort: "none" } }, undefined],
  [chat, "kimi-k3", { ...chatHello, thinking: { type: "enabled" } }, /thinking/],
  [chat, "kimi-k3", { ...chatHello, reasoning_effort: "medium" }, /reasoning_effort/],
  [chat, "kimi-k3", { ...chatHello, temperature: 0.5 }, /temperature/],
  [chat, "kimi-k2.6", { ...chatHello, thinking: { type: "disabled" } }, undefined],
  [chat, "kimi-k2.7-code", { ...chatHello, thinking: { type: "disabled" } }, /thinking/],
  [chat, "kimi-k2.6", { ...chatHello, tools: [chatTool], tool_choice: "required" }, /tool_choice/],
  [chat, "deepseek-flash", { ...chatHello, tools: [chatTool], tool_choice: "required" }, /tool_choice/],
  [responses, "kimi-k3", { input: "Hi", temperature: 0.5 }, /temperature/],
  [responses, "kimi-k3", { input: "Hi", reasoning: { effort: "medium" } }, /reasoning\.effort/],
  [responses, "kimi-k3", { input: "Hi", tools: [flatTool], tool_choice: "required" }, /tool_choice/],
  [responses, "kimi-k3", { input: "Hi", tools: [flatTool], tool_choice: flatChoice }, undefined],
  [responses, "deepseek-flash", { input: "Hi", tools: [flatTool], tool_choice: flatChoice }, /tool_choice/],
  [responses, "deepseek-flash", {
    input: "Hi",
    tools: [flatTool],
    tool_choice: "required",
    reasoning: { effort: "none" }
  }, undefined],
  [responses, "deepseek-flash", { input: "Hi", temperature: 0.5 }, undefined],
  [messages, "kimi-k3", { ...hello, thinking: { type: "enabled" } }, /thinking/],
  [messages, "kimi-k3", { ...hello, output_config: { effort: "medium" } }, /output_config\.effort/],
  [messages, "kimi-k2.6", { ...hello, thinking: { type: "enabled" } }, undefined],
  [messages, "kimi-k2.7-code", { ...hello, thinking: { type: "disabled" } }, /cannot stop thinking/],
  [messages, "kimi-k2.6", { ...hello, top_p: 0.5 }, /top_p/],
  [messages, "kimi-k2.6", { ...hello, ...forcedAny }, /tool_choice/],
  [messages, "deepseek-v4-pro", { ...hello, ...forcedAny }, /Thinking mode does not support this tool_choice/],
  [messages, "deepseek-v4-pro", { ...hello, ...forcedAny, thinking: { type: "disabled" } }, undefined],
  [messages, "deepseek-flash", {
    ...hello,
    thinking: { type: "enabled" },
    output_config: { effort: "max" },
    temperature: 0.5,
    top_p: 0.5
  }, undefined],
  [chat, "us.openai.gpt-5.4", { ...chatHello, temperature: 0.5 }, /'temperature'/],
  [chat, "openai.gpt-oss-120b-1:0", { ...chatHello, temperature: 0.5 }, undefined],
  [chat, "global.openai.gpt-5.6-sol", { ...chatHello, tools: [chatTool] }, /v1\/responses/],
  [responses, "openai.gpt-6.2-astra", { input: "Hi", reasoning: { effort: "none" } }, /'none'/],
  [chat, "grok-4.7", { ...chatHello, reasoning_effort: "none" }, /reasoning_effort/],
  [chat, "grok-4.3", { ...chatHello, reasoning_effort: "none" }, undefined],
  [chat, "glm-5.3", { ...chatHello, thinking: { type: "disabled" } }, /enabled/],
  [chat, "glm-5.3", { ...chatHello, max_tokens: 200_000 }, /131072/],
  [
    gemini,
    "gemini-3.8-flash",
    { contents, generationConfig: { thinkingConfig: { thinkingLevel: "minimal" } } },
    /MINIMAL/
  ],
  [gemini, "gemini-3.7-flash", { contents, generationConfig: { thinkingConfig: { thinkingLevel: "xhigh" } } }, /XHIGH/],
  [gemini, "gemini-4-neon", { contents, generationConfig: { thinkingConfig: { thinkingLevel: "xhigh" } } }, undefined],
  [gemini, "gemini-3.6-flash", { contents, generationConfig: { candidateCount: 1 } }, /candidateCount/],
  [gemini, "gemini-3.8-flash", {
    contents: [
      ...contents,
      { role: "model", parts: [{ functionCall: { id: "1", name: "f", args: {} }, thoughtSignature: "s" }] },
      { role: "user", parts: [{ functionResponse: { name: "f", response: {} } }] }
    ]
  }, /functionResponse.id/]
]

describe("the simulator", () => {
  it.each(rows.map((row) => [row[0].id, row] as const))("by %s: %j", (_, [protocol, model, body, message, setting]) => {
    const found = refusal(protocol, model, body, setting)
    if (message === undefined) assert.isUndefined(found)
    else assert.match(found ?? "nothing", message)
  })
})

const tool = Tool.make("f", { parameters: Schema.Struct({ a: Schema.String }) })

const ownTool = (type: string, providerName: string) =>
  Tool.providerDefined({ id: `anthropic.${type}`, customName: "Own", providerName })(undefined)

const cached = { sluice: { cache: true } }

const wishes: ReadonlyArray<Partial<CompletionRequest.CompletionRequestInput>> = [
  { temperature: 0.5, topP: 0.5, topK: 3 },
  ...["none", "minimal", "low", "medium", "high", "xhigh", "max"].map((effort) => ({
    reasoning: { effort },
    temperature: 0.5
  })),
  { reasoning: { budgetTokens: 2000 } },
  { tools: [tool], metadata: { a: "b" } },
  { tools: [tool], toolChoice: "required" },
  { tools: [tool], toolChoice: "required", reasoning: { effort: "none" } },
  { tools: [tool], toolChoice: { tool: "f" }, reasoning: { effort: "high" } },
  {
    prompt: ["a", "b", "c", "d", "e"].map((text) => ({
      role: "user" as const,
      content: [{ type: "text" as const, text, options: text === "e" ? { sluice: { cache: { ttl: "1h" } } } : cached }]
    }))
  },
  { maxOutputTokens: 200_000 },
  { tools: [ownTool("computer_20251124", "computer")] },
  { tools: [ownTool("computer_toolset_20260801", "computer")] },
  { providerOptions: { anthropic: { fallbacks: "default" } } },
  {
    prompt: [
      { role: "system", content: "", options: { sluice: { effort: "low" } } },
      { role: "user", content: "a" },
      { role: "system", content: "b", options: { sluice: { clearAt: "next_user_message", effort: "low" } } },
      { role: "system", content: "", options: { sluice: { effort: "high" } } }
    ]
  }
]

const targets: ReadonlyArray<
  readonly [provider: string, ProtocolName, WireProtocol, models: ReadonlyArray<string>]
> = [
  ["anthropic", "anthropic-messages", messages, [
    "claude-3-7-sonnet-20250219",
    "claude-haiku-4-5",
    "claude-opus-4-1-20250805",
    "claude-sonnet-4-6",
    "claude-opus-4-7",
    "claude-opus-5",
    "claude-fable-5-1",
    "claude-opus-5-5",
    "claude-sonnet-5-5",
    "claude-haiku-5-5"
  ]],
  ["bedrock", "bedrock-converse", converse, [
    "anthropic.claude-haiku-4-5-20251001-v1:0",
    "us.anthropic.claude-opus-4-6-v1",
    "global.anthropic.claude-opus-4-7",
    "us.anthropic.claude-sonnet-5-5",
    "us.amazon.nova-2-lite-v1:0"
  ]],
  ["openai", "openai-chat", chat, ["gpt-4.1", "gpt-5-mini", "o3", "gpt-5.1", "gpt-5.4", "gpt-6-luna", "gpt-6.1-sol"]],
  ["openai", "openai-responses", responses, ["gpt-4.1", "gpt-5-mini", "gpt-5.4", "gpt-6-luna", "gpt-6.2-astra"]],
  ["moonshot", "openai-chat", chat, ["kimi-k2.6", "kimi-k2.7-code", "kimi-k3"]],
  ["deepseek", "openai-chat", chat, ["deepseek-flash", "deepseek-v4-pro"]],
  ["moonshot", "openai-responses", responses, ["kimi-k2.6", "kimi-k2.7-code", "kimi-k3"]],
  ["moonshot", "anthropic-messages", messages, ["kimi-k2.6", "kimi-k2.7-code", "kimi-k3"]],
  ["deepseek", "openai-responses", responses, ["deepseek-flash", "deepseek-v4-pro"]],
  ["deepseek", "anthropic-messages", messages, ["deepseek-flash", "deepseek-v4-pro"]],
  ["bedrock", "openai-chat", chat, ["openai.gpt-oss-120b-1:0", "global.openai.gpt-5.6-sol"]],
  ["bedrock", "openai-responses", responses, ["openai.gpt-5.4", "global.openai.gpt-5.6-sol"]],
  ["xai", "openai-chat", chat, ["grok-4.3", "grok-4.6", "grok-4.7"]],
  ["gemini", "gemini", gemini, ["gemini-2.5-pro", "gemini-3.6-flash", "gemini-3.8-flash", "gemini-4-neon"]]
]

describe("the simulator accepts what the encoders send", () => {
  it.each(
    targets.flatMap(([provider, name, protocol, models]) =>
      models.map((model) => [provider, name, model, protocol] as const)
    )
  )("%s %s %s", (provider, name, model, protocol) => {
    const definition = KnownProviders.definitions.find(({ id }) => id === provider)
    const binding = definition?.protocols.find((candidate) => candidate.protocol === name)
    let sent = 0
    for (const wish of wishes) {
      const encoded = byName[name].encodeRequest(CompletionRequest.make({ model, prompt: "Hi", ...wish }), {
        provider,
        model,
        stream: false,
        quirks: quirksOf(overQuirks(definition?.quirks ?? {}, binding?.quirks), model)
      })
      if (Result.isFailure(encoded)) continue
      sent += 1
      const { model: _, ...body } = encoded.success.body
      const betas = encoded.success.headers?.["anthropic-beta"]
      assert.isUndefined(
        refusal(protocol, model, body, betas === undefined ? {} : { betas }),
        JSON.stringify([wish, body])
      )
    }
    assert.isAtLeast(sent, 10)
  })
})
