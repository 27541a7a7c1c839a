/**
 * Decodes what Chat servers send that is not as the protocol says, kind by kind; the cases that users reported are in
 * test/conformance/FieldFaults.test.ts.
 */
import { assert, describe, it } from "@effect/vitest"
import type { ResponseItem } from "../../../src/domain/ResponseItem.ts"
import { protocol } from "../../../src/streams/protocols/OpenAiChat/OpenAiChat.ts"
import * as AnyBody from "../../../src/streams/response/AnyBody.ts"
import type { DecodeContext } from "../../../src/streams/response/StreamDecoder.ts"
import { context, encoder, every, fold, type Outcome, print, run } from "../../support/Decoding.ts"

type Json = Readonly<Record<string, unknown>>

const body = (...payloads: ReadonlyArray<unknown>): string =>
  payloads.map((payload) => `data: ${typeof payload === "string" ? payload : JSON.stringify(payload)}\n\n`).join("")

const decodeText = (text: string, given?: DecodeContext): Outcome => {
  const bytes = encoder.encode(text)
  const outcome = run(protocol, [bytes], given)
  assert.strictEqual(print(run(protocol, every(bytes, 1), given)), print(outcome), "at another chunking")
  return outcome
}

const chunk = (delta: unknown, more: Json = {}): Json => ({
  id: "cc-1",
  model: "m",
  choices: [{ index: 0, delta, finish_reason: null, ...more }]
})
const finish = (reason: string): Json => chunk({}, { finish_reason: reason })
const decode = (...payloads: ReadonlyArray<unknown>): Outcome =>
  decodeText(body(...payloads, finish("tool_calls"), "[DONE]"))
const whole = (message: Json): Outcome =>
  protocol.decodeWhole(
    JSON.stringify({ id: "cc-1", model: "m", choices: [{ index: 0, message, finish_reason: "tool_calls" }] }),
    context()
  )

/** A fragment of a tool call: its index, id, name and arguments. */
const part = (index: unknown, id: unknown, name?: unknown, input?: unknown, more: Json = {}): Json =>
  chunk({ tool_calls: [{ index, id, function: { name, arguments: input }, ...more }] })

const items = ({ events }: Outcome): ReadonlyArray<ResponseItem> =>
  events.flatMap((event) => (event._tag === "OutputItemDone" ? [event.item] : []))

/** The calls to run, each with its name and arguments; no two of them have one id. */
const calls = (outcome: Outcome): ReadonlyArray<unknown> => {
  assert.isUndefined(outcome.failure, outcome.failure?.message)
  const found = items(outcome).filter((item) => item._tag === "ToolCall")
  assert.strictEqual(new Set(found.map(({ id }) => id)).size, found.length)
  assert.isFalse(found.some(({ id }) => id === "" || id === "null"))
  return found.map((call) => [call.name, call.arguments])
}

const unknownOf = (outcome: Outcome): unknown => fold(outcome).completed?.unknown

describe("one id for two tool calls", () => {
  it("with another index and a name", () => {
    assert.deepStrictEqual(
      calls(decode(part(0, "c", "f", "{\"a\":1}"), part(1, "c", "f", ""), part(1, "c", undefined, "{\"a\":2}"))),
      [["f", { a: 1 }], ["f", { a: 2 }]]
    )
  })

  it("with another name", () => {
    assert.deepStrictEqual(
      calls(decode(part(0, "c", "f", "{}"), part(0, "c", "g", "{\"a\":"), part(0, "c", undefined, "2}"))),
      [["f", {}], ["g", { a: 2 }]]
    )
  })

  it("with a second object after a whole one", () => {
    assert.deepStrictEqual(
      calls(decode(part(0, "c", "f", "{\"a\":1}"), part(0, "c", "f", "{\"a\":2}"))),
      [["f", { a: 1 }], ["f", { a: 2 }]]
    )
  })

  it("keeps fragments that repeat the id, the name and the index with their call, where two take turns", () => {
    assert.deepStrictEqual(
      calls(decode(
        part(0, "c", "f", "{\"a\":"),
        part(1, "c", "g", "{\"b\":"),
        part(0, "c", "f", "1}"),
        part(1, "c", "g", "2}")
      )),
      [["f", { a: 1 }], ["g", { b: 2 }]]
    )
  })

  it("in a whole body", () => {
    const call = (name: string, input: string) => ({ id: "c", type: "function", function: { name, arguments: input } })
    assert.deepStrictEqual(
      calls(whole({ tool_calls: [call("f", "{\"a\":1}"), call("f", "{\"a\":2}"), call("g", "{}")] })),
      [["f", { a: 1 }], ["f", { a: 2 }], ["g", {}]]
    )
  })

  it("is replaced by the same id each time", () => {
    const ids = () => fold(decode(part(0, "c", "f", "{}"), part(1, "c", "g", "{}"))).toolCalls.map(({ id }) => id)
    assert.strictEqual(ids()[0], "c")
    assert.deepStrictEqual(ids(), ids())
  })
})

describe("fragments without id and name", () => {
  it("continue the latest call at any index, and the call at theirs where there is one", () => {
    assert.deepStrictEqual(
      calls(decode(
        part(0, "a", "f", "{\"x\":"),
        part(1, "b", "g", "{\"y\":"),
        part(0, undefined, undefined, "1}"),
        part(1, undefined, undefined, "2"),
        part(7, undefined, undefined, "0}")
      )),
      [["f", { x: 1 }], ["g", { y: 20 }]]
    )
  })

  it("begin a call at a new index after a whole one", () => {
    assert.deepStrictEqual(
      calls(decode(
        part(0, "a", "f", "{\"x\":1}"),
        part(1, undefined, undefined, "{\"y\":"),
        part(1, "b", "g", "2}")
      )),
      [["f", { x: 1 }], ["g", { y: 2 }]]
    )
  })
})

describe("an id or a name that comes late", () => {
  it.each<readonly [string, ReadonlyArray<Json>]>([
    ["both", [part(0, undefined, undefined, "{\"a\":"), part(0, "c", "f", "1}")]],
    ["one after the other", [
      part(0, undefined, undefined, "{\"a\":"),
      part(0, "c", undefined, "1"),
      part(0, undefined, "f", "}")
    ]],
    ["after the arguments", [part(0, "", "", "{\"a\":1}"), part(0, "c", "f", "")]],
    ["without an index", [part(undefined, undefined, undefined, "{\"a\":1}"), part(undefined, "c", "f", "")]],
    ["the id after the name", [part(0, null, "f", "{\"a\":"), part(0, "c", "f", "1}")]]
  ])("belongs to the call that began without it: %s", (_, fragments) => {
    const outcome = decode(...fragments)
    assert.deepStrictEqual(calls(outcome), [["f", { a: 1 }]])
    assert.strictEqual(fold(outcome).toolCalls[0]?.id, "c")
  })

  it("that never comes makes no call to run", () => {
    const outcome = decode(part(0, "c", "", "{\"a\":1}"))
    assert.deepStrictEqual(items(outcome), [
      { _tag: "InvalidToolCall", id: "c", name: "", argumentsRaw: "{\"a\":1}", reason: "malformed" }
    ])
    const bare = whole({ tool_calls: [{ id: "", type: "function", function: { arguments: "{}" } }] })
    assert.deepStrictEqual(items(bare).map((item) => item._tag), ["InvalidToolCall"])
  })

  it("is none where it is the text null", () => {
    assert.deepStrictEqual(calls(decode(part(0, "null", "f", "{}"), part(0, "null", "g", "{}"))), [["f", {}], [
      "g",
      {}
    ]])
  })
})

describe("a final {}", () => {
  it("does not replace the arguments before it", () => {
    const outcome = decode(part(0, "c", "f", "{\"a\":1}"), part(0, "c", "f", "{}"), part(0, undefined, undefined, "{}"))
    assert.deepStrictEqual(calls(outcome), [["f", { a: 1 }]])
  })

  it("is text inside of a string", () => {
    const outcome = decode(part(0, "c", "f", "{\"a\":\"{}"), part(0, "c", "f", "{}"), part(0, "c", "f", "\"}"))
    assert.deepStrictEqual(calls(outcome), [["f", { a: "{}{}" }]])
  })
})

describe("the finish reason of a response with a tool call", () => {
  it.each(["stop", "tool_calls", "eos", "what"])("is tool-calls where the server sends %s", (reason) => {
    const { completed } = fold(decodeText(body(part(0, "c", "f", "{}"), finish(reason))))
    assert.deepStrictEqual([completed?.finishReason, completed?.finishReasonRaw], ["tool-calls", reason])
  })

  it.each([["length", "length"], ["content_filter", "content-filter"]])("is %s where that ended it", (raw, reason) => {
    assert.strictEqual(fold(decodeText(body(part(0, "c", "f", "{}"), finish(raw)))).completed?.finishReason, reason)
  })

  it("is the server's where no call can be run", () => {
    const { completed } = fold(decodeText(body(part(0, "c", "f", "{\"a\":"), finish("stop"))))
    assert.strictEqual(completed?.finishReason, "stop")
  })
})

describe("an error outside of the events", () => {
  const text = body(chunk({ content: "It is" }))

  it.each<readonly [string, string, string]>([
    [
      "in a field",
      "error: {\"code\":429,\"message\":\"slow down\",\"type\":\"rate_limit_error\"}\n\n",
      "RateLimitedError"
    ],
    ["in a field, wrapped", "error:{\"error\":{\"message\":\"x\",\"type\":\"server_error\"}}\n\n", "ServerError"],
    [
      "alone in a line",
      "{\"error\":{\"message\":\"x\",\"code\":\"context_length_exceeded\"}}\n",
      "ContextLengthExceededError"
    ],
    ["in the last line, without its end", "{\"error\":\"overloaded\",\"error_type\":\"overloaded\"}", "OverloadedError"]
  ])("fails the response: %s", (_, line, tag) => {
    const { events, failure } = decodeText(`${text}${line}`)
    assert.deepStrictEqual([failure?._tag, failure?.partial?.text], [tag, "It is"])
    assert.isFalse(events.some((event) => event._tag === "Completed"))
  })

  it("comes after a finish reason that reports it without a reason", () => {
    const failed = chunk({ content: "a" }, { finish_reason: "error" })
    const explained = decodeText(body(failed, { error: { message: "x", code: "rate_limit_exceeded" } }, "[DONE]"))
    assert.deepStrictEqual([explained.failure?._tag, explained.failure?.partial?.text], ["RateLimitedError", "a"])
    for (const rest of ["", body("[DONE]"), body(chunk({}))]) {
      assert.strictEqual(decodeText(body(failed) + rest).failure?._tag, "StreamFailedError")
    }
  })

  it("is none where the line is not an object, or no error", () => {
    const other = `error: later\nerror: [1]\n{"note":1}\n{"error\n${text}`
    assert.isUndefined(decodeText(`${text}${other}${body(finish("stop"))}`).failure)
  })

  it("is beside choices that are null", () => {
    const failed = (fields: Json) => decodeText(body({ id: "x", choices: null, ...fields })).failure
    assert.strictEqual(failed({ error_type: "overloaded", error_message: "busy" })?._tag, "OverloadedError")
    assert.strictEqual(failed({ message: "Rate limit reached", code: 429 })?._tag, "RateLimitedError")
    assert.strictEqual(failed({ error_code: 18, error_msg: "too many requests" })?._tag, "RateLimitedError")
  })
})

describe("numbers and booleans in place of text", () => {
  it("are that text in the lists of Mistral and Databricks", () => {
    const outcome = decodeText(body(
      `{"id":"c","model":"m","choices":[{"index":0,"delta":{"content":[
        {"type":"thinking","thinking":-0},{"type":"thinking","thinking":[1.50,{"type":"text","text":1e2}]},
        {"type":"reasoning","summary":[{"type":"summary_text","text":12345678901234567890}]},
        7.0,{"type":"text","text":2.50}]}}]}`.replaceAll("\n", ""),
      finish("stop")
    ))
    assert.isUndefined(outcome.failure, outcome.failure?.message)
    assert.strictEqual(fold(outcome).reasoning, "-01.501e212345678901234567890")
    assert.strictEqual(fold(outcome).text, "7.02.50")
  })

  it.each<readonly [string, string]>([
    ["1", "1"],
    ["42.50", "42.50"],
    ["-0", "-0"],
    ["1e3", "1e3"],
    ["12345678901234567890123", "12345678901234567890123"],
    ["true", "true"],
    ["false", "false"]
  ])("are that text: %s", (json, text) => {
    const of = (field: string): string => `{"id":"x","model":"m","choices":[{"index":0,"delta":{"${field}":${json}}}]}`
    const twice = (field: string) => fold(decodeText(body(of(field), of(field), of(field), finish("stop"))))
    assert.strictEqual(twice("content").text, text.repeat(3))
    assert.strictEqual(twice("reasoning_content").reasoning, text.repeat(3))
    const part = `{"id":"x","model":"m","choices":[{"delta":{"content":[{"type":"text","text":${json}}]}}]}`
    assert.strictEqual(fold(decodeText(body(part, finish("stop")))).text, text)
    const choice = `{"id":"x","choices":[{"index":0,"message":{"content":${json}},"finish_reason":"stop"}]}`
    assert.strictEqual(fold(protocol.decodeWhole(choice, context())).text, text)
  })

  it("are arguments, piece by piece", () => {
    const outcome = decode(
      part(0, "c", "f", "{\"a\":"),
      part(0, undefined, undefined, 12),
      part(0, "c", undefined, "}")
    )
    assert.deepStrictEqual(calls(outcome), [["f", { a: 12 }]])
    assert.deepStrictEqual(calls(decode(part(0, 7, "f", "{}"))), [["f", {}]])
  })
})

describe("a field of an unexpected type beside readable ones", () => {
  it("is unknown data", () => {
    const outcome = decode(
      chunk({ content: "a", refusal: { why: 1 }, annotations: "x", reasoning_details: "y" }),
      { ...chunk({ content: "b", reasoning_content: { signature: "s", text: "Hm" } }), usage: "z" },
      chunk({ content: [null, { type: "new" }, { type: "text", text: "c" }] }),
      chunk({ content: { a: 1 }, reasoning_content: "." }),
      { id: "cc-1", choices: [null] },
      chunk({}, { finish_reason: 1 })
    )
    const { reasoning, text } = fold(outcome)
    assert.deepStrictEqual([outcome.failure, text, reasoning], [undefined, "abc", "Hm."])
    assert.deepStrictEqual(unknownOf(outcome), {
      refusal: 1,
      annotations: 1,
      reasoning_details: 1,
      reasoning_content: 1,
      usage: 1,
      "content:?": 1,
      "content:new": 1,
      content: 1,
      choice: 1,
      finish_reason: 1
    })
  })

  it("is a tool call where it is one without its list", () => {
    const call = { id: "", index: 0, type: "function", function: { name: "f", arguments: { a: 1 } } }
    assert.deepStrictEqual(calls(decode(chunk({ tool_calls: call }))), [["f", { a: 1 }]])
    assert.deepStrictEqual(calls(whole({ tool_calls: call })), [["f", { a: 1 }]])
  })
})

describe("empty fields of servers that emit every field", () => {
  it("never win over filled ones", () => {
    const empty = { custom: { input: "", name: "" } }
    assert.deepStrictEqual(calls(decode(part(0, "c", "f", "{\"a\":1}", empty))), [["f", { a: 1 }]])
    const message = {
      content: "",
      refusal: "",
      tool_calls: [{ id: "c", type: "function", function: { name: "f", arguments: "{}" }, ...empty }],
      function_call: { name: "", arguments: "" }
    }
    assert.deepStrictEqual(calls(whole(message)), [["f", {}]])
    assert.deepStrictEqual(calls(decode(chunk(message))), [["f", {}]])
  })

  it("are no call", () => {
    const outcome = decodeText(body(
      chunk({
        content: "a",
        function_call: { name: "", arguments: "" },
        tool_calls: [{ id: "", function: { name: "", arguments: "" } }]
      }),
      finish("stop")
    ))
    assert.deepStrictEqual(items(outcome).map((item) => item._tag), ["Message"])
  })

  it("leave a free-form call what it is", () => {
    const custom = { id: "c", type: "custom", custom: { name: "f", input: "x" }, function: { name: "", arguments: "" } }
    assert.deepStrictEqual(items(whole({ tool_calls: [custom] })).map((item) => item._tag), ["CustomToolCall"])
  })
})

describe("signatures of Gemini's thoughts", () => {
  const extra = { google: { thought_signature: "c2ln" } }

  it("are kept on their call and go back with it, to the provider that sent them", () => {
    for (
      const outcome of [
        decode(part(0, "c", "f", "", { extra_content: extra }), part(0, undefined, undefined, "{}")),
        decode(part(0, "c", "f", "{}"), part(0, "c", undefined, "", { extra_content: extra })),
        whole({ tool_calls: [{ id: "c", function: { name: "f", arguments: "{}" }, extra_content: extra }] })
      ]
    ) {
      assert.deepStrictEqual(items(outcome), [
        {
          _tag: "ToolCall",
          id: "c",
          name: "f",
          arguments: {},
          protocol: "openai-chat",
          native: { provider: "test", extra_content: extra }
        }
      ])
    }
  })

  it("are not changed by the deltas that follow", () => {
    const signed = (signature: string) =>
      part(0, "c", "f", "", { extra_content: { vertex: { thought_signature: signature } } })
    const other = (id: string, signature: string) =>
      chunk({
        tool_calls: [{ index: 0, id, function: { name: "f", arguments: "{}" }, extra_content: { google: signature } }]
      })
    const [first, second] = items(decode(other("a", "1"), other("b", "2"), other("d", "3"), signed("4")))
    assert.deepInclude(first, { native: { provider: "test", extra_content: { google: "1" } } })
    assert.deepInclude(second, { native: { provider: "test", extra_content: { google: "2" } } })
  })
})

describe("usage", () => {
  it("keeps a count against a later zero", () => {
    const usage = (prompt: number, completion: number) => ({
      choices: [],
      usage: { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion }
    })
    const outcome = decode(chunk({ content: "a" }), usage(9, 1), usage(0, 4))
    assert.deepInclude(fold(outcome).usage, { inputTokens: 9, outputTokens: 4, totalTokens: 13 })
  })
})

describe("a body of another content type", () => {
  const any = { ...protocol, decodeStream: (given: DecodeContext) => AnyBody.decode(protocol, given, 1 << 24) }
  const response = {
    id: "cc-1",
    model: "m",
    choices: [{ index: 0, message: { content: "Blue." }, finish_reason: "stop" }]
  }

  it("is read whole where a stream was requested, however long it is", () => {
    const long = "Blue. ".repeat(40_000)
    const text = JSON.stringify({ ...response, choices: [{ message: { content: long }, finish_reason: "stop" }] })
    for (const json of [text, JSON.stringify(JSON.parse(text), null, 2)]) {
      const outcome = run(any, every(encoder.encode(json), 1000))
      assert.deepStrictEqual([outcome.failure, fold(outcome).text.length], [undefined, long.length])
    }
  })

  it("is no success where it is cut", () => {
    const bytes = encoder.encode(JSON.stringify(response))
    for (let cut = 1; cut < bytes.length; cut++) {
      const { events, failure } = run(any, [bytes.subarray(0, cut)])
      assert.isDefined(failure)
      assert.isFalse(events.some((event) => event._tag === "Completed"))
    }
    const lost = run(any, [bytes], context(), { type: "connection-lost" })
    assert.strictEqual(fold(lost).text, "Blue.")
    assert.isDefined(fold(lost).completed)
  })

  it("is read as a stream where no stream was requested", () => {
    const stream = body(chunk({ content: "Blue" }), chunk({ content: "." }), finish("stop"), "[DONE]")
    for (const text of [stream, `\uFEFF: hello\n\n${stream}`]) {
      const outcome = protocol.decodeWhole(text, context())
      assert.deepStrictEqual([outcome.failure, fold(outcome).text], [undefined, "Blue."])
    }
    const cut = protocol.decodeWhole(body(chunk({ content: "Blue" })), context())
    assert.deepStrictEqual([cut.events, cut.failure?._tag], [[], "IncompleteStreamError"])
  })
})
