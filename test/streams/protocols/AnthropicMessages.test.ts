import { assert, describe, it } from "@effect/vitest"
import { Result, Schema } from "effect"
import { Prompt, Tool } from "effect/ai"
import * as CompletionRequest from "../../../src/domain/CompletionRequest.ts"
import * as Replay from "../../../src/domain/Replay.ts"
import { ResponseEvent } from "../../../src/domain/ResponseEvent.ts"
import type { ResponseItem } from "../../../src/domain/ResponseItem.ts"
import { protocol } from "../../../src/streams/protocols/AnthropicMessages/AnthropicMessages.ts"
import type { EncodeContext } from "../../../src/streams/request/EncodeContext.ts"
import * as Decoding from "../../support/Decoding.ts"
import { encodedBody } from "../../support/Encoding.ts"

type WireEvent = { readonly type: string } & Record<string, unknown>

const encodeContext: EncodeContext = { provider: "anthropic", model: "claude-x", stream: false, quirks: {} }

const encode = (
  input: Omit<CompletionRequest.CompletionRequestInput, "model">,
  context: Partial<EncodeContext> = {}
): unknown =>
  Result.match(
    encodedBody(protocol, CompletionRequest.make({ model: "claude-x", ...input }), { ...encodeContext, ...context }),
    { onSuccess: (body) => body, onFailure: (error) => [error._tag, error.parameter, error.detail] }
  )

/** The body without what every body has. */
const fields = (input: object, context: Partial<EncodeContext> = {}): unknown => {
  const { messages: _, model: __, max_tokens: ___, ...rest } = encode({ prompt: "Hi", ...input }, context) as Record<
    string,
    unknown
  >
  return rest
}

const messages = (prompt: Prompt.RawInput, context: Partial<EncodeContext> = {}): unknown =>
  (encode({ prompt }, context) as Record<string, unknown>).messages

const wire = (...events: ReadonlyArray<WireEvent>): Uint8Array =>
  Decoding.encoder.encode(
    events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join("")
  )

const decode = (...events: ReadonlyArray<WireEvent>): Decoding.Outcome => Decoding.run(protocol, [wire(...events)])

const start = (message: object = {}): WireEvent => ({
  type: "message_start",
  message: { id: "msg_1", model: "claude-x-1", content: [], usage: { input_tokens: 5, output_tokens: 1 }, ...message }
})
const begin = (index: unknown, content_block: unknown): WireEvent => ({
  type: "content_block_start",
  index,
  content_block
})
const delta = (index: unknown, value: unknown): WireEvent => ({ type: "content_block_delta", index, delta: value })
const stop = (index: unknown): WireEvent => ({ type: "content_block_stop", index })
const ending = (stop_reason: unknown, usage?: object): WireEvent => ({
  type: "message_delta",
  delta: { stop_reason },
  ...(usage === undefined ? {} : { usage })
})
const last: WireEvent = { type: "message_stop" }

const text = { type: "text", text: "" }
const say = (words: unknown) => ({ type: "text_delta", text: words })
const json = (partial_json: unknown) => ({ type: "input_json_delta", partial_json })

const Created: ResponseEvent = { _tag: "Created", responseId: "msg_1", model: "claude-x-1" }
const Completed = (more: Partial<ResponseEvent & { readonly _tag: "Completed" }> = {}): ResponseEvent => ({
  _tag: "Completed",
  responseId: "msg_1",
  model: "claude-x-1",
  finishReason: "stop",
  finishReasonRaw: "end_turn",
  usage: usageOf(5, 1),
  evidence: ["finish-reason", "terminal-event"],
  ...more
})
const usageOf = (inputTokens: number, outputTokens: number, more: object = {}) => ({
  inputTokens,
  cachedInputTokens: 0,
  cacheWriteInputTokens: 0,
  outputTokens,
  reasoningOutputTokens: 0,
  totalTokens: inputTokens + outputTokens,
  ...more
})

const items = (outcome: Decoding.Outcome): ReadonlyArray<ResponseItem> =>
  outcome.events.flatMap((event) => event._tag === "OutputItemDone" ? [event.item] : [])

const weather = Tool.make("weather", {
  description: "Tells the weather",
  parameters: Schema.Struct({ city: Schema.String })
})

describe("AnthropicMessages", () => {
  describe("encode", () => {
    it("writes a question", () => {
      assert.deepStrictEqual(encode({ prompt: "Hi" }, { stream: true }), {
        model: "claude-x",
        max_tokens: 4096,
        messages: [{ role: "user", content: [{ type: "text", text: "Hi" }] }],
        stream: true
      })
    })

    it("limits the answer by the request, or else by what every model allows", () => {
      const limit = (input: object): unknown =>
        (encode({ prompt: "Hi", ...input }) as Record<string, unknown>).max_tokens
      assert.strictEqual(limit({ maxOutputTokens: 9 }), 9)
      assert.strictEqual(limit({}), 4096)
      assert.strictEqual(limit({ maxOutputTokens: 9000, reasoning: { budgetTokens: 2000 } }), 9000)
      assert.strictEqual(limit({ maxOutputTokens: 1000, reasoning: { budgetTokens: 2000 } }), 3000)
    })

    it("puts system messages at the top and merges turns, the results of tools first", () => {
      const prompt: Prompt.RawInput = [
        { role: "system", content: "Be kind." },
        { role: "user", content: "a" },
        { role: "user", content: "b" },
        {
          role: "assistant",
          content: [
            { type: "reasoning", text: "foreign" },
            { type: "text", text: " \n" },
            { type: "text", text: "Let me look. " },
            { type: "tool-call", id: "t1", name: "weather", params: { city: "Rome" } },
            { type: "tool-call", id: "t2", name: "weather", params: undefined },
            { type: "tool-call", id: "x", name: "web_search", params: {}, providerExecuted: true }
          ]
        },
        { role: "user", content: "quick" },
        {
          role: "tool",
          content: [
            { type: "tool-result", id: "t1", name: "weather", result: { sky: "blue" }, isFailure: false },
            {
              type: "tool-result",
              id: "t2",
              name: "weather",
              result: null,
              isFailure: true,
              modelOutput: [
                { type: "text", text: "see" },
                { type: "file", mediaType: "image/png", data: "iVBO" }
              ]
            }
          ]
        },
        { role: "system", content: "Be brief." }
      ]
      assert.deepStrictEqual(encode({ prompt }), {
        model: "claude-x",
        max_tokens: 4096,
        system: [{ type: "text", text: "Be kind." }, { type: "text", text: "Be brief." }],
        messages: [
          { role: "user", content: [{ type: "text", text: "a" }, { type: "text", text: "b" }] },
          {
            role: "assistant",
            content: [
              { type: "text", text: "Let me look. " },
              { type: "tool_use", id: "t1", name: "weather", input: { city: "Rome" } },
              { type: "tool_use", id: "t2", name: "weather", input: {} }
            ]
          },
          {
            role: "user",
            content: [
              { type: "tool_result", tool_use_id: "t1", content: "{\"sky\":\"blue\"}" },
              {
                type: "tool_result",
                tool_use_id: "t2",
                content: [
                  { type: "text", text: "see" },
                  { type: "image", source: { type: "base64", media_type: "image/png", data: "iVBO" } }
                ],
                is_error: true
              },
              { type: "text", text: "quick" }
            ]
          }
        ]
      })
    })

    it("trims the white space of an answer that is begun for the model", () => {
      assert.deepStrictEqual(
        messages([{ role: "user", content: "Hi" }, { role: "assistant", content: "Well, \n" }]),
        [
          { role: "user", content: [{ type: "text", text: "Hi" }] },
          { role: "assistant", content: [{ type: "text", text: "Well," }] }
        ]
      )
    })

    it("writes images, documents and text files", () => {
      const file = (mediaType: string, data: string | Uint8Array | URL, more: object = {}) =>
        Prompt.filePart({ mediaType, data, ...more })
      const content = [
        file("image/*", new Uint8Array([0xff, 0xd8, 0xff])),
        file("image/png", new URL("https://h.test/a.png")),
        file("image/png", "file_1"),
        file("application/pdf", "JVBERi0=", { fileName: "a.pdf" }),
        file("application/pdf", "https://h.test/a.pdf"),
        file("text/markdown", "SMOp", { fileName: "a.md" })
      ]
      assert.deepStrictEqual(messages(Prompt.fromMessages([Prompt.userMessage({ content })])), [{
        role: "user",
        content: [
          { type: "image", source: { type: "base64", media_type: "image/jpeg", data: "/9j/" } },
          { type: "image", source: { type: "url", url: "https://h.test/a.png" } },
          { type: "image", source: { type: "file", file_id: "file_1" } },
          {
            type: "document",
            source: { type: "base64", media_type: "application/pdf", data: "JVBERi0=" },
            title: "a.pdf"
          },
          { type: "document", source: { type: "url", url: "https://h.test/a.pdf" } },
          { type: "document", source: { type: "text", media_type: "text/plain", data: "Hé" }, title: "a.md" }
        ]
      }])
    })

    it("marks breakpoints of the prompt cache", () => {
      const marked = { sluice: { cache: true } }
      assert.deepStrictEqual(
        encode({
          prompt: [
            { role: "system", content: "Long.", options: marked },
            {
              role: "user",
              content: [
                { type: "text", text: "a", options: { sluice: { cache: { ttl: "5m" } } } },
                { type: "text", text: "b" }
              ],
              options: marked
            }
          ],
          promptCache: { auto: true, ttl: "1h", key: "k" }
        }),
        {
          model: "claude-x",
          max_tokens: 4096,
          system: [{ type: "text", text: "Long.", cache_control: { type: "ephemeral", ttl: "1h" } }],
          messages: [{
            role: "user",
            content: [
              { type: "text", text: "a", cache_control: { type: "ephemeral", ttl: "1h" } },
              { type: "text", text: "b", cache_control: { type: "ephemeral", ttl: "1h" } }
            ]
          }],
          cache_control: { type: "ephemeral", ttl: "1h" }
        }
      )
    })

    it("writes tools and every form of choice", () => {
      const search = Tool.providerDefined({
        id: "anthropic.web_search_20250305",
        customName: "Search",
        providerName: "web_search",
        args: Schema.Struct({ max_uses: Schema.Finite })
      })({ max_uses: 2 })
      const tools = [weather, search]
      const written = [
        {
          name: "weather",
          description: "Tells the weather",
          input_schema: {
            type: "object",
            properties: { city: { type: "string" } },
            required: ["city"],
            additionalProperties: true
          }
        },
        { type: "web_search_20250305", name: "web_search", max_uses: 2 }
      ]
      assert.deepStrictEqual(fields({ tools }), { tools: written })
      assert.deepStrictEqual(fields({ tools, parallelToolCalls: false }), {
        tools: written,
        tool_choice: { type: "auto", disable_parallel_tool_use: true }
      })
      assert.deepStrictEqual(fields({ tools, toolChoice: "required", parallelToolCalls: false }), {
        tools: written,
        tool_choice: { type: "any", disable_parallel_tool_use: true }
      })
      assert.deepStrictEqual(fields({ tools, toolChoice: "none" }), { tools: written, tool_choice: { type: "none" } })
      assert.deepStrictEqual(fields({ tools, toolChoice: { tool: "Search" } }), {
        tools: written,
        tool_choice: { type: "tool", name: "web_search" }
      })
      assert.deepStrictEqual(fields({ tools, toolChoice: { mode: "required", oneOf: ["weather"] } }), {
        tools: written.slice(0, 1),
        tool_choice: { type: "any" }
      })
      assert.deepStrictEqual(fields({ tools: [Tool.make("bare").annotate(Tool.Strict, true)] }), {
        tools: [{
          name: "bare",
          input_schema: { type: "object", properties: {}, additionalProperties: false },
          strict: true
        }]
      })
    })

    it("thinks by effort or by budget, and samples only without", () => {
      const all = { temperature: 0.5, topP: 0.9, topK: 4 }
      assert.deepStrictEqual(fields(all), { temperature: 0.5, top_k: 4 })
      assert.deepStrictEqual(fields({ topP: 0.9 }), { top_p: 0.9 })
      assert.deepStrictEqual(fields({ ...all, reasoning: { effort: "high", summary: "auto" } }), {
        thinking: { type: "adaptive", display: "summarized" },
        output_config: { effort: "high" }
      })
      assert.deepStrictEqual(fields({ ...all, reasoning: { budgetTokens: 2000 } }), {
        thinking: { type: "enabled", budget_tokens: 2000 }
      })
      assert.deepStrictEqual(fields({ ...all, reasoning: { effort: "none" } }), {
        thinking: { type: "disabled" },
        temperature: 0.5,
        top_k: 4
      })
    })

    it("writes stop sequences, the user, the schema of an answer and the caller's own fields over all", () => {
      const schema = Schema.Struct({
        n: Schema.Finite.check(Schema.isGreaterThan(1)),
        o: Schema.optionalKey(Schema.String)
      })
      assert.deepStrictEqual(
        fields({
          stop: ["x"],
          seed: 7,
          user: "u",
          metadata: { a: "b" },
          text: { verbosity: "low" },
          outputSchema: { schema, name: "n" },
          providerOptions: { anthropic: { stop_sequences: ["y"], service_tier: "auto" }, openai: { z: 1 } }
        }),
        {
          stop_sequences: ["y"],
          metadata: { user_id: "u" },
          service_tier: "auto",
          output_config: {
            format: {
              type: "json_schema",
              schema: {
                type: "object",
                properties: {
                  n: { type: "number", description: "exclusiveMinimum: 1" },
                  o: { type: "string" }
                },
                required: ["n"],
                additionalProperties: false
              }
            }
          }
        }
      )
      assert.deepStrictEqual(fields({ outputSchema: { schema: { type: "string" } } }), {
        output_config: { format: { type: "json_schema", schema: { type: "string" } } }
      })
    })

    it("writes what clouds have differently by their quirks", () => {
      const weather = Tool.make("weather", { parameters: Schema.Struct({ city: Schema.String }) })
      const input = {
        prompt: "Hi",
        tools: [weather],
        parallelToolCalls: false,
        headers: { "Anthropic-Beta": "a-2025-01-01, b-2025-01-01" }
      }
      const bedrock = {
        anthropicVersion: "bedrock-2023-05-31",
        modelInBody: false,
        streamInBody: false,
        betasInBody: true,
        fileReferences: false,
        framing: "event-stream" as const
      }
      const vertex = { anthropicVersion: "vertex-2023-10-16", modelInBody: false, fileReferences: false }
      const { tools: _, ...atBedrock } = encode(input, { stream: true, quirks: bedrock }) as Record<string, unknown>
      const messages = [{ role: "user", content: [{ type: "text", text: "Hi" }] }]
      assert.deepStrictEqual(atBedrock, {
        anthropic_version: "bedrock-2023-05-31",
        anthropic_beta: ["a-2025-01-01", "b-2025-01-01"],
        max_tokens: 4096,
        messages,
        tool_choice: { type: "auto", disable_parallel_tool_use: true }
      })
      const { tools: __, ...atVertex } = encode(input, { stream: true, quirks: vertex }) as Record<string, unknown>
      assert.deepStrictEqual(atVertex, {
        anthropic_version: "vertex-2023-10-16",
        max_tokens: 4096,
        messages,
        tool_choice: { type: "auto", disable_parallel_tool_use: true },
        stream: true
      })
      const image = (data: string | URL) => ({
        prompt: [{ role: "user" as const, content: [{ type: "file" as const, mediaType: "image/png", data }] }]
      })
      assert.deepStrictEqual(
        (encode(image(new URL("https://a.test/a.png")), { quirks: vertex }) as Array<unknown>)[0],
        "InvalidRequestError"
      )
      assert.deepStrictEqual((encode(image("file_1"), { quirks: vertex }) as Array<unknown>)[0], "InvalidRequestError")
      assert.include(JSON.stringify(encode(image("AQI="), { quirks: vertex })), "\"data\":\"AQI=\"")
    })

    it.each<[string, object, string]>([
      ["prompt", { prompt: Prompt.empty }, "it has no messages with content; add a user message"],
      ["prompt", { prompt: " " }, "it has no messages with content; add a user message"],
      [
        "prompt",
        { prompt: [{ role: "system", content: "Be kind." }] },
        "it has no messages with content; add a user message"
      ],
      [
        "prompt",
        { prompt: [{ role: "assistant", content: "Hi" }] },
        "its first message must be a user's; add a user message before the assistant's"
      ],
      [
        "prompt",
        { prompt: [{ role: "user", content: [{ type: "file", mediaType: "audio/wav", data: "UklG" }] }] },
        "a audio/wav file cannot be sent over the Messages API; send an image, a PDF or text"
      ],
      [
        "outputSchema",
        { outputSchema: "json" },
        "the Messages API has no JSON mode without a schema; give a schema"
      ],
      [
        "tools",
        { tools: [Tool.dynamic("word", { parameters: Schema.String })] },
        "in the parameters of tool \"word\", \"#\" is not an object but string: wrap it in an object with one property"
      ],
      [
        "tools",
        {
          tools: [
            Tool.providerDefined({ id: "openai.web_search", customName: "Search", providerName: "web_search" })(
              undefined
            )
          ]
        },
        "tool \"Search\" (openai.web_search) is another provider's own and this one cannot run it"
      ],
      ["toolChoice", { toolChoice: "required" }, "it asks for a tool, but the request has no tools"],
      [
        "toolChoice",
        { tools: [weather], toolChoice: { oneOf: ["wether"] } },
        "it names tool \"wether\", which is not among the request's tools"
      ]
    ])("refuses a %s that cannot be sent", (parameter, input, detail) => {
      assert.deepStrictEqual(encode({ prompt: "Hi", ...input }), ["InvalidRequestError", parameter, detail])
    })
  })

  describe("decode", () => {
    it("reads a text with its usage, whose later values win", () => {
      const outcome = decode(
        start({
          usage: { input_tokens: 5, cache_creation_input_tokens: 3, cache_read_input_tokens: 20, output_tokens: 1 }
        }),
        begin(0, text),
        { type: "ping" },
        delta(0, say("Hel")),
        delta(0, say("lo")),
        stop(0),
        ending("end_turn", {
          input_tokens: 6,
          cache_read_input_tokens: null,
          output_tokens: 9,
          output_tokens_details: { thinking_tokens: 2 }
        }),
        last
      )
      assert.deepStrictEqual(outcome, {
        failure: undefined,
        events: [
          Created,
          { _tag: "OutputItemAdded", outputIndex: 0, item: { type: "message" } },
          { _tag: "OutputTextDelta", outputIndex: 0, delta: "Hel" },
          { _tag: "OutputTextDelta", outputIndex: 0, delta: "lo" },
          {
            _tag: "OutputItemDone",
            outputIndex: 0,
            item: {
              _tag: "Message",
              content: [{ _tag: "OutputText", text: "Hello", citations: [] }],
              protocol: "anthropic-messages"
            }
          },
          Completed({
            usage: usageOf(29, 9, { cachedInputTokens: 20, cacheWriteInputTokens: 3, reasoningOutputTokens: 2 }),
            evidence: ["finish-reason", "usage", "terminal-event"]
          })
        ]
      })
    })

    it("adds up the iterations of a compacted answer, and only then", () => {
      const usage = (iterations: ReadonlyArray<object>): unknown => {
        const outcome = decode(start(), ending("end_turn", { input_tokens: 10, output_tokens: 2, iterations }), last)
        return Decoding.fold(outcome).usage
      }
      const message = { type: "message", input_tokens: 10, output_tokens: 2 }
      const compaction = { type: "compaction", input_tokens: 100, cache_read_input_tokens: 7, output_tokens: 5 }
      const advisor = { type: "advisor_message", input_tokens: 1000, output_tokens: 1000 }
      assert.deepStrictEqual(usage([compaction, message, advisor]), usageOf(117, 7, { cachedInputTokens: 7 }))
      assert.deepStrictEqual(usage([message, advisor]), usageOf(10, 2))
      assert.deepStrictEqual(usage([compaction, { type: "fallback_message" }]), usageOf(10, 2))
    })

    it("reads thinking with its signature, thinking that is only a signature, and redacted thinking", () => {
      const outcome = decode(
        start(),
        begin(0, { type: "thinking", thinking: "", signature: "" }),
        delta(0, { type: "thinking_delta", thinking: "hm" }),
        delta(0, { type: "signature_delta", signature: "s1" }),
        stop(0),
        begin(1, { type: "thinking", thinking: "" }),
        delta(1, { type: "signature_delta", signature: "s2" }),
        stop(1),
        begin(2, { type: "redacted_thinking", data: "d" }),
        stop(2),
        ending("end_turn"),
        last
      )
      const origin = { summary: [], protocol: "anthropic-messages", provider: "test" }
      assert.deepStrictEqual(items(outcome), [
        { _tag: "Reasoning", content: ["hm"], signature: "s1", ...origin },
        { _tag: "Reasoning", content: [], signature: "s2", ...origin },
        { _tag: "Reasoning", content: [], redacted: "d", ...origin }
      ])
      assert.deepStrictEqual(outcome.events.slice(1, 3), [
        { _tag: "OutputItemAdded", outputIndex: 0, item: { type: "reasoning" } },
        { _tag: "ReasoningContentDelta", outputIndex: 0, contentIndex: 0, delta: "hm" }
      ])
    })

    it("reads citations", () => {
      const native = { type: "web_search_result_location", url: "https://h.test", title: "T", cited_text: "c" }
      const outcome = decode(
        start(),
        begin(0, { ...text, citations: [] }),
        delta(0, { type: "citations_delta", citation: native }),
        delta(0, say("So.")),
        stop(0),
        ending("end_turn"),
        last
      )
      const citation = { url: "https://h.test", title: "T", citedText: "c", native }
      assert.deepStrictEqual(outcome.events.slice(2, 5), [
        { _tag: "CitationAdded", outputIndex: 0, citation },
        { _tag: "OutputTextDelta", outputIndex: 0, delta: "So." },
        {
          _tag: "OutputItemDone",
          outputIndex: 0,
          item: {
            _tag: "Message",
            content: [{ _tag: "OutputText", text: "So.", citations: [citation] }],
            protocol: "anthropic-messages"
          }
        }
      ])
    })

    it("holds tool calls until the stop reason proves them whole", () => {
      const tool = (id: string, input: object = {}) => ({ type: "tool_use", id, name: "weather", input })
      const calls = [
        start(),
        begin(0, tool("a")),
        delta(0, json("")),
        begin(1, tool("b")),
        delta(1, json("{\"city\":")),
        delta(0, json("{\"city\":\"Rome\"}")),
        delta(1, json("\"Oslo\"}")),
        stop(1),
        stop(0),
        begin(2, tool("c")),
        stop(2),
        begin(3, tool("d", { city: "Bern" })),
        stop(3)
      ]
      assert.deepStrictEqual(items(decode(...calls)), [])
      const outcome = decode(...calls, ending("tool_use"), last)
      const call = (id: string, args: object) => ({
        _tag: "ToolCall",
        id,
        name: "weather",
        arguments: args,
        protocol: "anthropic-messages"
      })
      assert.deepStrictEqual<unknown>(items(outcome), [
        call("b", { city: "Oslo" }),
        call("a", { city: "Rome" }),
        call("c", {}),
        call("d", { city: "Bern" })
      ])
      assert.deepStrictEqual(outcome.events.slice(1, 7), [
        { _tag: "OutputItemAdded", outputIndex: 0, item: { type: "tool-call", id: "a", name: "weather" } },
        { _tag: "OutputItemAdded", outputIndex: 1, item: { type: "tool-call", id: "b", name: "weather" } },
        { _tag: "ToolCallArgumentsDelta", outputIndex: 1, id: "b", delta: "{\"city\":" },
        { _tag: "ToolCallArgumentsDelta", outputIndex: 0, id: "a", delta: "{\"city\":\"Rome\"}" },
        { _tag: "ToolCallArgumentsDelta", outputIndex: 1, id: "b", delta: "\"Oslo\"}" },
        { _tag: "OutputItemAdded", outputIndex: 2, item: { type: "tool-call", id: "c", name: "weather" } }
      ])
      assert.deepStrictEqual(
        outcome.events.at(-1),
        Completed({ finishReason: "tool-calls", finishReasonRaw: "tool_use" })
      )
    })

    it.each<[string, string, ReadonlyArray<unknown>]>([
      ["max_tokens", "{\"city\":\"Ro", ["InvalidToolCall", "cut"]],
      ["max_tokens", "", ["InvalidToolCall", "cut"]],
      ["max_tokens", "{\"city\":\"Rome\"}", ["ToolCall", undefined]],
      ["refusal", "{\"city\":\"Ro", ["InvalidToolCall", "cut"]],
      ["tool_use", "{\"city\":\"Ro", ["InvalidToolCall", "malformed"]],
      ["tool_use", "", ["ToolCall", undefined]]
    ])("with %s a call of %s is what it is", (reason, input, expected) => {
      const outcome = decode(
        start(),
        begin(0, { type: "tool_use", id: "a", name: "weather", input: {} }),
        delta(0, json(input)),
        stop(0),
        ending(reason),
        last
      )
      assert.deepStrictEqual(
        items(outcome).map((item) => [item._tag, item._tag === "InvalidToolCall" ? item.reason : undefined]),
        [expected]
      )
    })

    it("keeps the provider's own tools and blocks of unknown kinds as they can be sent back", () => {
      const result = { type: "web_search_tool_result", tool_use_id: "srv", content: [] }
      const outcome = decode(
        start(),
        begin(0, { type: "server_tool_use", id: "srv", name: "web_search", input: {} }),
        delta(0, json("{\"query\":")),
        delta(0, json("\"q\"}")),
        stop(0),
        begin(1, result),
        stop(1),
        begin(2, { type: "compaction", content: null }),
        delta(2, { type: "compaction_delta", content: "so " }),
        delta(2, { type: "compaction_delta", content: "far" }),
        stop(2),
        begin(3, { type: "hologram", beam: 1 }),
        stop(3),
        ending("end_turn"),
        last
      )
      assert.deepStrictEqual(outcome.events.slice(1), [
        { _tag: "OutputItemAdded", outputIndex: 0, item: { type: "server-tool-call", id: "srv", name: "web_search" } },
        { _tag: "WebSearchCallBegin", outputIndex: 0, id: "srv" },
        {
          _tag: "OutputItemDone",
          outputIndex: 0,
          item: {
            _tag: "ServerToolCall",
            type: "server_tool_use",
            id: "srv",
            name: "web_search",
            protocol: "anthropic-messages",
            native: { type: "server_tool_use", id: "srv", name: "web_search", input: { query: "q" } }
          }
        },
        {
          _tag: "OutputItemAdded",
          outputIndex: 1,
          item: { type: "server-tool-call", id: "srv", name: "web_search_tool_result" }
        },
        {
          _tag: "OutputItemDone",
          outputIndex: 1,
          item: {
            _tag: "ServerToolCall",
            type: "web_search_tool_result",
            id: "srv",
            protocol: "anthropic-messages",
            native: result
          }
        },
        { _tag: "OutputItemAdded", outputIndex: 2, item: { type: "unknown" } },
        {
          _tag: "OutputItemDone",
          outputIndex: 2,
          item: {
            _tag: "UnknownItem",
            type: "compaction",
            protocol: "anthropic-messages",
            native: { type: "compaction", content: "so far" }
          }
        },
        { _tag: "OutputItemAdded", outputIndex: 3, item: { type: "unknown" } },
        {
          _tag: "OutputItemDone",
          outputIndex: 3,
          item: {
            _tag: "UnknownItem",
            type: "hologram",
            protocol: "anthropic-messages",
            native: { type: "hologram", beam: 1 }
          }
        },
        Completed({ unknown: { compaction_delta: 2, "block hologram": 1 } })
      ])
    })

    it("reads what a message begins with, and blocks that share an index or never began", () => {
      const outcome = decode(
        start({ content: [{ type: "text", text: "pre" }] }),
        begin(0, text),
        delta(0, say("a")),
        begin(0, text),
        delta(0, say("b")),
        stop(0),
        delta(7, say("c")),
        ending("end_turn"),
        last
      )
      assert.deepStrictEqual(
        outcome.events.flatMap((event) =>
          event._tag === "OutputItemDone" && event.item._tag === "Message"
            ? [[event.outputIndex, ...event.item.content.map((part) => part._tag === "OutputText" ? part.text : "")]]
            : []
        ),
        [[0, "pre"], [1, "a"], [2, "b"], [7, "c"]]
      )
    })

    it.each([
      ["end_turn", "stop"],
      ["stop_sequence", "stop"],
      ["pause_turn", "stop"],
      ["max_tokens", "length"],
      ["model_context_window_exceeded", "length"],
      ["tool_use", "tool-calls"],
      ["refusal", "content-filter"],
      ["compaction", "other"],
      ["whim", "other"]
    ])("reads the stop reason %s as %s", (raw, finishReason) => {
      const { completed } = Decoding.fold(decode(start(), ending(raw), last))
      assert.deepStrictEqual([completed?.finishReason, completed?.finishReasonRaw], [finishReason, raw])
    })

    it("goes by the event's name where the data has no type", () => {
      const outcome = Decoding.run(protocol, [
        Decoding.encoder.encode(
          "event: message_start\ndata: {\"message\":{\"id\":\"msg_1\",\"model\":\"claude-x-1\"}}\n\n" +
            "event: message_delta\ndata: {\"delta\":{\"stop_reason\":\"end_turn\"}}\n\nevent: message_stop\ndata: {}\n\n"
        )
      ])
      assert.deepStrictEqual(outcome, { events: [Created, Completed({ usage: null })], failure: undefined })
    })

    it("reads rate limits from headers first, and counts what it does not know", () => {
      const outcome = Decoding.run(
        protocol,
        [wire(
          start(),
          { type: "aside" },
          begin(0, text),
          delta(0, { type: "mood_delta" }),
          stop(0),
          ending("end_turn"),
          last
        )],
        Decoding.context({
          headers: { "anthropic-ratelimit-tokens-limit": "10", "anthropic-ratelimit-tokens-remaining": "9" }
        })
      )
      assert.deepStrictEqual(outcome.events[0], {
        _tag: "RateLimits",
        snapshot: { tokens: { limit: 10, remaining: 9 } }
      })
      assert.deepStrictEqual(outcome.events.at(-1), Completed({ unknown: { aside: 1, mood_delta: 1 } }))
    })

    it("fails with what the provider reports, at first or in the middle", () => {
      const overloaded = { type: "error", error: { type: "overloaded_error", message: "Overloaded" } }
      const first = decode(overloaded)
      assert.deepStrictEqual([first.events, first.failure?._tag, first.failure?.isRetryable], [
        [],
        "OverloadedError",
        true
      ])
      const middle = decode(start(), begin(0, text), delta(0, say("Hal")), overloaded, last)
      assert.strictEqual(middle.failure?._tag, "OverloadedError")
      assert.strictEqual(middle.failure?.partial?.text, "Hal")
      assert.deepStrictEqual(middle.failure?.partial?.usage, usageOf(5, 1))
      assert.strictEqual(middle.events.some((event) => event._tag === "Completed"), false)
    })

    it.each<[string, WireEvent]>([
      ["a start without a message", { type: "message_start" }],
      ["a block without an index", begin(undefined, text)],
      ["a block without a type", begin(0, {})],
      ["a delta without one", delta(0, null)],
      ["a delta at no index", delta("0", say("x"))],
      ["text that is no text", delta(0, say({}))],
      ["input for a block that never began", delta(0, json("{}"))],
      ["an absurd index", begin(1e9, text)]
    ])("fails on %s", (_, event) => {
      const { events, failure } = decode(start(), event, ending("end_turn"), last)
      assert.strictEqual(failure?._tag, "MalformedStreamError")
      assert.strictEqual(events.some((entry) => entry._tag === "Completed"), false)
    })

    it("takes deltas in a block of another kind as a block of their own", () => {
      const outcome = decode(
        start(),
        begin(0, text),
        delta(0, say("So")),
        delta(0, { type: "thinking_delta", thinking: "Hm" }),
        delta(0, { type: "signature_delta", signature: "s" }),
        delta(0, say(".")),
        delta(0, json("{}")),
        stop(0),
        ending("end_turn"),
        last
      )
      const { completed, reasoning, text: said } = Decoding.fold(outcome)
      assert.deepStrictEqual([outcome.failure, said, reasoning], [undefined, "So.", "Hm"])
      assert.deepStrictEqual(completed?.unknown, { "input_json_delta in a text": 1 })
      const item = outcome.events.find((event) => event._tag === "OutputItemDone" && event.item._tag === "Reasoning")
      assert.deepStrictEqual<unknown>(item, {
        _tag: "OutputItemDone",
        outputIndex: 1,
        item: {
          _tag: "Reasoning",
          content: ["Hm"],
          summary: [],
          signature: "s",
          protocol: "anthropic-messages",
          provider: "test"
        }
      })
    })

    it("reads numbers as text, and counts fields of an unexpected type as unknown", () => {
      const outcome = decode(
        start(),
        begin(0, text),
        delta(0, say(1)),
        delta(0, say(true)),
        delta(0, say(null)),
        stop(0),
        delta(0, say("")),
        ending(1),
        ending("end_turn"),
        last
      )
      const { completed, text: said } = Decoding.fold(outcome)
      assert.deepStrictEqual([outcome.failure, said], [undefined, "1true"])
      assert.deepStrictEqual(completed?.unknown, { "text_delta without text": 1, stop_reason: 1 })
    })

    it("reads whole messages with one id for two calls, numbers as text and input as text", () => {
      const use = { type: "tool_use", id: "t", name: "f" }
      const json =
        `{"type":"message","id":"m","model":"x","stop_reason":"end_turn","content":[{"type":"text","text":1.50},${
          JSON.stringify({ ...use, input: "{\"at\":\"noon\"}" })
        },${JSON.stringify({ ...use, input: { at: "dusk" } })}]}`
      const outcome = protocol.decodeWhole(json, Decoding.context())
      const { completed, text: said, toolCalls } = Decoding.fold(outcome)
      assert.deepStrictEqual([outcome.failure, said, completed?.finishReason], [undefined, "1.50", "tool-calls"])
      assert.deepStrictEqual(toolCalls.map((call) => call.arguments), [{ at: "noon" }, { at: "dusk" }])
      assert.strictEqual(new Set(toolCalls.map((call) => call.id)).size, 2)
    })

    it("gives each tool call an id of its own, runs none without a name, and keeps whole input against a {}", () => {
      const use = (at: number, block: object) => [
        begin(at, { type: "tool_use", input: {}, ...block }),
        delta(at, json("{}")),
        stop(at),
        delta(at, json(""))
      ]
      const outcome = decode(
        start(),
        ...use(0, { id: "t", name: "f", input: { at: "noon" } }),
        ...use(1, { id: "t", name: "f" }),
        ...use(2, { name: "f" }),
        ...use(3, { id: "u", name: "" }),
        ending("end_turn"),
        last
      )
      assert.isUndefined(outcome.failure)
      const done = outcome.events.flatMap((event) => event._tag === "OutputItemDone" ? [event.item._tag] : [])
      assert.deepStrictEqual(done, ["ToolCall", "ToolCall", "ToolCall", "InvalidToolCall"])
      const { completed, toolCalls } = Decoding.fold(outcome)
      assert.deepStrictEqual(toolCalls[0], { id: "t", name: "f", arguments: { at: "noon" } })
      assert.deepStrictEqual([completed?.finishReason, completed?.finishReasonRaw], ["tool-calls", "end_turn"])
      const ids = toolCalls.map((call) => call.id)
      assert.deepStrictEqual([ids[3], new Set(ids).size, ids.includes("")], ["u", 4, false])
    })

    it("is whole with its last event and at no byte before", () => {
      const before = wire(start(), begin(0, text), delta(0, say("Hi")), stop(0))
      const reason = wire(ending("end_turn", { output_tokens: 2 }))
      const bytes = Buffer.concat([before, reason, wire(last)])
      for (let cut = 0; cut <= bytes.length; cut++) {
        for (const how of [{ type: "end-of-body" }, { type: "connection-lost", code: "ECONNRESET" }] as const) {
          const outcome = Decoding.run(protocol, [bytes.subarray(0, cut)], Decoding.context(), how)
          // The last event counts without its blank line when it is complete JSON.
          const whole = cut >= bytes.length - 2
          assert.strictEqual(outcome.events.at(-1)?._tag === "Completed", whole, `cut at ${cut}`)
          assert.strictEqual(outcome.failure?._tag, whole ? undefined : "IncompleteStreamError", `cut at ${cut}`)
        }
      }
    })
  })

  describe("whole", () => {
    const content = [
      { type: "thinking", thinking: "hm", signature: "s" },
      { type: "text", text: "Hi" },
      { type: "tool_use", id: "t", name: "weather", input: { city: "Rome" }, caller: { type: "direct" } }
    ]
    const message = {
      id: "msg_1",
      type: "message",
      model: "claude-x-1",
      content,
      stop_reason: "tool_use",
      usage: { input_tokens: 5, output_tokens: 7 }
    }

    it("gives the same events as the stream", () => {
      const whole = protocol.decodeWhole(JSON.stringify(message), Decoding.context())
      const streamed = decode(
        start(),
        begin(0, { type: "thinking", thinking: "" }),
        delta(0, { type: "thinking_delta", thinking: "hm" }),
        delta(0, { type: "signature_delta", signature: "s" }),
        stop(0),
        begin(1, text),
        delta(1, say("Hi")),
        stop(1),
        begin(2, { ...content[2], input: {} }),
        delta(2, json("{\"city\":\"Rome\"}")),
        stop(2),
        ending("tool_use", { output_tokens: 7 }),
        last
      )
      assert.strictEqual(whole.failure, undefined)
      assert.deepStrictEqual(whole.events.slice(0, -1), streamed.events.slice(0, -1))
      assert.deepStrictEqual<unknown>(whole.events.at(-1), {
        ...streamed.events.at(-1),
        evidence: ["finish-reason", "usage", "end-of-body"]
      })
      assert.deepStrictEqual(Schema.decodeUnknownSync(Schema.Array(ResponseEvent))(whole.events), whole.events)
    })

    it.each([
      ["", "MalformedResponseError", "the body is empty"],
      ["<!doctype html>", "MalformedResponseError", "the body is a page and not JSON"],
      ["{\"type\":\"message\",", "MalformedResponseError", "the body is not JSON"],
      ["\"hello\"", "MalformedResponseError", "the body is not a JSON object"],
      ["{\"choices\":[]}", "MalformedResponseError", "the body is not a message"],
      ["{\"type\":\"message\",\"content\":[{}]}", "MalformedResponseError", "a content block has no type"],
      ["{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"x\"}}", "OverloadedError", "x"]
    ])("fails on %s", (body, tag, detail) => {
      const { events, failure } = protocol.decodeWhole(body, Decoding.context())
      assert.deepStrictEqual([events, failure?._tag, failure?.detail], [[], tag, detail])
    })
  })

  it("sends an answer back as it came", () => {
    const citation = { type: "char_location", cited_text: "c", document_index: 0, document_title: null }
    const blocks = [
      { type: "thinking", thinking: "hm", signature: "s" },
      { type: "redacted_thinking", data: "d" },
      { type: "server_tool_use", id: "srv", name: "web_search", input: { query: "q" } },
      {
        type: "web_search_tool_result",
        tool_use_id: "srv",
        content: [{ type: "web_search_result", encrypted_content: "e" }]
      },
      { type: "text", text: "Hi", citations: [citation] },
      { type: "compaction", content: "so far" },
      { type: "tool_use", id: "t", name: "weather", input: { city: "Rome" }, caller: { type: "direct" } }
    ]
    const { events } = protocol.decodeWhole(
      JSON.stringify({ id: "msg_1", type: "message", model: "m", content: blocks, stop_reason: "tool_use" }),
      Decoding.context()
    )
    const stored: ReadonlyArray<ResponseItem> = JSON.parse(JSON.stringify(items({ events, failure: undefined })))
    const prompt = Prompt.make("Hello").pipe(
      Prompt.concat(Replay.toPrompt(stored)),
      Prompt.concat(Replay.toolResult({ id: "t", name: "weather" }, "rain", true))
    )
    assert.deepStrictEqual(messages(prompt, { provider: "test" }), [
      { role: "user", content: [{ type: "text", text: "Hello" }] },
      { role: "assistant", content: blocks },
      { role: "user", content: [{ type: "tool_result", tool_use_id: "t", content: "rain", is_error: true }] }
    ])
  })

  it("sends back a text as it was changed, and not the item that it came from", () => {
    const item = {
      _tag: "Message",
      id: "m",
      content: [{ _tag: "OutputText", text: "His name is Bob.", citations: [] }],
      protocol: "anthropic-messages"
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
    assert.deepStrictEqual(messages(prompt), [
      { role: "user", content: [{ type: "text", text: "Hello" }] },
      { role: "assistant", content: [{ type: "text", text: "His name is …." }] }
    ])
  })
})

describe("deltas that their block cannot hold", () => {
  it("are counted each, however the bytes are cut", () => {
    const delta = (json: string): WireEvent => ({
      type: "content_block_delta",
      index: 0,
      delta: { type: "input_json_delta", partial_json: json }
    })
    const bytes = wire(
      start(),
      { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
      ...Array.from({ length: 40 }, (_, number) => delta(`piece ${number}`)),
      { type: "content_block_stop", index: 0 },
      { type: "message_delta", delta: { stop_reason: "end_turn" }, usage: { output_tokens: 1 } },
      { type: "message_stop" }
    )
    const unknown = (outcome: Decoding.Outcome) =>
      outcome.events.flatMap((event) => event._tag === "Completed" ? [event.unknown] : [])
    for (let round = 0; round < 3; round++) {
      assert.deepStrictEqual(unknown(Decoding.run(protocol, [bytes])), [{ "input_json_delta in a text": 40 }])
      assert.deepStrictEqual(unknown(Decoding.run(protocol, Decoding.every(bytes, 1))), [{
        "input_json_delta in a text": 40
      }])
    }
  })
})
