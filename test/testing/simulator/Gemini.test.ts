/**
 * The bytes that the simulator writes as Google, and the requests that it rejects, without a client.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as Scenario from "../../../src/testing/simulator/scenario/Scenario.ts"
import * as SimulatorServer from "../../../src/testing/simulator/SimulatorServer.ts"
import { richCompletion } from "./Fixtures.ts"
import * as Raw from "./RawClient.ts"

const serve = (scenario: Scenario.Scenario = { completions: [richCompletion] }) =>
  SimulatorServer.serve({ scenario, seed: 7 })

const user = (...parts: ReadonlyArray<object>) => ({ role: "user", parts })
const model = (...parts: ReadonlyArray<object>) => ({ role: "model", parts })
const hello = user({ text: "Hello" })

const send = (url: string, more: object = {}, options: { readonly method?: string; readonly model?: string } = {}) =>
  Raw.request(url, {
    path: `/v1beta/models/${options.model ?? "gemini-2.5-flash"}:${options.method ?? "streamGenerateContent?alt=sse"}`,
    headers: { "x-goog-api-key": "g" },
    body: { contents: [hello], ...more }
  })

const thoughts = { generationConfig: { thinkingConfig: { includeThoughts: true } } }

const early = {
  promptTokenCount: 100,
  cachedContentTokenCount: 60,
  promptTokensDetails: [{ modality: "TEXT", tokenCount: 100 }],
  totalTokenCount: 100
}
const late = { ...early, candidatesTokenCount: 15, totalTokenCount: 120, thoughtsTokenCount: 5 }

const response = (parts: ReadonlyArray<object>, more: object = {}, usageMetadata: object = early) => ({
  candidates: [{ content: { parts, role: "model" }, ...more, index: 0 }],
  usageMetadata,
  modelVersion: "model-1",
  responseId: "id_1"
})

const streamed = [
  response([{ text: "Let", thought: true }]),
  response([{ text: " me", thought: true }]),
  response([{ text: " think.", thought: true }]),
  response([{ text: "Hello" }]),
  response([{ text: " there" }]),
  response([{ functionCall: { id: "call_1", name: "weather", args: { city: "Oslo" } }, thoughtSignature: "sig" }]),
  response([{ functionCall: { id: "call_2", name: "time", args: {} } }]),
  response([{ text: "" }], { finishReason: "STOP" }, late)
]

describe("Gemini on the wire", () => {
  it.live("streams events without a terminator, and thoughts only on request", () =>
    Effect.gen(function*() {
      const sim = yield* serve()
      const { headers, text } = yield* send(sim.url, thoughts)
      assert.strictEqual(headers["content-type"], "text/event-stream; charset=utf-8")
      assert.deepStrictEqual<unknown>(Raw.data(text), streamed)
      assert.deepStrictEqual<unknown>(Raw.data((yield* send(sim.url)).text), streamed.slice(3))
    }))

  it.live("streams one array without alt=sse", () =>
    Effect.gen(function*() {
      const sim = yield* serve()
      const { headers, text } = yield* send(sim.url, thoughts, { method: "streamGenerateContent" })
      assert.strictEqual(headers["content-type"], "application/json; charset=UTF-8")
      assert.match(text, /^\[\{/)
      assert.match(text, /\}\n,\n\{/)
      assert.match(text, /\}\n\]$/)
      assert.deepStrictEqual<unknown>(JSON.parse(text), streamed)
    }))

  it.live("sends one body without streaming, with the signature on the next part", () =>
    Effect.gen(function*() {
      const sim = yield* serve()
      const calls = [
        { functionCall: { id: "call_1", name: "weather", args: { city: "Oslo" } }, thoughtSignature: "sig" },
        { functionCall: { id: "call_2", name: "time", args: {} } }
      ]
      const whole = JSON.parse((yield* send(sim.url, thoughts, { method: "generateContent" })).text)
      assert.deepStrictEqual(
        whole,
        response(
          [{ text: "Let me think.", thought: true }, { text: "Hello there" }, ...calls],
          { finishReason: "STOP" },
          late
        )
      )
      yield* sim.setScenario({
        completions: [{ parts: [Scenario.reasoning("Hm.", { signature: "s" }), Scenario.text("Hi")] }]
      })
      const text = JSON.parse((yield* send(sim.url, {}, { method: "generateContent" })).text)
      assert.deepStrictEqual(text.candidates[0].content.parts, [{ text: "Hi", thoughtSignature: "s" }])
      assert.include((yield* send(sim.url)).text, "{\"text\":\"\",\"thoughtSignature\":\"s\"}")
    }))

  it.live("streams the arguments of tool calls in pieces on request", () =>
    Effect.gen(function*() {
      const sim = yield* serve({
        completions: [{ parts: [Scenario.toolCall("f", { a: [{ b: "one two three" }, null], "c d": 1, e: true })] }]
      })
      const { text } = yield* send(sim.url, {
        toolConfig: { functionCallingConfig: { streamFunctionCallArguments: true } }
      })
      const pieces = Raw.data(text).slice(0, -1).map((event) =>
        JSON.parse(JSON.stringify(event)).candidates[0].content.parts[0].functionCall
      )
      const piece = (argument: object) => ({ partialArgs: [argument], willContinue: true })
      assert.deepStrictEqual(pieces, [
        { name: "f", willContinue: true },
        piece({ jsonPath: "$.a[0].b", stringValue: "one two thre", willContinue: true }),
        piece({ jsonPath: "$.a[0].b", stringValue: "e", willContinue: true }),
        piece({ jsonPath: "$.a[0].b", stringValue: "" }),
        piece({ jsonPath: "$.a[1]", nullValue: null }),
        piece({ jsonPath: "$[\"c d\"]", numberValue: 1 }),
        piece({ jsonPath: "$.e", boolValue: true }),
        {}
      ])
    }))

  it.live("sends every finish reason", () =>
    Effect.gen(function*() {
      const sim = yield* serve()
      const last = (scripted: Scenario.ScriptedCompletion) =>
        Effect.gen(function*() {
          yield* sim.setScenario({ completions: [scripted] })
          const { index: _, content: __, ...candidate } = JSON.parse(
            JSON.stringify(Raw.data((yield* send(sim.url)).text).at(-1))
          ).candidates[0]
          return candidate
        })
      const text = { parts: [Scenario.text("a")] }
      assert.deepStrictEqual(yield* last({ ...text, finish: "length" }), { finishReason: "MAX_TOKENS" })
      assert.deepStrictEqual(yield* last({ ...text, finish: "other" }), { finishReason: "OTHER" })
      assert.deepStrictEqual(yield* last({ ...text, finish: "error" }), { finishReason: "MALFORMED_RESPONSE" })
      assert.deepStrictEqual(yield* last({ ...text, finish: { raw: "SPII" } }), { finishReason: "SPII" })
      assert.deepInclude(yield* last({ parts: [Scenario.refusal("No.")] }), {
        finishReason: "SAFETY",
        finishMessage: "No."
      })
      assert.deepStrictEqual(yield* last({ parts: [{ _tag: "ToolCall", name: "f", rawArguments: "{\"a\":" }] }), {
        finishReason: "MALFORMED_FUNCTION_CALL",
        finishMessage: "Malformed function call: f({\"a\":)"
      })
    }))

  it.live("lists its models, and sends errors in the format of google.rpc", () =>
    Effect.gen(function*() {
      const sim = yield* serve({ models: ["gemini-2.5-flash"], requireKey: "g" })
      const get = (path: string, headers: Readonly<Record<string, string>> = {}) =>
        Raw.request(sim.url, { path, method: "GET", headers })
      const listed = JSON.parse((yield* get("/v1beta/models?key=g")).text)
      assert.deepStrictEqual(listed.models.map((entry: { readonly name: string }) => entry.name), [
        "models/gemini-2.5-flash"
      ])
      const one = yield* get("/v1beta/models/gemini-2.5-flash", { "x-goog-api-key": "g" })
      assert.deepInclude(JSON.parse(one.text), { name: "models/gemini-2.5-flash", inputTokenLimit: 1_048_576 })
      const refused = yield* get("/v1beta/models")
      assert.strictEqual(refused.status, 400)
      assert.deepInclude(JSON.parse(refused.text).error, { code: 400, status: "INVALID_ARGUMENT" })
      const unknown = yield* send(sim.url, {}, { model: "gemini-99" })
      assert.strictEqual(unknown.status, 404)
      assert.deepStrictEqual(JSON.parse(unknown.text).error.status, "NOT_FOUND")
      yield* sim.setScenario({ faults: [{ _tag: "ProviderError", kind: "rate-limit", retryAfterMillis: 34_400 }] })
      const limited = yield* send(sim.url)
      assert.strictEqual(limited.status, 429)
      const { error } = JSON.parse(limited.text)
      assert.match(error.message, /Please retry in 34\.4s\.$/)
      assert.deepStrictEqual(error.details[1], {
        "@type": "type.googleapis.com/google.rpc.RetryInfo",
        retryDelay: "34.4s"
      })
      assert.include(error.details[0].violations[0].quotaId, "PerMinute")
      yield* sim.setScenario({ faults: [{ _tag: "ProviderError", kind: "content-filter" }] })
      const blocked = yield* send(sim.url)
      assert.strictEqual(blocked.status, 200)
      assert.deepStrictEqual(JSON.parse(blocked.text).promptFeedback, { blockReason: "PROHIBITED_CONTENT" })
    }))
})

describe("Gemini's validation", () => {
  const call = { functionCall: { name: "f", args: {} } }
  const result = { functionResponse: { name: "f", response: { output: 1 } } }
  const declare = (parameters: object, name = "f") => ({ tools: [{ functionDeclarations: [{ name, parameters }] }] })
  const answering = (responseSchema: object, more: object = { responseMimeType: "application/json" }) => ({
    generationConfig: { responseSchema, ...more }
  })
  const string = { type: "string" }

  const cases: ReadonlyArray<readonly [what: string, more: object, message: RegExp, model?: string]> = [
    ["no contents", { contents: [] }, /contents is not specified/],
    ["another role", { contents: [{ role: "assistant", parts: [{ text: "a" }] }] }, /valid role: user, model/],
    ["no parts", { contents: [user()] }, /contents\[0\]\.parts: contents\.parts must not be empty/],
    ["a part of nothing", { contents: [user({ thought: true })] }, /contents\[0\]\.parts\[0\]\.data/],
    ["a part of two things", { contents: [user({ text: "a", ...call })] }, /oneof field 'data'/],
    ["a file without its type", { contents: [user({ inlineData: { data: "a" } })] }, /inline_data/],
    ["a call without a result", { contents: [hello, model(call), hello] }, /number of function response parts/],
    ["a result without a call", { contents: [hello, user(result)] }, /immediately after a function call turn/],
    ["a result at the beginning", { contents: [user(result)] }, /immediately after a function call turn/],
    ["a call at the beginning", { contents: [model(call), user(result)] }, /immediately after a user turn/],
    [
      "fewer results than calls",
      { contents: [hello, model(call, call), user(result)] },
      /number of function response parts is equal/
    ],
    [
      "a result that is no object",
      { contents: [hello, model(call), user({ functionResponse: { name: "f", response: "1" } })] },
      /function_response\.response/
    ],
    [
      "results in another order than their calls",
      {
        contents: [
          hello,
          model(call, { functionCall: { name: "g", args: {} } }),
          user({ functionResponse: { name: "g", response: {} } }, result)
        ]
      },
      /is missing/
    ],
    [
      "a call without its signature",
      { contents: [hello, model(call), user(result)] },
      /missing a thought_signature/,
      "gemini-3-pro-preview"
    ],
    ["instructions for Gemma", { systemInstruction: { parts: [{ text: "a" }] } }, /not enabled/, "gemma-3-27b-it"],
    ["empty instructions", { systemInstruction: { parts: [] } }, /system_instruction\.parts/],
    ["an unknown field", { temperature: 1 }, /Unknown name "temperature"/],
    ["an unknown setting", { generationConfig: { max_tokens: 1 } }, /Unknown name "max_tokens" at 'generation_config'/],
    ["too high a temperature", { generationConfig: { temperature: 3 } }, /\[0\.0, 2\.0\]/],
    ["too many stop sequences", { generationConfig: { stopSequences: ["a", "b", "c", "d", "e", "f"] } }, /at most 5/],
    [
      "a level and a budget",
      { generationConfig: { thinkingConfig: { thinkingBudget: 1, thinkingLevel: "low" } } },
      /only set only one/
    ],
    [
      "a level for the second generation",
      { generationConfig: { thinkingConfig: { thinkingLevel: "low" } } },
      /level is not supported/
    ],
    [
      "no thinking at all where it cannot be helped",
      { generationConfig: { thinkingConfig: { thinkingBudget: 0 } } },
      /only works in thinking mode/,
      "gemini-2.5-pro"
    ],
    ["thinking of models that do not", { generationConfig: { thinkingConfig: {} } }, /not enabled/, "gemini-2.0-flash"],
    ["a bad tool name", declare({ type: "object", properties: { a: string } }, "a b"), /Invalid function name/],
    ["parameters of nothing", declare({ type: "object", properties: {} }), /should be non-empty for OBJECT type/],
    [
      "keywords beside anyOf",
      declare({ type: "object", properties: { a: { anyOf: [{ type: "string" }], nullable: true } } }),
      /must be the only field set/
    ],
    [
      "an empty value",
      declare({ type: "object", properties: { a: { type: "string", enum: [""] } } }),
      /cannot be empty/
    ],
    [
      "properties of a text",
      declare({ type: "object", properties: { a: { type: "string", properties: { b: { type: "string" } } } } }),
      /only allowed for OBJECT type/
    ],
    ["a reference", declare({ $ref: "#/$defs/A" }), /Unknown name "\$ref"/],
    [
      "closed objects",
      declare({ type: "object", properties: { a: { type: "object", additionalProperties: false } } }),
      /"additionalProperties" at 'tools\[0\]/
    ],
    ["a list of types", answering({ type: ["string", "null"] }), /Proto field is not repeating/],
    ["a constant", answering({ const: "a" }), /Unknown name "const"/],
    ["numbers to choose from", answering({ type: "integer", enum: [1] }), /TYPE_STRING/],
    ["an array of nothing", answering({ type: "array" }), /items: missing field/],
    ["an unknown format", answering({ type: "string", format: "email" }), /only 'enum' and 'date-time'/],
    [
      "a property that is required and not there",
      answering({ type: "object", properties: {}, required: ["a"] }),
      /not defined/
    ],
    ["a schema without its type of answer", answering(string, {}), /response mime type application\/json/],
    [
      "a choice of tools without a mode",
      {
        ...declare({ type: "object", properties: { a: string } }),
        toolConfig: { functionCallingConfig: { allowedFunctionNames: ["f"] } }
      },
      /allowed_function_names/
    ],
    [
      "a choice of a tool that is not there",
      { toolConfig: { functionCallingConfig: { mode: "ANY", allowedFunctionNames: ["g"] } } },
      /not a declared function/
    ]
  ]

  it.live("rejects what Google rejects and accepts what it accepts", () =>
    Effect.gen(function*() {
      const sim = yield* serve({ completions: [{ parts: [Scenario.text("a")] }] })
      for (const [what, more, message, name] of cases) {
        const response = yield* send(sim.url, more, name === undefined ? {} : { model: name })
        assert.strictEqual(response.status, 400, what)
        assert.match(JSON.parse(response.text).error.message, message, what)
      }
      const good = {
        systemInstruction: { parts: [{ text: "Be kind." }] },
        contents: [
          hello,
          // Google's own client keeps one content for each piece of a stream.
          model({ ...call, thoughtSignature: "s" }),
          model({ text: "" }),
          user(result),
          model({ text: "Well." }),
          user({ inlineData: { mimeType: "image/png", data: "aGk=" } }, { fileData: { fileUri: "gs://a" } })
        ],
        ...declare({
          type: "OBJECT",
          properties: { a: { type: "ARRAY", items: { type: "STRING", format: "date-time" } } }
        }),
        toolConfig: { functionCallingConfig: { mode: "ANY", allowedFunctionNames: ["f"] } },
        generationConfig: { temperature: 2, thinkingConfig: { thinkingLevel: "low" } },
        safetySettings: []
      }
      assert.strictEqual((yield* send(sim.url, good, { model: "gemini-3-pro-preview" })).status, 200)
      yield* sim.setScenario({ strictness: "off" })
      assert.strictEqual((yield* send(sim.url, { contents: [] })).status, 200)
    }))
})
