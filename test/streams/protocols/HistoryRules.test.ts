/**
 * What each provider gets of an earlier conversation, with its own quirks.
 */
import { assert, describe, it } from "@effect/vitest"
import { Result } from "effect"
import { type Prompt, Tool } from "effect/ai"
import { CompletionRequest, KnownProviders, Replay } from "sluice"
import type { ProtocolName } from "../../../src/domain/ProviderDefinition.ts"
import { type Quirks, quirksOf } from "../../../src/domain/Quirks.ts"
import * as Protocols from "../../../src/streams/protocols/Protocols.ts"

const tools = [Tool.make("f")]

interface Target {
  readonly provider: string
  readonly protocol: ProtocolName
  readonly model: string
  readonly quirks?: Quirks
}

const encode = ({ model, protocol, provider, quirks }: Target, prompt: Prompt.RawInput) => {
  const definition = KnownProviders.definitions.find(({ id }) => id === provider)
  const encoded = Protocols.byName[protocol].encodeRequest(CompletionRequest.make({ model, prompt, tools }), {
    provider,
    model,
    stream: false,
    quirks: quirksOf({ ...definition?.quirks, ...quirks }, model)
  })
  return Result.match(encoded, {
    onFailure: ({ detail }) => detail ?? "",
    onSuccess: ({ body }) => JSON.stringify(body)
  })
}

const user = (content: string): Prompt.MessageEncoded => ({ role: "user", content })
const step = (id: string, result: unknown = "ok", isFailure = false): ReadonlyArray<Prompt.MessageEncoded> => [
  { role: "assistant", content: [{ type: "tool-call", id, name: "f", params: {} }] },
  { role: "tool", content: [{ type: "tool-result", id, name: "f", result, isFailure }] }
]

const mistral: Target = { provider: "mistral", protocol: "openai-chat", model: "mistral-small" }
const openai: Target = { provider: "openai", protocol: "openai-chat", model: "gpt-4.1" }
const moonshot: Target = { provider: "moonshot", protocol: "openai-chat", model: "kimi-k2.6" }
const deepseek: Target = { provider: "deepseek", protocol: "openai-chat", model: "deepseek-flash" }
const llama: Target = { provider: "bedrock", protocol: "bedrock-converse", model: "us.meta.llama3-3-70b-instruct-v1:0" }
const nova: Target = { ...llama, model: "us.amazon.nova-2-lite-v1:0" }
const anthropic: Target = { provider: "anthropic", protocol: "anthropic-messages", model: "claude-haiku-4-5" }
const gemini: Target = { provider: "gemini", protocol: "gemini", model: "gemini-3.8-flash" }
const vllm: Target = { provider: "vllm", protocol: "openai-chat", model: "qwen" }
const long = `call_${"x".repeat(78)}`

const twoSystems = [{ role: "system", content: "a" }, user("q"), { role: "system", content: "b" }] as const

const rows: ReadonlyArray<readonly [string, Target, Prompt.RawInput, expected: RegExp, not?: RegExp]> = [
  [
    "Mistral: an assistant between a tool and a user",
    mistral,
    [user("q"), ...step("a"), user("r")],
    /"role":"tool",[^}]*\},\{"role":"assistant","content":"I have read[^}]*\},\{"role":"user"/
  ],
  ["OpenAI: nothing between them", openai, [user("q"), ...step("a"), user("r")], /"tool"[^}]*\},\{"role":"user"/],
  [
    "Bedrock: a turn between a result and a text",
    llama,
    [user("q"), ...step("a"), user("r")],
    /toolResult[^]*\{"role":"assistant","content":\[\{"text":"I have read[^]*\{"role":"user","content":\[\{"text":"r"/
  ],
  ["Nova: none", nova, [user("q"), ...step("a"), user("r")], /toolResult[^\]]*\]\}\},\{"text":"r"\}/, /I have read/],
  ["Bedrock: text for an empty failure", llama, [user("q"), ...step("a", "", true)], /"text":"The tool failed\."/],
  ["Mistral: one system message", mistral, twoSystems, /"messages":\[\{"role":"system","content":"a\\n\\nb"\}/],
  ["vLLM: two", vllm, twoSystems, /"content":"q"\},\{"role":"system","content":"b"/],
  [
    "vLLM, a strict template: one",
    { ...vllm, quirks: { oneSystemMessage: true } },
    twoSystems,
    /\{"role":"system","content":"a\\n\\nb"\},\{"role":"user","content":"q"\}\]/
  ],
  [
    "Moonshot: empty reasoning beside calls",
    moonshot,
    [user("q"), ...step("a")],
    /"reasoning_content":"","tool_calls/
  ],
  [
    "Moonshot: none elsewhere",
    moonshot,
    [user("q"), { role: "assistant", content: "a" }, user("r")],
    /"a"/,
    /reasoning_c/
  ],
  [
    "Moonshot V1: none",
    { ...moonshot, model: "moonshot-v1-8k" },
    [user("q"), ...step("a")],
    /tool_calls/,
    /reasoning_c/
  ],
  [
    "DeepSeek: in every message",
    deepseek,
    [user("q"), { role: "assistant", content: "a" }, user("r")],
    /"reasoning_content":""/
  ],
  ["OpenAI: short ids", openai, [user("q"), ...step(long)], /"id":"(\w{24})"[^]*"tool_call_id":"\1"/, /xxx/],
  [
    "Anthropic: ids of letters",
    anthropic,
    [user("q"), ...step("f:0")],
    /"id":"(\w{24})"[^]*"tool_use_id":"\1"/,
    /f:0/
  ],
  [
    "Gemini 3.8: ids",
    gemini,
    [user("q"), ...step("a")],
    /"functionCall":\{"id":"a"[^]*"functionResponse":\{"id":"a"/
  ],
  [
    "Gemini 3.7: no ids of ours",
    { ...gemini, model: "gemini-3.7-flash" },
    [user("q"), ...step("a")],
    /functionResponse/,
    /"id"/
  ]
]

describe("an earlier conversation is encoded as the provider accepts it", () => {
  it.each(rows.map((row) => [row[0], row] as const))("%s", (_, [, target, prompt, expected, not]) => {
    const body = encode(target, prompt)
    assert.match(body, expected)
    if (not !== undefined) assert.notMatch(body, not)
    assert.strictEqual(encode(target, prompt), body)
  })

  it.each<readonly [ProtocolName, string]>([
    ["openai-chat", "openai"],
    ["openai-responses", "openai"],
    ["anthropic-messages", "anthropic"],
    ["bedrock-converse", "bedrock"],
    ["gemini", "gemini"],
    ["cohere", "cohere"],
    ["ollama", "ollama"]
  ])("and is checked over %s", (protocol, provider) => {
    const target = { provider, protocol, model: "m" }
    assert.match(encode(target, [user("q"), ...step("a").slice(0, 1)]), /^the tool call "a" of tool "f" has no result/)
    assert.match(encode(target, [user("q"), ...step("a").slice(1)]), /^the result "a" of tool "f" has no tool call/)
    assert.match(encode(target, [user("q"), ...step("a")]), /^\{/)
  })

  it("but may continue one that the server of the Responses API has", () => {
    const request = CompletionRequest.make({
      model: "gpt-5.4",
      prompt: Replay.toolResult({ id: "call_1", name: "f" }, "ok"),
      providerOptions: { openai: { previous_response_id: "resp_1" } }
    })
    const context = { provider: "openai", model: "gpt-5.4", stream: false, quirks: {} }
    const encoded = Protocols.byName["openai-responses"].encodeRequest(request, context)
    assert.isTrue(Result.isSuccess(encoded))
  })
})

describe("an assistant message at the end", () => {
  const prompt = [user("Count"), { role: "assistant", content: "One," }] as const

  it.each<readonly [string, string, refused: boolean]>([
    ["anthropic", "claude-3-5-haiku-20241022", false],
    ["anthropic", "claude-sonnet-4-20250514", false],
    ["anthropic", "claude-sonnet-4-5-20250929", false],
    ["anthropic", "claude-opus-4-6", true],
    ["anthropic", "claude-opus-4-10", true],
    ["anthropic", "claude-sonnet-5", true],
    ["anthropic", "claude-haiku-5-5", true],
    ["anthropic", "claude-fable-5-1", true],
    ["openrouter", "anthropic/claude-opus-4.6", true],
    ["openrouter", "anthropic/claude-sonnet-4.5", false],
    ["bedrock", "us.anthropic.claude-opus-4-6-v1", true],
    ["bedrock", "anthropic.claude-haiku-4-5-20251001-v1:0", false],
    ["vertexai", "claude-opus-4-7@20260301", true]
  ])("is for %s/%s", (provider, model, isRefused) => {
    const protocol = provider === "openrouter"
      ? "openai-chat"
      : provider === "bedrock"
      ? "bedrock-converse"
      : "anthropic-messages"
    const encoded = encode({ provider, protocol, model }, prompt)
    assert.match(encoded, isRefused ? /^this model continues no assistant message/ : /"One,"/)
  })
})
