/**
 * Answers of Converse and of InvokeModel, as their API references describe them, and as they were recorded.
 */
import { assert, describe, it } from "@effect/vitest"
import { Prompt } from "effect/ai"
import { Result, Schema } from "effect"
import * as CompletionRequest from "../../../src/domain/CompletionRequest.ts"
import * as Replay from "../../../src/domain/Replay.ts"
import { ResponseEvent } from "../../../src/domain/ResponseEvent.ts"
import { byName } from "../../../src/streams/protocols/Protocols.ts"
import { classify } from "../../../src/streams/response/ErrorClassifier.ts"
import { context, every, fold, type Outcome, print, run } from "../../support/Decoding.ts"
import { body, chunk, error, event, exception, frame, header, json } from "../../support/EventStreamFrames.ts"
import * as Wire from "../../support/Wire.ts"
import { encodedBody } from "../../support/Encoding.ts"

const protocol = byName["bedrock-converse"]

const decode = (...frames: ReadonlyArray<Uint8Array>): Outcome => run(protocol, [body(...frames)])

const start = event("messageStart", { role: "assistant", p: "abcd" })
const delta = (contentBlockIndex: unknown, value: unknown) =>
  event("contentBlockDelta", { contentBlockIndex, delta: value, p: "abc" })
const begin = (contentBlockIndex: unknown, value: unknown) =>
  event("contentBlockStart", { contentBlockIndex, start: value })
const stop = (contentBlockIndex: number) => event("contentBlockStop", { contentBlockIndex })
const end = (stopReason: unknown) => event("messageStop", { stopReason, p: "a" })
const bill = (usage: object = { inputTokens: 3, outputTokens: 5, totalTokens: 8 }) =>
  event("metadata", { usage, metrics: { latencyMs: 7 } })

const items = (outcome: Outcome) =>
  outcome.events.flatMap((entry) => (entry._tag === "OutputItemDone" ? [entry.item] : []))

describe("a stream of Converse", () => {
  it("has its events in order, and no padding", () => {
    const { events, failure } = decode(
      start,
      delta(0, { text: "Hé" }),
      delta(0, { text: "llo" }),
      stop(0),
      end("end_turn"),
      bill()
    )
    assert.isUndefined(failure)
    assert.deepStrictEqual(events, [
      { _tag: "Created", responseId: null, model: null },
      { _tag: "OutputItemAdded", outputIndex: 0, item: { type: "message" } },
      { _tag: "OutputTextDelta", outputIndex: 0, delta: "Hé" },
      { _tag: "OutputTextDelta", outputIndex: 0, delta: "llo" },
      {
        _tag: "OutputItemDone",
        outputIndex: 0,
        item: {
          _tag: "Message",
          content: [{ _tag: "OutputText", text: "Héllo", citations: [] }],
          protocol: "bedrock-converse"
        }
      },
      {
        _tag: "Completed",
        responseId: null,
        model: null,
        finishReason: "stop",
        finishReasonRaw: "end_turn",
        usage: {
          inputTokens: 3,
          cachedInputTokens: 0,
          cacheWriteInputTokens: 0,
          outputTokens: 5,
          reasoningOutputTokens: 0,
          totalTokens: 8
        },
        evidence: ["finish-reason", "usage", "terminal-event"]
      }
    ])
  })

  it("counts what the cache had a part in as input, and knows the model that a router took", () => {
    const { completed } = fold(decode(
      start,
      end("end_turn"),
      event("metadata", {
        usage: {
          inputTokens: 3,
          outputTokens: 5,
          totalTokens: 8,
          cacheReadInputTokens: 100,
          cacheWriteInputTokens: 20,
          cacheDetails: [{ ttl: "1h", inputTokens: 20 }]
        },
        trace: { promptRouter: { invokedModelId: "arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-x" } }
      })
    ))
    assert.deepStrictEqual(completed?.usage, {
      inputTokens: 123,
      cachedInputTokens: 100,
      cacheWriteInputTokens: 20,
      outputTokens: 5,
      reasoningOutputTokens: 0,
      totalTokens: 128
    })
    assert.strictEqual(completed?.model, "arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-x")
  })

  it("keeps reasoning with what proves it, in pieces or not", () => {
    const outcome = decode(
      start,
      delta(0, { reasoningContent: { text: "h" } }),
      delta(0, { reasoningContent: { text: "m" } }),
      delta(0, { reasoningContent: { signature: "c2l" } }),
      delta(0, { reasoningContent: { signature: "n" } }),
      stop(0),
      delta(1, { reasoningContent: { redactedContent: "cmVk" } }),
      stop(1),
      delta(2, { reasoningContent: { data: "ZGF0YQ==" } }),
      stop(2),
      end("end_turn"),
      bill()
    )
    assert.deepStrictEqual(items(outcome), [
      {
        _tag: "Reasoning",
        content: ["hm"],
        summary: [],
        signature: "c2ln",
        protocol: "bedrock-converse",
        provider: "test"
      },
      { _tag: "Reasoning", content: [], summary: [], redacted: "cmVk", protocol: "bedrock-converse", provider: "test" },
      {
        _tag: "Reasoning",
        content: [],
        summary: [],
        redacted: "ZGF0YQ==",
        protocol: "bedrock-converse",
        provider: "test"
      }
    ])
    assert.strictEqual(fold(outcome).reasoning, "hm")
  })

  it("holds calls until the answer is whole", () => {
    const frames = [
      start,
      begin(0, { toolUse: { toolUseId: "t0", name: "a", type: "tool_use" } }),
      begin(1, { toolUse: { toolUseId: "t1", name: "b" } }),
      delta(0, { toolUse: { input: "{\"x\":" } }),
      delta(1, { toolUse: { input: "" } }),
      delta(0, { toolUse: { input: "1}" } }),
      stop(0),
      stop(1),
      end("tool_use")
    ]
    const decoder = protocol.decodeStream(context())
    const before = decoder.push(body(...frames))
    assert.isFalse(before.some((entry) => entry._tag === "OutputItemDone"))
    assert.deepStrictEqual(
      before.flatMap((entry) => (entry._tag === "ToolCallArgumentsDelta" ? [[entry.id, entry.delta]] : [])),
      [["t0", "{\"x\":"], ["t0", "1}"]]
    )
    const after = decoder.push(bill())
    assert.isTrue(decoder.completed)
    assert.deepStrictEqual(items({ events: after, failure: undefined }), [
      { _tag: "ToolCall", id: "t0", name: "a", arguments: { x: 1 }, protocol: "bedrock-converse" },
      { _tag: "ToolCall", id: "t1", name: "b", arguments: {}, protocol: "bedrock-converse" }
    ])
  })

  it.each<readonly [string, string, unknown]>([
    ["max_tokens", "{\"x\":", { _tag: "InvalidToolCall", argumentsRaw: "{\"x\":", reason: "cut" }],
    ["max_tokens", "", { _tag: "InvalidToolCall", argumentsRaw: "", reason: "cut" }],
    ["malformed_tool_use", "{\"x\":", { _tag: "InvalidToolCall", argumentsRaw: "{\"x\":", reason: "cut" }],
    ["tool_use", "{\"x\":", { _tag: "InvalidToolCall", argumentsRaw: "{\"x\":", reason: "malformed" }],
    ["max_tokens", "{\"x\":1}", { _tag: "ToolCall", arguments: { x: 1 }, protocol: "bedrock-converse" }]
  ])("runs no call that %s cut in %j", (reason, input, expected) => {
    const outcome = decode(
      start,
      begin(0, { toolUse: { toolUseId: "t", name: "a" } }),
      delta(0, { toolUse: { input } }),
      stop(0),
      end(reason),
      bill()
    )
    assert.deepStrictEqual(items(outcome), [{ ...expected as object, id: "t", name: "a" } as never])
  })

  it.each([
    ["end_turn", "stop"],
    ["stop_sequence", "stop"],
    ["max_tokens", "length"],
    ["model_context_window_exceeded", "length"],
    ["tool_use", "tool-calls"],
    ["content_filtered", "content-filter"],
    ["guardrail_intervened", "content-filter"],
    ["malformed_model_output", "error"],
    ["malformed_tool_use", "error"],
    ["something_new", "other"]
  ])("ends for %s as %s", (raw, reason) => {
    const { completed } = fold(decode(start, delta(0, { text: "a" }), end(raw), bill()))
    assert.deepStrictEqual([completed?.finishReasonRaw, completed?.finishReason], [raw, reason])
  })

  it("tells the tools that the service runs from ours, and keeps them as they can be sent back", () => {
    const outcome = decode(
      start,
      begin(0, { toolUse: { toolUseId: "s1", name: "nova_grounding", type: "server_tool_use" } }),
      delta(0, { toolUse: { input: "{\"query\":" } }),
      delta(0, { toolUse: { input: "\"x\"}" } }),
      stop(0),
      begin(1, { toolResult: { toolUseId: "s1", status: "success", type: "nova_grounding_result" } }),
      delta(1, { toolResult: [{ text: "[HIDDEN]" }] }),
      delta(1, { toolResult: [{ json: { a: 1 } }] }),
      stop(1),
      delta(2, { text: "Yes" }),
      stop(2),
      end("end_turn"),
      bill()
    )
    const call = {
      toolUse: { toolUseId: "s1", name: "nova_grounding", type: "server_tool_use", input: { query: "x" } }
    }
    const result = {
      toolResult: {
        toolUseId: "s1",
        status: "success",
        type: "nova_grounding_result",
        content: [{ text: "[HIDDEN]" }, { json: { a: 1 } }]
      }
    }
    assert.deepStrictEqual(items(outcome).slice(0, 2), [
      {
        _tag: "ServerToolCall",
        type: "server_tool_use",
        id: "s1",
        name: "nova_grounding",
        protocol: "bedrock-converse",
        native: call
      },
      {
        _tag: "ServerToolCall",
        type: "nova_grounding_result",
        id: "s1",
        name: "nova_grounding_result",
        status: "success",
        protocol: "bedrock-converse",
        native: result
      }
    ])
    assert.deepStrictEqual(fold(outcome).toolCalls, [])
    assert.isTrue(outcome.events.some((entry) => entry._tag === "WebSearchCallBegin" && entry.id === "s1"))
    const prompt = Prompt.concat(Prompt.concat(Prompt.make("Hi"), Replay.toPrompt(items(outcome))), "More")
    const written = Result.getOrThrow(
      encodedBody(
        protocol,
        CompletionRequest.make({
          model: "m",
          prompt,
          providerOptions: { bedrock: { toolConfig: { tools: [{ systemTool: { name: "nova_grounding" } }] } } }
        }),
        { provider: "bedrock", model: "us.amazon.nova-2-lite-v1:0", stream: true, quirks: {} }
      )
    )
    assert.deepStrictEqual(written.messages, [
      { role: "user", content: [{ text: "Hi" }] },
      { role: "assistant", content: [call, result, { text: "Yes" }] },
      { role: "user", content: [{ text: "More" }] }
    ])
  })

  it("reads citations of documents and of the web, before their text or alone", () => {
    const page = {
      title: "guide",
      source: "s3://bucket/guide.pdf",
      sourceContent: [{ text: "It " }, { text: "is." }],
      location: { documentPage: { documentIndex: 0, start: 1, end: 2 } }
    }
    const web = { location: { web: { url: "https://a.test/x", domain: "a.test" } } }
    const outcome = decode(
      start,
      delta(0, { citation: page }),
      delta(0, { text: "So it is" }),
      stop(0),
      delta(1, { citation: web }),
      stop(1),
      end("end_turn"),
      bill()
    )
    const cited = [
      { url: "s3://bucket/guide.pdf", title: "guide", citedText: "It is.", native: page },
      { url: "https://a.test/x", title: "a.test", native: web }
    ]
    assert.deepStrictEqual(
      outcome.events.flatMap((entry) => (entry._tag === "CitationAdded" ? [entry.citation] : [])),
      cited
    )
    assert.deepStrictEqual(items(outcome), [
      {
        _tag: "Message",
        content: [{ _tag: "OutputText", text: "So it is", citations: [cited[0]] }],
        protocol: "bedrock-converse"
      },
      {
        _tag: "Message",
        content: [{ _tag: "OutputText", text: "", citations: [cited[1]] }],
        protocol: "bedrock-converse"
      }
    ] as never)
  })

  it("gives the images that a model makes as files, which can be sent back", () => {
    const outcome = decode(
      start,
      begin(0, { image: { format: "png" } }),
      delta(0, { image: { source: { bytes: "AQ==" } } }),
      delta(0, { image: { source: { bytes: "AgM=" } } }),
      stop(0),
      begin(1, { image: { format: "webp" } }),
      delta(1, { image: { source: { s3Location: { uri: "s3://bucket/a.webp" } } } }),
      stop(1),
      end("end_turn"),
      bill()
    )
    assert.deepStrictEqual(items(outcome), [
      { _tag: "File", mediaType: "image/png", data: "AQID", protocol: "bedrock-converse" },
      { _tag: "File", mediaType: "image/webp", url: "s3://bucket/a.webp", protocol: "bedrock-converse" }
    ])
    const whole = protocol.decodeWhole(
      JSON.stringify({
        output: { message: { content: [{ image: { format: "png", source: { bytes: "AQID" } } }] } },
        stopReason: "end_turn"
      }),
      context()
    )
    assert.deepStrictEqual(items(whole), items(outcome).slice(0, 1))
    const prompt = Prompt.concat(Prompt.concat(Prompt.make("Draw"), Replay.toPrompt(items(outcome))), "More")
    const written = Result.getOrThrow(
      encodedBody(protocol, CompletionRequest.make({ model: "m", prompt }), {
        provider: "bedrock",
        model: "m",
        stream: true,
        quirks: {}
      })
    )
    assert.deepStrictEqual((written.messages as ReadonlyArray<unknown>)[1], {
      role: "assistant",
      content: [
        { image: { format: "png", source: { bytes: "AQID" } } },
        { image: { format: "webp", source: { s3Location: { uri: "s3://bucket/a.webp" } } } }
      ]
    })
  })

  it("passes by what it does not know, counted, and keeps blocks of unknown kinds", () => {
    const outcome = decode(
      start,
      event("somethingNew", { a: 1 }),
      json("somethingEmpty", ""),
      frame([header(":event-type", "ping")], "{}"),
      begin(0, { video: { format: "mp4" } }),
      delta(0, { video: { source: { bytes: "AQI=" } } }),
      stop(0),
      begin(1, { hologram: { depth: 3 } }),
      delta(1, { hologram: { turns: 1 } }),
      stop(1),
      begin(2, {}),
      delta(2, {}),
      delta(2, { text: "" }),
      stop(2),
      delta(3, { text: "a", other: null }),
      end("end_turn"),
      bill()
    )
    assert.isUndefined(outcome.failure)
    const { completed, text } = fold(outcome)
    assert.strictEqual(text, "a")
    assert.deepStrictEqual(completed?.unknown, {
      somethingNew: 1,
      somethingEmpty: 1,
      ping: 1,
      "block hologram": 1
    })
    assert.deepStrictEqual(items(outcome).slice(0, 2), [
      {
        _tag: "UnknownItem",
        type: "video",
        protocol: "bedrock-converse",
        native: { video: { format: "mp4", source: { bytes: "AQI=" } } }
      },
      {
        _tag: "UnknownItem",
        type: "hologram",
        protocol: "bedrock-converse",
        native: { hologram: { depth: 3, turns: 1 } }
      }
    ])
    // The empty block is none.
    assert.strictEqual(items(outcome).length, 3)
    Schema.encodeUnknownSync(Schema.Array(ResponseEvent))(outcome.events)
  })

  it("is whole when both of its last events have come, in whatever order", () => {
    const text = [start, delta(0, { text: "a" }), stop(0)]
    for (const missing of [[end("end_turn")], [bill()]]) {
      const { events, failure } = decode(...text, ...missing)
      assert.isTrue(failure?._tag === "IncompleteStreamError")
      assert.isFalse(events.some((entry) => entry._tag === "Completed"))
      if (failure?._tag !== "IncompleteStreamError") return
      assert.deepStrictEqual(failure.missing, ["terminal-event"])
      assert.strictEqual(failure.partial?.text, "a")
    }
    assert.isDefined(fold(decode(...text, end("end_turn"), bill())).completed)
    assert.isDefined(fold(decode(...text, bill(), end("end_turn"))).completed)
  })

  it.each<readonly [string, Uint8Array]>([
    ["a block's contentBlockIndex is not an index", delta(-1, { text: "a" })],
    ["a block's contentBlockIndex is not an index", delta("0", { text: "a" })],
    ["a block's contentBlockIndex is not an index", event("contentBlockStop", {})],
    ["contentBlockDelta has no delta", event("contentBlockDelta", { contentBlockIndex: 0 })],
    ["contentBlockStart has no start", event("contentBlockStart", { contentBlockIndex: 0 })],
    ["a block's toolUse is not an object", begin(0, { toolUse: 1 })],
    ["a delta's text is not a string", delta(0, { text: [1] })],
    ["a delta's toolUse.input is not a string", body(begin(0, { toolUse: {} }), delta(0, { toolUse: {} }))],
    ["a delta is for a block that never began", delta(0, { toolUse: { input: "{" } })],
    ["stopReason is not a string", end(null)],
    ["an event is not JSON", json("messageStop", "{\"stopReason\":")],
    ["an event is not a JSON object", json("messageStop", "[]")],
    ["an event is not JSON", event("chunk", { bytes: "bm8=" })]
  ])("is malformed where %s", (detail, wrong) => {
    const { failure } = decode(start, wrong, bill(), end("end_turn"))
    assert.isTrue(failure?._tag === "MalformedStreamError")
    assert.strictEqual(failure?.detail, detail)
    assert.strictEqual(failure?._tag === "MalformedStreamError" ? failure.position : 0, start.length + wrong.length)
  })

  it("counts a field of an unexpected type beside readable ones as unknown", () => {
    const outcome = decode(
      start,
      delta(0, { reasoningContent: "a" }),
      delta(0, { reasoningContent: { text: "Hm.", signature: 1 } }),
      stop(0),
      delta(1, { text: 1.5 }),
      stop(1),
      end("end_turn"),
      bill()
    )
    const { completed, reasoning, text } = fold(outcome)
    assert.deepStrictEqual([outcome.failure, text, reasoning], [undefined, "1.5", "Hm."])
    assert.deepStrictEqual(completed?.unknown, { reasoningContent: 1, "reasoningContent.signature": 1 })
  })

  it("takes deltas in a block of another kind as a block of their own", () => {
    const mixed = decode(
      start,
      delta(0, { text: "So" }),
      delta(0, { reasoningContent: { text: "Hm." } }),
      delta(0, { text: "." }),
      delta(0, { toolUse: { input: "{" } }),
      stop(0),
      begin(1, { toolUse: { toolUseId: "t", name: "f" } }),
      delta(1, { text: "!" }),
      delta(1, { toolUse: { input: "{}" } }),
      stop(1),
      end("end_turn"),
      bill()
    )
    const { completed, reasoning, text, toolCalls } = fold(mixed)
    assert.deepStrictEqual([mixed.failure, text, reasoning], [undefined, "So.!", "Hm."])
    assert.deepStrictEqual(toolCalls, [{ id: "t", name: "f", arguments: {} }])
    assert.deepStrictEqual([completed?.finishReason, completed?.finishReasonRaw], ["tool-calls", "end_turn"])
    assert.deepStrictEqual(completed?.unknown, { "toolUse in a block of text": 1 })
  })

  it("gives each tool call an id of its own, and runs none without a name", () => {
    const use = (at: number, toolUse: object) => [
      begin(at, { toolUse }),
      delta(at, { toolUse: { input: "{}" } }),
      stop(at),
      // An empty delta after the end.
      delta(at, { toolUse: { input: "" } })
    ]
    const outcome = decode(
      start,
      ...use(0, { toolUseId: "t", name: "f" }),
      ...use(1, { toolUseId: "t", name: "f" }),
      ...use(2, { toolUseId: "", name: "f" }),
      ...use(3, { toolUseId: "u", name: "" }),
      end("tool_use"),
      bill()
    )
    assert.isUndefined(outcome.failure)
    const done = outcome.events.flatMap((entry) => entry._tag === "OutputItemDone" ? [entry.item] : [])
    assert.deepStrictEqual(done.map((item) => item._tag), ["ToolCall", "ToolCall", "ToolCall", "InvalidToolCall"])
    const ids = fold(outcome).toolCalls.map((call) => call.id)
    assert.deepStrictEqual([ids[0], ids[3], new Set(ids).size, ids.includes("")], ["t", "u", 4, false])
  })

  it("keeps the input that a tool call began with against a final {}", () => {
    const outcome = decode(
      start,
      begin(0, { toolUse: { toolUseId: "t", name: "f", input: { at: "noon" } } }),
      delta(0, { toolUse: { input: "{}" } }),
      stop(0),
      end("tool_use"),
      bill()
    )
    assert.deepStrictEqual(fold(outcome).toolCalls, [{ id: "t", name: "f", arguments: { at: "noon" } }])
  })

  it("takes the field that is filled where a server emits every field", () => {
    const outcome = decode(
      start,
      begin(0, { text: "", toolUse: { toolUseId: "t", name: "f" } }),
      delta(0, { text: "", toolUse: { input: "{}" }, reasoningContent: null }),
      stop(0),
      end("tool_use"),
      bill()
    )
    assert.deepStrictEqual([outcome.failure, fold(outcome).toolCalls.length], [undefined, 1])
  })

  it("is malformed where a bit is turned around, with what came before it", () => {
    const before = body(start, delta(0, { text: "a" }))
    const flipped = Buffer.from(delta(0, { text: "b" }))
    flipped[flipped.length - 10] = (flipped[flipped.length - 10] ?? 0) ^ 1
    const outcome = decode(before, flipped, stop(0), end("end_turn"), bill())
    assert.strictEqual(outcome.failure?._tag, "MalformedStreamError")
    assert.strictEqual(outcome.failure?.detail, "the checksum of a frame is wrong")
    assert.strictEqual(outcome.failure?.partial?.text, "a")
    assert.strictEqual(fold(outcome).text, "a")
  })

  it("is malformed where a frame is larger than allowed", () => {
    const large = delta(0, { text: "x".repeat(2000) })
    const limits = { maxLineBytes: 10, maxEventBytes: 1000 }
    const { failure } = run(protocol, [body(start, large)], context({ limits }))
    assert.deepStrictEqual([failure?._tag, failure?.detail], [
      "MalformedStreamError",
      "a frame is longer than the limit of 1000 bytes"
    ])
  })
})

describe("a failure in a stream", () => {
  it.each<readonly [string, unknown, string, string | undefined]>([
    ["throttlingException", { message: "Too many requests" }, "RateLimitedError", "Too many requests"],
    ["serviceUnavailableException", { message: "Busy" }, "OverloadedError", "Busy"],
    ["internalServerException", { message: "Oops" }, "ServerError", "Oops"],
    [
      "modelStreamErrorException",
      { message: "Model Stream Error", originalStatusCode: 500, originalMessage: "The model stream failed." },
      "ServerError",
      "Model Stream Error (The model stream failed.)"
    ],
    ["modelTimeoutException", { message: "Slow" }, "RequestTimeoutError", "Slow"],
    ["validationException", { message: "Bad tool" }, "InvalidRequestError", "Bad tool"],
    [
      "validationException",
      { message: "Input is too long for requested model." },
      "ContextLengthExceededError",
      "Input is too long for requested model."
    ],
    ["accessDeniedException", { Message: "No" }, "PermissionDeniedError", "No"],
    ["someNewException", {}, "StreamFailedError", undefined],
    ["throttlingException", "not JSON at all", "RateLimitedError", "not JSON at all"]
  ])("of type %s with %j is a %s", (type, payload, tag, detail) => {
    const { events, failure } = decode(
      start,
      delta(0, { text: "a" }),
      exception(type, payload),
      end("end_turn"),
      bill()
    )
    assert.strictEqual(failure?._tag, tag)
    assert.strictEqual(failure?.detail, detail)
    assert.strictEqual(failure?.code, type)
    assert.strictEqual(failure?.partial?.text, "a")
    assert.isFalse(events.some((entry) => entry._tag === "Completed"))
  })

  it("of the connection to the service is told by its headers", () => {
    const { failure } = decode(start, error("InternalFailure", "Something broke"))
    assert.deepStrictEqual([failure?._tag, failure?.code, failure?.detail], [
      "ServerError",
      "InternalFailure",
      "Something broke"
    ])
    assert.strictEqual(decode(start, error("ThrottlingException", "x")).failure?._tag, "RateLimitedError")
  })

  it("is told of a body that is no stream: an error, an answer, a page", () => {
    const said = (text: string): ReadonlyArray<unknown> => {
      const { failure } = run(protocol, [Buffer.from(text)])
      return [failure?._tag, failure?.detail]
    }
    assert.deepStrictEqual(said("{\n \"message\": \"The security token is expired\"\n}"), [
      "StreamFailedError",
      "The security token is expired"
    ])
    assert.deepStrictEqual(said("<html>Bad gateway</html>"), [
      "MalformedStreamError",
      "the body is a page and not an event stream"
    ])
    assert.deepStrictEqual(said("")[0], "IncompleteStreamError")
  })
})

describe("events that were written down in lines", () => {
  const line = (value: unknown): string => `${JSON.stringify(value)}\n`
  const text = [
    { messageStart: { role: "assistant" } },
    { contentBlockDelta: { contentBlockIndex: 0, delta: { text: "Hé" }, p: "abc" } },
    { contentBlockStop: { contentBlockIndex: 0 } }
  ].map(line).join("")
  const last = [{ messageStop: { stopReason: "end_turn" } }, {
    metadata: { usage: { inputTokens: 3, outputTokens: 5, totalTokens: 8 } }
  }].map(line).join("")
  const read = (...pieces: ReadonlyArray<string>): Outcome => run(protocol, pieces.map((piece) => Buffer.from(piece)))

  it("are those of the frames, at any chunking and with or without the last line's end", () => {
    const framed = print(decode(start, delta(0, { text: "Hé" }), stop(0), end("end_turn"), bill()))
    assert.strictEqual(print(read(text + last)), framed)
    assert.strictEqual(print(read((text + last).trimEnd())), framed)
    assert.strictEqual(print(read((text + last).replaceAll("\n", "\r\n\r\n"))), framed)
    for (const size of [1, 7, 50]) {
      assert.strictEqual(print(run(protocol, every(Buffer.from(text + last), size))), framed)
    }
    const chunked = (text + last).trim().split("\n").map((entry) =>
      line({ chunk: { bytes: Buffer.from(entry).toString("base64") } })
    )
    assert.strictEqual(print(read(...chunked)), framed)
  })

  it("fail as the frames do", () => {
    assert.strictEqual(read(text).failure?._tag, "IncompleteStreamError")
    const limited = read(text, line({ throttlingException: { message: "Slow down" } }), last)
    assert.deepStrictEqual([limited.failure?._tag, limited.failure?.detail, limited.failure?.partial?.text], [
      "RateLimitedError",
      "Slow down",
      "Hé"
    ])
    const broken = read(text, "{\"messageStop\":\n", last)
    assert.deepStrictEqual([broken.failure?._tag, broken.failure?.detail], [
      "MalformedStreamError",
      "an event is not a JSON object"
    ])
    const refused = read("{\"message\": \"The security token is expired\"}")
    assert.strictEqual(refused.failure?.detail, "The security token is expired")
    const nowhere = read(
      line({ Output: { __type: "com.amazon.coral.service#UnknownOperationException" }, Version: "1.0" })
    )
    assert.strictEqual(nowhere.failure?._tag, "ModelNotFoundError")
  })
})

describe("an answer of Converse that was not streamed", () => {
  const message = (...content: ReadonlyArray<unknown>) => ({
    output: { message: { role: "assistant", content } },
    stopReason: "tool_use",
    usage: { inputTokens: 3, outputTokens: 5, totalTokens: 8 },
    metrics: { latencyMs: 1 }
  })
  const whole = (value: unknown): Outcome => protocol.decodeWhole(JSON.stringify(value), context())

  it("gives the items of the stream", () => {
    const citation = { title: "t", location: { documentChar: { documentIndex: 0, start: 1, end: 2 } } }
    const read = whole(message(
      { reasoningContent: { reasoningText: { text: "hm", signature: "c2ln" } } },
      { reasoningContent: { redactedContent: "cmVk" } },
      { text: "Hé" },
      { citationsContent: { content: [{ text: "So" }], citations: [citation] } },
      { toolUse: { toolUseId: "t", name: "a", input: { x: 1 } } },
      { toolUse: { toolUseId: "s", name: "nova_code_interpreter", input: { snippet: "1" }, type: "server_tool_use" } }
    ))
    const streamed = decode(
      start,
      delta(0, { reasoningContent: { text: "hm" } }),
      delta(0, { reasoningContent: { signature: "c2ln" } }),
      stop(0),
      delta(1, { reasoningContent: { redactedContent: "cmVk" } }),
      stop(1),
      delta(2, { text: "Hé" }),
      stop(2),
      delta(3, { citation }),
      delta(3, { text: "So" }),
      stop(3),
      begin(4, { toolUse: { toolUseId: "t", name: "a" } }),
      delta(4, { toolUse: { input: "{\"x\":1}" } }),
      stop(4),
      begin(5, { toolUse: { toolUseId: "s", name: "nova_code_interpreter", type: "server_tool_use" } }),
      delta(5, { toolUse: { input: "{\"snippet\":\"1\"}" } }),
      stop(5),
      end("tool_use"),
      bill()
    )
    const byIndex = (outcome: Outcome) =>
      outcome.events.filter((entry) => entry._tag === "OutputItemDone").toSorted((a, b) =>
        a.outputIndex - b.outputIndex
      )
    assert.isUndefined(read.failure)
    assert.deepStrictEqual(byIndex(read), byIndex(streamed))
    const { evidence: _, ...rest } = fold(streamed).completed ?? assert.fail("it is not complete")
    assert.deepInclude(fold(read).completed, { ...rest })
  })

  it.each<readonly [string, unknown]>([
    ["it has no output.message", { stopReason: "end_turn" }],
    ["it has no stopReason", { output: { message: { content: [] } } }],
    ["a content block is not an object", message(1)],
    ["a content block is empty", message({})],
    ["a delta's text is not a string", message({ text: [1] })],
    ["a block's toolUse is not an object", message({ toolUse: "a" })]
  ])("is malformed where %s", (detail, value) => {
    const { events, failure } = whole(value)
    assert.deepStrictEqual([failure?._tag, failure?.detail, events.length], ["MalformedResponseError", detail, 0])
  })

  it("is refused where the address has no such operation, which comes with status 200", () => {
    const value = { Output: { __type: "com.amazon.coral.service#UnknownOperationException" }, Version: "1.0" }
    assert.strictEqual(whole(value).failure?._tag, "ModelNotFoundError")
    assert.strictEqual(whole(value).failure?.code, "UnknownOperationException")
  })
})

describe("a refusal of Bedrock", () => {
  it.each<readonly [number, string, string, string]>([
    [403, "AccessDeniedException", "You don't have access to the model.", "PermissionDeniedError"],
    [403, "UnrecognizedClientException", "The security token is invalid.", "AuthenticationError"],
    [403, "ExpiredTokenException", "The security token is expired", "AuthenticationError"],
    [403, "InvalidSignatureException", "Signature expired", "AuthenticationError"],
    [403, "MissingAuthenticationTokenException", "Missing Authentication Token", "AuthenticationError"],
    [404, "ResourceNotFoundException", "This model version has reached the end of its life.", "ModelNotFoundError"],
    [404, "UnknownOperationException", "", "ModelNotFoundError"],
    [400, "ValidationException", "The provided model identifier is invalid.", "ModelNotFoundError"],
    [400, "ValidationException", "The toolConfig field must be defined.", "InvalidRequestError"],
    [400, "ValidationException", "Input is too long for requested model.", "ContextLengthExceededError"],
    [400, "ServiceQuotaExceededException", "Too many provisioned", "UsageLimitReachedError"],
    [408, "ModelTimeoutException", "Model has timed out", "RequestTimeoutError"],
    [424, "ModelErrorException", "The model returned an error", "ServerError"],
    [429, "ThrottlingException", "Too many requests, please wait", "RateLimitedError"],
    [429, "ModelNotReadyException", "Model is not ready", "OverloadedError"],
    [500, "InternalServerException", "Oops", "ServerError"],
    [503, "ServiceUnavailableException", "Bedrock is unable to process your request.", "OverloadedError"]
  ])("with %i and %s (%s) is a %s", (status, type, message, tag) => {
    for (const field of ["message", "Message"]) {
      const failure = classify(
        status,
        JSON.stringify({ [field]: message }),
        context({ headers: { "x-amzn-errortype": `${type}:http://internal.amazon.com/coral/com.amazon.bedrock/` } })
      )
      assert.deepStrictEqual([failure._tag, failure.code, failure.detail ?? ""], [tag, type, message])
    }
  })
})

describe("an answer of InvokeModel", () => {
  const claude: ReadonlyArray<unknown> = [
    {
      type: "message_start",
      message: { id: "msg_bdrk_1", model: "claude-x", content: [], usage: { input_tokens: 16, output_tokens: 1 } }
    },
    { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
    { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "Olá 👋" } },
    { type: "content_block_stop", index: 0 },
    { type: "message_delta", delta: { stop_reason: "end_turn" }, usage: { output_tokens: 18 } },
    { type: "message_stop", "amazon-bedrock-invocationMetrics": { inputTokenCount: 16, outputTokenCount: 18 } }
  ]
  const chat: ReadonlyArray<unknown> = [
    { id: "c", model: "gpt", object: "chat.completion.chunk", choices: [{ index: 0, delta: { content: "Hi" } }] },
    { id: "c", model: "gpt", choices: [{ index: 0, delta: {}, finish_reason: "stop" }] },
    { id: "c", model: "gpt", choices: [], usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 } }
  ]
  const framed = { quirks: { framing: "event-stream" as const } }

  it("is read by its own protocol, told by its quirk or by its looks", () => {
    const bytes = body(...claude.map(chunk))
    const own = run(byName["anthropic-messages"], [bytes], context(framed))
    assert.isUndefined(own.failure)
    assert.deepInclude(fold(own), { text: "Olá 👋", responseId: "msg_bdrk_1", model: "claude-x" })
    assert.deepInclude(fold(own).completed, { evidence: ["finish-reason", "usage", "terminal-event"] })
    assert.strictEqual(print(decode(bytes)), print(own))
    for (const size of [1, 5, 64]) assert.strictEqual(print(run(protocol, every(bytes, size))), print(own))
    const spoken = run(byName["openai-chat"], [body(...chat.map(chunk))], context(framed))
    assert.deepInclude(fold(spoken), { text: "Hi", finishReasonRaw: "stop" })
    assert.strictEqual(print(decode(body(...chat.map(chunk)))), print(spoken))
  })

  it("of Nova has the events of Converse in it", () => {
    const { events, failure } = decode(...[
      { messageStart: { role: "assistant" } },
      { contentBlockDelta: { contentBlockIndex: 0, delta: { text: "Hi" } } },
      { contentBlockStop: { contentBlockIndex: 0 } },
      { messageStop: { stopReason: "end_turn" } },
      {
        metadata: { usage: { inputTokens: 1, outputTokens: 1 }, metrics: {}, trace: {} },
        "amazon-bedrock-invocationMetrics": {}
      }
    ].map(chunk))
    assert.isUndefined(failure)
    assert.strictEqual(fold({ events, failure }).text, "Hi")
    assert.strictEqual(events.at(-1)?._tag, "Completed")
  })

  it("is whole by its own protocol's rules, and fails as its frames or its events say", () => {
    for (const cut of [1, 3, 5]) {
      const { failure } = decode(...claude.slice(0, cut).map(chunk))
      assert.strictEqual(failure?._tag, "IncompleteStreamError", String(cut))
    }
    const begun = claude.slice(0, 3).map(chunk)
    const limited = run(
      byName["anthropic-messages"],
      [body(...begun, exception("throttlingException", { message: "Slow down" }))],
      context(framed)
    )
    assert.deepStrictEqual([limited.failure?._tag, limited.failure?.partial?.text], ["RateLimitedError", "Olá 👋"])
    const overloaded = decode(
      ...begun,
      chunk({ type: "error", error: { type: "overloaded_error", message: "Overloaded" } })
    )
    assert.strictEqual(overloaded.failure?._tag, "OverloadedError")
  })

  it("that was not streamed is read as well", () => {
    const message = {
      id: "msg_bdrk_1",
      type: "message",
      role: "assistant",
      model: "claude-x",
      content: [{ type: "text", text: "Olá" }],
      stop_reason: "end_turn",
      usage: { input_tokens: 1, output_tokens: 2 }
    }
    const completion = {
      id: "c",
      model: "gpt",
      choices: [{ index: 0, message: { content: "Hi" }, finish_reason: "stop" }]
    }
    for (const [value, name] of [[message, "anthropic-messages"], [completion, "openai-chat"]] as const) {
      const text = JSON.stringify(value)
      assert.strictEqual(print(protocol.decodeWhole(text, context())), print(byName[name].decodeWhole(text, context())))
    }
  })

  it.runIf(Wire.isPresent)("that was recorded is the same by its own protocol", () => {
    const inner = { "anthropic-messages": "anthropic-messages", chat: "openai-chat" } as const
    const recordings = Wire.recordings(["bedrock-converse"]).filter(({ facts, kind }) =>
      kind === "stream" && facts.innerFamily !== undefined
    )
    assert.isAbove(recordings.length, 5)
    for (const { facts, id, path } of recordings) {
      const name = facts.innerFamily === "chat" ? inner.chat : inner["anthropic-messages"]
      const bytes = Wire.read(path)
      assert.strictEqual(print(run(protocol, [bytes])), print(run(byName[name], [bytes], context(framed))), id)
    }
  })

  if (!Wire.isPresent) it.skip(Wire.missing, () => {})
})
