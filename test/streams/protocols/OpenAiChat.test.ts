import { assert, describe, it } from "@effect/vitest"
import type { ProviderError } from "../../../src/domain/CompletionError.ts"
import type { ResponseEvent } from "../../../src/domain/ResponseEvent.ts"
import type { ResponseItem } from "../../../src/domain/ResponseItem.ts"
import { protocol } from "../../../src/streams/protocols/OpenAiChat/OpenAiChat.ts"
import type { DecodeContext } from "../../../src/streams/response/StreamDecoder.ts"
import { context, encoder, every, fold, type Outcome, print, run } from "../../support/Decoding.ts"

type Json = Readonly<Record<string, unknown>>

const body = (...payloads: ReadonlyArray<unknown>): string =>
  payloads.map((payload) => `data: ${typeof payload === "string" ? payload : JSON.stringify(payload)}\n\n`).join("")

const decodeText = (text: string, given?: DecodeContext): Outcome => run(protocol, [encoder.encode(text)], given)

const decode = (...payloads: ReadonlyArray<unknown>): Outcome => decodeText(body(...payloads))

const whole = (response: unknown, given: DecodeContext = context()): Outcome =>
  protocol.decodeWhole(typeof response === "string" ? response : JSON.stringify(response), given)

const chunk = (delta: unknown, more: Json = {}): Json => ({
  id: "chatcmpl-1",
  object: "chat.completion.chunk",
  model: "m",
  choices: [{ index: 0, delta, finish_reason: null, ...more }]
})

const finish = (reason: string, more: Json = {}): Json => ({ ...chunk({}, { finish_reason: reason }), ...more })

const calls = (...entries: ReadonlyArray<Json>): Json => chunk({ tool_calls: entries })

const fn = (name: string | undefined, part?: unknown): Json => ({
  ...(name === undefined ? {} : { name }),
  ...(part === undefined ? {} : { arguments: part })
})

const items = ({ events }: Outcome): ReadonlyArray<ResponseItem> =>
  events.flatMap((event) => (event._tag === "OutputItemDone" ? [event.item] : []))

const toolCalls = (...payloads: ReadonlyArray<unknown>) =>
  fold(decode(...payloads, finish("tool_calls"), "[DONE]")).toolCalls

const failureOf = ({ events, failure }: Outcome): ProviderError => {
  assert.isFalse(events.some((event) => event._tag === "Completed"), "a failed answer is not complete")
  if (failure === undefined) return assert.fail("it did not fail")
  return failure
}

const noUsage = { usage: null }
const created = { _tag: "Created", responseId: "chatcmpl-1", model: "m" }

describe("OpenAiChat decodes", () => {
  it("text, with usage in a chunk of its own", () => {
    assert.deepStrictEqual<unknown>(
      decode(
        chunk({ role: "assistant", content: "" }),
        chunk({ content: "Hel" }),
        chunk({ content: "lo" }),
        finish("stop"),
        {
          id: "chatcmpl-1",
          model: "m",
          choices: [],
          usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 }
        },
        "[DONE]"
      ),
      {
        events: [
          created,
          { _tag: "OutputItemAdded", outputIndex: 0, item: { type: "message" } },
          { _tag: "OutputTextDelta", outputIndex: 0, delta: "Hel" },
          { _tag: "OutputTextDelta", outputIndex: 0, delta: "lo" },
          {
            _tag: "OutputItemDone",
            outputIndex: 0,
            item: {
              _tag: "Message",
              content: [{ _tag: "OutputText", text: "Hello", citations: [] }],
              protocol: "openai-chat"
            }
          },
          {
            _tag: "Completed",
            responseId: "chatcmpl-1",
            model: "m",
            finishReason: "stop",
            finishReasonRaw: "stop",
            usage: {
              inputTokens: 3,
              cachedInputTokens: 0,
              cacheWriteInputTokens: 0,
              outputTokens: 2,
              reasoningOutputTokens: 0,
              totalTokens: 5
            },
            evidence: ["finish-reason", "usage", "done-marker"]
          }
        ],
        failure: undefined
      }
    )
  })

  it("a whole response as the same events, apart from the evidence", () => {
    const usage = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 }
    const message = {
      role: "assistant",
      reasoning_content: "hm",
      content: "Hi",
      tool_calls: [{ id: "c1", type: "function", function: { name: "f", arguments: "{\"a\":1}" } }],
      annotations: [{
        type: "url_citation",
        url_citation: { url: "https://a.test/", title: "A", start_index: 0, end_index: 2 }
      }]
    }
    const streamed = decode(chunk(message, { finish_reason: "tool_calls" }), { choices: [], usage }, "[DONE]")
    const unstreamed = whole({
      id: "chatcmpl-1",
      object: "chat.completion",
      model: "m",
      choices: [{ index: 0, message, finish_reason: "tool_calls" }],
      usage
    })
    const withoutEvidence = ({ events }: Outcome) =>
      events.map((event) => (event._tag === "Completed" ? { ...event, evidence: [] } : event))
    assert.deepStrictEqual(withoutEvidence(unstreamed), withoutEvidence(streamed))
    assert.deepStrictEqual(fold(unstreamed).completed?.evidence, ["usage", "finish-reason", "end-of-body"])
  })

  describe("reasoning", () => {
    it.each([
      ["reasoning_content", { reasoning_content: "hm" }],
      ["reasoning", { reasoning: "hm" }],
      ["reasoning_text", { reasoning_text: "hm" }],
      ["reasoning_details", { reasoning_details: [{ type: "reasoning.text", text: "hm" }] }],
      ["a summary in reasoning_details", { reasoning_details: [{ type: "reasoning.summary", summary: "hm" }] }],
      ["two of them, once", { reasoning_content: "hm", reasoning: "hm" }],
      ["the first that is not empty", { reasoning_content: "", reasoning: "hm", reasoning_text: "no" }],
      ["all of them, once", {
        reasoning_content: null,
        reasoning: "hm",
        reasoning_details: [{ type: "reasoning.text", text: "hm" }]
      }]
    ])("in %s", (_, delta) => {
      const folded = fold(decode(chunk(delta), chunk({ content: "a" }), finish("stop"), "[DONE]"))
      assert.deepStrictEqual([folded.reasoning, folded.text], ["hm", "a"])
    })

    it("before and after text as one item", () => {
      const outcome = decode(
        chunk({ content: "\n" }),
        chunk({ reasoning_content: "a" }),
        chunk({ content: "x" }),
        chunk({ reasoning_content: "b" }),
        finish("stop"),
        "[DONE]"
      )
      assert.deepStrictEqual<unknown>(items(outcome), [
        {
          _tag: "Message",
          content: [{ _tag: "OutputText", text: "\nx", citations: [] }],
          protocol: "openai-chat"
        },
        { _tag: "Reasoning", content: ["ab"], summary: [], protocol: "openai-chat" }
      ])
    })

    it("details, merged by type and index, raw in the item", () => {
      const outcome = decode(
        chunk({
          reasoning: "a",
          reasoning_details: [{ type: "reasoning.text", text: "a", index: 0, format: "x", signature: null }]
        }),
        chunk({ reasoning: "b", reasoning_details: [{ type: "reasoning.text", text: "b", index: 0, signature: "s" }] }),
        chunk({ reasoning_details: [{ type: "reasoning.encrypted", data: "e1", index: 0, id: "r1" }] }),
        chunk({ reasoning_details: [{ type: "reasoning.encrypted", data: "e2", index: 0, id: "r2" }] }),
        chunk({ reasoning_details: [{ type: "reasoning.text", text: "c", index: 1 }] }),
        finish("stop"),
        "[DONE]"
      )
      assert.deepStrictEqual<unknown>(items(outcome), [{
        _tag: "Reasoning",
        content: ["abc"],
        summary: [],
        protocol: "openai-chat",
        native: {
          provider: "test",
          reasoning_details: [
            { type: "reasoning.text", text: "ab", index: 0, format: "x", signature: "s" },
            { type: "reasoning.encrypted", data: "e1", index: 0, id: "r1" },
            { type: "reasoning.encrypted", data: "e2", index: 0, id: "r2" },
            { type: "reasoning.text", text: "c", index: 1 }
          ]
        }
      }])
    })

    it("that is only encrypted as an item without text", () => {
      const outcome = decode(chunk({ reasoning_details: [{ type: "reasoning.encrypted", data: "e" }] }), finish("stop"))
      assert.deepStrictEqual(items(outcome).map((item) => item._tag === "Reasoning" && item.content), [[]])
    })
  })

  it("a refusal, in a part of its own", () => {
    const outcome = decode(
      chunk({ refusal: "I " }),
      chunk({ refusal: "won't" }),
      chunk({ content: "x" }),
      finish("stop")
    )
    assert.strictEqual(fold(outcome).refusal, "I won't")
    assert.deepStrictEqual<unknown>(items(outcome), [{
      _tag: "Message",
      content: [
        { _tag: "Refusal", refusal: "I won't" },
        { _tag: "OutputText", text: "x", citations: [] }
      ],
      protocol: "openai-chat"
    }])
  })

  it("content that is a list, as Mistral sends it", () => {
    const outcome = decode(
      chunk({ content: [{ type: "thinking", thinking: [{ type: "text", text: "h" }, { type: "text", text: "m" }] }] }),
      chunk({ content: [{ type: "thinking", thinking: "!" }] }),
      chunk({ content: [{ type: "text", text: "a" }, "b", { type: "reference", reference_ids: [1] }] }),
      chunk({ content: [{ type: "image_url", image_url: "https://a.test/" }, { type: "hologram" }, {}] }),
      finish("stop"),
      "[DONE]"
    )
    const { completed, reasoning, text } = fold(outcome)
    assert.deepStrictEqual([reasoning, text], ["hm!", "ab"])
    assert.deepStrictEqual(completed?.unknown, { "content:image_url": 1, "content:hologram": 1, "content:?": 1 })
    assert.deepStrictEqual(outcome.events.filter((event) => event._tag === "CitationAdded"), [
      { _tag: "CitationAdded", outputIndex: 1, citation: { native: { type: "reference", reference_ids: [1] } } }
    ])
  })

  describe("citations", () => {
    const citationsOf = (outcome: Outcome) =>
      outcome.events.flatMap((event) => (event._tag === "CitationAdded" ? [event.citation] : []))

    it("in annotations, each once", () => {
      const annotation = {
        type: "url_citation",
        url_citation: { url: "https://a.test/", title: "A", start_index: 1, end_index: 2, content: "said" }
      }
      assert.deepStrictEqual<unknown>(
        citationsOf(
          decode(
            chunk({ content: "a", annotations: [annotation] }),
            chunk({ annotations: [annotation] }),
            finish("stop")
          )
        ),
        [{ url: "https://a.test/", title: "A", citedText: "said", startIndex: 1, endIndex: 2, native: annotation }]
      )
    })

    it("beside the choices of every chunk, each once, with the titles that search results know", () => {
      const result = { title: "A", url: "https://a.test/", snippet: "said", date: null }
      const sources = {
        citations: ["https://b.test/", "https://a.test/"],
        search_results: [result, { title: "C", url: "https://c.test/" }]
      }
      const outcome = decode(
        { ...chunk({ content: "a" }), ...sources },
        { ...chunk({ content: "b" }), ...sources },
        { ...finish("stop"), ...sources, citations: [...sources.citations, "https://d.test/"] }
      )
      assert.deepStrictEqual<unknown>(citationsOf(outcome), [
        { url: "https://b.test/", native: "https://b.test/" },
        { url: "https://a.test/", title: "A", citedText: "said", native: result },
        { url: "https://c.test/", title: "C", native: { title: "C", url: "https://c.test/" } },
        { url: "https://d.test/", native: "https://d.test/" }
      ])
      const [message] = items(outcome)
      assert.strictEqual(
        message?._tag === "Message" && message.content[0]?._tag === "OutputText" && message.content[0].citations.length,
        4
      )
    })
  })

  describe("tool calls", () => {
    const a = { id: "a", name: "f", arguments: { x: 1 } }
    const b = { id: "b", name: "g", arguments: {} }
    /** What replaces a missing id in the answer `chatcmpl-1`. */
    const made = (number: number) => `call_1pirmc5_${number}`

    it("in fragments, interleaved", () => {
      const outcome = decode(
        calls({ index: 0, id: "a", type: "function", function: fn("f", "") }),
        calls({ index: 0, function: fn(undefined, "{\"x\"") }),
        calls({ index: 1, id: "b", type: "function", function: fn("g", "{") }),
        calls({ index: 0, function: fn(undefined, ":1}") }, { index: 1, function: fn(undefined, "}") }),
        finish("tool_calls"),
        "[DONE]"
      )
      assert.deepStrictEqual<unknown>(outcome.events.slice(1, -1), [
        { _tag: "OutputItemAdded", outputIndex: 0, item: { type: "tool-call", id: "a", name: "f" } },
        { _tag: "ToolCallArgumentsDelta", outputIndex: 0, id: "a", delta: "{\"x\"" },
        { _tag: "OutputItemAdded", outputIndex: 1, item: { type: "tool-call", id: "b", name: "g" } },
        { _tag: "ToolCallArgumentsDelta", outputIndex: 1, id: "b", delta: "{" },
        { _tag: "ToolCallArgumentsDelta", outputIndex: 0, id: "a", delta: ":1}" },
        { _tag: "ToolCallArgumentsDelta", outputIndex: 1, id: "b", delta: "}" },
        { _tag: "OutputItemDone", outputIndex: 0, item: { _tag: "ToolCall", ...a, protocol: "openai-chat" } },
        { _tag: "OutputItemDone", outputIndex: 1, item: { _tag: "ToolCall", ...b, protocol: "openai-chat" } }
      ])
    })

    it.each<readonly [string, ReadonlyArray<unknown>, ReadonlyArray<unknown>]>([
      ["whole, in one delta, without index or type", [
        calls({ id: "a", function: fn("f", "{\"x\":1}") }, { id: "b", function: fn("g", "{}") })
      ], [a, b]],
      ["with an id and a name in every fragment", [
        calls({ index: 0, id: "a", function: fn("f", "{\"x\"") }),
        calls({ index: 0, id: "a", function: fn("f", ":1}") })
      ], [a]],
      ["with a name in every fragment and no index", [
        calls({ id: "a", function: fn("f", "{\"x\"") }),
        calls({ function: fn("f", ":1") }),
        calls({ function: fn("f", "}") })
      ], [a]],
      ["with index 0 for all of them", [
        calls({ index: 0, id: "a", function: fn("f", "{\"x\"") }),
        calls({ index: 0, function: fn(undefined, ":1}") }),
        calls({ index: 0, id: "b", function: fn("g", "") }),
        calls({ index: 0, function: fn(undefined, "{}") })
      ], [a, b]],
      ["with empty ids and names in later fragments", [
        calls({ index: 0, id: "a", function: fn("f", "{\"x\"") }),
        calls({ index: 0, id: "", type: "", function: fn("", ":1}") })
      ], [a]],
      ["without ids", [
        calls({ index: 0, function: fn("f", "{\"x\":1}") }),
        calls({ index: 1, id: null, function: fn("g", "{}") })
      ], [{ ...a, id: made(0) }, { ...b, id: made(1) }]],
      ["without ids and indexes", [
        calls({ function: fn("f", "{\"x\"") }),
        calls({ function: fn(undefined, ":1}") }),
        calls({ function: fn("g", "{}") })
      ], [{ ...a, id: made(0) }, { ...b, id: made(1) }]],
      ["of one function twice, without ids and indexes", [
        calls({ function: fn("f", "{\"x\":1}") }),
        calls({ function: fn("f", "{\"x\":2}") })
      ], [{ ...a, id: made(0) }, { ...a, id: made(1), arguments: { x: 2 } }]],
      ["of one function twice, in one list", [
        calls({ function: fn("f", "") }, { function: fn("f", "") })
      ], [{ ...a, id: made(0), arguments: {} }, { ...a, id: made(1), arguments: {} }]],
      ["with an id that comes late", [
        calls({ index: 0, function: fn("f", "{\"x\"") }),
        calls({ index: 0, id: "a", function: fn(undefined, ":1}") })
      ], [a]],
      ["with a name that comes late", [
        calls({ index: 0, id: "a", function: {} }),
        calls({ index: 0, function: fn("f", "{\"x\":1}") })
      ], [a]],
      ["with ids that come back to an earlier call", [
        calls({ id: "a", function: fn("f", "{\"x\"") }),
        calls({ id: "b", function: fn("g", "{") }),
        calls({ id: "a", function: fn(undefined, ":1}") }),
        calls({ id: "b", function: fn(undefined, "}") })
      ], [a, b]],
      ["with ids of our own making among them", [
        calls({ index: 0, id: made(1), function: fn("f", "{\"x\":1}") }),
        calls({ index: 1, function: fn("g", "{}") })
      ], [{ ...a, id: made(1) }, { ...b, id: made(2) }]],
      ["with arguments that are an object already", [
        calls({ index: 0, id: "a", function: fn("f", { x: 1 }) })
      ], [a]],
      ["with the literal null for arguments", [
        calls({ index: 0, id: "b", function: fn("g", "null") })
      ], [b]],
      ["with arguments that are a JSON text before they are done", [
        calls({ index: 0, id: "a", function: fn("f", "{\"x\":1}") }),
        calls({ index: 0, function: fn(undefined, " ") })
      ], [a]],
      ["in the older function_call", [
        chunk({ function_call: { name: "f", arguments: "" } }),
        chunk({ function_call: { arguments: "{\"x\"" } }),
        chunk({ function_call: { arguments: ":1}" } })
      ], [{ ...a, id: made(0) }]],
      ["beside deltas that say that there are none", [
        chunk({ content: null, tool_calls: null, function_call: null }),
        calls({ index: 0, id: "b", function: fn("g") }),
        chunk({ tool_calls: [] })
      ], [b]]
    ])("%s", (_, payloads, expected) => {
      assert.deepStrictEqual<unknown>(toolCalls(...payloads), expected)
    })

    it("with ids of our own making that no other answer has", () => {
      const answers: ReadonlyArray<readonly [string | undefined, DecodeContext["error"]]> = [
        ["chatcmpl-1", { provider: "test", requestId: "one" }],
        ["chatcmpl-2", { provider: "test", requestId: "one" }],
        [`gen-${"long".repeat(40)} ü`, { provider: "test" }],
        [undefined, { provider: "test", requestId: "one", providerRequestId: "same" }],
        [undefined, { provider: "test", requestId: "two", providerRequestId: "same" }],
        [undefined, { provider: "test", providerRequestId: "three" }],
        [undefined, { provider: "test" }]
      ]
      const ids = answers.flatMap(([id, error]) => {
        const payload = { ...calls({ function: fn("f") }, { function: fn("g") }), id }
        const text = body(payload, finish("tool_calls", { id }), "[DONE]")
        const decoded = () => fold(decodeText(text, context({ error }))).toolCalls.map((call) => call.id)
        assert.deepStrictEqual(decoded(), decoded())
        return decoded()
      })
      assert.strictEqual(new Set(ids).size, 2 * answers.length)
      for (const id of ids) assert.match(id, /^[\w-]{1,39}$/)
    })

    it("of free-form tools", () => {
      const outcome = decode(
        calls({ index: 0, id: "a", type: "custom", custom: { name: "patch", input: "*** " } }),
        calls({ index: 0, custom: { input: "Begin" } }),
        finish("tool_calls")
      )
      assert.deepStrictEqual<unknown>(items(outcome), [
        { _tag: "CustomToolCall", id: "a", name: "patch", input: "*** Begin", protocol: "openai-chat" }
      ])
    })

    it.each([
      ["cut off by the limit", "{\"x\":", "length", { argumentsRaw: "{\"x\":", reason: "cut" }],
      ["that the limit left without any", "", "length", { argumentsRaw: "", reason: "cut" }],
      ["that the limit may have left half of", "4", "length", { argumentsRaw: "4", reason: "cut" }],
      ["that a filter left without any", "", "content_filter", { argumentsRaw: "", reason: "cut" }],
      ["that a failure left without any", "", "insufficient_system_resource", { argumentsRaw: "", reason: "cut" }],
      ["that the model wrote wrong", "{x:1}", "tool_calls", { argumentsRaw: "{x:1}", reason: "malformed" }],
      ["that no number can hold", "{\"x\":[1e999]}", "tool_calls", {
        argumentsRaw: "{\"x\":[1e999]}",
        reason: "malformed"
      }],
      ["nested too deep to be written again", `${"[".repeat(1e5)}${"]".repeat(1e5)}`, "tool_calls", {
        argumentsRaw: `${"[".repeat(1e5)}${"]".repeat(1e5)}`,
        reason: "malformed"
      }]
    ])("that must not be run: arguments %s", (_, part, reason, expected) => {
      const outcome = decode(calls({ index: 0, id: "a", function: fn("f", part) }), finish(reason), "[DONE]")
      assert.deepStrictEqual<unknown>(items(outcome), [{ _tag: "InvalidToolCall", id: "a", name: "f", ...expected }])
    })
  })

  describe("usage", () => {
    const plain = { prompt_tokens: 10, completion_tokens: 4, total_tokens: 14 }
    const counts = (
      input: number,
      cached: number,
      written: number,
      output: number,
      reasoning: number,
      total: number
    ) => ({
      inputTokens: input,
      cachedInputTokens: cached,
      cacheWriteInputTokens: written,
      outputTokens: output,
      reasoningOutputTokens: reasoning,
      totalTokens: total
    })
    const expected = counts(10, 0, 0, 4, 0, 14)

    it.each<readonly [string, ReadonlyArray<unknown>]>([
      ["on the finish chunk", [chunk({ content: "a" }), finish("stop", { usage: plain })]],
      ["in a chunk of its own after it", [finish("stop"), { choices: [], usage: plain }]],
      ["in a chunk without choices at all", [finish("stop"), { usage: plain }]],
      ["in every chunk, of which the last counts", [
        { ...chunk({ content: "a" }), usage: { ...plain, completion_tokens: 1 } },
        finish("stop", { usage: plain }),
        { choices: [], usage: null }
      ]],
      ["where Groq puts it", [finish("stop", { x_groq: { id: "req", usage: plain } })]],
      ["where Moonshot puts it", [chunk({}, { finish_reason: "stop", usage: plain })]],
      ["before a chunk whose usage holds nothing", [finish("stop", { usage: plain }), { choices: [], usage: {} }]],
      ["after [DONE] was not sent", [chunk({ content: "a" }), finish("stop"), { choices: [], usage: plain }]]
    ])("%s", (_, payloads) => {
      assert.deepStrictEqual(fold(decode(...payloads)).usage, expected)
    })

    it.each<readonly [string, Json, ReturnType<typeof counts>]>([
      [
        "cached as a part of the prompt",
        { ...plain, prompt_tokens_details: { cached_tokens: 6 } },
        counts(10, 6, 0, 4, 0, 14)
      ],
      [
        "cached on top of the prompt (xAI)",
        { ...plain, prompt_tokens_details: { cached_tokens: 16 } },
        counts(26, 16, 0, 4, 0, 30)
      ],
      ["cached at the top (Moonshot)", { ...plain, cached_tokens: 6 }, counts(10, 6, 0, 4, 0, 14)],
      [
        "cached as hits (DeepSeek)",
        { ...plain, prompt_cache_hit_tokens: 6, prompt_cache_miss_tokens: 4 },
        counts(10, 6, 0, 4, 0, 14)
      ],
      [
        "written to the cache",
        { ...plain, prompt_tokens_details: { cached_tokens: 2, cache_write_tokens: 3 } },
        counts(10, 2, 3, 4, 0, 14)
      ],
      [
        "written to the cache (Qwen)",
        { ...plain, prompt_tokens_details: { cache_creation_input_tokens: 3 } },
        counts(10, 0, 3, 4, 0, 14)
      ],
      [
        "reasoning as a part of the completion",
        { ...plain, completion_tokens_details: { reasoning_tokens: 3 } },
        counts(10, 0, 0, 4, 3, 14)
      ],
      ["reasoning beside the completion, by the total (xAI)", {
        prompt_tokens: 10,
        completion_tokens: 4,
        total_tokens: 17,
        completion_tokens_details: { reasoning_tokens: 3 }
      }, counts(10, 0, 0, 7, 3, 17)],
      ["reasoning beside the completion, by its size (Gemini)", {
        ...plain,
        completion_tokens_details: { reasoning_tokens: 9 }
      }, counts(10, 0, 0, 13, 9, 23)],
      [
        "a total that knows more (Google)",
        { prompt_tokens: 10, completion_tokens: 4, total_tokens: 80 },
        counts(10, 0, 0, 4, 0, 80)
      ],
      ["no total", { prompt_tokens: 10, completion_tokens: 4 }, expected],
      ["nonsense", { prompt_tokens: "10", completion_tokens: 4.5, total_tokens: -1 }, counts(0, 0, 0, 4, 0, 4)]
    ])("with %s", (_, raw, converted) => {
      assert.deepStrictEqual(fold(decode(finish("stop", { usage: raw }))).usage, converted)
    })
  })

  describe("the end", () => {
    it.each([
      ["stop", "stop"],
      ["eos", "stop"],
      ["end", "stop"],
      ["length", "length"],
      ["model_length", "length"],
      ["model_context_window_exceeded", "length"],
      ["tool_calls", "tool-calls"],
      ["function_call", "tool-calls"],
      ["content_filter", "content-filter"],
      ["sensitive", "content-filter"],
      ["insufficient_system_resource", "error"],
      ["network_error", "error"],
      ["constructor", "other"]
    ])("for the reason %s", (raw, reason) => {
      const { completed } = fold(decode(chunk({ content: "a" }), finish(raw), "[DONE]"))
      assert.deepStrictEqual([completed?.finishReason, completed?.finishReasonRaw], [reason, raw])
    })

    it("for the last of several reasons, of which empty ones do not count", () => {
      const { completed } = fold(
        decode(finish("stop"), finish("length"), finish(""), chunk({ content: "b" }), "[DONE]")
      )
      assert.strictEqual(completed?.finishReasonRaw, "length")
    })

    it("with text after the finish reason", () => {
      assert.strictEqual(fold(decode(chunk({ content: "a" }), finish("stop"), chunk({ content: "b" }))).text, "ab")
    })

    it("without a finish reason, at [DONE]", () => {
      const known = context({ quirks: { doneMarkerCompletes: true } })
      const text = fold(decodeText(body(chunk({ content: "a" }), "[DONE]"), known)).completed
      assert.deepStrictEqual<unknown>(text, {
        _tag: "Completed",
        responseId: "chatcmpl-1",
        model: "m",
        finishReason: "other",
        finishReasonRaw: null,
        ...noUsage,
        evidence: ["done-marker"]
      })
      const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 }
      const call = calls({ id: "a", function: fn("f", "{}") })
      assert.strictEqual(fold(decode(call, { choices: [], usage }, "[DONE]")).completed?.finishReason, "tool-calls")
    })

    it("not at [DONE] alone, of a server that is not known for it, and never of a tool call", () => {
      const known = context({ quirks: { doneMarkerCompletes: true } })
      const text = failureOf(decode(chunk({ content: "a" }), "[DONE]"))
      assert.strictEqual(text._tag, "IncompleteStreamError")
      assert.include(text.message, "doneMarkerCompletes")
      const call = failureOf(decodeText(body(calls({ id: "a", function: fn("f", "{}") }), "[DONE]"), known))
      assert.strictEqual(call._tag, "IncompleteStreamError")
      assert.include(call.message, "tool calls may be cut")
      // Usage that stands in every chunk says nothing about the end.
      const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 }
      assert.isDefined(decode({ ...chunk({ content: "a" }), usage }, "[DONE]").failure)
    })

    it("without [DONE], at the end of the body", () => {
      assert.deepStrictEqual(fold(decode(chunk({ content: "a" }), finish("stop"))).completed?.evidence, [
        "finish-reason",
        "end-of-body"
      ])
    })

    it("at [DONE] at once; nothing after it counts", () => {
      const outcome = decode(chunk({ content: "a" }), finish("stop"), "[DONE]", chunk({ content: "b" }), {
        error: "late"
      })
      assert.deepStrictEqual([fold(outcome).text, outcome.failure], ["a", undefined])
    })

    it("when the peer falls silent after the finish reason", () => {
      const decoder = protocol.decodeStream(context())
      decoder.push(encoder.encode(body(chunk({ content: "a" }), finish("stop"))))
      const error = failureOf(decodeText(""))
      assert.strictEqual(decoder.end({ type: "failed", error }).at(-1)?._tag, "Completed")
      assert.isUndefined(decoder.failure)
    })

    it("not of a stream that is nothing but [DONE]", () => {
      const failure = failureOf(decode("[DONE]"))
      assert.deepStrictEqual<unknown>(
        [failure._tag, failure._tag === "IncompleteStreamError" && failure.missing],
        ["IncompleteStreamError", ["finish-reason"]]
      )
    })

    it("not at the finish reason of another choice", () => {
      const failure = failureOf(decode(chunk({ content: "a" }), {
        id: "chatcmpl-1",
        model: "m",
        choices: [{ index: 1, delta: { content: "b" }, finish_reason: "stop" }]
      }))
      assert.deepStrictEqual([failure._tag, failure.partial?.text], ["IncompleteStreamError", "a"])
    })
  })

  describe("what servers do besides", () => {
    it("does not take Azure's filter results for the beginning of an answer", () => {
      const { events } = decode(
        { id: "", object: "", model: "", choices: [], prompt_filter_results: [{ prompt_index: 0 }] },
        chunk({ role: "assistant" }),
        finish("stop"),
        "[DONE]"
      )
      assert.deepStrictEqual(events.map((event) => event._tag), ["Created", "Completed"])
      assert.deepStrictEqual<unknown>(events[0], created)
    })

    it("fills in the model that comes late", () => {
      const outcome = decode({ id: "x", choices: [{ delta: { content: "a" } }] }, {
        ...finish("stop"),
        id: "y",
        model: "late"
      })
      const { completed } = fold(outcome)
      assert.deepStrictEqual([completed?.responseId, completed?.model], ["x", "late"])
    })

    it("reads chunks without id, model, index and object", () => {
      const outcome = decode(
        { choices: [{ delta: { content: "a" } }] },
        { choices: [{ finish_reason: "stop" }] },
        "[DONE]"
      )
      assert.deepStrictEqual<unknown>(outcome.events[0], { _tag: "Created", responseId: null, model: null })
      assert.strictEqual(fold(outcome).text, "a")
    })

    it("reads null for everything that can be absent", () => {
      const outcome = decode(
        {
          id: null,
          model: null,
          error: null,
          usage: null,
          choices: [{
            index: null,
            finish_reason: null,
            logprobs: null,
            usage: null,
            delta: {
              content: null,
              refusal: null,
              reasoning: null,
              reasoning_content: null,
              reasoning_details: null,
              tool_calls: null,
              function_call: null,
              annotations: null,
              audio: null
            }
          }]
        },
        chunk(null),
        { choices: null },
        finish("stop"),
        "[DONE]"
      )
      assert.deepStrictEqual([outcome.failure, outcome.events.map((event) => event._tag)], [undefined, [
        "Created",
        "Completed"
      ]])
    })

    it("reads choice 0 only, and counts the others", () => {
      const other = { choices: [{ index: 1, delta: { content: "b" } }, { index: 0, delta: { content: "a" } }] }
      const { completed, text } = fold(decode(chunk({ content: "a" }), other, finish("stop"), "[DONE]"))
      assert.deepStrictEqual([text, completed?.unknown], ["aa", { choice: 1 }])
    })

    it("counts events of a kind that it does not know, and reads on", () => {
      const { completed, text } = fold(
        decode(
          { object: "chat.completion.ping" },
          { type: "status" },
          {},
          chunk({ content: "a" }),
          finish("stop"),
          "[DONE]"
        )
      )
      assert.deepStrictEqual([text, completed?.unknown], ["a", { "chat.completion.ping": 1, status: 1, message: 1 }])
    })

    it("reads a whole response that comes as one event", () => {
      const outcome = decode({
        id: "chatcmpl-1",
        object: "chat.completion",
        model: "m",
        choices: [{ index: 0, message: { role: "assistant", content: "all" }, finish_reason: "stop" }]
      })
      assert.strictEqual(fold(outcome).text, "all")
    })

    it("reads each delta once where the whole message is repeated beside it", () => {
      const beside = (content: string, sofar: string) =>
        chunk({ content }, { message: { role: "assistant", content: sofar } })
      const last = { ...chunk({}), choices: [{ index: 0, message: { content: "ab" }, finish_reason: "stop" }] }
      assert.strictEqual(fold(decode(beside("a", "a"), beside("b", "ab"), last)).text, "ab")
    })

    it("delivers rate limits of the headers with the first event", () => {
      const given = context({ headers: { "x-ratelimit-limit-requests": "10", "x-ratelimit-remaining-requests": "9" } })
      const tags = ({ events }: Outcome) => events.slice(0, 2).map((event: ResponseEvent) => event._tag)
      assert.deepStrictEqual(tags(decodeText(body(chunk({ content: "a" }), "[DONE]"), given)), [
        "RateLimits",
        "Created"
      ])
      assert.deepStrictEqual(tags(decodeText(body({ error: { message: "no" } }), given)), [])
      assert.deepStrictEqual(
        tags(whole({ id: "x", choices: [{ message: { content: "a" }, finish_reason: "stop" }] }, given)),
        ["RateLimits", "Created"]
      )
    })
  })
})

describe("OpenAiChat fails", () => {
  const rateLimited = { message: "slow down", type: "rate_limit_error", code: "rate_limit_exceeded" }

  it.each<readonly [string, ReadonlyArray<unknown>, ProviderError["_tag"]]>([
    ["with an error in place of a chunk", [{ error: rateLimited }], "RateLimitedError"],
    ["with an error that is a string", [{ error: "something broke" }], "StreamFailedError"],
    ["with an error whose code is a status", [{ error: { code: 502, message: "bad gateway" } }], "ServerError"],
    [
      "with an error of old vLLM",
      [{ object: "error", message: "no", type: "BadRequestError", code: 400 }],
      "InvalidRequestError"
    ],
    ["with an error beside choices", [{ ...chunk({ content: "" }), error: rateLimited }], "RateLimitedError"],
    ["with an error in the choice", [chunk({}, { finish_reason: "error", error: rateLimited })], "RateLimitedError"],
    [
      "with an error after the finish reason",
      [finish("stop"), { ...finish("stop"), error: rateLimited }],
      "RateLimitedError"
    ],
    ["with a finish reason that is an error", [finish("error")], "StreamFailedError"],
    [
      "with MiniMax's status",
      [{ choices: null, base_resp: { status_code: 1002, status_msg: "rate limit" } }],
      "RateLimitedError"
    ],
    ["with MiniMax's status beside choices", [{
      ...finish("stop"),
      base_resp: { status_code: 1000, status_msg: "unknown" }
    }], "StreamFailedError"]
  ])("%s, and keeps what had arrived", (_, payloads, tag) => {
    const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 }
    const outcome = decode({ ...chunk({ content: "a" }), usage }, ...payloads, "[DONE]")
    const failure = failureOf(outcome)
    assert.deepStrictEqual(
      [failure._tag, failure.partial?.text, failure.partial?.usage?.totalTokens, fold(outcome).text],
      [tag, "a", 2, "a"]
    )
  })

  it("with the text and the usage that came in the chunk of the error", () => {
    const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 }
    const failure = failureOf(
      decode({ ...chunk({ content: "b" }, { finish_reason: "error" }), usage, error: rateLimited })
    )
    assert.deepStrictEqual(
      [failure.partial?.text, failure.partial?.finishReasonRaw, failure.partial?.usage?.totalTokens],
      ["b", "error", 2]
    )
  })

  it("not with MiniMax's status 0", () => {
    assert.isUndefined(decode({ ...finish("stop"), base_resp: { status_code: 0, status_msg: "" } }).failure)
  })

  it("with an event named error, whatever is in it", () => {
    assert.strictEqual(failureOf(decodeText(`event: error\n${body({ error: rateLimited })}`))._tag, "RateLimitedError")
    assert.strictEqual(failureOf(decodeText(`event: error\n${body({ message: "no" })}`))._tag, "StreamFailedError")
    const sentence = failureOf(decodeText("event: error\ndata: Too many requests\n\n"))
    assert.deepStrictEqual([sentence._tag, sentence.detail], ["RateLimitedError", "Too many requests"])
  })

  it.each<readonly [string, unknown]>([
    ["choices", { choices: {} }],
    ["a choice", { choices: ["a"] }],
    ["a delta", chunk("a")],
    ["content", chunk({ content: { a: 1 } })],
    ["a text part", chunk({ content: [{ type: "text", text: { a: 1 } }] })],
    ["tool_calls", chunk({ tool_calls: "f" })],
    ["a tool call", chunk({ tool_calls: ["a"] })],
    ["a function", chunk({ tool_calls: [{ function: "f" }] })],
    ["function_call", chunk({ function_call: "f" })]
  ])("as malformed where %s is of the wrong kind", (_, payload) => {
    const text = body(payload)
    const failure = failureOf(decodeText(body(chunk({ content: "a" })) + text))
    assert.strictEqual(failure._tag, "MalformedStreamError")
    assert.strictEqual(failure.excerpt, JSON.stringify(payload))
    assert.strictEqual(failure.partial?.text, "a")
    assert.isString(failure.detail)
  })

  it.each<readonly [string, string, string]>([
    ["an event that is not JSON", "data: {\"choices\":\n\n", "an event is not JSON"],
    ["an event that is no object", "data: []\n\n", "an event is not a JSON object"],
    ["a NUL byte", "data: {\"choices\":[],\"a\":\"\0\"}\n\n", "an event is not JSON"],
    ["a page", "<!DOCTYPE html>\n<html><body>502</body></html>\n", "the body is a page and not an event stream"],
    [
      "an answer that is not a stream",
      JSON.stringify({ id: "x", choices: [] }),
      "the body is JSON and not an event stream"
    ]
  ])("as malformed at %s", (_, text, detail) => {
    const whole = decodeText(text)
    const failure = failureOf(whole)
    assert.deepStrictEqual([failure._tag, failure.detail], ["MalformedStreamError", detail])
    assert.strictEqual(print(run(protocol, every(encoder.encode(text), 1))), print(whole))
  })

  it("as malformed at invalid UTF-8 that breaks the JSON, and not at one inside a text", () => {
    const bytes = (text: string) => Buffer.from(text, "latin1")
    const broken = run(protocol, [bytes("data: \xff{}\n\n")])
    assert.strictEqual(failureOf(broken)._tag, "MalformedStreamError")
    const inside = run(protocol, [
      bytes("data: {\"choices\":[{\"delta\":{\"content\":\"a\xffb\"}}]}\n\ndata: [DONE]\n\n")
    ])
    assert.strictEqual(fold(inside).text, "a\uFFFDb")
  })

  it("as malformed at a line of 10 MB, before it has all of it", () => {
    const given = context({ limits: { maxLineBytes: 1 << 20, maxEventBytes: 1 << 20 } })
    const decoder = protocol.decodeStream(given)
    const piece = encoder.encode("x".repeat(1 << 16))
    decoder.push(encoder.encode("data: "))
    let pushed = 0
    while (decoder.failure === undefined && pushed < 160) {
      decoder.push(piece)
      pushed++
    }
    assert.strictEqual(pushed, 16)
    const { failure } = decoder
    assert.deepStrictEqual<unknown>(
      [failure?._tag, failure?.detail, failure?._tag === "MalformedStreamError" && failure.position],
      ["MalformedStreamError", "a line is longer than the limit of 1048576 bytes", 1 << 20]
    )
  })

  it("with the error that a server answers instead of a stream", () => {
    const long = "x".repeat(2000)
    const text = JSON.stringify({ error: { ...rateLimited, message: `slow down ${long}` } }, undefined, 2)
    for (const size of [1, 100, 1 << 20]) {
      assert.strictEqual(failureOf(run(protocol, every(encoder.encode(text), size)))._tag, "RateLimitedError")
    }
  })

  it("without showing credentials", () => {
    const given = context({ scrub: (text) => text.replaceAll("sk-canary", "REDACTED") })
    const texts = [
      body({ error: { message: "key sk-canary is bad" } }),
      body("sk-canary"),
      "<p>sk-canary",
      "{\"a\":\"sk-canary\"}"
    ]
    for (const text of texts) {
      const failure = failureOf(decodeText(text, given))
      const shown = `${JSON.stringify(failure)}${failure.message}${failure.detail}${failure.excerpt}`
      assert.notInclude(shown, "sk-canary")
      assert.include(shown, "REDACTED")
    }
  })

  describe("on a whole body", () => {
    it.each<readonly [string, unknown, ProviderError["_tag"], string | undefined]>([
      ["that is empty", "", "MalformedResponseError", "the body is empty"],
      ["that is a page", "<html></html>", "MalformedResponseError", "the body is a page and not JSON"],
      ["that is cut", "{\"id\":\"x\",\"choices\":[{\"mess", "MalformedResponseError", "the body is not JSON"],
      ["that is a list", [], "MalformedResponseError", "the body is not a JSON object"],
      ["without choices", { id: "x" }, "MalformedResponseError", "it has no `choices`"],
      ["without a choice", { choices: [] }, "MalformedResponseError", "there is no choice in `choices`"],
      [
        "without a message",
        { choices: [{ index: 0 }] },
        "MalformedResponseError",
        "a choice has neither `message` nor `finish_reason`"
      ],
      [
        "whose message is text",
        { choices: [{ message: "a" }] },
        "MalformedResponseError",
        "`message` is not an object"
      ],
      ["with an error", { error: rateLimited }, "RateLimitedError", "slow down"],
      [
        "with an error beside choices",
        { choices: [{ message: { content: "a" } }], error: rateLimited },
        "RateLimitedError",
        "slow down"
      ],
      [
        "that failed at the end",
        { choices: [{ message: { content: "a" }, finish_reason: "error" }] },
        "StreamFailedError",
        undefined
      ],
      [
        "with MiniMax's status",
        { choices: null, base_resp: { status_code: 1008, status_msg: "insufficient balance" } },
        "UsageLimitReachedError",
        "insufficient balance"
      ]
    ])("%s", (_, response, tag, detail) => {
      const outcome = whole(response)
      assert.deepStrictEqual([outcome.events, outcome.failure?._tag], [[], tag])
      if (detail !== undefined) assert.strictEqual(outcome.failure?.detail, detail)
    })

    it("but not where the filter took the message", () => {
      const { completed } = fold(whole({ id: "x", choices: [{ index: 0, finish_reason: "content_filter" }] }))
      assert.strictEqual(completed?.finishReason, "content-filter")
    })
  })
})
