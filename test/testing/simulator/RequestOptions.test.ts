import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as Scenario from "../../../src/testing/simulator/scenario/Scenario.ts"
import * as SimulatorServer from "../../../src/testing/simulator/SimulatorServer.ts"
import { isObject, isValid, type Json, type JsonObject, list } from "../../support/schemas/Validate.ts"
import * as Raw from "./RawClient.ts"

const schema = {
  type: "object",
  properties: { city: { type: "string", enum: ["Oslo", "Rome"] }, days: { type: "integer" } },
  required: ["city", "days"],
  additionalProperties: false
}

const other = { type: "object", properties: { id: { type: "string" } }, required: ["id"] }

/** What a whole body says, without the protocol that says it. */
interface Seen {
  readonly text: string
  readonly finish: Json | undefined
  readonly calls: ReadonlyArray<{ readonly name: string; readonly input: Json | undefined }>
  readonly outputTokens: Json | undefined
}

interface Protocol {
  readonly name: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: object
  readonly read: (body: Json) => Seen
  readonly limit: (tokens: number) => object
  readonly stop?: (text: string) => object
  readonly tools: JsonObject
  readonly choose: Readonly<Record<"none" | "required" | "named", JsonObject | undefined>>
  readonly structured: object
  readonly finishes: { readonly length: string; readonly stop: string; readonly sequence: string }
}

const bearer = { authorization: "Bearer sk-test" }

const functions = (wrap: boolean) =>
  [{ name: "lookup", parameters: other }, { name: "weather", parameters: schema }].map((declared) =>
    wrap ? { type: "function", function: declared } : Object.assign({ type: "function" }, declared)
  )

/** Returns the value at a path of names and positions. */
const at = (value: Json | undefined, ...path: ReadonlyArray<string | number>): Json | undefined =>
  path.reduce<Json | undefined>(
    (found, key) => typeof key === "number" ? list(found)[key] : isObject(found) ? found[key] : undefined,
    value
  )

const textAt = (value: Json | undefined, ...path: ReadonlyArray<string | number>): string => {
  const found = at(value, ...path)
  return typeof found === "string" ? found : ""
}

const listAt = (value: Json | undefined, ...path: ReadonlyArray<string | number>) => list(at(value, ...path))

const typed = (values: ReadonlyArray<Json>, type: string) => values.filter((value) => at(value, "type") === type)

const protocols: ReadonlyArray<Protocol> = [
  {
    name: "openai-chat",
    path: "/v1/chat/completions",
    headers: bearer,
    body: { model: "gpt-4o", messages: [{ role: "user", content: "json" }] },
    read: (body) => ({
      text: textAt(body, "choices", 0, "message", "content"),
      finish: at(body, "choices", 0, "finish_reason"),
      calls: listAt(body, "choices", 0, "message", "tool_calls").map((call) => ({
        name: textAt(call, "function", "name"),
        input: JSON.parse(textAt(call, "function", "arguments"))
      })),
      outputTokens: at(body, "usage", "completion_tokens")
    }),
    limit: (max_completion_tokens) => ({ max_completion_tokens }),
    stop: (stop) => ({ stop }),
    tools: { tools: functions(true) },
    choose: {
      none: { tool_choice: "none" },
      required: { tool_choice: "required" },
      named: { tool_choice: { type: "function", function: { name: "weather" } } }
    },
    structured: { response_format: { type: "json_schema", json_schema: { name: "n", schema, strict: true } } },
    finishes: { length: "length", stop: "stop", sequence: "stop" }
  },
  {
    name: "openai-responses",
    path: "/v1/responses",
    headers: bearer,
    body: { model: "gpt-4o", input: "json" },
    read: (body) => ({
      text: typed(listAt(body, "output"), "message").flatMap((item) => listAt(item, "content"))
        .map((part) => textAt(part, "text")).join(""),
      finish: at(body, "incomplete_details", "reason") ?? at(body, "status"),
      calls: typed(listAt(body, "output"), "function_call").map((call) => ({
        name: textAt(call, "name"),
        input: JSON.parse(textAt(call, "arguments"))
      })),
      outputTokens: at(body, "usage", "output_tokens")
    }),
    limit: (max_output_tokens) => ({ max_output_tokens }),
    tools: { tools: functions(false) },
    choose: {
      none: { tool_choice: "none" },
      required: { tool_choice: "required" },
      named: { tool_choice: { type: "function", name: "weather" } }
    },
    structured: { text: { format: { type: "json_schema", name: "n", schema, strict: true } } },
    finishes: { length: "max_output_tokens", stop: "completed", sequence: "completed" }
  },
  {
    name: "anthropic-messages",
    path: "/v1/messages",
    headers: { "x-api-key": "sk-test", "anthropic-version": "2023-06-01" },
    body: { model: "claude-sonnet-4-5", max_tokens: 1000, messages: [{ role: "user", content: "json" }] },
    read: (body) => ({
      text: typed(listAt(body, "content"), "text").map((part) => textAt(part, "text")).join(""),
      finish: at(body, "stop_reason"),
      calls: typed(listAt(body, "content"), "tool_use").map((call) => ({
        name: textAt(call, "name"),
        input: at(call, "input")
      })),
      outputTokens: at(body, "usage", "output_tokens")
    }),
    limit: (max_tokens) => ({ max_tokens }),
    stop: (text) => ({ stop_sequences: [text] }),
    tools: { tools: [{ name: "lookup", input_schema: other }, { name: "weather", input_schema: schema }] },
    choose: {
      none: { tool_choice: { type: "none" } },
      required: { tool_choice: { type: "any" } },
      named: { tool_choice: { type: "tool", name: "weather" } }
    },
    structured: { output_config: { format: { type: "json_schema", schema } } },
    finishes: { length: "max_tokens", stop: "end_turn", sequence: "stop_sequence" }
  },
  {
    name: "bedrock-converse",
    path: "/model/anthropic.claude-sonnet-4-5/converse",
    headers: bearer,
    body: { messages: [{ role: "user", content: [{ text: "json" }] }] },
    read: (body) => ({
      text: listAt(body, "output", "message", "content").map((part) => textAt(part, "text")).join(""),
      finish: at(body, "stopReason"),
      calls: listAt(body, "output", "message", "content").filter((part) => at(part, "toolUse") !== undefined)
        .map((part) => ({ name: textAt(part, "toolUse", "name"), input: at(part, "toolUse", "input") })),
      outputTokens: at(body, "usage", "outputTokens")
    }),
    limit: (maxTokens) => ({ inferenceConfig: { maxTokens } }),
    stop: (text) => ({ inferenceConfig: { stopSequences: [text] } }),
    tools: {
      toolConfig: {
        tools: [
          { toolSpec: { name: "lookup", inputSchema: { json: other } } },
          { toolSpec: { name: "weather", inputSchema: { json: schema } } }
        ]
      }
    },
    choose: {
      none: undefined,
      required: { toolChoice: { any: {} } },
      named: { toolChoice: { tool: { name: "weather" } } }
    },
    structured: {
      outputConfig: {
        textFormat: { type: "json_schema", structure: { jsonSchema: { name: "n", schema: JSON.stringify(schema) } } }
      }
    },
    finishes: { length: "max_tokens", stop: "end_turn", sequence: "stop_sequence" }
  },
  {
    name: "gemini",
    path: "/v1beta/models/gemini-2.5-flash:generateContent",
    headers: { "x-goog-api-key": "k" },
    body: { contents: [{ role: "user", parts: [{ text: "json" }] }] },
    read: (body) => ({
      text: listAt(body, "candidates", 0, "content", "parts").map((part) => textAt(part, "text")).join(""),
      finish: at(body, "candidates", 0, "finishReason"),
      calls: listAt(body, "candidates", 0, "content", "parts").filter((part) => at(part, "functionCall") !== undefined)
        .map((part) => ({ name: textAt(part, "functionCall", "name"), input: at(part, "functionCall", "args") })),
      outputTokens: Number(at(body, "usageMetadata", "totalTokenCount")) -
        Number(at(body, "usageMetadata", "promptTokenCount"))
    }),
    limit: (maxOutputTokens) => ({ generationConfig: { maxOutputTokens } }),
    stop: (text) => ({ generationConfig: { stopSequences: [text] } }),
    tools: {
      tools: [{
        functionDeclarations: [
          { name: "lookup", parametersJsonSchema: other },
          { name: "weather", parametersJsonSchema: schema }
        ]
      }]
    },
    choose: {
      none: { toolConfig: { functionCallingConfig: { mode: "NONE" } } },
      required: { toolConfig: { functionCallingConfig: { mode: "ANY" } } },
      named: { toolConfig: { functionCallingConfig: { mode: "ANY", allowedFunctionNames: ["weather"] } } }
    },
    structured: { generationConfig: { responseMimeType: "application/json", responseJsonSchema: schema } },
    finishes: { length: "MAX_TOKENS", stop: "STOP", sequence: "STOP" }
  },
  {
    name: "gemini-interactions",
    path: "/v1beta/interactions",
    headers: { "x-goog-api-key": "k" },
    body: { model: "gemini-2.5-flash", input: "json" },
    read: (body) => ({
      text: typed(listAt(body, "steps"), "model_output").flatMap((step) => listAt(step, "content"))
        .map((part) => textAt(part, "text")).join(""),
      finish: at(body, "status"),
      calls: typed(listAt(body, "steps"), "function_call").map((call) => ({
        name: textAt(call, "name"),
        input: at(call, "arguments")
      })),
      outputTokens: Number(at(body, "usage", "total_output_tokens")) +
        Number(at(body, "usage", "total_thought_tokens") ?? 0)
    }),
    limit: (max_output_tokens) => ({ generation_config: { max_output_tokens } }),
    stop: (text) => ({ generation_config: { stop_sequences: [text] } }),
    tools: { tools: functions(false) },
    choose: {
      none: { generation_config: { tool_choice: "none" } },
      required: { generation_config: { tool_choice: "any" } },
      named: { generation_config: { tool_choice: { allowed_tools: { mode: "any", tools: ["weather"] } } } }
    },
    structured: { response_format: [{ type: "text", mime_type: "application/json", schema }] },
    finishes: { length: "incomplete", stop: "completed", sequence: "completed" }
  },
  {
    name: "cohere",
    path: "/v2/chat",
    headers: bearer,
    body: { model: "command-a-03-2025", messages: [{ role: "user", content: "json" }] },
    read: (body) => ({
      text: typed(listAt(body, "message", "content"), "text").map((part) => textAt(part, "text")).join(""),
      finish: at(body, "finish_reason"),
      calls: listAt(body, "message", "tool_calls").map((call) => ({
        name: textAt(call, "function", "name"),
        input: JSON.parse(textAt(call, "function", "arguments"))
      })),
      outputTokens: at(body, "usage", "tokens", "output_tokens")
    }),
    limit: (max_tokens) => ({ max_tokens }),
    stop: (text) => ({ stop_sequences: [text] }),
    tools: { tools: functions(true) },
    choose: { none: { tool_choice: "NONE" }, required: { tool_choice: "REQUIRED" }, named: undefined },
    structured: { response_format: { type: "json_object", json_schema: schema } },
    finishes: { length: "MAX_TOKENS", stop: "COMPLETE", sequence: "STOP_SEQUENCE" }
  },
  {
    name: "ollama",
    path: "/api/chat",
    headers: {},
    body: { model: "llama3", stream: false, messages: [{ role: "user", content: "json" }] },
    read: (body) => ({
      text: textAt(body, "message", "content"),
      finish: at(body, "done_reason"),
      calls: listAt(body, "message", "tool_calls").map((call) => ({
        name: textAt(call, "function", "name"),
        input: at(call, "function", "arguments")
      })),
      outputTokens: at(body, "eval_count")
    }),
    limit: (num_predict) => ({ options: { num_predict } }),
    stop: (text) => ({ options: { stop: [text] } }),
    tools: { tools: functions(true) },
    choose: { none: undefined, required: undefined, named: undefined },
    structured: { format: schema },
    finishes: { length: "length", stop: "stop", sequence: "stop" }
  }
]

/** Puts a choice beside the tools, wherever the protocol has them. */
const merge = (tools: JsonObject, choice: JsonObject): JsonObject =>
  isObject(tools["toolConfig"]) && choice["toolConfig"] === undefined
    ? { toolConfig: { ...tools["toolConfig"], ...choice } }
    : { ...tools, ...choice }

const ask = Effect.fnUntraced(function*(url: string, { body, headers, path, read }: Protocol, more: object) {
  const response = yield* Raw.request(url, { path, headers, body: { ...body, ...more } })
  assert.strictEqual(response.status, 200, response.text)
  return read(JSON.parse(response.text))
})

describe("the default completion obeys the request", () => {
  for (const protocol of protocols) {
    const { choose, finishes, limit, name, stop, structured, tools } = protocol
    const serve = SimulatorServer.serve({ seed: 7 })

    it.live(`${name}: a limit cuts the output`, () =>
      Effect.gen(function*() {
        const { url } = yield* serve
        const whole = yield* ask(url, protocol, {})
        const cut = yield* ask(url, protocol, limit(20))
        assert.strictEqual(whole.finish, finishes.stop)
        assert.strictEqual(cut.finish, finishes.length)
        assert.strictEqual(cut.outputTokens, 20)
        assert.isAbove(cut.text.length, 10)
        assert.isTrue(whole.text.startsWith(cut.text) && whole.text !== cut.text)
        const roomy = yield* ask(url, protocol, limit(Number(whole.outputTokens)))
        assert.deepStrictEqual([roomy.finish, roomy.text], [finishes.stop, whole.text])
      }))

    if (stop !== undefined) {
      it.live(`${name}: the output ends before a stop sequence`, () =>
        Effect.gen(function*() {
          const { url } = yield* serve
          const stopped = yield* ask(url, protocol, stop(", and"))
          assert.strictEqual(stopped.text, "This text comes from a simulator")
          assert.strictEqual(stopped.finish, finishes.sequence)
          assert.strictEqual((yield* ask(url, protocol, stop("not in it"))).finish, finishes.stop)
        }))
    }

    it.live(`${name}: tools are called as the choice demands, with arguments that fit`, () =>
      Effect.gen(function*() {
        const { url } = yield* serve
        const free = yield* ask(url, protocol, tools)
        assert.deepStrictEqual(free.calls.map((call) => call.name), ["lookup"])
        assert.isTrue(isValid(other, other, free.calls[0]?.input ?? null))
        for (const [mode, choice] of Object.entries(choose)) {
          if (choice === undefined) continue
          const { calls, finish } = yield* ask(url, protocol, merge(tools, choice))
          const [call] = calls
          if (mode === "none") {
            assert.deepStrictEqual([calls, finish], [[], finishes.stop])
            continue
          }
          assert.strictEqual(call?.name, mode === "named" ? "weather" : "lookup")
          const chosen = mode === "named" ? schema : other
          assert.isTrue(isValid(chosen, chosen, call?.input ?? null), JSON.stringify(call))
        }
      }))

    it.live(`${name}: structured output fits the schema`, () =>
      Effect.gen(function*() {
        const { url } = yield* serve
        const { finish, text } = yield* ask(url, protocol, structured)
        assert.isTrue(isValid(schema, schema, JSON.parse(text)), text)
        assert.strictEqual(finish, finishes.stop)
      }))

    it.live(`${name}: a scripted completion wins over the request`, () =>
      Effect.gen(function*() {
        const { url } = yield* SimulatorServer.serve({
          scenario: { completions: [{ parts: [Scenario.text("One two three")], usage: { input: 1, output: 3 } }] }
        })
        const { finish, text } = yield* ask(url, protocol, { ...limit(16), ...tools })
        assert.deepStrictEqual([text, finish], ["One two three", finishes.stop])
      }))
  }
})
