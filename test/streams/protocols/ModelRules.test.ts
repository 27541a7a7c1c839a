/**
 * What the encoders make of the table of rules, by rows: the fields of the body that a rule decides about, and the
 * parameters of the warnings, or the parameter of the error.
 */
import { assert, describe, it } from "@effect/vitest"
import { Result, Schema } from "effect"
import { Tool } from "effect/ai"
import { CompletionRequest } from "sluice"
import * as KnownProviders from "../../../src/domain/KnownProviders.ts"
import type { ProtocolName } from "../../../src/domain/ProviderDefinition.ts"
import { overQuirks, quirksOf } from "../../../src/domain/Quirks.ts"
import { byName } from "../../../src/streams/protocols/Protocols.ts"

type Input = Partial<CompletionRequest.CompletionRequestInput>

/** A field that the body must not have is `undefined`. */
type Fields = Readonly<Record<string, unknown>>

const encode = (
  provider: string,
  name: ProtocolName,
  model: string,
  input: Input,
  headers: Readonly<Record<string, string>> = {}
) => {
  const definition = KnownProviders.definitions.find(({ id }) => id === provider)
  const binding = definition?.protocols.find(({ protocol, requires }) => protocol === name && requires === undefined)
  return byName[name].encodeRequest(CompletionRequest.make({ model, prompt: "Hi", ...input }), {
    provider,
    model,
    stream: true,
    quirks: quirksOf(overQuirks(definition?.quirks ?? {}, binding?.quirks), model),
    headers
  })
}

const tools = [Tool.make("f", { parameters: Schema.Struct({ a: Schema.String }) }), Tool.make("g")]
const sampling: Input = { temperature: 0.2, topK: 5 }
const forced: Input = { tools, toolChoice: "required" }
const prefill: Input = { prompt: [{ role: "user", content: "Hi" }, { role: "assistant", content: "So" }] }
const ownTool = (type: string): Input => ({
  tools: [
    Tool.providerDefined({ id: `anthropic.${type}`, customName: "Own", providerName: "computer" })(undefined)
  ]
})
const computer = ownTool("computer_20251124")
const toolset = ownTool("computer_toolset_20260801")
const inPlace: Input = {
  prompt: [
    { role: "user", content: "Hi" },
    { role: "system", content: "Be brief.", options: { sluice: { clearAt: "never", effort: "low" } } }
  ]
}
const hi = { role: "user", content: [{ type: "text", text: "Hi" }] }
const brief = { type: "text", text: "Be brief." }
const noSampling = { temperature: undefined, top_p: undefined, top_k: undefined }
const disabled = { thinking: { type: "disabled" } }

const messages = (model: string, input: Input, fields: Fields | string, warnings: ReadonlyArray<string> = []) =>
  ["anthropic", "anthropic-messages", model, input, fields, warnings] as const
const converse = (model: string, input: Input, fields: Fields | string, warnings: ReadonlyArray<string> = []) =>
  ["bedrock", "bedrock-converse", model, input, fields, warnings] as const
const openai = (model: string, input: Input, fields: Fields | string, warnings: ReadonlyArray<string> = []) =>
  ["openai", "openai-chat", model, input, fields, warnings] as const
const responses = (model: string, input: Input, fields: Fields | string, warnings: ReadonlyArray<string> = []) =>
  ["openai", "openai-responses", model, input, fields, warnings] as const
const gemini = (model: string, input: Input, fields: Fields | string, warnings: ReadonlyArray<string> = []) =>
  ["gemini", "gemini", model, input, fields, warnings] as const
const chat = (
  provider: string,
  model: string,
  input: Input,
  fields: Fields | string,
  warnings: ReadonlyArray<string> = []
) => [provider, "openai-chat", model, input, fields, warnings] as const

const rows: ReadonlyArray<
  readonly [string, ProtocolName, string, Input, expected: Fields | string, warnings: ReadonlyArray<string>]
> = [
  // Claude: sampling.
  messages("claude-opus-4-7", sampling, noSampling, ["temperature", "topK"]),
  messages("claude-opus-5-5", { topP: 0.5 }, noSampling, ["topP"]),
  messages("claude-haiku-5-5", sampling, noSampling, ["temperature", "topK"]),
  messages("claude-haiku-4-5", sampling, { temperature: 0.2, top_k: 5 }),
  messages("claude-haiku-4-5", { temperature: 0.2, topP: 0.5 }, { temperature: 0.2, top_p: undefined }, ["topP"]),
  messages("claude-haiku-4-5", { ...sampling, reasoning: { budgetTokens: 2000 } }, noSampling, ["temperature", "topK"]),
  messages("claude-opus-4-6", { ...sampling, reasoning: { effort: "none" } }, { ...disabled, temperature: 0.2 }),
  converse("us.anthropic.claude-opus-4-7-v1", sampling, {
    inferenceConfig: undefined,
    additionalModelRequestFields: undefined
  }, ["temperature", "topK"]),
  chat("openrouter", "anthropic/claude-opus-4.7", sampling, noSampling, ["temperature", "topK"]),
  // Claude: effort and budget.
  messages("claude-haiku-4-5", { reasoning: { effort: "medium" } }, {
    thinking: { type: "enabled", budget_tokens: 8192 },
    output_config: undefined,
    max_tokens: 12_288
  }),
  messages("claude-haiku-4-5", { reasoning: { effort: "max" } }, {
    thinking: { type: "enabled", budget_tokens: 24_576 }
  }),
  messages("claude-haiku-4-5", { reasoning: { budgetTokens: 500 } }, {
    thinking: { type: "enabled", budget_tokens: 1024 }
  }, ["reasoning"]),
  messages("claude-haiku-4-5", { reasoning: { budgetTokens: 50_000 } }, {
    thinking: { type: "enabled", budget_tokens: 50_000 }
  }),
  messages("claude-3-5-haiku-latest", { reasoning: { effort: "low" } }, {
    thinking: undefined,
    output_config: undefined
  }, ["reasoning"]),
  messages("claude-opus-4-6", { reasoning: { effort: "xhigh" } }, {
    thinking: { type: "adaptive" },
    output_config: { effort: "max" }
  }, ["reasoning"]),
  messages("claude-opus-4-6", { reasoning: { budgetTokens: 2000 } }, {
    thinking: { type: "enabled", budget_tokens: 2000 }
  }),
  messages("claude-opus-4-7", { reasoning: { effort: "xhigh" } }, {
    thinking: { type: "adaptive" },
    output_config: { effort: "xhigh" }
  }),
  messages("claude-opus-4-7", { reasoning: { budgetTokens: 9000 } }, {
    thinking: { type: "adaptive" },
    output_config: { effort: "medium" },
    max_tokens: 4096
  }, ["reasoning"]),
  messages("claude-haiku-5-5", { reasoning: { effort: "none" } }, disabled),
  messages("claude-opus-5-5", { reasoning: { effort: "none" } }, {
    thinking: { type: "adaptive" },
    output_config: { effort: "low" }
  }, ["reasoning"]),
  messages("claude-sonnet-5-5", { reasoning: { effort: "none" } }, {
    thinking: { type: "between_tools" },
    output_config: undefined
  }, ["reasoning"]),
  converse("anthropic.claude-haiku-4-5-20251001-v1:0", { reasoning: { effort: "low" } }, {
    additionalModelRequestFields: { thinking: { type: "enabled", budget_tokens: 1024 } },
    inferenceConfig: { maxTokens: 4096 }
  }),
  // Claude: forced tools.
  messages("claude-opus-4-6", { ...forced, reasoning: { effort: "low" } }, "toolChoice"),
  messages("claude-haiku-4-5", { ...forced, reasoning: { budgetTokens: 2000 } }, "toolChoice"),
  messages("claude-haiku-5-5", { tools, toolChoice: { tool: "f" }, reasoning: { effort: "low" } }, "toolChoice"),
  messages("claude-haiku-5-5", forced, { tool_choice: { type: "any" } }),
  messages("claude-opus-4-6", { ...forced, reasoning: { effort: "none" } }, { tool_choice: { type: "any" } }),
  messages("claude-opus-4-6", {
    ...forced,
    providerOptions: { anthropic: { thinking: { type: "adaptive" } } }
  }, "toolChoice"),
  messages("claude-opus-4-6", {
    ...forced,
    reasoning: { effort: "low" },
    providerOptions: { anthropic: { thinking: { type: "disabled" } } }
  }, { tool_choice: { type: "any" } }),
  messages("claude-sonnet-5-5", forced, "toolChoice"),
  messages("claude-fable-5-1", { tools, toolChoice: { tool: "f" } }, "toolChoice"),
  messages("claude-opus-5-5", { tools, toolChoice: { oneOf: ["f"], mode: "required" } }, "toolChoice"),
  messages("claude-opus-5-5", { tools, toolChoice: { oneOf: ["f"] } }, { tool_choice: { type: "auto" } }),
  converse("anthropic.claude-opus-4-6-v1", { ...forced, reasoning: { effort: "low" } }, "toolChoice"),
  // Claude: tools of its own.
  ...["claude-opus-5-5", "claude-sonnet-5-5", "claude-haiku-5-5"].map((model) => messages(model, computer, "tools")),
  messages("claude-opus-5", computer, { tools: [{ type: "computer_20251124", name: "computer" }] }),
  messages("claude-fable-5-1", computer, { tools: [{ type: "computer_20251124", name: "computer" }] }),
  messages("claude-opus-5-5", toolset, { tools: [{ type: "computer_toolset_20260801" }] }),
  ["vertexai", "anthropic-messages", "claude-opus-5-5", computer, "tools", []],
  ["bedrock", "anthropic-messages", "us.anthropic.claude-opus-5-5", computer, {
    tools: [{ type: "computer_20251124", name: "computer" }],
    anthropic_beta: ["computer-use-2025-11-24"]
  }, []],
  // Claude: system messages inside the conversation.
  messages("claude-haiku-4-5", inPlace, { system: [brief], messages: [hi] }, ["prompt", "prompt"]),
  messages("claude-sonnet-5", inPlace, { system: [brief], messages: [hi] }, ["prompt", "prompt"]),
  messages("claude-fable-5", inPlace, {
    system: undefined,
    messages: [hi, { role: "system", content: [brief] }]
  }, ["prompt"]),
  ...["claude-opus-5", "claude-fable-5-2", "claude-mythos-5-1", "claude-sonnet-5-5", "claude-haiku-5-5"].map((model) =>
    messages(model, inPlace, {
      messages: [hi, { role: "system", content: [brief], output_config: { effort: "low" } }]
    })
  ),
  // Claude: the beginning of a completion.
  messages("claude-opus-4-6", prefill, "prompt"),
  messages("claude-haiku-5-5", prefill, "prompt"),
  messages("claude-sonnet-4-5", prefill, {}),
  converse("anthropic.claude-opus-4-6-v1", prefill, "prompt"),
  // Nova.
  converse("amazon.nova-2-lite-v1:0", { reasoning: { effort: "max" }, temperature: 0.3, maxOutputTokens: 9 }, {
    inferenceConfig: undefined
  }, ["reasoning", "maxOutputTokens", "temperature"]),
  converse("amazon.nova-lite-v1:0", { reasoning: { effort: "low" } }, {
    additionalModelRequestFields: undefined
  }, ["reasoning"]),
  converse("meta.llama3-3-70b-instruct-v1:0", { reasoning: { effort: "low" }, topK: 4 }, {
    additionalModelRequestFields: undefined
  }, ["reasoning", "topK"]),
  // OpenAI.
  openai("gpt-4.1", { metadata: { a: "b" } }, { metadata: undefined }, ["metadata"]),
  openai("gpt-4.1", { metadata: { a: "b" }, providerOptions: { openai: { store: true } } }, {
    metadata: { a: "b" },
    store: true
  }),
  responses("gpt-4.1", { metadata: { a: "b" } }, { metadata: { a: "b" } }),
  openai("gpt-5-mini", { temperature: 0.2 }, noSampling, ["temperature"]),
  openai("gpt-5.1", { temperature: 0.2, reasoning: { effort: "none" } }, {
    temperature: 0.2,
    reasoning_effort: "none"
  }),
  openai("gpt-5.1", { temperature: 0.2, providerOptions: { openai: { reasoning_effort: "none" } } }, {
    temperature: 0.2
  }),
  openai("gpt-5-mini", { temperature: 0.2, reasoning: { effort: "none" } }, {
    ...noSampling,
    reasoning_effort: "minimal"
  }, ["reasoning", "temperature"]),
  responses("gpt-6.1-sol", { reasoning: { effort: "none" } }, { reasoning: { effort: "low" } }, ["reasoning"]),
  responses("gpt-6-luna", { reasoning: { effort: "none" } }, { reasoning: { effort: "none" } }),
  responses("gpt-6-astra", { reasoning: { budgetTokens: 30_000 } }, { reasoning: { effort: "high" } }, ["reasoning"]),
  openai("gpt-5.4", { tools }, { reasoning_effort: "none" }, ["reasoning"]),
  openai("gpt-5.4", { tools, reasoning: { effort: "none" } }, { reasoning_effort: "none" }),
  openai("gpt-5.4", { tools, toolChoice: "none" }, { reasoning_effort: undefined }),
  openai("gpt-5.4", { tools, reasoning: { effort: "low" } }, "reasoning"),
  openai("gpt-6.1-sol", { tools }, "tools"),
  openai("gpt-5.2", { tools, reasoning: { effort: "low" } }, { reasoning_effort: "low" }),
  responses("gpt-5.4", { tools, reasoning: { effort: "low" } }, { reasoning: { effort: "low" } }),
  ...[openai, responses].flatMap((over) => [
    over("gpt-5.4", { promptCache: { ttl: "24h" } }, {
      prompt_cache_retention: "24h",
      prompt_cache_options: undefined
    }),
    over("gpt-5.4", { promptCache: { ttl: "30m" } }, {
      prompt_cache_retention: undefined,
      prompt_cache_options: undefined
    }, ["promptCache"]),
    over("gpt-5.6", { promptCache: { ttl: "30m" } }, {
      prompt_cache_retention: undefined,
      prompt_cache_options: { ttl: "30m" }
    }),
    over("gpt-6-luna", { promptCache: { ttl: "24h" } }, {
      prompt_cache_retention: undefined,
      prompt_cache_options: undefined
    }, ["promptCache"])
  ]),
  // Gemini.
  gemini("gemini-3.6-flash", { temperature: 0.2 }, { generationConfig: { temperature: 0.2 } }, ["temperature"]),
  gemini("gemini-3.5-flash-lite", { temperature: 0.2 }, { generationConfig: { temperature: 0.2 } }),
  gemini("gemini-3.8-flash", { reasoning: { effort: "minimal" } }, {
    generationConfig: { thinkingConfig: { thinkingLevel: "low" } }
  }, ["reasoning"]),
  gemini("gemini-4-neon", { reasoning: { effort: "xhigh" } }, {
    generationConfig: { thinkingConfig: { thinkingLevel: "xhigh" } }
  }),
  gemini("gemini-3.8-flash", { reasoning: { effort: "xhigh" } }, {
    generationConfig: { thinkingConfig: { thinkingLevel: "high" } }
  }, ["reasoning"]),
  gemini("gemini-2.5-pro", { reasoning: { budgetTokens: 5 } }, {
    generationConfig: { thinkingConfig: { thinkingBudget: 128 } }
  }, ["reasoning"]),
  gemini("gemini-2.5-flash", { reasoning: { budgetTokens: -1 } }, {
    generationConfig: { thinkingConfig: { thinkingBudget: -1 } }
  }),
  // The other vendors, at their own providers.
  chat("moonshot", "kimi-k3", { temperature: 0.2, reasoning: { effort: "medium" } }, {
    ...noSampling,
    thinking: undefined,
    reasoning_effort: "high"
  }, ["reasoning", "temperature"]),
  chat("moonshot", "kimi-k3", { reasoning: { effort: "none" } }, {
    thinking: undefined,
    reasoning_effort: "low"
  }, ["reasoning"]),
  chat("moonshot", "kimi-k2.7-code", { reasoning: { effort: "none" } }, {
    thinking: { type: "enabled" },
    reasoning_effort: undefined
  }, ["reasoning"]),
  chat("moonshot", "kimi-k2.6", { reasoning: { effort: "none" } }, { thinking: { type: "disabled" } }),
  chat("moonshot", "kimi-k3", forced, "toolChoice"),
  chat("moonshot", "kimi-k3", { tools, toolChoice: { oneOf: ["f", "g"], mode: "required" } }, "toolChoice"),
  chat("moonshot", "kimi-k3", { tools: tools.slice(0, 1), toolChoice: "required" }, {
    tool_choice: { type: "function", function: { name: "f" } }
  }),
  chat("moonshot", "kimi-k3", { tools, toolChoice: { tool: "f" } }, {
    tool_choice: { type: "function", function: { name: "f" } }
  }),
  chat("deepseek", "deepseek-flash", { reasoning: { effort: "medium" } }, {
    thinking: { type: "enabled" },
    reasoning_effort: "high"
  }, ["reasoning"]),
  chat("deepseek", "deepseek-v4-pro", { reasoning: { effort: "xhigh" } }, { reasoning_effort: "max" }, ["reasoning"]),
  chat("deepseek", "deepseek-flash", { reasoning: { effort: "minimal" } }, { reasoning_effort: "low" }, ["reasoning"]),
  chat("deepseek", "deepseek-flash", forced, "toolChoice"),
  chat("deepseek", "deepseek-flash", { ...forced, reasoning: { effort: "none" } }, { tool_choice: "required" }),
  chat("deepseek", "deepseek-flash", { seed: 7 }, { seed: undefined }, ["seed"]),
  chat("xai", "grok-4.7", { reasoning: { effort: "none" } }, { reasoning_effort: "low" }, ["reasoning"]),
  chat("xai", "grok-4.7", { reasoning: { effort: "max" } }, { reasoning_effort: "xhigh" }, ["reasoning"]),
  chat("xai", "grok-4.3", { reasoning: { effort: "none" } }, { reasoning_effort: "none" }),
  chat("xai", "grok-4.3", { reasoning: { effort: "xhigh" } }, { reasoning_effort: "high" }, ["reasoning"]),
  chat("zhipuai", "glm-5.2", { reasoning: { effort: "none" } }, { thinking: { type: "disabled" } }),
  chat("zhipuai", "glm-5.3", { reasoning: { effort: "none" } }, {
    thinking: { type: "enabled" },
    reasoning_effort: "low"
  }, ["reasoning"]),
  chat("zhipuai", "glm-5.3", { maxOutputTokens: 200_000 }, { max_tokens: 131_072 }, ["maxOutputTokens"]),
  chat("groq", "openai/gpt-oss-20b", { reasoning: { effort: "max" } }, { reasoning_effort: "high" }, ["reasoning"])
]

describe("the table of rules", () => {
  it.each(rows)("%s %s %s with %j", (provider, name, model, input, expected, warnings) => {
    const encoded = encode(provider, name, model, input)
    if (typeof expected === "string") {
      assert.strictEqual(Result.isFailure(encoded) ? encoded.failure.parameter : "nothing", expected)
      return
    }
    const { body, warnings: found } = Result.getOrThrow(encoded)
    for (const [field, value] of Object.entries(expected)) assert.deepStrictEqual<unknown>(body[field], value, field)
    assert.deepStrictEqual(found.map(({ parameter }) => parameter), warnings)
    // Each warning names the model or the place that decides, in a sentence.
    for (const { message } of found) assert.match(message, /^.{20,}\.$/)
  })

  it("a dated version of the Messages API without sampling", () => {
    const version = (value: string) =>
      Result.getOrThrow(
        encode("anthropic", "anthropic-messages", "claude-haiku-4-5", { temperature: 1 }, {
          "anthropic-version": value
        })
      )
    assert.isUndefined(version("2026-10-21").body["temperature"])
    assert.deepStrictEqual(version("2026-10-21").warnings, [{
      parameter: "temperature",
      message: "temperature was left out: claude-haiku-4-5 takes no sampling parameters."
    }])
    assert.strictEqual(version("2023-06-01").body["temperature"], 1)
  })

  it.each([
    ["gemini-3.8-flash", "c1"],
    ["gemini-4-neon", "c1"],
    ["gemini-3.7-flash", undefined]
  ])("%s gets the id of a call that another provider made as %s", (model, id) => {
    const input: Input = {
      prompt: [
        { role: "user", content: "Hi" },
        {
          role: "assistant",
          content: [{ type: "tool-call", id: "c1", name: "f", params: { a: "x" }, providerExecuted: false }]
        },
        { role: "tool", content: [{ type: "tool-result", id: "c1", name: "f", isFailure: false, result: "1" }] }
      ]
    }
    const text = JSON.stringify(Result.getOrThrow(encode("gemini", "gemini", model, input)).body["contents"])
    assert.strictEqual(text.includes("\"functionCall\":{\"id\":\"c1\""), id !== undefined)
    assert.strictEqual(text.includes("\"functionResponse\":{\"id\":\"c1\""), id !== undefined)
  })

  it("a response that paused for a tool of the provider is continued", () => {
    const input: Input = {
      prompt: [{ role: "user", content: "Hi" }, {
        role: "assistant",
        content: [
          {
            type: "tool-call",
            id: "s1",
            name: "web_search",
            params: {},
            providerExecuted: true,
            options: {
              sluice: {
                item: {
                  _tag: "ServerToolCall",
                  type: "server_tool_use",
                  protocol: "anthropic-messages",
                  native: { type: "server_tool_use", id: "s1", name: "web_search", input: {} }
                }
              }
            }
          },
          { type: "text", text: "So" }
        ]
      }]
    }
    assert.isTrue(Result.isSuccess(encode("anthropic", "anthropic-messages", "claude-opus-4-7", input)))
  })

  const cached = { sluice: { cache: true } }
  const marks: Input = {
    prompt: [
      { role: "system", content: "1", options: cached },
      ...["2", "3", "4", "5"].map((text) => ({
        role: "user" as const,
        content: [{ type: "text" as const, text, options: cached }]
      })),
      { role: "user", content: [{ type: "text", text: "6", options: { sluice: { cache: { ttl: "1h" } } } }] }
    ]
  }

  it.each<readonly [string, ProtocolName, string]>([
    ["anthropic", "anthropic-messages", "claude-sonnet-4-5"],
    ["bedrock", "bedrock-converse", "anthropic.claude-sonnet-4-5-20250929-v1:0"],
    ["openrouter", "openai-chat", "anthropic/claude-sonnet-4.5"]
  ])("cache marks of %s: the last four, with lifetimes that do not become longer", (provider, name, model) => {
    const { body, warnings } = Result.getOrThrow(encode(provider, name, model, marks))
    const found = [...JSON.stringify(body).matchAll(/"(?:cache_control|cachePoint)":\{[^}]*\}/g)].map(String)
    assert.lengthOf(found, 4)
    assert.isTrue(found.every((mark) => mark.includes("1h")))
    assert.notInclude(JSON.stringify(body["system"] ?? ""), "cache")
    assert.deepStrictEqual(warnings.map(({ parameter }) => parameter), ["promptCache", "promptCache"])
  })
})
