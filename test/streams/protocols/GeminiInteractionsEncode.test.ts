import { assert, describe, it } from "@effect/vitest"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { Prompt, Tool } from "effect/ai"
import * as CompletionRequest from "../../../src/domain/CompletionRequest.ts"
import * as Replay from "../../../src/domain/Replay.ts"
import { protocol } from "../../../src/streams/protocols/GeminiInteractions/GeminiInteractions.ts"
import type { EncodeContext } from "../../../src/streams/request/EncodeContext.ts"

type Input = Partial<CompletionRequest.CompletionRequestInput>

const encodeResult = (input: Input, context: Partial<EncodeContext> = {}) =>
  protocol.encodeRequest(CompletionRequest.make({ model: "m", prompt: "Hi", ...input }), {
    provider: "gemini",
    model: "gemini-3.5-flash-lite",
    stream: false,
    quirks: {},
    ...context
  })

const encode = (input: Input, context: Partial<EncodeContext> = {}): unknown =>
  Result.match(encodeResult(input, context), {
    onSuccess: ({ body }) => body,
    onFailure: (error) => [error._tag, error.parameter, error.detail]
  })

const hi = [{ type: "user_input", content: [{ type: "text", text: "Hi" }] }]

/** Returns the body without what every body has. */
const fields = (input: Input, context: Partial<EncodeContext> = {}): unknown => {
  const { input: _, model: __, store: ___, ...rest } = encode(input, context) as Record<string, unknown>
  return rest
}

const steps = (prompt: Prompt.RawInput): unknown => (encode({ prompt }) as Record<string, unknown>).input

const weather = Tool.make("weather", {
  description: "Tells the weather",
  parameters: Schema.Struct({ city: Schema.String })
})

const search = Tool.providerDefined({
  id: "google.google_search",
  customName: "search",
  providerName: "google_search",
  args: Schema.Struct({ search_types: Schema.optionalKey(Schema.Array(Schema.String)) })
})

describe("a request to the Interactions API", () => {
  it("is not stored at the provider", () => {
    assert.deepStrictEqual(encode({}), { model: "gemini-3.5-flash-lite", input: hi, store: false })
    assert.deepStrictEqual(fields({}, { stream: true }), { stream: true })
  })

  it.each<[Input["providerOptions"], unknown]>([
    [{ gemini: { store: true } }, true],
    [{ gemini: { background: true } }, undefined],
    [{ gemini: { previous_interaction_id: "v1_a" } }, false]
  ])("is stored where the options %j say so", (providerOptions, store) => {
    assert.strictEqual((encode({ providerOptions }) as Record<string, unknown>).store, store)
  })

  it("has the fields of its settings", () => {
    assert.deepStrictEqual(
      fields({
        temperature: 0.5,
        topP: 0.9,
        topK: 3,
        seed: 1,
        stop: ["x"],
        maxOutputTokens: 9,
        reasoning: { effort: "low", summary: "auto" },
        providerOptions: { gemini: { service_tier: "flex", generation_config: { speech_config: [{ voice: "a" }] } } }
      }),
      {
        generation_config: {
          temperature: 0.5,
          top_p: 0.9,
          seed: 1,
          stop_sequences: ["x"],
          max_output_tokens: 9,
          thinking_level: "low",
          thinking_summaries: "auto",
          speech_config: [{ voice: "a" }]
        },
        service_tier: "flex"
      }
    )
  })

  it("joins the system messages, and has an agent in place of the model", () => {
    const prompt = [
      { role: "system" as const, content: "One." },
      { role: "user" as const, content: "Hi" },
      { role: "system" as const, content: "Two." }
    ]
    assert.deepStrictEqual(encode({ prompt, providerOptions: { gemini: { agent: "deep-research" } } }), {
      input: hi,
      system_instruction: "One.\n\nTwo.",
      store: false,
      agent: "deep-research"
    })
  })

  it("has the schema of the output", () => {
    const schema = { type: "object", properties: { a: { type: "string" } }, required: ["a"] }
    assert.deepStrictEqual(fields({ outputSchema: { schema } }), {
      response_format: [{ type: "text", mime_type: "application/json", schema }]
    })
    assert.deepStrictEqual(fields({ outputSchema: "json" }), {
      response_format: [{ type: "text", mime_type: "application/json" }]
    })
  })

  it.each<[string, Input["reasoning"], unknown]>([
    ["gemini-3.5-flash-lite", { effort: "none" }, "minimal"],
    ["gemini-3.8-flash", { effort: "minimal" }, "low"],
    ["gemini-3.8-flash", { effort: "medium" }, "medium"],
    ["gemini-3.8-flash", { effort: "max" }, "high"]
  ])("sends %s the effort %j as the level %s", (model, reasoning, level) => {
    assert.deepStrictEqual(fields({ reasoning }, { model }), { generation_config: { thinking_level: level } })
  })

  it.each([[100, "low"], [5000, "medium"], [20_000, "high"]])(
    "warns of a budget of %d tokens",
    (budgetTokens, level) => {
      const { body, warnings } = Result.getOrThrow(encodeResult({ reasoning: { budgetTokens } }))
      assert.deepStrictEqual<unknown>(body.generation_config, { thinking_level: level })
      assert.deepStrictEqual(warnings.map(({ parameter }) => parameter), ["reasoning"])
    }
  )

  describe("its tools", () => {
    interface Encoded {
      readonly tools: ReadonlyArray<Record<string, unknown>>
    }

    it.each<[Input, unknown]>([
      [{}, undefined],
      [{ toolChoice: "auto" }, "auto"],
      [{ toolChoice: "none" }, "none"],
      [{ toolChoice: "required" }, "any"],
      [{ toolChoice: { tool: "weather" } }, { allowed_tools: { mode: "any", tools: ["weather"] } }],
      [{ toolChoice: { oneOf: ["weather"] } }, { allowed_tools: { mode: "auto", tools: ["weather"] } }]
    ])("are declared, with the choice of %j", (input, choice) => {
      const { tools, ...rest } = fields({ ...input, tools: [weather] }) as Encoded
      const [{ parameters, ...declared } = {}] = tools
      assert.deepStrictEqual(declared, { type: "function", name: "weather", description: "Tells the weather" })
      assert.deepInclude(parameters, { type: "object", required: ["city"] })
      assert.deepStrictEqual<unknown>(rest, choice === undefined ? {} : { generation_config: { tool_choice: choice } })
    })

    it("are Google's own under their names, and leave no choice", () => {
      const tools = [search({ search_types: ["web_search"] })]
      assert.deepStrictEqual(fields({ tools }), { tools: [{ type: "google_search", search_types: ["web_search"] }] })
      assert.deepStrictEqual(fields({ tools, toolChoice: "auto" }), {
        tools: [{ type: "google_search", search_types: ["web_search"] }]
      })
    })

    it.each<[Input, string]>([
      [{ toolChoice: "required" }, "toolChoice"],
      [{ tools: [search({})], toolChoice: "required" }, "toolChoice"],
      [{ tools: [weather], toolChoice: { tool: "other" } }, "toolChoice"],
      [{ tools: [weather], parallelToolCalls: false }, "parallelToolCalls"]
    ])("are refused: %j", (input, parameter) => {
      assert.strictEqual((encode(input) as ReadonlyArray<unknown>)[1], parameter)
    })
  })

  it("has files by their kinds", () => {
    const file = (mediaType: string, data: string | URL) => ({ type: "file" as const, mediaType, data })
    assert.deepStrictEqual(
      steps([{
        role: "user",
        content: [
          file("image/png", "AA=="),
          file("image/*", new URL("https://a.test/b")),
          file("audio/wav", "AA=="),
          file("video/mp4", new URL("https://a.test/v")),
          file("application/pdf", "AA=="),
          file("text/csv", "AA=="),
          file("text/markdown", "SGk=")
        ]
      }]),
      [{
        type: "user_input",
        content: [
          { type: "image", data: "AA==", mime_type: "image/png" },
          { type: "image", uri: "https://a.test/b" },
          { type: "audio", data: "AA==", mime_type: "audio/wav" },
          { type: "video", uri: "https://a.test/v", mime_type: "video/mp4" },
          { type: "document", data: "AA==", mime_type: "application/pdf" },
          { type: "document", data: "AA==", mime_type: "text/csv" },
          { type: "text", text: "Hi" }
        ]
      }]
    )
    for (const wrong of [file("application/zip", "AA=="), file("image/png", "file-1"), file("text/plain", "%")]) {
      assert.strictEqual(
        (encode({ prompt: [{ role: "user", content: [wrong] }] }) as ReadonlyArray<unknown>)[1],
        "prompt"
      )
    }
  })

  it("sends back the steps of a conversation, with what only Google reads", () => {
    const protocolName = { protocol: "gemini-interactions" }
    const search = { id: "s1", type: "google_search_call", arguments: { queries: ["a"] } }
    const replayed = Replay.toPrompt([
      { _tag: "Reasoning", content: [], summary: ["Hm."], signature: "c2ln", ...protocolName },
      { _tag: "Reasoning", content: [], summary: ["unsigned"], ...protocolName },
      { _tag: "ServerToolCall", type: "google_search_call", id: "s1", native: search, ...protocolName },
      { _tag: "Message", content: [{ _tag: "OutputText", text: "Let me see.", citations: [] }], ...protocolName },
      {
        _tag: "ToolCall",
        id: "c",
        name: "weather",
        arguments: { city: "Oslo" },
        native: { signature: "x" },
        ...protocolName
      }
    ])
    const result = Prompt.make([{
      role: "tool",
      content: [
        { type: "tool-result", id: "c", name: "weather", result: { sun: true }, isFailure: false }
      ]
    }])
    assert.deepStrictEqual(steps(Prompt.concat(Prompt.concat(Prompt.make("Hi"), replayed), result)), [
      ...hi,
      { type: "thought", signature: "c2ln", summary: [{ type: "text", text: "Hm." }] },
      search,
      { type: "model_output", content: [{ type: "text", text: "Let me see." }] },
      { signature: "x", type: "function_call", id: "c", name: "weather", arguments: { city: "Oslo" } },
      { type: "function_result", call_id: "c", name: "weather", result: "{\"sun\":true}" }
    ])
  })

  it("has failures and pictures among the results of tools", () => {
    const prompt = Prompt.make([
      { role: "user", content: "Hi" },
      { role: "assistant", content: [{ type: "tool-call", id: "c", name: "f", params: {} }] },
      {
        role: "tool",
        content: [{
          type: "tool-result",
          id: "c",
          name: "f",
          result: "no",
          isFailure: true,
          modelOutput: [{ type: "text", text: "see" }, { type: "file", mediaType: "image/png", data: "AA==" }]
        }]
      }
    ])
    assert.deepStrictEqual((steps(prompt) as ReadonlyArray<unknown>)[2], {
      type: "function_result",
      call_id: "c",
      name: "f",
      result: [{ type: "text", text: "see" }, { type: "image", data: "AA==", mime_type: "image/png" }],
      is_error: true
    })
  })

  it("needs a message, unless it continues an interaction", () => {
    assert.strictEqual((encode({ prompt: [] }) as ReadonlyArray<unknown>)[1], "prompt")
    assert.deepStrictEqual(
      encode({ prompt: [], providerOptions: { gemini: { previous_interaction_id: "v1_a", input: "More" } } }),
      { model: "gemini-3.5-flash-lite", store: false, previous_interaction_id: "v1_a", input: "More" }
    )
  })
})
