import { assert, describe, it } from "@effect/vitest"
import type { ProviderError } from "../../../src/domain/CompletionError.ts"
import type { FinishReason } from "../../../src/domain/FinishReason.ts"
import type { ResponseEvent } from "../../../src/domain/ResponseEvent.ts"
import type { ResponseItem } from "../../../src/domain/ResponseItem.ts"
import { protocol } from "../../../src/streams/protocols/Cohere/Cohere.ts"
import { classify } from "../../../src/streams/response/ErrorClassifier.ts"
import { context, encoder, every, fold, type Outcome, run } from "../../support/Decoding.ts"

type Json = Readonly<Record<string, unknown>>

const event = (type: string, fields: Json = {}): string =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`

const message = (fields: Json): Json => ({ delta: { message: fields } })

const start = event("message-start", {
  id: "c_1",
  ...message({ role: "assistant", content: [], tool_plan: "", tool_calls: [], citations: [] })
})
const begin = (index: number, content: Json): string => event("content-start", { index, ...message({ content }) })
const say = (index: number, content: Json): string => event("content-delta", { index, ...message({ content }) })
const plan = (text: unknown): string => event("tool-plan-delta", message({ tool_plan: text }))
const call = (index: number, fields: Json): string =>
  event("tool-call-start", { index, ...message({ tool_calls: { type: "function", ...fields } }) })
const write = (index: number, text: unknown): string =>
  event("tool-call-delta", { index, ...message({ tool_calls: { function: { arguments: text } } }) })
const called = (index: number): string => event("tool-call-end", { index })
const cite = (citations: Json): string => event("citation-start", { index: 0, ...message({ citations }) })
const usage = { billed_units: { input_tokens: 2, output_tokens: 3 }, tokens: { input_tokens: 10, output_tokens: 7 } }
const end = (delta: Json = { finish_reason: "COMPLETE", usage }): string => event("message-end", { delta })
const done = "data: [DONE]\n\n"

const decode = (...events: ReadonlyArray<string>): Outcome => run(protocol, [encoder.encode(events.join(""))])

const items = ({ events }: Outcome): ReadonlyArray<ResponseItem> =>
  events.flatMap((one) => (one._tag === "OutputItemDone" ? [one.item] : []))

const completed = ({ events }: Outcome) => events.find((one) => one._tag === "Completed")

const text = { type: "text", text: "" }
const thinking = { type: "thinking", thinking: "" }

const counts = (fields: Json) => ({
  inputTokens: 0,
  cachedInputTokens: 0,
  cacheWriteInputTokens: 0,
  outputTokens: 0,
  reasoningOutputTokens: 0,
  ...fields
})

describe("Cohere", () => {
  describe("stream", () => {
    it("brings thinking and text, each as an item of its own", () => {
      const outcome = decode(
        start,
        begin(0, { type: "thinking", thinking: "H" }),
        say(0, { thinking: "m." }),
        event("content-end", { index: 0 }),
        begin(1, text),
        say(1, { text: "Hé" }),
        say(1, { text: "llo" }),
        event("content-end", { index: 1 }),
        end(),
        done
      )
      const expected: ReadonlyArray<ResponseEvent> = [
        { _tag: "Created", responseId: "c_1", model: null },
        { _tag: "OutputItemAdded", outputIndex: 0, item: { type: "reasoning" } },
        { _tag: "ReasoningContentDelta", outputIndex: 0, contentIndex: 0, delta: "H" },
        { _tag: "ReasoningContentDelta", outputIndex: 0, contentIndex: 0, delta: "m." },
        { _tag: "OutputItemAdded", outputIndex: 1, item: { type: "message" } },
        { _tag: "OutputTextDelta", outputIndex: 1, delta: "Hé" },
        { _tag: "OutputTextDelta", outputIndex: 1, delta: "llo" },
        {
          _tag: "OutputItemDone",
          outputIndex: 0,
          item: { _tag: "Reasoning", content: ["Hm."], summary: [], protocol: "cohere" }
        },
        {
          _tag: "OutputItemDone",
          outputIndex: 1,
          item: {
            _tag: "Message",
            content: [{ _tag: "OutputText", text: "Héllo", citations: [] }],
            protocol: "cohere"
          }
        },
        {
          _tag: "Completed",
          responseId: "c_1",
          model: null,
          finishReason: "stop",
          finishReasonRaw: "COMPLETE",
          usage: { ...counts({ inputTokens: 10, outputTokens: 7 }), totalTokens: 17 },
          evidence: ["usage", "finish-reason", "terminal-event"]
        }
      ]
      assert.deepStrictEqual(outcome, { events: expected, failure: undefined })
    })

    it("brings the plan for the tools apart from reasoning, as an item that remembers what it was", () => {
      const outcome = decode(
        start,
        plan("I will "),
        plan("look."),
        call(0, { id: "weather_1", function: { name: "weather", arguments: "" } }),
        write(0, "{\"city\":"),
        write(0, "\"Oslo\"}"),
        called(0),
        call(1, { id: "time_1", function: { name: "time", arguments: "" } }),
        called(1),
        end({ finish_reason: "TOOL_CALL", usage }),
        done
      )
      assert.deepStrictEqual(items(outcome), [
        {
          _tag: "Reasoning",
          content: ["I will look."],
          summary: [],
          protocol: "cohere",
          native: { type: "tool_plan" }
        },
        { _tag: "ToolCall", id: "weather_1", name: "weather", arguments: { city: "Oslo" }, protocol: "cohere" },
        { _tag: "ToolCall", id: "time_1", name: "time", arguments: {}, protocol: "cohere" }
      ])
      assert.deepInclude(completed(outcome), { finishReason: "tool-calls", finishReasonRaw: "TOOL_CALL" })
    })

    it("tells blocks from calls by their kind, though both count from 0", () => {
      const outcome = decode(
        start,
        begin(0, thinking),
        say(0, { thinking: "a" }),
        call(0, { id: "t_1", function: { name: "f", arguments: "" } }),
        say(0, { thinking: "b" }),
        write(0, "{}"),
        called(0),
        end({ finish_reason: "TOOL_CALL" })
      )
      assert.deepInclude(fold(outcome), { reasoning: "ab", toolCalls: [{ id: "t_1", name: "f", arguments: {} }] })
    })

    it("brings citations with the source they name first, and all of what the provider said", () => {
      const citation = {
        start: 3,
        end: 8,
        text: "1993.",
        sources: [
          { type: "document", id: "doc:0", document: { id: "doc:0", title: "facts.txt", text: "In 1993." } },
          { type: "tool", id: "t:0", tool_output: { url: "https://a.test/" } }
        ],
        type: "TEXT_CONTENT",
        content_index: 1
      }
      const outcome = decode(
        start,
        begin(0, thinking),
        begin(1, text),
        say(1, { text: "In 1993." }),
        cite(citation),
        event("citation-end", { index: 0 }),
        end()
      )
      const expected = { title: "facts.txt", startIndex: 3, endIndex: 8, native: citation }
      assert.deepStrictEqual(
        outcome.events.find((one) => one._tag === "CitationAdded"),
        { _tag: "CitationAdded", outputIndex: 1, citation: expected }
      )
      assert.deepStrictEqual(items(outcome)[1], {
        _tag: "Message",
        content: [{ _tag: "OutputText", text: "In 1993.", citations: [expected] }],
        protocol: "cohere"
      })
    })

    it("gives a citation to the text that is being written where none is named, and keeps those of plans and thoughts", () => {
      const of = (type: string | undefined, more: Json = {}) =>
        cite({ start: 0, end: 1, sources: [], ...(type === undefined ? {} : { type }), ...more })
      const outcome = decode(
        start,
        begin(0, thinking),
        say(0, { thinking: "a" }),
        plan("b"),
        begin(1, text),
        say(1, { text: "c" }),
        of(undefined),
        of("PLAN"),
        of("THINKING_CONTENT"),
        of("THINKING_CONTENT", { content_index: 0 }),
        of("TEXT_CONTENT", { content_index: 99 }),
        end()
      )
      assert.deepStrictEqual(
        outcome.events.flatMap((one) => (one._tag === "CitationAdded" ? [one.outputIndex] : [])),
        [2, 1, 0, 0, 2]
      )
      const kept = (type: string, more: Json = {}) => ({ start: 0, end: 1, sources: [], type, ...more })
      assert.deepInclude(items(outcome)[0], {
        native: {
          type: "thinking",
          citations: [kept("THINKING_CONTENT"), kept("THINKING_CONTENT", { content_index: 0 })]
        }
      })
      assert.deepInclude(items(outcome)[1], { native: { type: "tool_plan", citations: [kept("PLAN")] } })
    })

    it("completes at message-end and at nothing else", () => {
      const open = decode(start, begin(0, text), say(0, { text: "a" }), done)
      assert.deepInclude(open.failure, { _tag: "IncompleteStreamError", ending: "end-of-body" })
      const decoder = protocol.decodeStream(context())
      decoder.push(encoder.encode(start + begin(0, text)))
      assert.isFalse(decoder.completed)
      decoder.push(encoder.encode(end()))
      assert.isTrue(decoder.completed)
    })

    it.each<readonly [string, FinishReason]>([
      ["COMPLETE", "stop"],
      ["STOP_SEQUENCE", "stop"],
      ["MAX_TOKENS", "length"],
      ["TOOL_CALL", "tool-calls"],
      ["ERROR_TOXIC", "content-filter"],
      ["USER_CANCEL", "other"]
    ])("knows the finish reason %s", (raw, finishReason) => {
      assert.deepInclude(completed(decode(start, end({ finish_reason: raw }))), {
        finishReason,
        finishReasonRaw: raw,
        usage: null
      })
    })

    it("says so where no reason was given", () => {
      assert.deepInclude(completed(decode(start, end({}))), { finishReason: "other", finishReasonRaw: null })
      const withCall = decode(start, call(0, { id: "a", function: { name: "f", arguments: "{}" } }), called(0), end({}))
      assert.deepInclude(completed(withCall), { finishReason: "tool-calls" })
    })

    it.each<readonly [string, Json, Json]>([
      ["a sentence", { finish_reason: "ERROR", error: "the model fell over" }, {
        _tag: "StreamFailedError",
        detail: "the model fell over"
      }],
      ["no sentence", { finish_reason: "ERROR" }, {
        _tag: "StreamFailedError",
        detail: "it gave no reason"
      }],
      ["a sentence that says more", { finish_reason: "ERROR", error: "too many tokens" }, {
        _tag: "ContextLengthExceededError"
      }],
      ["a sentence and no reason", { error: "Please wait: rate limit exceeded" }, { _tag: "RateLimitedError" }],
      ["a clock", { finish_reason: "TIMEOUT" }, { _tag: "RequestTimeoutError" }]
    ])("fails at a message-end that tells of a failure with %s, and keeps what had come", (_, delta, expected) => {
      const outcome = decode(start, begin(0, text), say(0, { text: "half" }), end({ ...delta, usage }), done)
      assert.deepInclude(outcome.failure, expected)
      assert.deepInclude(outcome.failure?.partial, { text: "half", responseId: "c_1" })
      assert.deepInclude(outcome.failure?.partial?.usage, { outputTokens: 7 })
      assert.isUndefined(completed(outcome))
    })

    it("fails with what stands in place of an event", () => {
      assert.deepInclude(decode(start, "data: {\"id\":\"x\",\"message\":\"internal server error\"}\n\n").failure, {
        _tag: "StreamFailedError",
        detail: "internal server error"
      })
      assert.deepInclude(decode("event: error\ndata: {\"message\":\"too many requests\"}\n\n").failure, {
        _tag: "RateLimitedError"
      })
    })

    it("counts what it does not know, and goes on", () => {
      const outcome = decode(
        start,
        event("debug", { prompt: "…" }),
        event("new-thing", { message: "hello" }),
        begin(0, { type: "video" }),
        say(0, { video: "…" }),
        begin(1, text),
        say(1, { text: "a" }),
        end()
      )
      assert.deepInclude(completed(outcome), { unknown: { "new-thing": 1, "content video": 1 } })
      assert.strictEqual(fold(outcome).text, "a")
    })

    it("takes a delta for the beginning of a block that has none", () => {
      const outcome = decode(say(0, { thinking: "a" }), say(1, { text: "b" }), end())
      assert.deepInclude(fold(outcome), { reasoning: "a", text: "b" })
      assert.deepInclude(outcome.events[0], { _tag: "Created", responseId: null })
    })

    it("takes the latest where there is no index", () => {
      const outcome = decode(
        start,
        event("content-start", message({ content: text })),
        event("content-delta", message({ content: { text: "a" } })),
        event("tool-call-start", message({ tool_calls: [{ id: "a", function: { name: "f", arguments: "{" } }] })),
        event("tool-call-delta", message({ tool_calls: { function: { arguments: "}" } } })),
        event("tool-call-end"),
        event("tool-call-start", message({ tool_calls: { id: "b", function: { name: "g", arguments: { x: 1 } } } })),
        event("tool-call-end"),
        end({ finish_reason: "MAX_TOKENS" })
      )
      assert.deepInclude(fold(outcome), {
        text: "a",
        toolCalls: [{ id: "a", name: "f", arguments: {} }, { id: "b", name: "g", arguments: { x: 1 } }]
      })
    })

    it("makes up ids where there are none, another one for each answer", () => {
      const of = (id: string) =>
        fold(decode(
          event("message-start", { id, ...message({}) }),
          call(0, { function: { name: "f", arguments: "{}" } }),
          call(1, { id: "", function: { name: "f", arguments: "{}" } }),
          end({ finish_reason: "TOOL_CALL" })
        )).toolCalls.map((one) => one.id)
      const [a, b] = [of("one"), of("two")]
      assert.strictEqual(new Set([...a, ...b]).size, 4)
      assert.deepStrictEqual(a, of("one"))
    })

    it.each(["MAX_TOKENS", "ERROR_TOXIC"])("runs no call that %s cut off, and every call that had ended", (reason) => {
      const outcome = decode(
        start,
        call(0, { id: "a", function: { name: "f", arguments: "{}" } }),
        called(0),
        call(1, { id: "b", function: { name: "f", arguments: "{\"n\":1}" } }),
        end({ finish_reason: reason })
      )
      assert.deepStrictEqual(items(outcome), [
        { _tag: "ToolCall", id: "a", name: "f", arguments: {}, protocol: "cohere" },
        { _tag: "InvalidToolCall", id: "b", name: "f", argumentsRaw: "{\"n\":1}", reason: "cut" }
      ])
    })

    it("says that arguments are malformed where the model wrote them so", () => {
      const outcome = decode(
        start,
        call(0, { id: "a", function: { name: "f", arguments: "{no" } }),
        called(0),
        end({ finish_reason: "TOOL_CALL" })
      )
      assert.deepInclude(items(outcome)[0], { _tag: "InvalidToolCall", reason: "malformed" })
    })

    it("gives no id twice, and runs no call without a name", () => {
      const outcome = decode(
        start,
        call(0, { id: "a", function: { name: "f", arguments: "{}" } }),
        called(0),
        call(1, { id: "a", function: { name: "g", arguments: "{}" } }),
        called(1),
        call(2, { id: "", function: { arguments: "{}" } }),
        called(2),
        end({ finish_reason: "COMPLETE" })
      )
      const [first, second, third] = items(outcome)
      assert.deepInclude(first, { _tag: "ToolCall", id: "a", name: "f" })
      assert.deepInclude(second, { _tag: "ToolCall", name: "g" })
      assert.deepInclude(third, { _tag: "InvalidToolCall", name: "", reason: "malformed" })
      const ids = fold(outcome).toolCalls.map(({ id }) => id)
      assert.strictEqual(new Set(ids).size, 3)
      assert.notInclude(ids, "")
      assert.deepInclude(completed(outcome), { finishReason: "tool-calls", finishReasonRaw: "COMPLETE" })
    })

    it("joins arguments at an unknown index to the latest call, and an id and a name to arguments before them", () => {
      const drifting = decode(
        start,
        call(0, { id: "a", function: { name: "f", arguments: "{\"n\"" } }),
        write(1, ":1"),
        write(2, "}"),
        end({ finish_reason: "TOOL_CALL" })
      )
      assert.deepStrictEqual(fold(drifting).toolCalls, [{ id: "a", name: "f", arguments: { n: 1 } }])
      const late = decode(
        start,
        write(0, "{\"n\":"),
        call(0, { id: "a", function: { name: "f", arguments: "" } }),
        write(0, "1}"),
        called(0),
        end({ finish_reason: "TOOL_CALL" })
      )
      assert.deepStrictEqual(fold(late).toolCalls, [{ id: "a", name: "f", arguments: { n: 1 } }])
    })

    it("reads numbers and booleans as text, digit for digit, at any chunking", () => {
      const number = (type: string, fields: string): string =>
        `event: ${type}\ndata: {"type":"${type}","index":0,"delta":{"message":${fields}}}\n\n`
      const body = encoder.encode([
        start,
        begin(0, text),
        number("content-delta", "{\"content\":{\"text\":1.50}}"),
        number("content-delta", "{\"content\":{\"text\":1.50}}"),
        number("content-delta", "{\"content\":{\"text\":true}}"),
        number("content-delta", "{\"content\":{\"thinking\":1e3}}"),
        number("tool-plan-delta", "{\"tool_plan\":10.0}"),
        end()
      ].join(""))
      for (const size of [1, 7, 10_000]) {
        const folded = fold(run(protocol, every(body, size)))
        assert.deepStrictEqual([folded.text, folded.reasoning, folded.toolPlan], ["1.501.50true", "1e3", "10.0"])
      }
    })

    it("takes thinking in a block of text and text in a block of thinking, and counts what has an unknown form", () => {
      const outcome = decode(
        start,
        begin(0, text),
        say(0, { thinking: "Hm." }),
        say(0, { text: "Hi", thinking: { a: 1 } }),
        begin(1, thinking),
        say(1, { text: "!" }),
        end({ finish_reason: 1, usage: [] })
      )
      assert.deepInclude(fold(outcome), { text: "Hi!", reasoning: "Hm." })
      assert.deepInclude(completed(outcome), {
        finishReason: "other",
        unknown: { thinking: 1, finish_reason: 1, usage: 1 }
      })
    })

    it("fails with the reason of an error event behind an end without one", () => {
      const failed = end({ finish_reason: "ERROR" })
      const error = "event: error\ndata: {\"message\":\"rate limit exceeded\"}\n\n"
      assert.deepInclude(decode(start, failed, error).failure, { _tag: "RateLimitedError" })
      const bare = decode(start, failed, done).failure
      assert.strictEqual(bare?._tag, "StreamFailedError")
      assert.strictEqual(bare?.partial?.finishReasonRaw, "ERROR")
    })

    it.each<readonly [string, string]>([
      ["an index that is none", say(-1, { text: "a" })],
      ["text that is none", begin(0, { type: "text", text: {} })],
      ["a plan that is none", plan({})],
      ["a delta without content", event("content-delta", { index: 0, ...message({}) })],
      ["a block without content", event("content-start", { index: 0 })],
      ["a plan without a message", event("tool-plan-delta")],
      ["a call without a function", call(0, { id: "a" })],
      ["a call that is none", event("tool-call-start", { index: 0, ...message({ tool_calls: "f" }) })],
      ["a delta of a call that is none", event("tool-call-delta", { index: 0 })],
      ["arguments that are none", call(0, { function: { name: "f", arguments: 1 } })],
      ["a citation that is none", event("citation-start", { index: 0, ...message({ citations: 1 }) })],
      ["an end without a delta", event("message-end")]
    ])("fails on %s", (_, bad) => {
      assert.strictEqual(decode(start, bad).failure?._tag, "MalformedStreamError")
    })
  })

  describe("usage", () => {
    it.each<readonly [string, Json, Json | null]>([
      ["tokens and not bills", usage, { inputTokens: 10, outputTokens: 7, totalTokens: 17 }],
      [
        "what was cached and thought as parts",
        { tokens: { input_tokens: 10, output_tokens: 7, reasoning_tokens: 5 }, cached_tokens: 8 },
        { inputTokens: 10, cachedInputTokens: 8, outputTokens: 7, reasoningOutputTokens: 5, totalTokens: 17 }
      ],
      ["bills where there is nothing else", { billed_units: { input_tokens: 2, output_tokens: 3.0 } }, {
        inputTokens: 2,
        outputTokens: 3,
        totalTokens: 5
      }],
      ["no more cached than read", { tokens: { input_tokens: 1, output_tokens: 0 }, cached_tokens: 5 }, {
        inputTokens: 1,
        cachedInputTokens: 1,
        totalTokens: 1
      }],
      ["nothing of nothing", { billed_units: { search_units: 1 } }, null]
    ])("counts %s", (_, sent, expected) => {
      assert.deepStrictEqual<unknown>(
        completed(decode(start, end({ finish_reason: "COMPLETE", usage: sent })))?.usage,
        expected === null ? null : counts(expected)
      )
    })
  })

  describe("whole", () => {
    const whole = (body: unknown) => protocol.decodeWhole(JSON.stringify(body), context())
    const body = {
      id: "c_1",
      message: {
        role: "assistant",
        tool_plan: "I will look.",
        content: [{ type: "thinking", thinking: "Hm." }, { type: "text", text: "Hello" }],
        tool_calls: [{ id: "a", type: "function", function: { name: "f", arguments: "{\"n\":1}" } }],
        citations: [{ start: 0, end: 5, text: "Hello", sources: [], content_index: 1 }]
      },
      finish_reason: "TOOL_CALL",
      usage
    }

    it("brings what a stream brings", () => {
      const streamed = decode(
        start,
        plan("I will look."),
        begin(0, thinking),
        say(0, { thinking: "Hm." }),
        begin(1, text),
        say(1, { text: "Hello" }),
        call(0, { id: "a", function: { name: "f", arguments: "" } }),
        write(0, "{\"n\":1}"),
        called(0),
        cite(body.message.citations[0] ?? {}),
        end({ finish_reason: "TOOL_CALL", usage })
      )
      const outcome = whole(body)
      assert.deepStrictEqual(items(outcome), items(streamed))
      assert.deepStrictEqual(completed(outcome), {
        ...completed(streamed),
        evidence: ["usage", "finish-reason", "end-of-body"]
      } as ResponseEvent)
    })

    it("takes text alone for content", () => {
      assert.strictEqual(fold(whole({ message: { content: "Hi" }, finish_reason: "COMPLETE" })).text, "Hi")
    })

    it("says that a limit cut the arguments off", () => {
      const cut = whole({
        message: { tool_calls: [{ id: "a", function: { name: "f", arguments: "{\"n\":" } }] },
        finish_reason: "MAX_TOKENS"
      })
      assert.deepInclude(items(cut)[0], { _tag: "InvalidToolCall", reason: "cut" })
    })

    it("may be an event stream after all", () => {
      const stream = [start, begin(0, text), say(0, { text: "Hi" }), end()].join("")
      assert.deepInclude(fold(protocol.decodeWhole(stream, context())), { text: "Hi", responseId: "c_1" })
    })

    it("takes one tool call that is not in a list", () => {
      const one = whole({ message: { tool_calls: { id: "a", function: { name: "f", arguments: "{}" } } } })
      assert.deepStrictEqual(fold(one).toolCalls, [{ id: "a", name: "f", arguments: {} }])
    })

    it("fails where the body tells of a failure", () => {
      assert.deepInclude(whole({ id: "x", message: "invalid request: no" }).failure, { detail: "invalid request: no" })
      assert.strictEqual(whole({ message: {}, finish_reason: "ERROR" }).failure?._tag, "StreamFailedError")
      assert.strictEqual(whole({ id: "x", choices: [] }).failure?._tag, "MalformedResponseError")
      assert.strictEqual(whole({ id: "x", message: { content: {} } }).failure?._tag, "MalformedResponseError")
      assert.strictEqual(whole({ id: "x", message: { tool_calls: {} } }).failure?._tag, "MalformedResponseError")
    })
  })

  it.each<readonly [number, Json, ProviderError["_tag"]]>([
    [400, { message: "x", error_type: "TOO_MANY_TOKENS" }, "ContextLengthExceededError"],
    [401, { message: "invalid api token" }, "AuthenticationError"],
    [402, { message: "Please add or update your payment method" }, "UsageLimitReachedError"],
    [
      404,
      {
        message: "model 'x' not found, make sure the correct model ID was used and that you have access to the model."
      },
      "ModelNotFoundError"
    ],
    [422, { message: "invalid type: parameter 'k' must be of type number" }, "InvalidRequestError"],
    [429, { message: "You are using a Trial key, which is limited to 20 API calls / minute." }, "RateLimitedError"],
    [503, { message: "The service is overloaded" }, "OverloadedError"]
  ])("a refusal with %s is of its class: %o", (status, body, expected) => {
    const error = classify(status, JSON.stringify({ id: "r", ...body }), context())
    assert.deepInclude(error, { _tag: expected, providerRequestId: "r" })
  })
})
