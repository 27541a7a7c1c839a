/**
 * What the same question becomes in each provider's dialect of Chat Completions: every setting that a request has,
 * against the facts of the providers' pages.
 */
import { assert, describe, it } from "@effect/vitest"
import { Prompt, Tool } from "effect/ai"
import { Result, Schema } from "effect"
import { CompletionRequest, Replay, type ResponseItem } from "sluice"
import { quirksOf } from "../../../src/domain/Quirks.ts"
import * as KnownProviders from "../../../src/domain/KnownProviders.ts"
import { protocol } from "../../../src/streams/protocols/OpenAiChat/OpenAiChat.ts"
import { encodedBody } from "../../support/Encoding.ts"

type Body = Readonly<Record<string, unknown>>
type Input = Partial<CompletionRequest.CompletionRequestInput>

const encode = (provider: string, model: string, input: Input) => {
  const definition = KnownProviders.definitions.find(({ id }) => id === provider)
  if (definition === undefined) return assert.fail(`there is no ${provider}`)
  const binding = definition.protocols.find((candidate) =>
    candidate.protocol === "openai-chat" && candidate.requires === undefined
  )
  return encodedBody(protocol, CompletionRequest.make({ model, prompt: "Hi", ...input }), {
    provider,
    model,
    stream: true,
    quirks: quirksOf({ ...definition.quirks, ...binding?.quirks }, model)
  })
}

const weather = Tool.make("weather", { parameters: Schema.Struct({ city: Schema.String }) })

const everything: Input = {
  tools: [weather],
  temperature: 0,
  topP: 0.5,
  topK: 3,
  maxOutputTokens: 64,
  seed: 7,
  parallelToolCalls: false,
  reasoning: { effort: "medium", budgetTokens: 1024 },
  text: { verbosity: "low" },
  promptCache: { key: "k", ttl: "24h" },
  user: "u",
  metadata: { a: "b" }
}

/** The fields beyond those that are the same everywhere. */
const rows: ReadonlyArray<readonly [provider: string, model: string, Body]> = [
  ["openai", "gpt-4.1", {
    temperature: 0,
    max_completion_tokens: 64,
    seed: 7,
    parallel_tool_calls: false,
    reasoning_effort: "medium",
    verbosity: "low",
    prompt_cache_key: "k",
    prompt_cache_retention: "24h",
    user: "u",
    stream_options: { include_usage: true }
  }],
  ["groq", "openai/gpt-oss-20b", {
    temperature: 0,
    max_completion_tokens: 64,
    seed: 7,
    parallel_tool_calls: false,
    reasoning_effort: "medium",
    user: "u",
    metadata: { a: "b" },
    stream_options: { include_usage: true }
  }],
  ["groq", "qwen/qwen3-32b", {
    temperature: 0,
    max_completion_tokens: 64,
    seed: 7,
    parallel_tool_calls: false,
    reasoning_effort: "default",
    reasoning_format: "parsed",
    user: "u",
    metadata: { a: "b" },
    stream_options: { include_usage: true }
  }],
  ["openrouter", "anthropic/claude-sonnet-4.5", {
    max_tokens: 64,
    seed: 7,
    parallel_tool_calls: false,
    reasoning: { max_tokens: 1024 },
    verbosity: "low",
    prompt_cache_key: "k",
    prompt_cache_retention: "24h",
    user: "u",
    metadata: { a: "b" },
    usage: { include: true }
  }],
  ["xai", "grok-4", {
    temperature: 0,
    max_completion_tokens: 64,
    seed: 7,
    parallel_function_calling: false,
    reasoning_effort: "medium",
    prompt_cache_key: "k",
    user: "u",
    metadata: { a: "b" },
    stream_options: { include_usage: true }
  }],
  ["xai", "grok-4.20-non-reasoning", {
    temperature: 0,
    max_completion_tokens: 64,
    seed: 7,
    parallel_function_calling: false,
    prompt_cache_key: "k",
    user: "u",
    metadata: { a: "b" },
    stream_options: { include_usage: true }
  }],
  ["deepseek", "deepseek-v4-flash", {
    temperature: 0,
    max_tokens: 64,
    thinking: { type: "enabled" },
    reasoning_effort: "high",
    stream_options: { include_usage: true }
  }],
  ["qianwen", "qwen-plus", {
    temperature: 0,
    top_k: 3,
    max_tokens: 64,
    seed: 7,
    parallel_tool_calls: false,
    enable_thinking: true,
    thinking_budget: 1024,
    verbosity: "low",
    prompt_cache_key: "k",
    prompt_cache_retention: "24h",
    user: "u",
    metadata: { a: "b" },
    stream_options: { include_usage: true }
  }],
  ["zhipuai", "glm-4.6", {
    do_sample: false,
    max_tokens: 64,
    thinking: { type: "enabled" },
    tool_stream: true,
    user_id: "u"
  }],
  ["zhipuai", "glm-4.5", { do_sample: false, max_tokens: 64, thinking: { type: "enabled" }, user_id: "u" }],
  ["minimax", "MiniMax-M2", {
    temperature: 0.01,
    max_tokens: 64,
    seed: 7,
    parallel_tool_calls: false,
    reasoning_split: true,
    verbosity: "low",
    prompt_cache_key: "k",
    prompt_cache_retention: "24h",
    user: "u",
    metadata: { a: "b" },
    stream_options: { include_usage: true }
  }],
  ["moonshot", "kimi-k2.6", {
    max_completion_tokens: 64,
    seed: 7,
    parallel_tool_calls: false,
    thinking: { type: "enabled", budget_tokens: 1024 },
    prompt_cache_key: "k",
    safety_identifier: "u",
    stream_options: { include_usage: true }
  }],
  ["moonshot", "kimi-k3", {
    max_completion_tokens: 64,
    seed: 7,
    parallel_tool_calls: false,
    reasoning_effort: "high",
    prompt_cache_key: "k",
    safety_identifier: "u",
    stream_options: { include_usage: true }
  }],
  ["mistral", "mistral-small-latest", {
    temperature: 0,
    max_tokens: 64,
    random_seed: 7,
    parallel_tool_calls: false,
    reasoning_effort: "high",
    prompt_cache_key: "k",
    metadata: { a: "b" }
  }],
  ["vllm", "Qwen/Qwen3-8B", {
    temperature: 0,
    top_k: 3,
    max_tokens: 64,
    seed: 7,
    parallel_tool_calls: false,
    chat_template_kwargs: { enable_thinking: true },
    reasoning_effort: "medium",
    verbosity: "low",
    prompt_cache_key: "k",
    prompt_cache_retention: "24h",
    user: "u",
    metadata: { a: "b" },
    stream_options: { include_usage: true }
  }],
  ["ai21", "jamba-mini", { temperature: 0, max_tokens: 64, seed: 7, parallel_tool_calls: false, user: "u" }]
]

const fields = (provider: string, model: string, input: Input): Body =>
  Result.getOrThrow(encode(provider, model, input))

const refused = (provider: string, model: string, input: Input): string | undefined => {
  const result = encode(provider, model, input)
  return Result.isFailure(result) ? result.failure.parameter : undefined
}

const lastOf = (body: Body, name: string): unknown => {
  const list = body[name]
  return Array.isArray(list) ? list.at(-1) : undefined
}

describe("in its dialect", () => {
  it.each(rows)("%s gets every field for %s", (provider, model, expected) => {
    const cannotSayOneAtATime = refused(provider, model, everything) === "parallelToolCalls"
    assert.strictEqual(cannotSayOneAtATime, provider === "deepseek" || provider === "zhipuai")
    const input = cannotSayOneAtATime ? { ...everything, parallelToolCalls: true } : everything
    const { messages: _, model: __, stream: ___, tools, top_p: topP, ...others } = fields(provider, model, input)
    assert.deepStrictEqual(others, expected)
    assert.lengthOf(Array.isArray(tools) ? tools : [], 1)
    const samples = expected.temperature !== undefined || expected.do_sample !== undefined
    assert.strictEqual(topP, samples ? 0.5 : undefined)
  })

  it("a reasoning model of OpenAI, Azure and GitHub gets no sampling, and one for search no temperature", () => {
    const input: Input = { temperature: 1, topP: 1, maxOutputTokens: 64 }
    for (const [provider, model] of [["openai", "gpt-5"], ["azure", "o3"], ["github", "openai/o3-mini"]] as const) {
      const body = fields(provider, model, input)
      assert.deepStrictEqual([body["temperature"], body["top_p"], body["max_completion_tokens"]], [
        undefined,
        undefined,
        64
      ])
    }
    assert.strictEqual(fields("openai", "gpt-5-chat-latest", input)["temperature"], 1)
    assert.strictEqual(fields("github", "openai/gpt-5-chat", input)["temperature"], 1)
    const search = fields("openai", "gpt-4o-mini-search-preview", input)
    assert.deepStrictEqual([search["temperature"], search["top_p"]], [undefined, 1])
  })

  it("a field that changes the completion fails where it cannot be encoded", () => {
    assert.strictEqual(refused("perplexity", "sonar", { stop: ["x"] }), "stop")
    assert.strictEqual(refused("perplexity", "sonar", { tools: [weather] }), "tools")
    assert.strictEqual(refused("xai", "grok-4", { stop: ["x"] }), "stop")
    assert.strictEqual(refused("xai", "grok-4-fast-reasoning", { stop: ["x"] }), "stop")
    assert.strictEqual(refused("xai", "grok-4-fast-non-reasoning", { stop: ["x"] }), undefined)
    assert.strictEqual(refused("zhipuai", "glm-4.6", { tools: [weather], toolChoice: "required" }), "toolChoice")
    const image = Prompt.filePart({ mediaType: "image/png", data: new URL("https://a.test/a.png") })
    assert.strictEqual(refused("moonshot", "kimi-k2.6", { prompt: [{ role: "user", content: [image] }] }), "prompt")
  })

  it.each<readonly [string, string, unknown]>([
    ["openai", "gpt-4.1", "required"],
    ["mistral", "mistral-small-latest", "any"],
    ["qianwen", "qwen-plus", { type: "function", function: { name: "weather" } }],
    ["groq", "openai/gpt-oss-20b", "required"]
  ])("%s gets a required tool call for %s", (provider, model, expected) => {
    assert.deepStrictEqual(
      fields(provider, model, { tools: [weather], toolChoice: "required" })["tool_choice"],
      expected
    )
  })

  it.each<readonly [string, string, unknown]>([
    ["openai", "gpt-4.1", { type: "json_schema", json_schema: { name: "output", schema: { type: "object" } } }],
    ["perplexity", "sonar", { type: "json_schema", json_schema: { schema: { type: "object" } } }],
    ["deepseek", "deepseek-v4-pro", { type: "json_object" }],
    ["zhipuai", "glm-4.6", { type: "json_object" }]
  ])("%s gets the output schema for %s", (provider, model, expected) => {
    assert.deepStrictEqual(
      fields(provider, model, { outputSchema: { schema: { type: "object" } } })["response_format"],
      expected
    )
  })

  it.each<readonly [string, string, Body | undefined]>([
    ["deepseek", "deepseek-v4-pro", { reasoning_content: "hm" }],
    ["deepseek", "deepseek-flash", { reasoning_content: "hm" }],
    ["deepseek", "deepseek-r1", {}],
    ["moonshot", "kimi-k2.6", { reasoning_content: "hm" }],
    ["zhipuai", "glm-4.6", { reasoning_content: "hm" }],
    ["groq", "openai/gpt-oss-20b", { reasoning: "hm" }],
    ["openrouter", "x/y", { reasoning: "hm" }],
    ["openai", "gpt-4.1", {}],
    ["perplexity", "sonar", {}]
  ])("%s gets back what %s thought", (provider, model, expected) => {
    const turn: ReadonlyArray<ResponseItem.ResponseItem> = [
      { _tag: "Reasoning", content: ["hm"], summary: [] },
      { _tag: "Message", content: [{ _tag: "OutputText", text: "Yes", citations: [] }] }
    ]
    const prompt = Prompt.concat(Prompt.make("Hi"), Replay.toPrompt(turn))
    assert.deepStrictEqual(lastOf(fields(provider, model, { prompt }), "messages"), {
      role: "assistant",
      content: "Yes",
      ...expected,
      ...(provider === "moonshot" ? { partial: true } : {})
    })
  })
})
