/**
 * The bytes that the simulator writes as Cohere, as Ollama and for text completions, and the requests that it rejects,
 * without a client.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as Scenario from "../../../src/testing/simulator/scenario/Scenario.ts"
import * as SimulatorServer from "../../../src/testing/simulator/SimulatorServer.ts"
import { richCompletion } from "./Fixtures.ts"
import * as Raw from "./RawClient.ts"

const serve = (scenario: Scenario.Scenario = { completions: [richCompletion] }) =>
  SimulatorServer.serve({ scenario, seed: 7 })

const user = { role: "user", content: "Hello" }

const sender = (path: string, defaults: object) => (url: string, more: object = {}) =>
  Raw.request(url, { path, headers: { authorization: "Bearer k" }, body: { ...defaults, ...more } })

const cohere = sender("/v2/chat", { model: "command-a-03-2025", messages: [user], stream: true })
const ollama = sender("/api/chat", { model: "qwen3", messages: [user] })
const completions = sender("/v1/completions", { model: "gpt-3.5-turbo-instruct", prompt: "Once", stream: true })

const lines = (text: string): ReadonlyArray<Record<string, unknown>> =>
  text.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line))

type Case = readonly [what: string, more: object, message: RegExp]

describe("Cohere on the wire", () => {
  const message = (fields: object) => ({ delta: { message: fields } })
  const usage = {
    billed_units: { input_tokens: 50, output_tokens: 20 },
    tokens: { input_tokens: 100, output_tokens: 20, reasoning_tokens: 5 },
    cached_tokens: 60
  }
  const call = (id: string, name: string, text: string) => ({
    id,
    type: "function",
    function: { name, arguments: text }
  })

  it.live("streams named events, and a bare [DONE] after the last", () =>
    Effect.gen(function*() {
      const { url } = yield* serve()
      const { headers, text } = yield* cohere(url)
      assert.strictEqual(headers["content-type"], "text/event-stream; charset=utf-8")
      assert.match(headers["x-debug-trace-id"] ?? "", /^req_/)
      const expected = [
        {
          type: "message-start",
          id: "id_1",
          ...message({ role: "assistant", content: [], tool_plan: "", tool_calls: [], citations: [] })
        },
        { type: "content-start", index: 0, ...message({ content: { type: "thinking", thinking: "" } }) },
        { type: "content-delta", index: 0, ...message({ content: { thinking: "Let" } }) },
        { type: "content-delta", index: 0, ...message({ content: { thinking: " me" } }) },
        { type: "content-delta", index: 0, ...message({ content: { thinking: " think." } }) },
        { type: "content-end", index: 0 },
        { type: "content-start", index: 1, ...message({ content: { type: "text", text: "" } }) },
        { type: "content-delta", index: 1, ...message({ content: { text: "Hello" } }) },
        { type: "content-delta", index: 1, ...message({ content: { text: " there" } }) },
        { type: "content-end", index: 1 },
        { type: "tool-call-start", index: 0, ...message({ tool_calls: call("call_1", "weather", "") }) },
        { type: "tool-call-delta", index: 0, ...message({ tool_calls: { function: { arguments: "{\"city\":" } } }) },
        { type: "tool-call-delta", index: 0, ...message({ tool_calls: { function: { arguments: "\"Oslo\"}" } } }) },
        { type: "tool-call-end", index: 0 },
        { type: "tool-call-start", index: 1, ...message({ tool_calls: call("call_2", "time", "") }) },
        { type: "tool-call-end", index: 1 },
        { type: "message-end", delta: { finish_reason: "TOOL_CALL", usage } }
      ]
      assert.deepStrictEqual<unknown>(Raw.data(text), [...expected, "[DONE]"])
      assert.deepStrictEqual(Raw.names(text), expected.map(({ type }) => type))
    }))

  it.live("sends one body without streaming, and interleaves tool calls by quirk", () =>
    Effect.gen(function*() {
      const simulator = yield* serve({
        completions: [{ ...richCompletion, quirks: { toolPlan: true } }, {
          ...richCompletion,
          quirks: { interleaveToolCalls: true }
        }]
      })
      assert.deepStrictEqual(JSON.parse((yield* cohere(simulator.url, { stream: false })).text), {
        id: "id_1",
        message: {
          role: "assistant",
          tool_plan: "Let me think.",
          content: [{ type: "text", text: "Hello there" }],
          tool_calls: [call("call_1", "weather", "{\"city\":\"Oslo\"}"), call("call_2", "time", "{}")]
        },
        finish_reason: "TOOL_CALL",
        usage
      })
      const names = Raw.names((yield* cohere(simulator.url)).text)
      assert.deepStrictEqual(names.filter((name) => name.startsWith("tool-call")), [
        "tool-call-start",
        "tool-call-start",
        "tool-call-delta",
        "tool-call-end",
        "tool-call-delta",
        "tool-call-end"
      ])
    }))

  it.live("sends citations within their block", () =>
    Effect.gen(function*() {
      const cited = Scenario.text("It was Matz.", [
        { url: "https://a.test/", title: "A", citedText: "Matz made it.", start: 7, end: 11 }
      ])
      const { url } = yield* serve({ completions: [{ parts: [cited] }] })
      const { text } = yield* cohere(url)
      assert.deepStrictEqual(Raw.names(text).slice(-4), [
        "citation-start",
        "citation-end",
        "content-end",
        "message-end"
      ])
      assert.deepInclude(Raw.data(text), {
        type: "citation-start",
        index: 0,
        ...message({
          citations: {
            start: 7,
            end: 11,
            text: "Matz",
            sources: [{
              type: "document",
              id: "doc:0",
              document: { id: "doc:0", title: "A", url: "https://a.test/", text: "Matz made it." }
            }],
            type: "TEXT_CONTENT",
            content_index: 0
          }
        })
      })
    }))

  const call1 = { role: "assistant", tool_calls: [call("c1", "f", "{}")] }
  const tool = { type: "function", function: { name: "f", parameters: { type: "object", properties: {} } } }
  const cases: ReadonlyArray<Case> = [
    ["no model", { model: undefined }, /model is required/],
    ["no messages", { messages: [] }, /messages must not be empty/],
    ["a field that there is not", { top_p: 0.5 }, /unknown field: parameter 'top_p'/],
    ["a role that there is not", { messages: [{ role: "developer", content: "a" }] }, /not a valid role/],
    ["an empty list of blocks", { messages: [{ role: "user", content: [] }] }, /must not be empty/],
    [
      "a block of another role",
      { messages: [{ role: "user", content: [{ type: "thinking", thinking: "a" }] }] },
      /not allowed/
    ],
    ["an image that is no URL", {
      messages: [{ role: "user", content: [{ type: "image_url", image_url: { url: "QUJD" } }] }]
    }, /is not a URL/],
    ["text beside calls", { messages: [user, { ...call1, content: "Hm." }] }, /text content is not allowed/],
    ["arguments that are no text", {
      messages: [user, {
        role: "assistant",
        tool_calls: [{ id: "c", type: "function", function: { name: "f", arguments: {} } }]
      }]
    }, /arguments' must be a string/],
    ["a result without a call", { messages: [user, { role: "tool", tool_call_id: "x", content: "1" }] }, /not found/],
    ["a call without a result", { messages: [user, call1, user] }, /all tool calls must be answered/],
    ["a choice that there is not", { tools: [tool], tool_choice: "auto" }, /'REQUIRED', 'NONE'/],
    ["a choice without tools", { tool_choice: "NONE" }, /when tools are/],
    ["a tool without parameters", { tools: [{ type: "function", function: { name: "f" } }] }, /of type object/],
    ["a format that there is not", { response_format: { type: "json_schema" } }, /response_format.type/],
    ["a format beside tools", { tools: [tool], response_format: { type: "json_object" } }, /not supported with tools/],
    ["numbers out of range", { p: 1 }, /p must be between/],
    ["too many stop sequences", { stop_sequences: ["a", "b", "c", "d", "e", "f"] }, /at most 5/],
    ["thinking that there is not", { thinking: { type: "adaptive" } }, /thinking.type/],
    ["a budget of nothing", { thinking: { type: "enabled", token_budget: 0 } }, /token_budget/]
  ]

  it.live.each(cases)("rejects %s", ([, more, expected]) =>
    Effect.gen(function*() {
      const { url } = yield* serve({})
      const { status, text } = yield* cohere(url, more)
      assert.strictEqual(status, 400)
      const { id, message } = JSON.parse(text)
      assert.match(id, /^req_/)
      assert.match(message, expected)
    }))

  it.live("accepts valid requests, and every request with strictness off", () =>
    Effect.gen(function*() {
      const simulator = yield* serve({})
      const rich = {
        messages: [
          { role: "system", content: "Be kind." },
          {
            role: "user",
            content: [{ type: "text", text: "a" }, { type: "image_url", image_url: { url: "https://a.test/" } }]
          },
          { ...call1, tool_plan: "Hm.", content: [{ type: "thinking", thinking: "Hm." }] },
          { role: "tool", tool_call_id: "c1", content: [{ type: "document", document: { data: { a: "b" } } }] }
        ],
        tools: [tool],
        tool_choice: "REQUIRED",
        thinking: { type: "enabled", token_budget: 10 },
        documents: ["a"],
        p: 0.5,
        k: 0
      }
      assert.strictEqual((yield* cohere(simulator.url, rich)).status, 200)
      yield* simulator.setScenario({ strictness: "dialect" })
      assert.strictEqual((yield* cohere(simulator.url, { top_p: 1 })).status, 200)
      yield* simulator.setScenario({ strictness: "off" })
      assert.strictEqual((yield* cohere(simulator.url, { messages: [] })).status, 200)
    }))

  it.live("sends the rate limit of a trial key, and retry-after", () =>
    Effect.gen(function*() {
      const { url } = yield* serve({
        completions: [{
          rateLimits: { requests: { limit: 20, remaining: 0, resetMillis: 1000 } },
          faults: [{ _tag: "ProviderError", kind: "rate-limit", retryAfterMillis: 1500 }]
        }]
      })
      const { headers, status } = yield* cohere(url)
      assert.strictEqual(status, 429)
      assert.deepInclude(headers, {
        "retry-after": "2",
        "x-trial-endpoint-call-limit": "20",
        "x-trial-endpoint-call-remaining": "0"
      })
    }))
})

describe("Ollama on the wire", () => {
  const line = (message: object, done = false) => ({
    model: "model-1",
    message: { role: "assistant", content: "", ...message },
    done
  })
  const call = (index: number, id: string, name: string, value: object) => ({
    tool_calls: [{ id, function: { index, name, arguments: value } }]
  })

  it.live("streams lines by default, with whole tool calls", () =>
    Effect.gen(function*() {
      const { url } = yield* serve()
      const { headers, text } = yield* ollama(url)
      assert.strictEqual(headers["content-type"], "application/x-ndjson")
      const times: Array<string> = []
      const untimed = lines(text).map(({ created_at: time, ...rest }) => {
        times.push(String(time))
        return rest
      })
      assert.deepStrictEqual<unknown>(untimed, [
        line({ thinking: "Let" }),
        line({ thinking: " me" }),
        line({ thinking: " think." }),
        line({ content: "Hello" }),
        line({ content: " there" }),
        line(call(0, "call_1", "weather", { city: "Oslo" })),
        line(call(1, "call_2", "time", {})),
        {
          ...line({}, true),
          done_reason: "stop",
          total_duration: 1_164_764_583,
          load_duration: 4_037_291,
          prompt_eval_count: 100,
          prompt_eval_duration: 565_000_000,
          eval_count: 20,
          eval_duration: 594_000_000
        }
      ])
      assert.deepStrictEqual(times, times.toSorted())
      assert.strictEqual(new Set(times).size, times.length)
    }))

  it.live("sends one body without streaming, and without ids and usage by quirk", () =>
    Effect.gen(function*() {
      const { url } = yield* serve({
        completions: [{ ...richCompletion, quirks: { toolIds: "missing", usage: "none" } }]
      })
      const body = JSON.parse((yield* ollama(url, { stream: false })).text)
      assert.deepStrictEqual(body.message, {
        role: "assistant",
        content: "Hello there",
        thinking: "Let me think.",
        tool_calls: [
          { function: { name: "weather", arguments: { city: "Oslo" } } },
          { function: { name: "time", arguments: {} } }
        ]
      })
      assert.deepInclude(body, { done: true, done_reason: "stop" })
      assert.notProperty(body, "eval_count")
    }))

  it.live("only loads the model without messages", () =>
    Effect.gen(function*() {
      const { url } = yield* serve()
      const [only, ...others] = lines((yield* ollama(url, { messages: undefined })).text)
      assert.deepInclude(only, { done: true, done_reason: "load" })
      assert.deepStrictEqual(others, [])
    }))

  const cases: ReadonlyArray<Case> = [
    ["no model", { model: undefined }, /model is required/],
    ["messages that are none", { messages: {} }, /cannot unmarshal object into Go struct field ChatRequest.messages/],
    ["a role that there is not", { messages: [{ role: "developer", content: "a" }] }, /invalid role: developer/],
    ["content in parts", { messages: [{ role: "user", content: [{ type: "text", text: "a" }] }] }, /unmarshal array/],
    ["an image by URL", { messages: [{ ...user, images: ["https://a.test/"] }] }, /illegal base64 data/],
    [
      "an image with what a URL has before it",
      { messages: [{ ...user, images: ["data:image/png;base64,QUJD"] }] },
      /base64/
    ],
    ["arguments that are text", {
      messages: [{ role: "assistant", content: "", tool_calls: [{ function: { name: "f", arguments: "{}" } }] }]
    }, /unmarshal string into Go struct field .*arguments/],
    ["a call without a name", {
      messages: [{ role: "assistant", content: "", tool_calls: [{ function: { arguments: {} } }] }]
    }, /no function name/],
    ["thinking that there is not", { think: "xhigh" }, /invalid think value: "xhigh"/],
    ["a format that there is not", { format: "yaml" }, /invalid format: "yaml"/],
    ["a tool without a name", { tools: [{ type: "function", function: {} }] }, /no function name/],
    ["a stream that is text", { stream: "yes" }, /unmarshal string into Go struct field ChatRequest.stream/],
    ["options that are none", { options: [] }, /ChatRequest.options/],
    ["one text to stop at", { options: { stop: "END" } }, /option "stop" must be of type array/],
    ["a limit that is none", { options: { num_predict: "9" } }, /option "num_predict" must be of type integer/]
  ]

  it.live.each(cases)("rejects %s", ([, more, expected]) =>
    Effect.gen(function*() {
      const { url } = yield* serve({})
      const { status, text } = yield* ollama(url, more)
      assert.strictEqual(status, 400)
      assert.match(JSON.parse(text).error, expected)
    }))

  it.live("ignores unknown fields", () =>
    Effect.gen(function*() {
      const { url } = yield* serve({})
      assert.strictEqual((yield* ollama(url, { tool_choice: "auto" })).status, 200)
    }))

  it.live("describes its models, and rejects other methods", () =>
    Effect.gen(function*() {
      const { url } = yield* serve({ models: ["qwen3"], requireKey: "k" })
      const get = (path: string, headers = {}) => Raw.request(url, { path, method: "GET", headers })
      const authorized = { authorization: "Bearer k" }
      assert.deepStrictEqual(JSON.parse((yield* get("/api/tags", authorized)).text).models[0].name, "qwen3")
      assert.strictEqual((yield* get("/api/tags")).status, 401)
      const wrong = yield* get("/api/show", authorized)
      assert.deepStrictEqual([wrong.status, JSON.parse(wrong.text)], [405, { error: "method not allowed" }])
      const pulled = yield* Raw.request(url, { path: "/api/pull", headers: authorized, body: { model: "qwen3" } })
      assert.strictEqual(pulled.headers["content-type"], "application/x-ndjson")
      assert.deepStrictEqual(lines(pulled.text).at(-1), { status: "success" })
    }))

  it.live("keeps the connection alive with blank lines", () =>
    Effect.gen(function*() {
      const { url } = yield* serve({ completions: [richCompletion], faults: [{ _tag: "KeepAlive", every: 1 }] })
      const { text } = yield* ollama(url)
      assert.strictEqual(text.split("\n\n").length, lines(text).length + 1)
    }))
})

describe("text completions on the wire", () => {
  const base = { id: "id_1", object: "text_completion", created: 1767225600, model: "model-1" }
  const chunk = (text: string, reason: string | null = null) => ({
    ...base,
    choices: [{ text, index: 0, logprobs: null, finish_reason: reason }],
    usage: null
  })

  it.live("streams only text", () =>
    Effect.gen(function*() {
      const { url } = yield* serve()
      const { text } = yield* completions(url, { stream_options: { include_usage: true } })
      assert.deepStrictEqual(Raw.data(text), [
        chunk("Hello"),
        chunk(" there"),
        chunk("", "stop"),
        { ...base, choices: [], usage: { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 } },
        "[DONE]"
      ])
    }))

  it.live("serves the path of fill-in-the-middle requests", () =>
    Effect.gen(function*() {
      const { url } = yield* serve()
      const body = { model: "codestral-latest", prompt: "a", suffix: "b" }
      const { text } = yield* Raw.request(url, { path: "/v1/fim/completions", body })
      assert.strictEqual(JSON.parse(text).choices[0].text, "Hello there")
    }))

  const cases: ReadonlyArray<Case> = [
    ["no prompt", { prompt: undefined }, /Missing required parameter: 'prompt'/],
    ["a prompt that is none", { prompt: {} }, /Invalid type for 'prompt'/],
    ["messages", { messages: [user] }, /Unknown parameter: 'messages'/],
    ["tools", { tools: [] }, /Unknown parameter: 'tools'/],
    ["a suffix that is none", { suffix: 1 }, /Invalid type for 'suffix'/],
    ["an echo beside a suffix", { suffix: "a", echo: true }, /Cannot specify both/],
    ["usage where nothing is streamed", { stream: false, stream_options: { include_usage: true } }, /only allowed/],
    ["too many stop sequences", { stop: ["a", "b", "c", "d", "e"] }, /array too long/]
  ]

  it.live.each(cases)("rejects %s", ([, more, expected]) =>
    Effect.gen(function*() {
      const { url } = yield* serve({})
      const { status, text } = yield* completions(url, more)
      assert.strictEqual(status, 400)
      assert.match(JSON.parse(text).error.message, expected)
    }))
})
