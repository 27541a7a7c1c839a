import { assert, describe, it } from "@effect/vitest"
import { Duration } from "effect"
import type { ResponseEvent } from "../../../src/domain/ResponseEvent.ts"
import type { ResponseItem } from "../../../src/domain/ResponseItem.ts"
import { protocol } from "../../../src/streams/protocols/Gemini/Gemini.ts"
import { classify } from "../../../src/streams/response/ErrorClassifier.ts"
import * as Decoding from "../../support/Decoding.ts"

type Json = Readonly<Record<string, unknown>>

const response = (parts: ReadonlyArray<Json> | undefined, more: Json = {}, beside: Json = {}): Json => ({
  candidates: [{ ...(parts === undefined ? {} : { content: { role: "model", parts } }), index: 0, ...more }],
  modelVersion: "m-1",
  responseId: "r1",
  ...beside
})

const stop = { finishReason: "STOP" }

const sse = (...responses: ReadonlyArray<unknown>): Uint8Array =>
  Decoding.encoder.encode(responses.map((value) => `data: ${JSON.stringify(value)}\r\n\r\n`).join(""))

const decode = (...responses: ReadonlyArray<unknown>): Decoding.Outcome => Decoding.run(protocol, [sse(...responses)])

const whole = (value: unknown): Decoding.Outcome => protocol.decodeWhole(JSON.stringify(value), Decoding.context())

const items = ({ events }: Decoding.Outcome): ReadonlyArray<ResponseItem> =>
  events.flatMap((event) => event._tag === "OutputItemDone" ? [event.item] : [])

const completed = (outcome: Decoding.Outcome) => {
  assert.isUndefined(outcome.failure)
  return Decoding.fold(outcome).completed
}

const tags = ({ events }: Decoding.Outcome): ReadonlyArray<ResponseEvent["_tag"]> => events.map(({ _tag }) => _tag)

const call = (name: string, args: unknown, more: Json = {}) => ({ functionCall: { name, args, ...more } })

describe("Gemini", () => {
  describe("an answer", () => {
    it("is reasoning, text and calls, in their order, and its end", () => {
      const outcome = decode(
        response([{ text: "Hm", thought: true }]),
        response([{ text: ".", thought: true }]),
        response([{ text: "Hel" }]),
        response([{ text: "lo" }]),
        response([call("a", { x: 1 })], { ...stop, finishMessage: "Model generated function call(s)." }, {
          usageMetadata: { promptTokenCount: 5, candidatesTokenCount: 4, thoughtsTokenCount: 3, totalTokenCount: 12 }
        })
      )
      const first = items(outcome).find((item) => item._tag === "ToolCall")
      assert.match(first?.id ?? "", /^call_[a-z0-9]+_0$/)
      const given = first?.id ?? ""
      assert.deepStrictEqual(outcome.events, [
        { _tag: "Created", responseId: "r1", model: "m-1" },
        { _tag: "OutputItemAdded", outputIndex: 0, item: { type: "reasoning" } },
        { _tag: "ReasoningContentDelta", outputIndex: 0, contentIndex: 0, delta: "Hm" },
        { _tag: "ReasoningContentDelta", outputIndex: 0, contentIndex: 0, delta: "." },
        {
          _tag: "OutputItemDone",
          outputIndex: 0,
          item: { _tag: "Reasoning", content: ["Hm."], summary: [], protocol: "gemini" }
        },
        { _tag: "OutputItemAdded", outputIndex: 1, item: { type: "message" } },
        { _tag: "OutputTextDelta", outputIndex: 1, delta: "Hel" },
        { _tag: "OutputTextDelta", outputIndex: 1, delta: "lo" },
        { _tag: "OutputItemAdded", outputIndex: 2, item: { type: "tool-call", id: given, name: "a" } },
        { _tag: "ToolCallArgumentsDelta", outputIndex: 2, id: given, delta: "{\"x\":1}" },
        {
          _tag: "OutputItemDone",
          outputIndex: 1,
          item: {
            _tag: "Message",
            content: [{ _tag: "OutputText", text: "Hello", citations: [] }],
            protocol: "gemini"
          }
        },
        {
          _tag: "OutputItemDone",
          outputIndex: 2,
          item: { _tag: "ToolCall", id: given, name: "a", arguments: { x: 1 }, protocol: "gemini" }
        },
        {
          _tag: "Completed",
          responseId: "r1",
          model: "m-1",
          finishReason: "tool-calls",
          finishReasonRaw: "STOP",
          finishMessage: "Model generated function call(s).",
          usage: {
            inputTokens: 5,
            cachedInputTokens: 0,
            cacheWriteInputTokens: 0,
            outputTokens: 7,
            reasoningOutputTokens: 3,
            totalTokens: 12
          },
          evidence: ["finish-reason", "usage", "end-of-body"]
        }
      ])
    })

    it("is the same whole, streamed as an array, and streamed as events", () => {
      const responses = [
        response([{ text: "Hm", thought: true }]),
        response([{ text: "a" }, call("f", { x: [1, { y: null }] }, { id: "c1" })]),
        response([{ text: "" }], stop)
      ]
      const events = decode(...responses)
      for (const indent of [0, 2]) {
        const array = Decoding.encoder.encode(JSON.stringify(responses, null, indent))
        assert.deepStrictEqual(Decoding.run(protocol, [array]), events)
        assert.deepStrictEqual(Decoding.run(protocol, Decoding.every(array, 1)), events)
      }
      assert.deepStrictEqual(whole(responses), events)
      assert.deepStrictEqual(
        items(whole(response([{ text: "Hm", thought: true }, { text: "a" }, call("f", {}, { id: "c1" })], stop))).map((
          { _tag }
        ) => _tag),
        ["Reasoning", "Message", "ToolCall"]
      )
    })

    it("keeps the ids of calls that have one, and makes the others differ between answers", () => {
      const ids = (responseId: string) =>
        items(
          decode(response([call("a", {}), call("a", {}, { id: "c9" }), call("a", {})], stop, { responseId }))
        ).map((item) => (item._tag === "ToolCall" ? item.id : item._tag))
      const [first, second, third] = ids("r1")
      assert.strictEqual(second, "c9")
      assert.notStrictEqual(first, third)
      assert.notStrictEqual(first, ids("r2")[0])
      assert.deepStrictEqual(ids("r1"), [first, second, third])
    })

    it("takes no arguments for none, text for what it says, and runs no call with others or without a name", () => {
      assert.deepInclude(items(decode(response([{ functionCall: { name: "a" } }], stop)))[0], { arguments: {} })
      assert.deepInclude(items(decode(response([call("a", null)], stop)))[0], { arguments: {} })
      assert.deepInclude(items(decode(response([call("a", "{\"x\":1}")], stop)))[0], { arguments: { x: 1 } })
      for (const part of [call("a", "{"), call("a", []), call("a", 1), { functionCall: { args: {} } }]) {
        const outcome = decode(response([part], stop))
        assert.deepInclude(items(outcome)[0], { _tag: "InvalidToolCall", reason: "malformed" })
        assert.isUndefined(outcome.failure)
      }
    })

    it("gives no id twice, and sends back only the ids that Google can tell apart", () => {
      const outcome = decode(response([call("a", {}, { id: "c1" }), call("b", {}, { id: "c1" })], stop))
      const [first, second] = items(outcome)
      assert.deepInclude(first, { _tag: "ToolCall", id: "c1", native: { id: "c1" } })
      assert.deepInclude(second, { _tag: "ToolCall", name: "b" })
      assert.notProperty(second, "native")
      assert.strictEqual(new Set(Decoding.fold(outcome).toolCalls.map(({ id }) => id)).size, 2)
      assert.deepInclude(completed(outcome), { finishReason: "tool-calls", finishReasonRaw: "STOP" })
    })

    it("is of numbers and booleans as they are written, at any chunking", () => {
      const parts = ["1.50", "1.50", "true", "\"a\"", "1e3"].map((value) => `[{"text":${value}}]`)
      const events = parts.map((list) => `data: {"candidates":[{"content":{"parts":${list}}}]}\n\n`)
      const body = Decoding.encoder.encode(`${events.join("")}data: ${JSON.stringify(response([], stop))}\n\n`)
      for (const size of [1, 7, 10_000]) {
        assert.strictEqual(Decoding.fold(Decoding.run(protocol, Decoding.every(body, size))).text, "1.501.50truea1e3")
      }
    })

    it("counts fields of an unknown form beside readable ones, and takes one part without a list", () => {
      const outcome = decode(
        { candidates: [{ content: { parts: { text: "a" } } }], usageMetadata: [] },
        response([{ text: "b", functionCall: null }], { finishReason: 1 }),
        response([], stop)
      )
      assert.strictEqual(Decoding.fold(outcome).text, "ab")
      assert.deepInclude(completed(outcome), { unknown: { usageMetadata: 1, finishReason: 1 } })
    })

    it("may be an event stream that is called JSON", () => {
      const body = Buffer.from(sse(response([{ text: "a" }], stop))).toString()
      assert.strictEqual(Decoding.fold(protocol.decodeWhole(body, Decoding.context())).text, "a")
    })

    it("has calls that are safe to run only once its end is known", () => {
      const cut = decode(response([call("a", { x: 1 })]))
      assert.deepStrictEqual(tags(cut), ["Created", "OutputItemAdded", "ToolCallArgumentsDelta"])
      assert.deepStrictEqual(cut.failure?.partial?.toolCalls, [])
    })

    it("does not store numbers that cannot be stored", () => {
      const bytes = Decoding.encoder.encode(
        "data: {\"candidates\":[{\"content\":{\"parts\":[{\"functionCall\":{\"name\":\"a\",\"args\":{\"x\":1e999}}}]},\"finishReason\":\"STOP\"}]}\n\n"
      )
      assert.deepInclude(items(Decoding.run(protocol, [bytes]))[0], { _tag: "InvalidToolCall", reason: "malformed" })
    })

    it("reads candidate 0 only, and counts what it does not know", () => {
      const outcome = decode(
        { candidates: [{ index: 1, content: { parts: [{ text: "no" }] } }, { content: { parts: [{ text: "yes" }] } }] },
        { candidates: [] },
        { hello: 1, type: "greeting" },
        response([{ odd: { a: 1 }, thoughtSignature: "s" }], stop)
      )
      assert.strictEqual(Decoding.fold(outcome).text, "yes")
      assert.deepStrictEqual(completed(outcome)?.unknown, { candidate: 1, greeting: 1, "part odd": 1 })
      assert.deepInclude(items(outcome)[1], { _tag: "UnknownItem", native: { odd: { a: 1 }, thoughtSignature: "s" } })
    })
  })

  describe("the end", () => {
    const reasonOf = (finishReason: string, parts: ReadonlyArray<Json> = []) =>
      completed(decode(response(parts, { finishReason })))?.finishReason

    it.each([
      ["STOP", "stop"],
      ["MAX_TOKENS", "length"],
      ["SAFETY", "content-filter"],
      ["RECITATION", "content-filter"],
      ["BLOCKLIST", "content-filter"],
      ["PROHIBITED_CONTENT", "content-filter"],
      ["SPII", "content-filter"],
      ["LANGUAGE", "content-filter"],
      ["IMAGE_SAFETY", "content-filter"],
      ["MODEL_ARMOR", "content-filter"],
      ["MALFORMED_FUNCTION_CALL", "error"],
      ["UNEXPECTED_TOOL_CALL", "error"],
      ["TOO_MANY_TOOL_CALLS", "error"],
      ["MISSING_THOUGHT_SIGNATURE", "error"],
      ["MALFORMED_RESPONSE", "error"],
      ["OTHER", "other"],
      ["FINISH_REASON_UNSPECIFIED", "other"],
      ["TOMORROW", "other"]
    ])("by %s is %s", (raw, expected) => {
      assert.strictEqual(reasonOf(raw), expected)
    })

    it("by STOP with a call asks for it to be run; by another reason it does not", () => {
      assert.strictEqual(reasonOf("STOP", [call("a", {})]), "tool-calls")
      assert.strictEqual(reasonOf("UNEXPECTED_TOOL_CALL", [call("a", {})]), "error")
      assert.strictEqual(reasonOf("MAX_TOKENS", [call("a", {})]), "length")
    })

    it("is known by a finish reason that nothing follows, when the body ends", () => {
      const decoder = protocol.decodeStream(Decoding.context())
      decoder.push(sse(response([{ text: "a" }], stop)))
      assert.isFalse(decoder.completed)
      decoder.push(sse({ usageMetadata: { promptTokenCount: 1, totalTokenCount: 1 }, responseId: "r1" }))
      decoder.push(sse(response([{ text: "" }])))
      assert.strictEqual(decoder.end({ type: "end-of-body" }).at(-1)?._tag, "Completed")
    })

    it("is not reached when more content comes after a finish reason, and no other reason", () => {
      const { failure } = decode(response([{ text: "a" }], stop), response([{ text: "b" }]))
      assert.deepInclude(failure, { _tag: "IncompleteStreamError", missing: ["finish-reason"], evidence: [] })
      assert.strictEqual(
        completed(decode(response([{ text: "a" }], stop), response([{ text: "b" }], stop)))?.finishReason,
        "stop"
      )
    })

    it("is not reached while code is still to be run, unless a limit stopped it", () => {
      const code = { executableCode: { language: "PYTHON", code: "1" } }
      const result = { codeExecutionResult: { outcome: "OUTCOME_OK", output: "1" } }
      assert.strictEqual(decode(response([code], stop)).failure?._tag, "IncompleteStreamError")
      assert.strictEqual(decode(response([code], stop), response([result])).failure?._tag, "IncompleteStreamError")
      assert.strictEqual(completed(decode(response([code, result], stop)))?.finishReason, "stop")
      assert.strictEqual(reasonOf("MAX_TOKENS", [code]), "length")
    })

    it("of nothing at all is none", () => {
      for (const bytes of ["", "[", "[]", "[\n", "\uFEFF  ", "data:", ": hi\n\n"]) {
        const { failure } = Decoding.run(protocol, [Decoding.encoder.encode(bytes)])
        assert.deepInclude(failure, { _tag: "IncompleteStreamError" }, bytes)
      }
    })

    it("of a whole body is its end, with or without a finish reason", () => {
      assert.strictEqual(completed(whole(response([{ text: "a" }])))?.finishReason, "other")
      assert.deepInclude(completed(whole({ usageMetadata: {}, modelVersion: "m" })), { finishReasonRaw: null })
      assert.strictEqual(whole({}).failure?._tag, "MalformedResponseError")
      assert.strictEqual(whole([response([{ text: "a" }])]).failure?._tag, "IncompleteStreamError")
      assert.deepStrictEqual(whole([response([{ text: "a" }])]).events, [])
    })
  })

  describe("signatures", () => {
    it("stay with the call, the reasoning, the provider's own part and the text that they came with", () => {
      const outcome = decode(
        response([{ text: "hm", thought: true, thoughtSignature: "s0" }]),
        response([{ text: "again", thought: true }]),
        response([{ text: "a" }]),
        response([{ text: "b", thoughtSignature: "s1" }]),
        response([{ text: "c" }]),
        response([{ ...call("f", {}, { id: "c1" }), thoughtSignature: "s2" }, call("g", {}, { id: "c2" })]),
        response([{ toolCall: { toolType: "GOOGLE_SEARCH_WEB", id: "t1", args: {} }, thoughtSignature: "s3" }]),
        response([{ text: "", thoughtSignature: "s4" }], stop)
      )
      const reasoning = { _tag: "Reasoning", summary: [], protocol: "gemini" } as const
      assert.deepStrictEqual(
        items(outcome),
        [
          { ...reasoning, content: ["hm"], signature: "s0", provider: "test" },
          { ...reasoning, content: ["again"] },
          {
            _tag: "Message",
            content: ["a", "b", "c"].map((text) => ({ _tag: "OutputText" as const, text, citations: [] })),
            protocol: "gemini",
            native: { thoughtSignatures: [null, "s1", null] }
          },
          {
            _tag: "ToolCall",
            id: "c1",
            name: "f",
            arguments: {},
            protocol: "gemini",
            native: { thoughtSignature: "s2", id: "c1" }
          },
          { _tag: "ToolCall", id: "c2", name: "g", arguments: {}, protocol: "gemini", native: { id: "c2" } },
          {
            _tag: "ServerToolCall",
            id: "t1",
            type: "toolCall",
            name: "GOOGLE_SEARCH_WEB",
            protocol: "gemini",
            native: { toolCall: { toolType: "GOOGLE_SEARCH_WEB", id: "t1", args: {} }, thoughtSignature: "s3" }
          },
          {
            _tag: "Message",
            content: [{ _tag: "OutputText", text: "", citations: [] }],
            protocol: "gemini",
            native: { thoughtSignatures: ["s4"] }
          }
        ]
      )
      assert.strictEqual(outcome.events.filter(({ _tag }) => _tag === "WebSearchCallBegin").length, 1)
      assert.strictEqual(Decoding.fold(outcome).text, "abc")
    })

    it("of an empty text at the end of a message is a content of its own in it", () => {
      const [message] = items(decode(response([{ text: "a" }]), response([{ text: "", thoughtSignature: "s" }], stop)))
      assert.deepInclude(message, { native: { thoughtSignatures: [null, "s"] } })
      const [bare] = items(decode(response([{ text: "a" }]), response([{ thoughtSignature: "s" }], stop)))
      assert.deepStrictEqual(bare, message)
    })
  })

  describe("a call in pieces", () => {
    const piece = (jsonPath: string, value: Json, willContinue = true) => ({
      functionCall: { partialArgs: [{ jsonPath, ...value }], ...(willContinue ? { willContinue } : {}) }
    })
    const text = (stringValue: string, willContinue = true) => ({
      stringValue,
      ...(willContinue ? { willContinue } : {})
    })
    const begin = { functionCall: { name: "f", willContinue: true } }
    const close = { functionCall: {} }

    const read = (parts: ReadonlyArray<Json>, more: Json = stop) => {
      const outcome = decode(...[begin, ...parts].map((part) => response([part])), response([{ text: "" }], more))
      assert.isUndefined(outcome.failure)
      const [item] = items(outcome)
      const deltas = outcome.events.flatMap((event) => (event._tag === "ToolCallArgumentsDelta" ? [event.delta] : []))
      return { item, deltas, written: deltas.join("") }
    }

    it("is put together by its paths, and grows as the text that it will be", () => {
      const { deltas, item, written } = read([
        piece("$.list[0].name", text("Ap")),
        piece("$.list[0].name", text("p\"le ")),
        piece("$.list[0].name", text("", false)),
        piece("$.list[0].price", { numberValue: 0.5 }),
        { functionCall: { willContinue: true } },
        piece("$.list[1].name", text("東", false)),
        piece("$.flag", { boolValue: true }),
        piece("$.none", { nullValue: null }),
        piece("$['a.b']['c d']", { numberValue: 1 }),
        piece("$[\"__proto__\"]", { numberValue: 2 }),
        close
      ])
      const expected = JSON.parse(
        "{\"list\":[{\"name\":\"App\\\"le \",\"price\":0.5},{\"name\":\"東\"}],\"flag\":true,\"none\":null,\"a.b\":{\"c d\":1},\"__proto__\":2}"
      )
      assert.deepInclude(item, { _tag: "ToolCall", arguments: expected })
      assert.strictEqual(written, JSON.stringify(expected))
      assert.deepStrictEqual(deltas.slice(0, 3), ["{\"list\":[{\"name\":\"Ap", "p\\\"le ", "\""])
    })

    it("ends with a piece that does not go on, with the next call, and with the answer", () => {
      assert.deepInclude(read([piece("$.a", { numberValue: 1 }, false)]).item, { arguments: { a: 1 } })
      const two = read([piece("$.a", { numberValue: 1 }), { functionCall: { name: "g", args: {} } }])
      assert.deepInclude(two.item, { _tag: "ToolCall", arguments: { a: 1 } })
      const open = read([piece("$.a", text("b", false))])
      assert.deepInclude(open.item, { _tag: "ToolCall", arguments: { a: "b" } })
      assert.strictEqual(open.written, "{\"a\":\"b\"}")
      assert.deepInclude(read([close, close]).item, { _tag: "ToolCall", arguments: {} })
    })

    it("must not be run when a limit, or the end in the middle of a text, cut it off", () => {
      const cut = { _tag: "InvalidToolCall", reason: "cut", argumentsRaw: "{\"a\":\"b" } as const
      assert.deepInclude(read([piece("$.a", text("b"))], { finishReason: "MAX_TOKENS" }).item, cut)
      assert.deepInclude(read([piece("$.a", text("b"))]).item, cut)
      assert.deepInclude(read([piece("$.a", { numberValue: 4 })], { finishReason: "SAFETY" }).item, {
        _tag: "InvalidToolCall",
        reason: "cut"
      })
      assert.deepInclude(read([piece("$.a", { numberValue: 4 }), close], { finishReason: "MAX_TOKENS" }).item, {
        _tag: "ToolCall"
      })
    })

    it("has the right value even where its pieces come in no order that JSON has", () => {
      const { item, written } = read([
        piece("$.a.x", { numberValue: 1 }),
        piece("$.b", { numberValue: 2 }),
        piece("$.a.y", { numberValue: 3 }),
        piece("$.b", { numberValue: 4 }),
        close
      ])
      assert.deepInclude(item, { arguments: { a: { x: 1, y: 3 }, b: 4 } })
      assert.strictEqual(written, "{\"a\":{\"x\":1},\"b\":2")
    })

    it.each([
      ["no path", { numberValue: 1 }],
      ["no value", { jsonPath: "$.a" }],
      ["a value of another kind", { jsonPath: "$.a", numberValue: "1" }],
      ["no number", { jsonPath: "$.a", numberValue: null }],
      ["a path that does not begin at the root", { jsonPath: "a", numberValue: 1 }],
      ["the root itself", { jsonPath: "$", numberValue: 1 }],
      ["a list in place of the arguments", { jsonPath: "$[0]", numberValue: 1 }],
      ["a path with a wildcard", { jsonPath: "$.a[*]", numberValue: 1 }],
      ["a path that breaks off", { jsonPath: "$.a[", numberValue: 1 }],
      ["an element a million places on", { jsonPath: "$.a[1000000]", numberValue: 1 }],
      ["a path of a thousand steps", { jsonPath: `$${".a".repeat(1000)}`, numberValue: 1 }]
    ])("fails with %s", (_, argument) => {
      const { failure } = decode(response([begin]), response([{ functionCall: { partialArgs: [argument] } }]))
      assert.strictEqual(failure?._tag, "MalformedStreamError")
      assert.include(failure?.message, "a piece of a call's arguments")
    })

    it.each<readonly [string, (at: number) => Json]>([
      ["texts", () => piece("$.text", text("x".repeat(1000)))],
      ["values", (at) => piece(`$.v${at}`, { numberValue: 1 })],
      ["long names", (at) => piece(`$.${"n".repeat(1000)}${at}`, { numberValue: 1 })],
      ["skipped elements", (at) => piece(`$.v${at}[100][100][100]`, { numberValue: 1 })],
      [
        "calls",
        (at) => ({ functionCall: { name: `f${at}`, partialArgs: [{ jsonPath: "$.text", stringValue: "abc" }] } })
      ]
    ])("is not larger than an event may be, in the sum of its %s", (_, part) => {
      const limits = { maxLineBytes: 100_000, maxEventBytes: 100_000 }
      const parts = Array.from({ length: 5000 }, (_, at) => response([part(at)]))
      const { events, failure } = Decoding.run(
        protocol,
        [sse(response([begin]), ...parts)],
        Decoding.context({ limits })
      )
      assert.strictEqual(failure?._tag, "MalformedStreamError")
      assert.include(failure?.message, "the arguments of calls in pieces are larger than the limit of 100000 bytes")
      assert.isBelow(JSON.stringify(events).length, 1_000_000)
    })

    it("keeps a signature that comes with a later piece", () => {
      const signed = { functionCall: {}, thoughtSignature: "s" }
      const { item } = read([piece("$.a", { numberValue: 1 }), signed])
      assert.deepInclude(item, { _tag: "ToolCall", arguments: { a: 1 }, native: { thoughtSignature: "s" } })
    })

    it("is none to run without a name", () => {
      const outcome = decode(response([piece("$.a", { numberValue: 1 }, false)], stop))
      assert.deepInclude(items(outcome)[0], { _tag: "InvalidToolCall", name: "", reason: "malformed" })
    })

    it("fails with a piece of what holds a value", () => {
      const inside = decode(
        response([begin]),
        response([piece("$.a", { numberValue: 1 })]),
        response([piece("$.a.b", { numberValue: 1 })])
      )
      assert.strictEqual(inside.failure?._tag, "MalformedStreamError")
    })
  })

  describe("what Google ran", () => {
    it("is there as it was, with what the code answered", () => {
      const code = { executableCode: { language: "PYTHON", code: "print(1)" } }
      const result = { codeExecutionResult: { outcome: "OUTCOME_FAILED", output: "1" } }
      assert.deepStrictEqual(items(decode(response([code]), response([result, { text: "x" }], stop))).slice(0, 2), [
        { _tag: "ServerToolCall", type: "executableCode", protocol: "gemini", native: code },
        {
          _tag: "ServerToolCall",
          type: "codeExecutionResult",
          status: "OUTCOME_FAILED",
          protocol: "gemini",
          native: result
        }
      ])
    })

    it("is cited: each source of each passage once, with the passage's place in the text", () => {
      const web = (uri: string) => ({ web: { uri, title: `T ${uri}` } })
      const support = (
        startIndex: number | undefined,
        endIndex: number,
        text: string,
        chunks: ReadonlyArray<number>
      ) => ({
        segment: { ...(startIndex === undefined ? {} : { startIndex }), endIndex, text },
        groundingChunkIndices: chunks
      })
      const groundingMetadata = {
        groundingChunks: [web("a"), web("b"), { retrievedContext: { uri: "gs://c", title: "C", text: "cited" } }],
        // "Größe" has seven bytes.
        groundingSupports: [
          support(undefined, 7, "Größe", [0]),
          support(9, 13, "😀", [0, 2, 9]),
          support(2, 4, "ja", [1])
        ],
        webSearchQueries: ["q"],
        searchEntryPoint: { renderedContent: "<b>" }
      }
      const outcome = decode(
        response([{ text: "Größe: " }], { groundingMetadata: { groundingChunks: [web("a")] } }),
        response([{ text: "😀 ja" }]),
        response([{ text: "" }], { groundingMetadata }),
        response([{ text: "" }], { ...stop, groundingMetadata, urlContextMetadata: { urlMetadata: [{}] } })
      )
      const citations = outcome.events.flatMap((event) => (event._tag === "CitationAdded" ? [event.citation] : []))
      assert.deepStrictEqual(
        citations.map(({ native: _, ...citation }) => citation),
        [
          { url: "a", title: "T a" },
          { url: "a", title: "T a", startIndex: 0, endIndex: 5 },
          // These bytes are no such text, so the text is looked for.
          { url: "a", title: "T a", startIndex: 7, endIndex: 9 },
          { url: "gs://c", title: "C", citedText: "cited", startIndex: 7, endIndex: 9 },
          { url: "b", title: "T b", startIndex: 10, endIndex: 12 }
        ]
      )
      assert.deepInclude(citations[1]?.native, {
        groundingSupport: { segment: { endIndex: 7, text: "Größe" } },
        groundingChunk: web("a")
      })
      const [message, search, pages] = items(outcome)
      assert.strictEqual(
        message?._tag === "Message" && message.content[0]?._tag === "OutputText"
          ? message.content[0].citations.length
          : 0,
        citations.length
      )
      assert.deepInclude(search, { _tag: "ServerToolCall", type: "groundingMetadata", native: groundingMetadata })
      assert.deepInclude(pages, { _tag: "ServerToolCall", type: "urlContextMetadata" })
      assert.include(tags(outcome), "WebSearchCallBegin")
    })

    it("cites what it recites, too", () => {
      const citationMetadata = {
        citationSources: [{ startIndex: 1, endIndex: 3, uri: "https://a.test/", license: "MIT" }]
      }
      const outcome = decode(response([{ text: "abcd" }], { ...stop, citationMetadata }))
      assert.deepStrictEqual(outcome.events.filter(({ _tag }) => _tag === "CitationAdded"), [{
        _tag: "CitationAdded",
        outputIndex: 0,
        citation: {
          url: "https://a.test/",
          startIndex: 1,
          endIndex: 3,
          native: { ...citationMetadata.citationSources[0] }
        }
      }])
    })

    it("is a file, of an image or of speech, in a piece or in many", () => {
      const outcome = decode(
        response([{ inlineData: { mimeType: "image/png", data: "aGk=" }, thoughtSignature: "s" }]),
        response([{ inlineData: { mimeType: "audio/L16;rate=24000", data: "AA==" } }]),
        response([{ inlineData: { mimeType: "audio/L16;rate=24000", data: "AQ==" } }]),
        response([{ fileData: { mimeType: "video/mp4", fileUri: "https://a.test/v" } }], stop)
      )
      assert.deepStrictEqual(items(outcome), [
        { _tag: "File", mediaType: "image/png", data: "aGk=", protocol: "gemini", native: { thoughtSignature: "s" } },
        { _tag: "File", mediaType: "audio/L16;rate=24000", data: "AA==", protocol: "gemini" },
        { _tag: "File", mediaType: "audio/L16;rate=24000", data: "AQ==", protocol: "gemini" },
        { _tag: "File", mediaType: "video/mp4", url: "https://a.test/v", protocol: "gemini" }
      ])
      assert.strictEqual(decode(response([{ inlineData: {} }])).failure?._tag, "MalformedStreamError")
    })
  })

  describe("usage", () => {
    const usage = (usageMetadata: Json) => completed(decode(response([], stop, { usageMetadata })))?.usage

    it("counts what tools put into the prompt as input, and thoughts as output", () => {
      assert.deepInclude(
        usage({
          promptTokenCount: 37,
          candidatesTokenCount: 29,
          cachedContentTokenCount: 7,
          thoughtsTokenCount: 37,
          toolUsePromptTokenCount: 105,
          totalTokenCount: 208
        }),
        { inputTokens: 142, cachedInputTokens: 7, outputTokens: 66, reasoningOutputTokens: 37, totalTokens: 208 }
      )
    })

    it("believes the total where a server counts thoughts or tools within the rest", () => {
      assert.deepInclude(
        usage({ promptTokenCount: 10, candidatesTokenCount: 8, thoughtsTokenCount: 3, totalTokenCount: 18 }),
        { inputTokens: 10, outputTokens: 8, totalTokens: 18 }
      )
      assert.deepInclude(
        usage({ promptTokenCount: 10, toolUsePromptTokenCount: 4, candidatesTokenCount: 8, totalTokenCount: 18 }),
        { inputTokens: 10, outputTokens: 8, totalTokens: 18 }
      )
    })

    it("is the last that was told, and not forgotten for a chunk without counts", () => {
      const outcome = decode(
        response([{ text: "a" }], {}, { usageMetadata: { promptTokenCount: 18, totalTokenCount: 18 } }),
        response([{ text: "b" }], {}, { usageMetadata: { promptTokenCount: 17, candidatesTokenCount: 2 } }),
        response([], stop, { usageMetadata: { trafficType: "ON_DEMAND" } })
      )
      assert.deepInclude(completed(outcome)?.usage, { inputTokens: 17, outputTokens: 2, totalTokens: 19 })
      const cut = decode(
        response([{ text: "a" }], {}, { usageMetadata: { promptTokenCount: 18, totalTokenCount: 18 } })
      )
      assert.strictEqual(cut.failure?.partial?.usage?.inputTokens, 18)
    })
  })

  describe("failures", () => {
    it("of a blocked prompt is a filtered one, streamed or not", () => {
      const blocked = {
        promptFeedback: { blockReason: "PROHIBITED_CONTENT", blockReasonMessage: "No." },
        usageMetadata: { promptTokenCount: 9, totalTokenCount: 9 },
        modelVersion: "m"
      }
      for (
        const outcome of [
          decode(blocked),
          whole(blocked),
          Decoding.run(protocol, [Decoding.encoder.encode(JSON.stringify(blocked))])
        ]
      ) {
        assert.deepInclude(outcome.failure, { _tag: "ContentFilteredError", code: "PROHIBITED_CONTENT", detail: "No." })
        assert.strictEqual(outcome.failure?.partial?.usage?.inputTokens, 9)
      }
    })

    it("in the middle of a stream come after what was said, as events, an array and a lone object", () => {
      const error = { error: { code: 503, message: "The model is overloaded.", status: "UNAVAILABLE" } }
      const said = response([{ text: "a" }])
      const array = JSON.stringify([said, error], null, 2)
      for (const outcome of [decode(said, error), Decoding.run(protocol, [Decoding.encoder.encode(array)])]) {
        assert.deepInclude(outcome.failure, { _tag: "OverloadedError", code: "UNAVAILABLE" })
        assert.strictEqual(outcome.failure?.partial?.text, "a")
        assert.strictEqual(Decoding.fold(outcome).text, "a")
      }
      for (const body of [error, [error]]) {
        const text = JSON.stringify(body, null, 2)
        assert.strictEqual(Decoding.run(protocol, [Decoding.encoder.encode(text)]).failure?._tag, "OverloadedError")
        assert.strictEqual(whole(body).failure?._tag, "OverloadedError")
      }
    })

    it.each([
      ["candidates", { candidates: {} }],
      ["a candidate", { candidates: [1] }],
      ["a content", { candidates: [{ content: [] }] }],
      ["parts", { candidates: [{ content: { parts: 1 } }] }],
      ["a part", response(["a" as unknown as Json])],
      ["a text", response([{ text: {} }])],
      ["a call", response([{ functionCall: "f" }])]
    ])("of %s that is none is malformed", (_, value) => {
      assert.strictEqual(decode(value).failure?._tag, "MalformedStreamError")
      assert.strictEqual(whole(value).failure?._tag, "MalformedResponseError")
    })

    it("of an array's element, a page, and an element over the limit have a place", () => {
      const run = (text: string, limits = Decoding.context().limits) =>
        Decoding.run(protocol, [Decoding.encoder.encode(text)], Decoding.context({ limits })).failure
      assert.deepInclude(run("[{\"candidates\":[]},{a}]"), { _tag: "MalformedStreamError", position: 22 })
      assert.deepInclude(run("[1]"), { _tag: "MalformedStreamError", position: 2 })
      assert.deepInclude(run("<html>"), { _tag: "MalformedStreamError", shouldRetry: false })
      assert.include(
        run(`[{"a":"${"x".repeat(99)}"}]`, { maxEventBytes: 50, maxLineBytes: 50 })?.message,
        "longer than the limit of 50 bytes"
      )
    })
  })

  describe("a refused request", () => {
    const refused = (status: number, error: Json) =>
      classify(status, JSON.stringify({ error: { code: status, ...error } }), Decoding.context())
    const quota = (...ids: ReadonlyArray<string>) => ({
      message: "You exceeded your current quota, please check your plan and billing details.",
      status: "RESOURCE_EXHAUSTED",
      details: [
        { "@type": "type.googleapis.com/google.rpc.QuotaFailure", violations: ids.map((quotaId) => ({ quotaId })) },
        { "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "34.4s" }
      ]
    })

    it.each([
      ["a minute's quota", 429, quota("GenerateRequestsPerMinutePerProjectPerModel-FreeTier"), "RateLimitedError"],
      ["a day's quota", 429, quota("GenerateRequestsPerDayPerProjectPerModel-FreeTier"), "UsageLimitReachedError"],
      ["both", 429, quota("XPerMinute", "XPerDay"), "UsageLimitReachedError"],
      [
        "a quota without a name",
        429,
        { message: "Resource exhausted", status: "RESOURCE_EXHAUSTED" },
        "RateLimitedError"
      ],
      ["credits that are spent", 402, { message: "No.", status: "RESOURCE_EXHAUSTED" }, "UsageLimitReachedError"],
      [
        "prepaid credits that are spent",
        429,
        { message: "Your prepayment credits are depleted.", status: "RESOURCE_EXHAUSTED" },
        "UsageLimitReachedError"
      ],
      [
        "a wrong key",
        400,
        {
          message: "API key not valid. Please pass a valid API key.",
          status: "INVALID_ARGUMENT",
          details: [{ "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason: "API_KEY_INVALID" }]
        },
        "AuthenticationError"
      ],
      ["an expired token", 401, { message: "Expired.", status: "UNAUTHENTICATED" }, "AuthenticationError"],
      ["no permission", 403, { message: "No.", status: "PERMISSION_DENIED" }, "PermissionDeniedError"],
      ["another argument", 400, { message: "Bad.", status: "INVALID_ARGUMENT" }, "InvalidRequestError"],
      ["a precondition", 400, { message: "Enable billing.", status: "FAILED_PRECONDITION" }, "InvalidRequestError"],
      ["its own failure", 500, { message: "Internal.", status: "INTERNAL" }, "ServerError"],
      ["a slow model", 504, { message: "Deadline.", status: "DEADLINE_EXCEEDED" }, "RequestTimeoutError"]
    ])("for %s is of its class", (_, status, error, expected) => {
      assert.strictEqual(refused(status, error)._tag, expected)
    })

    it("says when to come back, and its status in words", () => {
      const failure = refused(429, quota("XPerMinute"))
      if (failure._tag !== "RateLimitedError") return assert.fail(failure._tag)
      assert.strictEqual(failure.code, "RESOURCE_EXHAUSTED")
      assert.strictEqual(failure.retryAfter === undefined ? 0 : Duration.toMillis(failure.retryAfter), 34_400)
    })
  })
})
