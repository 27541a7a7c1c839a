import { assert, describe, it } from "@effect/vitest"
import { Result, Schema } from "effect"
import { Prompt, Tool } from "effect/ai"
import * as CompletionRequest from "../../../src/domain/CompletionRequest.ts"
import * as Replay from "../../../src/domain/Replay.ts"
import { ResponseEvent } from "../../../src/domain/ResponseEvent.ts"
import type { ResponseItem } from "../../../src/domain/ResponseItem.ts"
import { protocol } from "../../../src/streams/protocols/OpenAiResponses/OpenAiResponses.ts"
import { rows } from "../../../src/domain/rules/OpenAi.ts"
import type { EncodeContext } from "../../../src/streams/request/EncodeContext.ts"
import * as Decoding from "../../support/Decoding.ts"
import { encodedBody } from "../../support/Encoding.ts"

const encodeContext: EncodeContext = { provider: "openai", model: "gpt-5", stream: true, quirks: {} }

const encode = (
  input: Omit<CompletionRequest.CompletionRequestInput, "model">,
  context: Partial<EncodeContext> = {}
): unknown =>
  Result.match(
    encodedBody(protocol, CompletionRequest.make({ model: "gpt-5", ...input }), { ...encodeContext, ...context }),
    { onSuccess: (body) => body, onFailure: (error) => [error._tag, error.parameter, error.detail] }
  )

type WireEvent = { readonly type: string } & Record<string, unknown>

const wire = (...events: ReadonlyArray<WireEvent>): Uint8Array =>
  Decoding.encoder.encode(
    events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join("")
  )

const decode = (...events: ReadonlyArray<WireEvent>): Decoding.Outcome => Decoding.run(protocol, [wire(...events)])

const created = { type: "response.created", response: { id: "resp_1", model: "gpt-5-x" } }
const completed = (fields: Record<string, unknown> = {}) => ({
  type: "response.completed",
  response: { id: "resp_1", model: "gpt-5-x", status: "completed", output: [], ...fields }
})
const added = (output_index: number, item: Record<string, unknown>) => ({
  type: "response.output_item.added",
  output_index,
  item
})
const done = (output_index: number, item: Record<string, unknown>) => ({
  type: "response.output_item.done",
  output_index,
  item
})
const text = (output_index: number, delta: unknown, content_index = 0) => ({
  type: "response.output_text.delta",
  output_index,
  content_index,
  item_id: "m",
  delta
})

const Created: ResponseEvent = { _tag: "Created", responseId: "resp_1", model: "gpt-5-x" }
const Completed = (fields: Partial<ResponseEvent & { readonly _tag: "Completed" }> = {}): ResponseEvent => ({
  _tag: "Completed",
  responseId: "resp_1",
  model: "gpt-5-x",
  finishReason: "stop",
  finishReasonRaw: "completed",
  usage: null,
  evidence: ["terminal-event"],
  ...fields
})

const items = (outcome: Decoding.Outcome): ReadonlyArray<ResponseItem> =>
  outcome.events.flatMap((event) => event._tag === "OutputItemDone" ? [event.item] : [])

const weather = Tool.make("weather", {
  description: "Tells the weather",
  parameters: Schema.Struct({ city: Schema.String })
})

const weatherParameters = {
  type: "object",
  properties: { city: { type: "string" } },
  required: ["city"],
  additionalProperties: true
}

describe("OpenAiResponses", () => {
  describe("encode", () => {
    it("writes a question", () => {
      assert.deepStrictEqual(encode({ prompt: "Hi" }), {
        model: "gpt-5",
        input: [{ role: "user", content: [{ type: "input_text", text: "Hi" }] }],
        stream: true
      })
    })

    it("writes leading system messages as instructions and later ones where they stand", () => {
      const prompt: Prompt.RawInput = [
        { role: "system", content: "Be kind." },
        { role: "system", content: "Be brief." },
        { role: "user", content: "Hi" },
        { role: "system", content: "Now be rude." }
      ]
      const body = (role: string) => ({
        model: "gpt-5",
        instructions: "Be kind.\n\nBe brief.",
        input: [
          { role: "user", content: [{ type: "input_text", text: "Hi" }] },
          { role, content: [{ type: "input_text", text: "Now be rude." }] }
        ],
        stream: true
      })
      assert.deepStrictEqual(encode({ prompt }), body("system"))
      assert.deepStrictEqual(encode({ prompt }, { quirks: { modelRules: rows } }), body("developer"))
    })

    it("writes images and files from bytes, base64, data URLs, addresses and ids", () => {
      const file = (mediaType: string, data: string | Uint8Array | URL, more: object = {}) =>
        Prompt.filePart({ mediaType, data, ...more })
      const content = [
        file("image/png", new Uint8Array([1, 2, 3])),
        file("image/*", "/9j/4AAQ"),
        file("image/gif", "data:image/gif;base64,R0lGOD"),
        file("image/png", new URL("https://h.test/a.png"), { options: { sluice: { detail: "low" } } }),
        file("image/png", "file-abc"),
        file("application/pdf", "JVBERi0=", { fileName: "a.pdf" }),
        file("application/pdf", "https://h.test/a.pdf"),
        file("text/plain", "SGk="),
        file("application/pdf", "file_1")
      ]
      const prompt = Prompt.fromMessages([Prompt.userMessage({ content })])
      assert.deepStrictEqual(encode({ prompt }, { stream: false }), {
        model: "gpt-5",
        input: [{
          role: "user",
          content: [
            { type: "input_image", image_url: "data:image/png;base64,AQID" },
            { type: "input_image", image_url: "data:image/jpeg;base64,/9j/4AAQ" },
            { type: "input_image", image_url: "data:image/gif;base64,R0lGOD" },
            { type: "input_image", image_url: "https://h.test/a.png", detail: "low" },
            { type: "input_image", file_id: "file-abc" },
            { type: "input_file", filename: "a.pdf", file_data: "data:application/pdf;base64,JVBERi0=" },
            { type: "input_file", file_url: "https://h.test/a.pdf" },
            { type: "input_file", filename: "file.txt", file_data: "data:text/plain;base64,SGk=" },
            { type: "input_file", file_id: "file_1" }
          ]
        }]
      })
    })

    it("refuses sound", () => {
      const prompt = Prompt.fromMessages([
        Prompt.userMessage({ content: [Prompt.filePart({ mediaType: "audio/wav", data: "UklGRg==" })] })
      ])
      assert.deepStrictEqual(encode({ prompt }), [
        "InvalidRequestError",
        "prompt",
        "a audio/wav file cannot be sent over the Responses API; take Chat Completions"
      ])
    })

    it("writes an assistant's text, calls and their results, and leaves out foreign reasoning and foreign tools", () => {
      const prompt: Prompt.RawInput = [
        { role: "user", content: "Weather?" },
        {
          role: "assistant",
          content: [
            { type: "reasoning", text: "hm" },
            { type: "text", text: "Let me look." },
            { type: "tool-call", id: "c1", name: "weather", params: { city: "Rome" } },
            { type: "tool-call", id: "c2", name: "weather", params: undefined },
            { type: "tool-call", id: "c3", name: "web_search", params: {}, providerExecuted: true }
          ]
        },
        {
          role: "tool",
          content: [
            { type: "tool-result", id: "c1", name: "weather", result: { sky: "blue" }, isFailure: false },
            {
              type: "tool-result",
              id: "c2",
              name: "weather",
              result: null,
              isFailure: true,
              modelOutput: [
                { type: "text", text: "see" },
                { type: "file", mediaType: "image/png", data: "iVBO" }
              ]
            }
          ]
        }
      ]
      assert.deepStrictEqual(encode({ prompt }, { stream: false }), {
        model: "gpt-5",
        input: [
          { role: "user", content: [{ type: "input_text", text: "Weather?" }] },
          { role: "assistant", content: [{ type: "output_text", text: "Let me look." }] },
          { type: "function_call", call_id: "c1", name: "weather", arguments: "{\"city\":\"Rome\"}" },
          { type: "function_call", call_id: "c2", name: "weather", arguments: "{}" },
          { type: "function_call_output", call_id: "c1", output: "{\"sky\":\"blue\"}" },
          {
            type: "function_call_output",
            call_id: "c2",
            output: [
              { type: "input_text", text: "see" },
              { type: "input_image", image_url: "data:image/png;base64,iVBO" }
            ]
          }
        ]
      })
    })

    it("writes tools and every form of choice", () => {
      const search = Tool.providerDefined({
        id: "openai.web_search",
        customName: "Search",
        providerName: "web_search",
        args: Schema.Struct({ search_context_size: Schema.String })
      })({ search_context_size: "low" })
      const mcp = Tool.dynamic("mcp", { parameters: { type: "object", properties: { f: { const: 1 } } } })
        .annotate(Tool.Strict, true)
      const fields = (input: object): unknown => {
        const { input: _, model: __, stream: ___, ...rest } = encode({ prompt: "Hi", ...input }) as Record<
          string,
          unknown
        >
        return rest
      }
      assert.deepStrictEqual(
        fields({ tools: [weather, search, mcp, Tool.make("bare")], toolChoice: "required", parallelToolCalls: false }),
        {
          tools: [
            {
              type: "function",
              name: "weather",
              description: "Tells the weather",
              parameters: weatherParameters,
              strict: false
            },
            { type: "web_search", search_context_size: "low" },
            {
              type: "function",
              name: "mcp",
              parameters: {
                type: "object",
                properties: { f: { anyOf: [{ type: "integer", const: 1 }, { type: "null" }] } },
                required: ["f"],
                additionalProperties: false
              },
              strict: true
            },
            {
              type: "function",
              name: "bare",
              parameters: { type: "object", properties: {}, additionalProperties: false },
              strict: false
            }
          ],
          tool_choice: "required",
          parallel_tool_calls: false
        }
      )
      const choice = (toolChoice: unknown): unknown =>
        (fields({ tools: [weather, search], toolChoice }) as Record<string, unknown>).tool_choice
      assert.deepStrictEqual(choice({ tool: "weather" }), { type: "function", name: "weather" })
      assert.deepStrictEqual(choice({ tool: "Search" }), { type: "web_search" })
      assert.deepStrictEqual(choice({ oneOf: ["weather", "Search"] }), {
        type: "allowed_tools",
        mode: "auto",
        tools: [{ type: "function", name: "weather" }, { type: "web_search" }]
      })
      assert.deepStrictEqual(choice("none"), "none")
      assert.deepStrictEqual(fields({ tools: [], toolChoice: "auto" }), {})
    })

    it("refuses tools that cannot be written, by name", () => {
      const circular: Record<string, unknown> = { type: "object" }
      circular.properties = circular
      const foreign = Tool.providerDefined({
        id: "anthropic.web_search_20250305",
        customName: "Search",
        providerName: "web_search"
      })(undefined)
      const refusal = (input: object): unknown => encode({ prompt: "Hi", ...input })
      assert.deepStrictEqual(refusal({ tools: [Tool.dynamic("loop", { parameters: circular })] }), [
        "InvalidRequestError",
        "tools",
        "in the parameters of tool \"loop\", \"#\" cannot be written as JSON Schema"
      ])
      assert.deepStrictEqual(refusal({ tools: [Tool.dynamic("word", { parameters: Schema.String })] }), [
        "InvalidRequestError",
        "tools",
        "in the parameters of tool \"word\", \"#\" is not an object but string: wrap it in an object with one property"
      ])
      assert.deepStrictEqual(refusal({ tools: [foreign] }), [
        "InvalidRequestError",
        "tools",
        "tool \"Search\" (anthropic.web_search_20250305) is another provider's own and this one cannot run it"
      ])
      assert.deepStrictEqual(refusal({ toolChoice: "required" }), [
        "InvalidRequestError",
        "toolChoice",
        "it asks for a tool, but the request has no tools"
      ])
      assert.deepStrictEqual(refusal({ tools: [weather], toolChoice: { tool: "wether" } }), [
        "InvalidRequestError",
        "toolChoice",
        "it names tool \"wether\", which is not among the request's tools"
      ])
    })

    it("inlines the definition of a recursive tool", () => {
      interface Tree {
        readonly children: ReadonlyArray<Tree>
      }
      const Tree = Schema.Struct({
        children: Schema.Array(Schema.suspend((): Schema.Codec<Tree> => Tree))
      }).annotate({ identifier: "Tree" })
      const definition = {
        type: "object",
        properties: { children: { type: "array", items: { $ref: "#/$defs/Tree" } } },
        required: ["children"],
        additionalProperties: true
      }
      const body = encode({ prompt: "Hi", tools: [Tool.make("plant", { parameters: Tree })] })
      assert.deepStrictEqual((body as { readonly tools: unknown }).tools, [
        { type: "function", name: "plant", parameters: { ...definition, $defs: { Tree: definition } }, strict: false }
      ])
    })

    it("writes sampling, limits, reasoning, verbosity, cache hints, user and metadata", () => {
      assert.deepStrictEqual(
        encode({
          prompt: "Hi",
          temperature: 0.5,
          topP: 0.9,
          topK: 4,
          seed: 7,
          maxOutputTokens: 99,
          reasoning: { effort: "low", summary: "auto", budgetTokens: 5 },
          text: { verbosity: "low" },
          promptCache: { key: "k", ttl: "24h", auto: true },
          user: "u",
          metadata: { a: "b" },
          stop: [],
          providerOptions: { openai: { store: false, service_tier: "flex" }, other: { x: 1 } }
        }),
        {
          model: "gpt-5",
          input: [{ role: "user", content: [{ type: "input_text", text: "Hi" }] }],
          max_output_tokens: 99,
          temperature: 0.5,
          top_p: 0.9,
          reasoning: { effort: "low", summary: "auto" },
          include: ["reasoning.encrypted_content"],
          text: { verbosity: "low" },
          prompt_cache_key: "k",
          prompt_cache_retention: "24h",
          metadata: { a: "b" },
          safety_identifier: "u",
          stream: true,
          store: false,
          service_tier: "flex"
        }
      )
    })

    it("sends no sampling parameters to a model that reasons, unless it is told not to", () => {
      const quirks = { modelRules: rows }
      const temperature = (input: object, model = "gpt-5"): unknown =>
        (encode({ prompt: "Hi", temperature: 1, ...input }, { quirks, model }) as Record<string, unknown>).temperature
      assert.strictEqual(temperature({}), undefined)
      assert.strictEqual(temperature({ reasoning: { effort: "none" } }, "gpt-5.1"), 1)
      assert.strictEqual(temperature({}, "gpt-5-chat-latest"), 1)
      assert.strictEqual(temperature({}, "gpt-4.1"), 1)
    })

    it("writes the schema of an answer", () => {
      const format = (outputSchema: CompletionRequest.OutputSchema | "json"): unknown =>
        (encode({ prompt: "Hi", outputSchema }) as { readonly text: unknown }).text
      const schema = Schema.Struct({ a: Schema.String, b: Schema.optionalKey(Schema.Finite) })
      assert.deepStrictEqual(format("json"), { format: { type: "json_object" } })
      assert.deepStrictEqual(format({ schema: { type: "object" }, name: "x", description: "d", strict: false }), {
        format: { type: "json_schema", name: "x", description: "d", schema: { type: "object" }, strict: false }
      })
      assert.deepStrictEqual(format({ schema, strict: true }), {
        format: {
          type: "json_schema",
          name: "response",
          schema: {
            type: "object",
            properties: {
              a: { type: "string" },
              b: { anyOf: [{ type: "number" }, { type: "null" }] }
            },
            required: ["a", "b"],
            additionalProperties: false
          },
          strict: true
        }
      })
      assert.deepStrictEqual(format({ schema: Schema.String, strict: true }), undefined)
    })

    it.each([
      ["prompt", { prompt: Prompt.empty }, "it has no messages with content; add a user message"],
      ["prompt", { prompt: "" }, "it has no messages with content; add a user message"],
      [
        "stop",
        { prompt: "Hi", stop: ["x"] },
        "the Responses API has no stop sequences; take Chat Completions, or cut the text yourself"
      ],
      [
        "outputSchema",
        { prompt: "Hi", outputSchema: { schema: Schema.String, strict: true } },
        "\"#\" is not an object but string: wrap it in an object with one property"
      ]
    ])("refuses a %s that cannot be sent", (parameter, input, detail) => {
      assert.deepStrictEqual(encode(input), ["InvalidRequestError", parameter, detail])
    })

    it("needs no prompt where the provider's own options continue a conversation", () => {
      assert.deepStrictEqual(
        encode({ prompt: Prompt.empty, providerOptions: { openai: { previous_response_id: "resp_0" } } }),
        { model: "gpt-5", stream: true, previous_response_id: "resp_0" }
      )
    })
  })

  describe("decode", () => {
    it("reads a text with its usage", () => {
      const outcome = decode(
        created,
        { type: "response.in_progress", response: { id: "resp_1" } },
        added(0, { type: "message", id: "m", role: "assistant", content: [] }),
        { type: "response.content_part.added", output_index: 0, part: { type: "output_text", text: "" } },
        text(0, "Hel"),
        text(0, ""),
        text(0, "lo"),
        { type: "response.output_text.done", output_index: 0, content_index: 0, text: "Hello" },
        done(0, {
          type: "message",
          id: "m",
          phase: "final_answer",
          content: [{ type: "output_text", text: "Hello", annotations: [] }]
        }),
        completed({
          usage: {
            input_tokens: 10,
            input_tokens_details: { cached_tokens: 4, cache_write_tokens: 1 },
            output_tokens: 6,
            output_tokens_details: { reasoning_tokens: 2 },
            total_tokens: 16
          }
        })
      )
      assert.deepStrictEqual(outcome, {
        failure: undefined,
        events: [
          Created,
          { _tag: "OutputItemAdded", outputIndex: 0, item: { type: "message", id: "m" } },
          { _tag: "OutputTextDelta", outputIndex: 0, delta: "Hel" },
          { _tag: "OutputTextDelta", outputIndex: 0, delta: "lo" },
          {
            _tag: "OutputItemDone",
            outputIndex: 0,
            item: {
              _tag: "Message",
              id: "m",
              phase: "final_answer",
              content: [{ _tag: "OutputText", text: "Hello", citations: [] }],
              protocol: "openai-responses"
            }
          },
          Completed({
            usage: {
              inputTokens: 10,
              cachedInputTokens: 4,
              cacheWriteInputTokens: 1,
              outputTokens: 6,
              reasoningOutputTokens: 2,
              totalTokens: 16
            },
            evidence: ["terminal-event", "usage"]
          })
        ]
      })
    })

    it("reads summaries, raw reasoning and encrypted content", () => {
      const outcome = decode(
        created,
        added(0, { type: "reasoning", id: "rs", summary: [], encrypted_content: "early" }),
        { type: "response.reasoning_summary_part.added", output_index: 0, summary_index: 0 },
        { type: "response.reasoning_summary_text.delta", output_index: 0, summary_index: 0, delta: "a" },
        { type: "response.reasoning_summary_part.added", output_index: 0, summary_index: 1 },
        { type: "response.reasoning_summary_text.delta", output_index: 0, summary_index: 1, delta: "b" },
        { type: "response.reasoning_text.delta", output_index: 0, content_index: 0, delta: "raw" },
        done(0, {
          type: "reasoning",
          id: "rs",
          summary: [{ type: "summary_text", text: "a" }, { type: "summary_text", text: "b" }],
          content: [{ type: "reasoning_text", text: "raw" }],
          encrypted_content: "late"
        }),
        completed()
      )
      assert.deepStrictEqual(outcome.events.slice(2), [
        { _tag: "ReasoningSummaryPartAdded", outputIndex: 0, summaryIndex: 0 },
        { _tag: "ReasoningSummaryDelta", outputIndex: 0, summaryIndex: 0, delta: "a" },
        { _tag: "ReasoningSummaryPartAdded", outputIndex: 0, summaryIndex: 1 },
        { _tag: "ReasoningSummaryDelta", outputIndex: 0, summaryIndex: 1, delta: "b" },
        { _tag: "ReasoningContentDelta", outputIndex: 0, contentIndex: 0, delta: "raw" },
        {
          _tag: "OutputItemDone",
          outputIndex: 0,
          item: {
            _tag: "Reasoning",
            id: "rs",
            content: ["raw"],
            summary: ["a", "b"],
            encryptedContent: "late",
            provider: "test",
            protocol: "openai-responses"
          }
        },
        Completed()
      ])
    })

    it("reads a refusal and citations", () => {
      const annotation = { type: "url_citation", url: "https://h.test", title: "T", start_index: 1, end_index: 2 }
      const outcome = decode(
        created,
        text(0, "See"),
        { type: "response.output_text.annotation.added", output_index: 0, content_index: 0, annotation },
        { type: "response.refusal.delta", output_index: 0, content_index: 1, delta: "No." },
        done(0, {
          type: "message",
          id: "m",
          content: [
            { type: "output_text", text: "See", annotations: [annotation] },
            { type: "refusal", refusal: "No." }
          ]
        }),
        completed()
      )
      const citation = { url: "https://h.test", title: "T", startIndex: 1, endIndex: 2, native: annotation }
      assert.deepStrictEqual(outcome.events.slice(2), [
        { _tag: "OutputTextDelta", outputIndex: 0, delta: "See" },
        { _tag: "CitationAdded", outputIndex: 0, citation },
        { _tag: "RefusalDelta", outputIndex: 0, delta: "No." },
        {
          _tag: "OutputItemDone",
          outputIndex: 0,
          item: {
            _tag: "Message",
            id: "m",
            content: [
              { _tag: "OutputText", text: "See", citations: [citation] },
              { _tag: "Refusal", refusal: "No." }
            ],
            protocol: "openai-responses"
          }
        },
        Completed()
      ])
    })

    it("keeps interleaved calls apart", () => {
      const call = (id: string, more: object = {}) => ({
        type: "function_call",
        id: `fc_${id}`,
        call_id: `call_${id}`,
        name: id,
        arguments: "",
        ...more
      })
      const piece = (output_index: number, delta: string) => ({
        type: "response.function_call_arguments.delta",
        output_index,
        delta
      })
      const outcome = decode(
        created,
        added(0, call("a")),
        added(1, call("b")),
        piece(0, "{\"x\""),
        piece(1, "{\"y\":"),
        piece(0, ":1}"),
        piece(1, "2}"),
        done(1, call("b", { arguments: "{\"y\":2}" })),
        done(0, call("a", { arguments: "{\"x\":1}" })),
        completed()
      )
      assert.deepStrictEqual(items(outcome), [
        {
          _tag: "ToolCall",
          id: "call_b",
          name: "b",
          itemId: "fc_b",
          arguments: { y: 2 },
          protocol: "openai-responses"
        },
        {
          _tag: "ToolCall",
          id: "call_a",
          name: "a",
          itemId: "fc_a",
          arguments: { x: 1 },
          protocol: "openai-responses"
        }
      ])
      assert.deepStrictEqual(outcome.events.slice(3, 5), [
        { _tag: "ToolCallArgumentsDelta", outputIndex: 0, id: "call_a", delta: "{\"x\"" },
        { _tag: "ToolCallArgumentsDelta", outputIndex: 1, id: "call_b", delta: "{\"y\":" }
      ])
      assert.deepStrictEqual(outcome.events.at(-1), Completed({ finishReason: "tool-calls" }))
    })

    it("keeps calls apart whose server numbers all of them 0", () => {
      const call = (id: string, args = "") => ({
        type: "function_call",
        id: `fc_${id}`,
        call_id: `call_${id}`,
        name: id,
        arguments: args
      })
      const piece = (id: string, delta: string) => ({
        type: "response.function_call_arguments.delta",
        output_index: 0,
        item_id: `fc_${id}`,
        delta
      })
      const outcome = decode(
        created,
        added(0, call("a")),
        added(0, call("b")),
        piece("a", "[1"),
        piece("b", "[2"),
        piece("a", "]"),
        piece("b", "]"),
        done(0, call("a", "[1]")),
        done(0, call("b", "[2]")),
        completed({ output: [call("a", "[1]"), call("b", "[2]")] })
      )
      assert.deepStrictEqual(
        outcome.events.flatMap((event) =>
          event._tag === "OutputItemDone" && event.item._tag === "ToolCall"
            ? [[event.outputIndex, event.item.id, event.item.arguments as unknown]]
            : []
        ),
        [[0, "call_a", [1]], [1, "call_b", [2]]]
      )
      assert.strictEqual(outcome.events.filter((event) => event._tag === "OutputItemAdded").length, 2)
    })

    it("delivers arguments that only the done events tell, once", () => {
      const call = { type: "function_call", id: "fc", call_id: "c", name: "f", arguments: "" }
      const outcome = decode(
        created,
        added(0, call),
        { type: "response.function_call_arguments.done", output_index: 0, arguments: "{\"a\": 1}" },
        done(0, { ...call, arguments: "{\"a\": 1}" }),
        done(0, { ...call, arguments: "{\"a\": 1}" }),
        completed()
      )
      assert.deepStrictEqual(outcome.events.slice(2), [
        { _tag: "ToolCallArgumentsDelta", outputIndex: 0, id: "c", delta: "{\"a\": 1}" },
        {
          _tag: "OutputItemDone",
          outputIndex: 0,
          item: {
            _tag: "ToolCall",
            id: "c",
            name: "f",
            itemId: "fc",
            arguments: { a: 1 },
            protocol: "openai-responses",
            native: { ...call, arguments: "{\"a\": 1}" }
          }
        },
        Completed({ finishReason: "tool-calls" })
      ])
    })

    it("reads a call of a free-form tool", () => {
      const call = { type: "custom_tool_call", id: "ctc", call_id: "c", name: "patch", input: "" }
      const outcome = decode(
        created,
        added(0, call),
        { type: "response.custom_tool_call_input.delta", output_index: 0, delta: "*** " },
        { type: "response.custom_tool_call_input.done", output_index: 0, input: "*** Go" },
        done(0, { ...call, input: "*** Go" }),
        completed()
      )
      assert.deepStrictEqual(items(outcome), [{
        _tag: "CustomToolCall",
        id: "c",
        name: "patch",
        input: "*** Go",
        protocol: "openai-responses",
        native: { ...call, input: "*** Go" }
      }])
      assert.deepStrictEqual(outcome.events.at(-1), Completed({ finishReason: "tool-calls" }))
    })

    it("keeps the provider's own tools whole, and says when it searches the web", () => {
      const search = { type: "web_search_call", id: "ws", status: "completed", action: { type: "search", query: "q" } }
      const compaction = { type: "compaction", id: "cmp", encrypted_content: "x" }
      const outcome = decode(
        created,
        added(0, { type: "web_search_call", id: "ws", status: "in_progress" }),
        { type: "response.web_search_call.searching", output_index: 0, item_id: "ws" },
        done(0, search),
        done(1, compaction),
        done(2, { type: "hologram", id: "h" }),
        completed()
      )
      assert.deepStrictEqual(outcome.events.slice(1), [
        {
          _tag: "OutputItemAdded",
          outputIndex: 0,
          item: { type: "server-tool-call", id: "ws", name: "web_search_call" }
        },
        { _tag: "WebSearchCallBegin", outputIndex: 0, id: "ws" },
        {
          _tag: "OutputItemDone",
          outputIndex: 0,
          item: {
            _tag: "ServerToolCall",
            type: "web_search_call",
            id: "ws",
            status: "completed",
            protocol: "openai-responses",
            native: search
          }
        },
        { _tag: "OutputItemAdded", outputIndex: 1, item: { type: "unknown", id: "cmp" } },
        {
          _tag: "OutputItemDone",
          outputIndex: 1,
          item: { _tag: "UnknownItem", type: "compaction", protocol: "openai-responses", native: compaction }
        },
        { _tag: "OutputItemAdded", outputIndex: 2, item: { type: "unknown", id: "h" } },
        {
          _tag: "OutputItemDone",
          outputIndex: 2,
          item: {
            _tag: "UnknownItem",
            type: "hologram",
            protocol: "openai-responses",
            native: { type: "hologram", id: "h" }
          }
        },
        Completed({ unknown: { "item hologram": 1 } })
      ])
    })

    it("takes xAI's searches of X for what they are: no calls of ours", () => {
      const search = {
        type: "custom_tool_call",
        id: "ctc_xs",
        call_id: "xs_call_1",
        name: "x_keyword_search",
        status: "completed",
        input: "{}"
      }
      const outcome = decode(
        created,
        added(0, { ...search, status: "in_progress", input: "" }),
        { type: "response.custom_tool_call_input.delta", output_index: 0, delta: "{}" },
        { type: "response.custom_tool_call_input.done", output_index: 0, input: "{}" },
        done(0, search),
        completed()
      )
      assert.deepStrictEqual(outcome.events.slice(1), [
        {
          _tag: "OutputItemAdded",
          outputIndex: 0,
          item: { type: "server-tool-call", id: "xs_call_1", name: "x_keyword_search" }
        },
        {
          _tag: "OutputItemDone",
          outputIndex: 0,
          item: {
            _tag: "ServerToolCall",
            type: "custom_tool_call",
            id: "ctc_xs",
            name: "x_keyword_search",
            status: "completed",
            protocol: "openai-responses",
            native: search
          }
        },
        Completed()
      ])
    })

    it("reads items that change their id, were never added, or share an index", () => {
      const outcome = decode(
        created,
        { ...text(0, "one"), item_id: "x1" },
        { ...text(0, "!"), item_id: "x2" },
        done(0, { type: "message", id: "x3", content: [] }),
        text(0, "two"),
        { type: "response.reasoning_text.delta", delta: "hm" },
        completed()
      )
      const message = (words: string, id: string) => ({
        _tag: "Message",
        id,
        content: [{ _tag: "OutputText", text: words, citations: [] }],
        protocol: "openai-responses"
      })
      assert.deepStrictEqual(
        outcome.events.flatMap((event) =>
          event._tag === "OutputItemDone" ? [[event.outputIndex, event.item as unknown]] : []
        ),
        [
          [0, message("one!", "x3")],
          [1, message("two", "m")],
          [2, { _tag: "Reasoning", content: ["hm"], summary: [], protocol: "openai-responses" }]
        ]
      )
    })

    it("takes items from the final response when no event told of them", () => {
      const outcome = decode(
        created,
        completed({
          id: "resp_9",
          output: [
            { type: "message", id: "m", content: [{ type: "output_text", text: "Hi", annotations: [] }] },
            { type: "function_call", id: "fc", call_id: "c", name: "f", arguments: "{}" }
          ]
        })
      )
      assert.deepStrictEqual(outcome.events.map((event) => event._tag), [
        "Created",
        "OutputItemAdded",
        "OutputTextDelta",
        "OutputItemDone",
        "OutputItemAdded",
        "ToolCallArgumentsDelta",
        "OutputItemDone",
        "Completed"
      ])
      assert.deepStrictEqual(outcome.events.at(-1), Completed({ responseId: "resp_9", finishReason: "tool-calls" }))
    })

    it("does not take twice what events told of under another id", () => {
      const outcome = decode(
        created,
        added(0, { type: "message", id: "a", content: [] }),
        text(0, "Hi"),
        completed({ output: [{ type: "message", id: "b", content: [{ type: "output_text", text: "Hi there" }] }] })
      )
      assert.strictEqual(Decoding.fold(outcome).text, "Hi there")
      assert.strictEqual(items(outcome).length, 1)
    })

    it.each([
      ["max_output_tokens", "length"],
      ["content_filter", "content-filter"],
      ["something", "other"]
    ])("ends an answer that is incomplete for %s as %s, and runs no call that was cut", (reason, finishReason) => {
      const outcome = decode(
        created,
        added(0, { type: "function_call", id: "fc", call_id: "c", name: "f", arguments: "" }),
        { type: "response.function_call_arguments.delta", output_index: 0, delta: "4815" },
        {
          type: "response.incomplete",
          response: { id: "resp_1", model: "gpt-5-x", status: "incomplete", incomplete_details: { reason }, output: [] }
        }
      )
      assert.deepStrictEqual(items(outcome), [
        { _tag: "InvalidToolCall", id: "c", name: "f", argumentsRaw: "4815", reason: "cut" }
      ])
      assert.deepStrictEqual(
        outcome.events.at(-1),
        Completed({
          finishReason: finishReason as "length",
          finishReasonRaw: "incomplete",
          ...(finishReason === "other" ? { finishMessage: reason } : {})
        })
      )
    })

    it("says that arguments which are not JSON are malformed", () => {
      const outcome = decode(
        created,
        done(0, { type: "function_call", id: "fc", call_id: "c", name: "f", arguments: "{oops" }),
        completed()
      )
      assert.deepStrictEqual(items(outcome), [
        { _tag: "InvalidToolCall", id: "c", name: "f", argumentsRaw: "{oops", reason: "malformed" }
      ])
    })

    it("reads rate limits from headers first and from events", () => {
      const outcome = Decoding.run(
        protocol,
        [
          wire(
            {
              type: "codex.rate_limits",
              plan_type: "plus",
              rate_limits: { primary: { used_percent: 5, window_minutes: 300, reset_at: 9 } },
              credits: { has_credits: true, unlimited: false, balance: "3" }
            },
            { type: "response.metadata", headers: { "X-Codex-Primary-Used-Percent": "7" } },
            created,
            completed()
          )
        ],
        Decoding.context({ headers: { "x-ratelimit-limit-requests": "10", "x-ratelimit-remaining-requests": "9" } })
      )
      assert.deepStrictEqual(outcome.events, [
        { _tag: "RateLimits", snapshot: { requests: { limit: 10, remaining: 9 } } },
        {
          _tag: "RateLimits",
          snapshot: {
            planType: "plus",
            primary: { usedPercent: 5, windowMinutes: 300, resetsAt: 9 },
            credits: { hasCredits: true, unlimited: false, balance: "3" }
          }
        },
        { _tag: "RateLimits", snapshot: { primary: { usedPercent: 7 } } },
        Created,
        Completed()
      ])
    })

    it("counts events that it does not know, and ignores progress and keep-alives", () => {
      const outcome = decode(
        created,
        { type: "response.dream.started" },
        { type: "response.dream.started" },
        { type: "keepalive" },
        { type: "response.code_interpreter_call_code.delta", delta: "x" },
        completed()
      )
      assert.deepStrictEqual(outcome.events.at(-1), Completed({ unknown: { "response.dream.started": 2 } }))
    })

    it.each([
      ["nested", { type: "error", error: { type: "tokens", code: "rate_limit_exceeded", message: "slow" } }],
      ["flat", { type: "error", code: "rate_limit_exceeded", message: "slow", param: null }],
      [
        "failed response",
        { type: "response.failed", response: { id: "resp_1", error: { code: "rate_limit_exceeded", message: "slow" } } }
      ]
    ])("fails with what the provider reports: %s", (_, event) => {
      const outcome = decode(created, text(0, "Hal"), event, completed())
      assert.deepStrictEqual(outcome.events.map((entry) => entry._tag), [
        "Created",
        "OutputItemAdded",
        "OutputTextDelta"
      ])
      assert.strictEqual(outcome.failure?._tag, "RateLimitedError")
      assert.strictEqual(outcome.failure?.detail, "slow")
      assert.strictEqual(outcome.failure?.partial?.text, "Hal")
      assert.strictEqual(outcome.failure?.partial?.finishReasonRaw, "failed")
    })

    it("fails at a first event that is an error, of any shape", () => {
      assert.strictEqual(
        decode({ type: "error", code: "server_is_overloaded", message: "" }).failure?._tag,
        "OverloadedError"
      )
      const bare = Decoding.run(protocol, [
        Decoding.encoder.encode("data: {\"error\":\"Incorrect API key provided\"}\n\n")
      ])
      assert.strictEqual(bare.failure?._tag, "AuthenticationError")
      assert.strictEqual(decode({ type: "response.failed", response: {} }).failure?._tag, "StreamFailedError")
      assert.strictEqual(decode(created, completed({ status: "cancelled" })).failure?._tag, "StreamFailedError")
    })

    it.each<[string, WireEvent]>([
      ["a delta that is no text", text(0, {})],
      ["an output index that is no number", { ...text(0, "x"), output_index: "0" }],
      ["a negative output index", { ...text(0, "x"), output_index: -1 }],
      ["an absurd content index", text(0, "x", 1e9)],
      ["arguments that are no text", { type: "response.function_call_arguments.delta", output_index: 0, delta: {} }],
      ["an item without a type", added(0, {})],
      ["an item that is none", { type: "response.output_item.done", output_index: 0, item: 1 }],
      ["an end without a response", { type: "response.completed" }]
    ])("fails on %s", (_, event) => {
      const outcome = decode(created, event, completed())
      assert.strictEqual(outcome.failure?._tag, "MalformedStreamError")
      assert.deepStrictEqual(outcome.events, [Created])
    })

    it("is whole with its terminal event and at no byte before", () => {
      const bytes = wire(created, text(0, "Hi"), completed({ usage: { input_tokens: 1, output_tokens: 1 } }))
      for (let cut = 0; cut <= bytes.length; cut++) {
        for (const ending of [{ type: "end-of-body" }, { type: "connection-lost", code: "ECONNRESET" }] as const) {
          const outcome = Decoding.run(protocol, [bytes.subarray(0, cut)], Decoding.context(), ending)
          // The last event counts without its blank line when it is complete JSON.
          const whole = cut >= bytes.length - 2
          assert.strictEqual(outcome.events.at(-1)?._tag === "Completed", whole, `cut at ${cut}`)
          assert.strictEqual(outcome.failure?._tag, whole ? undefined : "IncompleteStreamError", `cut at ${cut}`)
        }
      }
    })

    it("takes [DONE] for no proof", () => {
      const outcome = Decoding.run(protocol, [wire(created), Decoding.encoder.encode("data: [DONE]\n\n")])
      assert.strictEqual(outcome.failure?._tag, "IncompleteStreamError")
    })

    it("takes xAI's response.done for the end", () => {
      const outcome = decode(created, {
        type: "response.done",
        response: { id: "resp_1", model: "gpt-5-x", status: "completed" }
      })
      assert.deepStrictEqual(outcome, { events: [Created, Completed()], failure: undefined })
    })
  })

  describe("whole", () => {
    const output = [
      { type: "reasoning", id: "rs", summary: [{ type: "summary_text", text: "hm" }], encrypted_content: "x" },
      {
        type: "message",
        id: "m",
        phase: "commentary",
        content: [{ type: "output_text", text: "Hi", annotations: [] }]
      },
      { type: "function_call", id: "fc", call_id: "c", name: "f", arguments: "{\"a\":1}" }
    ]
    const usage = { input_tokens: 1, output_tokens: 2, total_tokens: 3 }

    it("gives the same events as the stream", () => {
      const response = { id: "resp_1", object: "response", model: "gpt-5-x", status: "completed", output, usage }
      const whole = protocol.decodeWhole(JSON.stringify(response), Decoding.context())
      const streamed = decode(
        created,
        ...output.map((item, at) => done(at, item)),
        { type: "response.completed", response: { ...response, output: [] } }
      )
      assert.strictEqual(whole.failure, undefined)
      assert.deepStrictEqual(whole.events.slice(0, -1), streamed.events.slice(0, -1))
      assert.deepStrictEqual<unknown>(whole.events.at(-1), {
        ...streamed.events.at(-1),
        evidence: ["finish-reason", "end-of-body", "usage"]
      })
      assert.deepStrictEqual(Schema.decodeUnknownSync(Schema.Array(ResponseEvent))(whole.events), whole.events)
    })

    it("says that a queued response is no answer yet", () => {
      const body = JSON.stringify({ id: "r", object: "response", model: "m", status: "queued", output: [] })
      assert.deepStrictEqual(protocol.decodeWhole(body, Decoding.context()).events.at(-1), {
        _tag: "Completed",
        responseId: "r",
        model: "m",
        finishReason: "other",
        finishReasonRaw: "queued",
        usage: null,
        evidence: ["finish-reason", "end-of-body"]
      })
    })

    it.each([
      ["", "MalformedResponseError", "the body is empty"],
      ["<html>no</html>", "MalformedResponseError", "the body is a page and not JSON"],
      ["{\"id\":", "MalformedResponseError", "the body is not JSON"],
      ["event: x\ndata: {}\n\n", "IncompleteStreamError", undefined],
      ["[1]", "MalformedResponseError", "the body is not a JSON object"],
      ["{\"choices\":[]}", "MalformedResponseError", "the body is not a response"],
      ["{\"error\":{\"message\":\"gone\",\"code\":\"model_not_found\"}}", "ModelNotFoundError", "gone"],
      [
        "{\"object\":\"response\",\"status\":\"failed\",\"error\":{\"code\":\"server_error\",\"message\":\"x\"}}",
        "ServerError",
        "x"
      ]
    ])("fails on %s", (body, tag, detail) => {
      const { events, failure } = protocol.decodeWhole(body, Decoding.context())
      assert.deepStrictEqual([events, failure?._tag, failure?.detail], [[], tag, detail])
    })
  })

  it("sends an answer back as it came", () => {
    const annotation = { type: "url_citation", url: "https://h.test", title: "T", start_index: 0, end_index: 2 }
    const reasoning = {
      type: "reasoning",
      id: "rs",
      summary: [{ type: "summary_text", text: "hm" }],
      encrypted_content: "secret",
      format: "x-v1"
    }
    const search = { type: "web_search_call", id: "ws", status: "completed", action: { type: "search", query: "q" } }
    const call = { type: "function_call", id: "fc", call_id: "c1", name: "f", arguments: "{\"a\": 1}" }
    const custom = { type: "custom_tool_call", id: "ctc", call_id: "c2", name: "patch", input: "***" }
    const outcome = decode(
      created,
      done(0, reasoning),
      done(1, search),
      done(2, {
        type: "message",
        id: "m",
        phase: "commentary",
        content: [{ type: "output_text", text: "Hi", annotations: [annotation] }]
      }),
      done(3, { ...call, status: "completed" }),
      done(4, { ...custom, status: "completed" }),
      completed()
    )
    const stored: ReadonlyArray<ResponseItem> = JSON.parse(JSON.stringify(items(outcome)))
    const prompt = Prompt.make("Hello").pipe(
      Prompt.concat(Replay.toPrompt(stored)),
      Prompt.concat(Replay.toolResult({ id: "c1", name: "f" }, "ok")),
      Prompt.concat(Replay.toolResult({ id: "c2", name: "patch" }, "done"))
    )
    assert.deepStrictEqual(encode({ prompt }, { stream: false, provider: "test" }), {
      model: "gpt-5",
      input: [
        { role: "user", content: [{ type: "input_text", text: "Hello" }] },
        reasoning,
        search,
        {
          role: "assistant",
          id: "m",
          phase: "commentary",
          content: [{ type: "output_text", text: "Hi", annotations: [annotation] }]
        },
        call,
        custom,
        { type: "function_call_output", call_id: "c1", output: "ok" },
        { type: "custom_tool_call_output", call_id: "c2", output: "done" }
      ]
    })
  })

  it("sends back a call whose arguments were changed as it is now", () => {
    const call = { type: "function_call", id: "fc", call_id: "c1", name: "f", arguments: "{\"a\": 1}" }
    const answer = Replay.toPrompt(items(decode(created, done(0, call), completed())))
    const changed = Prompt.fromMessages(
      answer.content.map((message) =>
        message.role !== "assistant" ? message : Prompt.assistantMessage({
          ...message,
          content: message.content.map((part) =>
            part.type === "tool-call" ? Prompt.toolCallPart({ ...part, params: { a: 2 } }) : part
          )
        })
      )
    )
    const prompt = Prompt.make("Hello").pipe(
      Prompt.concat(changed),
      Prompt.concat(Replay.toolResult({ id: "c1", name: "f" }, "ok"))
    )
    const { input } = encode({ prompt }) as { readonly input: ReadonlyArray<unknown> }
    assert.deepStrictEqual(input[1], { ...call, arguments: "{\"a\":2}" })
  })

  it("sends back no reasoning that a server without memory could not know", () => {
    const prompt = Prompt.make("Hello").pipe(
      Prompt.concat(Replay.toPrompt([
        { _tag: "Reasoning", id: "rs", content: [], summary: ["hm"], protocol: "openai-responses" }
      ]))
    )
    const input = (store: boolean): number =>
      (encode({ prompt, providerOptions: { openai: { store } } }) as { readonly input: ReadonlyArray<unknown> }).input
        .length
    assert.deepStrictEqual([input(true), input(false)], [2, 1])
  })

  it("sends back a text as it was changed, and not the item that it came from", () => {
    const item = {
      _tag: "Message",
      id: "m",
      content: [{ _tag: "OutputText", text: "His name is Bob.", citations: [] }],
      protocol: "openai-responses"
    } as const
    const prompt = Prompt.make([
      { role: "user", content: "Hello" },
      {
        role: "assistant",
        content: [{
          type: "text",
          text: "His name is ….",
          options: { sluice: { item: JSON.parse(JSON.stringify(item)) } }
        }]
      }
    ])
    assert.deepStrictEqual((encode({ prompt }) as { readonly input: unknown }).input, [
      { role: "user", content: [{ type: "input_text", text: "Hello" }] },
      { role: "assistant", content: [{ type: "output_text", text: "His name is …." }] }
    ])
  })
})
