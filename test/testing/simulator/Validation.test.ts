import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as SimulatorServer from "../../../src/testing/simulator/SimulatorServer.ts"
import * as Raw from "./RawClient.ts"

const server = SimulatorServer.serve({ seed: 7 })

const user = { role: "user", content: "Hello" }
const schema = { type: "object", properties: {} }

type Case = readonly [what: string, more: object, status: number, message: RegExp]

const chatCall = {
  role: "assistant",
  content: null,
  tool_calls: [{ id: "c1", type: "function", function: { name: "f", arguments: "{}" } }]
}
const chatTool = { type: "function", function: { name: "f", parameters: schema } }

const chatCases: Array<Case> = [
  ["no model", { model: undefined }, 400, /Missing required parameter: 'model'/],
  ["no messages", { messages: undefined }, 400, /'messages'/],
  ["empty messages", { messages: [] }, 400, /empty array/],
  ["an empty list of tools", { tools: [] }, 400, /Invalid 'tools': empty array/],
  ["a tool without its function", { tools: [{ type: "function", name: "f" }] }, 400, /tools\[0\].function/],
  ["a bad tool name", { tools: [{ type: "function", function: { name: "a b" } }] }, 400, /pattern/],
  [
    "a union of parameters",
    { tools: [{ type: "function", function: { name: "f", parameters: { type: "object", anyOf: [schema] } } }] },
    400,
    /at the top level/
  ],
  [
    "parameters that are no object",
    { tools: [{ type: "function", function: { name: "f", parameters: { type: "string" } } }] },
    400,
    /Invalid schema/
  ],
  [
    "a strict tool with optional properties",
    {
      tools: [{
        type: "function",
        function: {
          name: "f",
          strict: true,
          parameters: { type: "object", additionalProperties: false, properties: { a: {} }, required: [] }
        }
      }]
    },
    400,
    /Missing 'a'/
  ],
  [
    "a result without a call",
    { messages: [user, { role: "tool", tool_call_id: "c1", content: "1" }] },
    400,
    /response to a preceding message/
  ],
  ["a call without a result", { messages: [user, chatCall, user] }, 400, /must be followed by tool messages/],
  ["a call that ends the prompt", { messages: [user, chatCall] }, 400, /must be followed by tool messages/],
  [
    "parts of another protocol",
    { messages: [{ role: "user", content: [{ type: "input_text", text: "x" }] }] },
    400,
    /Invalid value: 'input_text'/
  ],
  ["a user message without content", { messages: [{ role: "user" }] }, 400, /content/],
  ["max_tokens for a model that reasons", { model: "gpt-5", max_tokens: 10 }, 400, /max_completion_tokens/],
  ["temperature for a model that reasons", { model: "o3", temperature: 0.5 }, 400, /'temperature' is not supported/],
  ["an unknown parameter", { maxTokens: 1 }, 400, /Unknown parameter: 'maxTokens'/],
  ["stream_options without a stream", { stream: false, stream_options: {} }, 400, /stream_options/],
  ["too high a temperature", { temperature: 3 }, 400, /out of range/],
  [
    "a schema without a name",
    { response_format: { type: "json_schema", json_schema: { schema } } },
    400,
    /json_schema.name/
  ],
  ["a tool choice without tools", { tool_choice: "required" }, 400, /tool_choice/]
]

const open = { type: "object", properties: { a: { type: "integer", minimum: 1 } }, required: ["a"] }
const nested = {
  type: "object",
  properties: { list: { type: "array", items: open } },
  required: ["list"],
  additionalProperties: false
}
chatCases.push(
  [
    "a strict schema that is open inside",
    { response_format: { type: "json_schema", json_schema: { name: "n", strict: true, schema: nested } } },
    400,
    /additionalProperties/
  ]
)

const responsesCall = { type: "function_call", call_id: "c1", name: "f", arguments: "{}" }

const responsesCases: ReadonlyArray<Case> = [
  ["no model", { model: undefined }, 400, /'model'/],
  ["no input", { input: undefined }, 400, /'input'/],
  ["empty input", { input: [] }, 400, /empty array/],
  ["messages in place of input", { input: undefined, messages: [user] }, 400, /Unknown parameter: 'messages'/],
  ["a nested tool", { tools: [chatTool] }, 400, /tools\[0\].name/],
  [
    "an output without a call",
    { input: [{ type: "function_call_output", call_id: "c1", output: "1" }] },
    400,
    /No tool call found/
  ],
  ["a call without an output", { input: [user, responsesCall] }, 400, /No tool output found/],
  [
    "parts of another protocol",
    { input: [{ role: "user", content: [{ type: "text", text: "x" }] }] },
    400,
    /Invalid value: 'text'/
  ],
  [
    "reasoning that was not kept",
    {
      store: false,
      input: [user, { type: "reasoning", id: "rs_1", summary: [] }, { role: "assistant", content: "x" }]
    },
    404,
    /rs_1/
  ],
  [
    "reasoning that leads to nothing",
    { input: [user, { type: "reasoning", summary: [] }] },
    400,
    /required following item/
  ],
  ["too few tokens", { max_output_tokens: 1 }, 400, /max_output_tokens/],
  ["a schema without a name", { text: { format: { type: "json_schema", schema } } }, 400, /text.format.name/],
  [
    "a strict schema that is open",
    { text: { format: { type: "json_schema", name: "n", strict: true, schema: open } } },
    400,
    /additionalProperties/
  ],
  ["two ways to continue", { previous_response_id: "a", conversation: "b" }, 400, /mutually exclusive/]
]

const use = { role: "assistant", content: [{ type: "tool_use", id: "t1", name: "f", input: {} }] }
const result = { type: "tool_result", tool_use_id: "t1", content: "1" }

const messagesCases: ReadonlyArray<Case> = [
  ["no model", { model: undefined }, 400, /model: Field required/],
  ["no max_tokens", { max_tokens: undefined }, 400, /max_tokens: Field required/],
  ["no messages", { messages: undefined }, 400, /messages: Field required/],
  ["empty messages", { messages: [] }, 400, /at least one message/],
  ["a first message of the assistant", { messages: [{ role: "assistant", content: "x" }] }, 400, /first message/],
  ["two turns of one role", { messages: [user, user] }, 400, /roles must alternate/],
  [
    "a system message among the others",
    { messages: [user, { role: "system", content: "x" }] },
    400,
    /role .system. is not supported/
  ],
  ["empty text", { messages: [{ role: "user", content: [{ type: "text", text: "" }] }] }, 400, /non-empty/],
  [
    "a prefill that ends in a space",
    { messages: [user, { role: "assistant", content: "So " }] },
    400,
    /trailing whitespace/
  ],
  ["a result without a use", { messages: [{ role: "user", content: [result] }] }, 400, /unexpected tool_use_id/],
  ["a use without a result", { messages: [user, use, user] }, 400, /without tool_result/],
  [
    "a result after other content",
    { messages: [user, use, { role: "user", content: [{ type: "text", text: "x" }, result] }] },
    400,
    /must come before/
  ],
  [
    "thinking without its signature",
    { messages: [user, { role: "assistant", content: [{ type: "thinking", thinking: "x" }] }] },
    400,
    /signature/
  ],
  ["thinking with a temperature", { thinking: { type: "adaptive" }, temperature: 0.5 }, 400, /temperature/],
  ["too small a budget", { thinking: { type: "enabled", budget_tokens: 10 } }, 400, /1024/],
  ["temperature and top_p", { temperature: 0.5, top_p: 0.5 }, 400, /both/],
  ["a schema that is no object", { tools: [{ name: "f", input_schema: { type: "string" } }] }, 400, /'object'/],
  [
    "a union of parameters",
    { tools: [{ name: "f", input_schema: { type: "object", anyOf: [schema] } }] },
    400,
    /does not support oneOf, allOf, or anyOf/
  ],
  [
    "an open schema of a strict tool",
    { tools: [{ name: "f", strict: true, input_schema: open }] },
    400,
    /additionalProperties/
  ],
  ["an open schema", { output_config: { format: { type: "json_schema", schema: open } } }, 400, /additionalProperties/],
  [
    "a keyword that is not supported",
    { output_config: { format: { type: "json_schema", schema: { ...open, additionalProperties: false } } } },
    400,
    /'minimum' is not supported/
  ],
  ["an unknown parameter", { max_output_tokens: 1 }, 400, /Extra inputs/]
]

describe("requests are validated as the provider does", () => {
  it.live("by Chat Completions", () =>
    Effect.gen(function*() {
      const sim = yield* server
      for (const [what, more, status, message] of chatCases) {
        const response = yield* Raw.chat(sim.url, more)
        assert.strictEqual(response.status, status, what)
        assert.match(response.text, message, what)
        assert.deepStrictEqual(Object.keys(JSON.parse(response.text).error), ["message", "type", "param", "code"])
      }
      const good = { messages: [user, chatCall, { role: "tool", tool_call_id: "c1", content: "1" }], tools: [chatTool] }
      assert.strictEqual((yield* Raw.chat(sim.url, good)).status, 200)
    }))

  it.live("by the Responses API", () =>
    Effect.gen(function*() {
      const sim = yield* server
      for (const [what, more, status, message] of responsesCases) {
        const response = yield* Raw.responses(sim.url, more)
        assert.strictEqual(response.status, status, what)
        assert.match(response.text, message, what)
      }
      const good = {
        store: false,
        tools: [{ type: "function", name: "f", parameters: schema }],
        input: [
          user,
          { type: "reasoning", summary: [], encrypted_content: "e" },
          responsesCall,
          { type: "function_call_output", call_id: "c1", output: "1" }
        ]
      }
      assert.strictEqual((yield* Raw.responses(sim.url, good)).status, 200)
    }))

  it.live("by Anthropic's Messages", () =>
    Effect.gen(function*() {
      const sim = yield* server
      for (const [what, more, status, message] of messagesCases) {
        const response = yield* Raw.messages(sim.url, more)
        assert.strictEqual(response.status, status, what)
        assert.match(response.text, message, what)
        assert.deepInclude(JSON.parse(response.text), { type: "error", request_id: response.headers["request-id"] })
      }
      const good = { messages: [user, use, { role: "user", content: [result, { type: "text", text: "x" }] }] }
      assert.strictEqual((yield* Raw.messages(sim.url, good)).status, 200)
      const noVersion = yield* Raw.request(sim.url, { path: "/v1/messages", body: Raw.messagesBody() })
      assert.deepStrictEqual([noVersion.status, /anthropic-version/.test(noVersion.text)], [400, true])
    }))

  it.live("keys, routes, methods and bodies", () =>
    Effect.gen(function*() {
      const sim = yield* server
      const path = "/v1/chat/completions"
      const empty = yield* Raw.request(sim.url, { path, headers: { authorization: "Bearer " }, body: Raw.chatBody() })
      assert.strictEqual(empty.status, 401)
      assert.strictEqual((yield* Raw.request(sim.url, { path, body: "{" })).status, 400)
      assert.strictEqual((yield* Raw.request(sim.url, { path, body: "[]" })).status, 400)
      assert.strictEqual((yield* Raw.request(sim.url, { path, method: "GET" })).status, 405)
      const lost = yield* Raw.request(sim.url, { path: "/v1/nothing", body: {} })
      assert.strictEqual(lost.status, 404)
      assert.match(JSON.parse(lost.text).error.message, /Invalid URL \(POST \/v1\/nothing\)/)
      const headers = { "x-api-key": "k" }
      const lostAnthropic = yield* Raw.request(sim.url, { path: "/v1/nothing", headers, body: {} })
      assert.deepStrictEqual(JSON.parse(lostAnthropic.text).error, { type: "not_found_error", message: "Not Found" })
      yield* sim.setScenario({ requireKey: true })
      assert.strictEqual((yield* Raw.request(sim.url, { path, body: Raw.chatBody() })).status, 401)
      assert.strictEqual((yield* Raw.chat(sim.url)).status, 200)
      yield* sim.setScenario({ requireKey: "sk-other" })
      assert.strictEqual((yield* Raw.chat(sim.url)).status, 401)
      assert.strictEqual((yield* Raw.messages(sim.url)).status, 401)
    }))

  it.live("as closely as the scenario says", () =>
    Effect.gen(function*() {
      const sim = yield* server
      yield* sim.setScenario({ strictness: "dialect" })
      assert.strictEqual((yield* Raw.chat(sim.url, { top_k: 1 })).status, 200)
      assert.strictEqual((yield* Raw.chat(sim.url, { messages: [] })).status, 400)
      yield* sim.setScenario({ strictness: "off" })
      assert.strictEqual((yield* Raw.chat(sim.url, { messages: [] })).status, 200)
    }))

  it.live("rejects a request that is too large", () =>
    Effect.gen(function*() {
      const sim = yield* SimulatorServer.serve({ maxRequestBytes: 1000 })
      const response = yield* Raw.chat(sim.url, { messages: [{ role: "user", content: "x".repeat(2000) }] })
      assert.strictEqual(response.status, 413)
    }))
})
