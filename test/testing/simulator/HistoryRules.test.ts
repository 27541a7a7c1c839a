/**
 * What providers refuse of an earlier conversation, in their own words.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as SimulatorServer from "../../../src/testing/simulator/SimulatorServer.ts"
import * as Raw from "./RawClient.ts"

const user = { role: "user", content: "Hi" }
const assistant = { role: "assistant", content: "Hello" }
const long = "x".repeat(65)

const chatCall = (id: string, more: object = {}) => ({
  role: "assistant",
  content: null,
  tool_calls: [{ id, type: "function", function: { name: "f", arguments: "{}" } }],
  ...more
})
const chatResult = (id: string) => ({ role: "tool", tool_call_id: id, content: "1" })
const chat = (model: string, ...messages: ReadonlyArray<object>) => ({
  path: "/v1/chat/completions",
  body: { model, messages }
})
const nine = "aB3456789"
const step = [user, chatCall(nine), chatResult(nine)]

const responsesOf = (model: string, ...items: ReadonlyArray<object>) => ({
  path: "/v1/responses",
  body: { model, input: [user, ...items] }
})
const responses = (...items: ReadonlyArray<object>) => responsesOf("gpt-5.4", ...items)
const reasoning = (text: string) => ({ type: "reasoning", summary: [], content: [{ type: "reasoning_text", text }] })
const call = (id: string, more: object = {}) => ({
  type: "function_call",
  call_id: id,
  name: "f",
  arguments: "{}",
  ...more
})
const output = (id: string) => ({ type: "function_call_output", call_id: id, output: "1" })

const use = (...ids: ReadonlyArray<string>) => ({
  role: "assistant",
  content: ids.map((id) => ({ type: "tool_use", id, name: "f", input: {} }))
})
const results = (...ids: ReadonlyArray<string>) => ({
  role: "user",
  content: ids.map((id) => ({ type: "tool_result", tool_use_id: id, content: "1" }))
})
const thought = (more: object, ...ids: ReadonlyArray<string>) => ({
  ...use(...ids),
  content: [{ type: "thinking", ...more }, ...use(...ids).content]
})
const messages = (model: string, ...turns: ReadonlyArray<object>) => ({
  path: "/v1/messages",
  headers: { "anthropic-version": "2023-06-01" },
  body: { model, max_tokens: 100, messages: turns }
})

const converse = (model: string, ...content: ReadonlyArray<ReadonlyArray<object>>) => ({
  path: `/model/${model}/converse`,
  body: {
    messages: content.map((blocks, at) => ({ role: at % 2 === 0 ? "user" : "assistant", content: blocks })),
    toolConfig: { tools: [{ toolSpec: { name: "f", inputSchema: { json: { type: "object" } } } }] }
  }
})
const text = { text: "Hi" }
const toolUse = (toolUseId: string) => ({ toolUse: { toolUseId, name: "f", input: {} } })
const toolResult = (toolUseId: string, more: object = {}) => ({
  toolResult: { toolUseId, content: [{ text: "1" }], ...more }
})

const invoke = (fields: object) => ({
  path: "/model/us.anthropic.claude-opus-5-5/invoke",
  body: { anthropic_version: "bedrock-2023-05-31", max_tokens: 100, messages: [user], ...fields }
})
const click = {
  role: "assistant",
  content: [{ type: "tool_use", id: "a", name: "left_click", input: {}, toolset_name: "computer" }]
}
const computer = { type: "computer_20251124", name: "computer" }

const functionCall = (id?: string) => ({
  role: "model",
  parts: [{ functionCall: { name: "f", args: {}, ...(id === undefined ? {} : { id }) }, thoughtSignature: "c2ln" }]
})
const functionResponse = (id?: string) => ({
  role: "user",
  parts: [{ functionResponse: { name: "f", response: {}, ...(id === undefined ? {} : { id }) } }]
})
const gemini = (model: string, ...contents: ReadonlyArray<object>) => ({
  path: `/v1beta/models/${model}:generateContent`,
  body: { contents: [{ role: "user", parts: [{ text: "Hi" }] }, ...contents] }
})

interface Request {
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body: object
}

const refused: ReadonlyArray<readonly [string, Request, RegExp]> = [
  ["Chat: a long id", chat("gpt-4.1", user, chatCall(long), chatResult(long)), /maximum length 64.*length 65/],
  ["Responses: a long id", responses(call(long), output(long)), /Invalid 'input\[1\].call_id': string too long/],
  ["Mistral: user after tool", chat("mistral-small", ...step, user), /Unexpected role 'user' after role 'tool'/],
  [
    "Mistral: system after assistant",
    chat("mistral-small", user, assistant, { role: "system", content: "s" }, user),
    /Unexpected role 'system' after role 'assistant'/
  ],
  ["Mistral: an id", chat("mistral-small", user, chatCall("call_1"), chatResult("call_1")), /Tool call id was call_1/],
  ["Mistral: assistant at the end", chat("mistral-small", user, assistant), /Expected last role User or Tool/],
  ["Perplexity: two users", chat("sonar", user, user), /should alternate with assistant/],
  ["Moonshot", chat("kimi-k2.5", ...step), /reasoning_content is missing in assistant tool call message at index 1/],
  ["DeepSeek", chat("deepseek-flash", ...step), /must be passed back to the API/],
  [
    "DeepSeek R1",
    chat("deepseek-reasoner", user, { ...assistant, reasoning_content: "hm" }, user),
    /intermediate result/
  ],
  ["DeepSeek: Responses", responsesOf("deepseek-flash", call("a"), output("a")), /`reasoning_text` .* passed back/],
  [
    "DeepSeek: Responses, a later step",
    responsesOf("deepseek-v4-pro", reasoning("hm"), call("a"), output("a"), call("b"), output("b")),
    /`reasoning_text`/
  ],
  [
    "DeepSeek: Responses, text after a call",
    responsesOf("deepseek-flash", reasoning(""), call("a"), { role: "assistant", content: "x" }, output("a")),
    /No tool output found for tool call a/
  ],
  [
    "DeepSeek: Responses, reasoning between calls",
    responsesOf("deepseek-flash", reasoning(""), call("a"), reasoning(""), call("b"), output("a"), output("b")),
    /No tool output found for tool call a/
  ],
  ["DeepSeek: Messages", messages("deepseek-flash", user, use("a"), results("a")), /`content\[\].thinking`/],
  ["DeepSeek: no text", messages("deepseek-flash", user, thought({}, "a"), results("a")), /thinking: Field required/],
  ["Moonshot: Responses", responsesOf("kimi-k3", call("a"), output("a")), /reasoning_content is missing .* index 1/],
  [
    "Moonshot: Messages",
    messages("kimi-k2.6", user, use("a"), results("a")),
    /reasoning_content is missing .* index 1/
  ],
  [
    "Anthropic: unsigned",
    messages("claude-haiku-4-5", user, thought({ thinking: "" }, "a"), results("a")),
    /signature/
  ],
  ["Anthropic: an id", messages("claude-haiku-4-5", user, use("a.b"), results("a.b")), /should match pattern/],
  [
    "Anthropic: an id twice",
    messages("claude-haiku-4-5", user, use("a"), results("a"), use("a"), results("a")),
    /ids must be unique/
  ],
  ["Anthropic: two results", messages("claude-haiku-4-5", user, use("a"), results("a", "a")), /a single result/],
  ["Anthropic: a prefill", messages("claude-opus-4-6", user, assistant), /must end with a user message/],
  ["Anthropic: a result without its toolset", messages("claude-opus-5", user, click, results("a")), /toolset_name/],
  ["Bedrock: fallbacks", invoke({ fallbacks: "default" }), /invalid beta flag/],
  ["Bedrock: their beta", invoke({ anthropic_beta: ["server-side-fallback-2026-07-01"] }), /invalid beta flag/],
  ["Bedrock: a tool without its beta", invoke({ tools: [computer] }), /Input tag 'computer_20251124'/],
  ["Bedrock: a prefill", converse("anthropic.claude-sonnet-5-v1", [text], [text]), /must end with a user message/],
  [
    "Bedrock: text beside a result",
    converse("meta.llama3-3", [text], [toolUse("a")], [toolResult("a"), text]),
    /Conversation roles must alternate/
  ],
  [
    "Bedrock: an id for Mistral",
    converse("mistral.mistral-large", [text], [toolUse("a")], [toolResult("a")]),
    /a length of 9/
  ],
  [
    "Bedrock: an empty failure",
    converse("amazon.nova-lite", [text], [toolUse("a")], [toolResult("a", { content: [], status: "error" })]),
    /cannot be empty when status value is error/
  ],
  ["Gemini 3.8: no id", gemini("gemini-3.8-flash", functionCall(), functionResponse()), /id is required/],
  ["Gemini: another id", gemini("gemini-3-pro", functionCall("a"), functionResponse("b")), /does not match/]
]

const accepted: ReadonlyArray<readonly [string, Request]> = [
  [
    "Anthropic: a result with its toolset",
    messages("claude-opus-5", user, click, {
      role: "user",
      content: [{ type: "tool_result", tool_use_id: "a", toolset_name: "computer", content: "1" }]
    })
  ],
  [
    "Bedrock: a tool that Anthropic no longer takes",
    invoke({ tools: [computer], anthropic_beta: ["computer-use-2025-11-24"] })
  ],
  ["Mistral", chat("mistral-small", ...step, assistant, user)],
  ["Mistral: a prefix", chat("mistral-small", user, { ...assistant, prefix: true })],
  ["Perplexity", chat("sonar", { role: "system", content: "s" }, user, assistant, user)],
  ["Moonshot", chat("kimi-k2.5", user, chatCall(nine, { reasoning_content: "" }), chatResult(nine))],
  ["Moonshot without thinking", chat("moonshot-v1", ...step)],
  ["DeepSeek", chat("deepseek-flash", user, chatCall(nine, { reasoning_content: "" }), chatResult(nine))],
  [
    "Responses: text after a call",
    responsesOf("gpt-5.4", call("a"), { role: "assistant", content: "x" }, output("a"))
  ],
  ["DeepSeek: Responses", responsesOf("deepseek-flash", reasoning(""), call("a"), call("b"), output("a"), output("b"))],
  ["DeepSeek: Messages", messages("deepseek-flash", user, thought({ thinking: "" }, "a", "b"), results("a", "b"))],
  [
    "Moonshot: Responses, encrypted",
    responsesOf(
      "kimi-k3",
      { type: "reasoning", summary: [], encrypted_content: "x" },
      call("a"),
      output("a")
    )
  ],
  ["Moonshot: Messages", messages("kimi-k3", user, thought({ thinking: "hm" }, "a"), results("a"))],
  ["Responses: a call that runs on", responses(call("a", { async: true }))],
  ["Responses: its result, later", responses(call("a", { async: true }), user, output("a"))],
  ["Anthropic: a prefill of 4.5", messages("claude-sonnet-4-5-20250929", user, assistant)],
  ["Anthropic: a prefill of 4", messages("claude-sonnet-4-20250514", user, assistant)],
  [
    "Anthropic: a pause",
    messages("claude-opus-4-6", user, {
      role: "assistant",
      content: [{ type: "server_tool_use", id: "s", name: "web_search", input: {} }]
    })
  ],
  ["Bedrock", converse("us.amazon.nova-2-lite", [text], [toolUse("a")], [toolResult("a"), text])],
  ["Gemini 3.8", gemini("gemini-3.8-flash", functionCall("a"), functionResponse("a"))],
  ["Gemini 2.5", gemini("gemini-2.5-flash", functionCall(), functionResponse())]
]

describe("a conversation", () => {
  it.live("is refused in the provider's words", () =>
    Effect.gen(function*() {
      const { url } = yield* SimulatorServer.serve({ seed: 7 })
      for (const [what, request, message] of refused) {
        const { status, text } = yield* Raw.request(url, request)
        assert.strictEqual(status, 400, `${what}: ${text}`)
        assert.match(text, message, what)
      }
    }).pipe(Effect.scoped))

  it.live("is accepted as the provider wants it", () =>
    Effect.gen(function*() {
      const { url } = yield* SimulatorServer.serve({ seed: 7 })
      for (const [what, request] of accepted) {
        const { status, text } = yield* Raw.request(url, request)
        assert.strictEqual(status, 200, `${what}: ${text}`)
      }
    }).pipe(Effect.scoped))

  it.live("is for the server at the host, and for none where the scenario allows dialects", () =>
    Effect.gen(function*() {
      const simulator = yield* SimulatorServer.serve({ seed: 7 })
      const request = { ...chat("any", ...step, user), headers: { host: "api.mistral.ai" } }
      assert.strictEqual((yield* Raw.request(simulator.url, request)).status, 400)
      yield* simulator.setScenario({ strictness: "dialect" })
      assert.strictEqual((yield* Raw.request(simulator.url, request)).status, 200)
    }).pipe(Effect.scoped))
})
