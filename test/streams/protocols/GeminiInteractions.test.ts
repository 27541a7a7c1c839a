/**
 * The decoder of the Interactions API, on events in the forms that the vendor's documentation shows.
 */
import { assert, describe, it } from "@effect/vitest"
import { definition } from "../../../src/domain/providers/Gemini.ts"
import type { ResponseItem } from "../../../src/domain/ResponseItem.ts"
import { protocol } from "../../../src/streams/protocols/GeminiInteractions/GeminiInteractions.ts"
import { classify } from "../../../src/streams/response/ErrorClassifier.ts"
import * as Decoding from "../../support/Decoding.ts"

type Json = Readonly<Record<string, unknown>>

const event = (type: string, fields: Json = {}): string =>
  `event: ${type}\ndata: ${JSON.stringify({ ...fields, event_type: type })}\n\n`

const created = event("interaction.created", { interaction: { id: "v1_a", status: "in_progress", model: "m" } })
const start = (index: number, step: Json): string => event("step.start", { index, step })
const delta = (index: number, fields: Json): string => event("step.delta", { index, delta: fields })
const stop = (index: number): string => event("step.stop", { index })
const text = (index: number, piece: string): string => delta(index, { text: piece, type: "text" })
const counts = {
  total_tokens: 133,
  total_input_tokens: 53,
  total_cached_tokens: 10,
  total_output_tokens: 15,
  total_tool_use_tokens: 0,
  total_thought_tokens: 65
}
const completed = (status = "completed", more: Json = { usage: counts }): string =>
  event("interaction.completed", { interaction: { id: "v1_a", status, ...more } }) + "event: done\ndata: [DONE]\n\n"

const { quirks = {} } = definition.protocols.find((binding) => binding.protocol === protocol.name) ?? {}

const decode = (...events: ReadonlyArray<string>): Decoding.Outcome =>
  Decoding.run(protocol, [Decoding.encoder.encode(events.join(""))], Decoding.context({ quirks }))

const whole = (value: unknown): Decoding.Outcome => protocol.decodeWhole(JSON.stringify(value), Decoding.context())

const items = ({ events }: Decoding.Outcome): ReadonlyArray<ResponseItem> =>
  events.flatMap((entry) => entry._tag === "OutputItemDone" ? [entry.item] : [])

const name = "gemini-interactions"

describe("the Interactions API", () => {
  it("decodes thoughts, text and a tool call, in their order", () => {
    const outcome = decode(
      created,
      event("interaction.status_update", { interaction_id: "v1_a", status: "in_progress" }),
      start(0, { type: "thought" }),
      delta(0, { type: "thought_summary", content: { type: "text", text: "First." } }),
      delta(0, { type: "thought_summary", content: { type: "text", text: "Second." } }),
      delta(0, { signature: "c2ln", type: "thought_signature" }),
      stop(0),
      start(1, { type: "model_output" }),
      text(1, "Hel"),
      text(1, "lo"),
      stop(1),
      start(2, { id: "61nz", signature: "", type: "function_call", name: "weather", arguments: {} }),
      delta(2, { arguments: "{\"city\":", type: "arguments_delta" }),
      delta(2, { arguments: "\"Oslo\"}", type: "arguments_delta" }),
      stop(2),
      completed("requires_action")
    )
    assert.isUndefined(outcome.failure)
    assert.deepStrictEqual(outcome.events, [
      { _tag: "Created", responseId: "v1_a", model: "m" },
      { _tag: "OutputItemAdded", outputIndex: 0, item: { type: "reasoning" } },
      { _tag: "ReasoningSummaryPartAdded", outputIndex: 0, summaryIndex: 0 },
      { _tag: "ReasoningSummaryDelta", outputIndex: 0, summaryIndex: 0, delta: "First." },
      { _tag: "ReasoningSummaryPartAdded", outputIndex: 0, summaryIndex: 1 },
      { _tag: "ReasoningSummaryDelta", outputIndex: 0, summaryIndex: 1, delta: "Second." },
      {
        _tag: "OutputItemDone",
        outputIndex: 0,
        item: {
          _tag: "Reasoning",
          content: [],
          summary: ["First.", "Second."],
          signature: "c2ln",
          protocol: name,
          provider: "test"
        }
      },
      { _tag: "OutputItemAdded", outputIndex: 1, item: { type: "message" } },
      { _tag: "OutputTextDelta", outputIndex: 1, delta: "Hel" },
      { _tag: "OutputTextDelta", outputIndex: 1, delta: "lo" },
      {
        _tag: "OutputItemDone",
        outputIndex: 1,
        item: {
          _tag: "Message",
          content: [{ _tag: "OutputText", text: "Hello", citations: [] }],
          protocol: name
        }
      },
      { _tag: "OutputItemAdded", outputIndex: 2, item: { type: "tool-call", id: "61nz", name: "weather" } },
      { _tag: "ToolCallArgumentsDelta", outputIndex: 2, id: "61nz", delta: "{\"city\":" },
      { _tag: "ToolCallArgumentsDelta", outputIndex: 2, id: "61nz", delta: "\"Oslo\"}" },
      {
        _tag: "OutputItemDone",
        outputIndex: 2,
        item: { _tag: "ToolCall", id: "61nz", name: "weather", arguments: { city: "Oslo" }, protocol: name }
      },
      {
        _tag: "Completed",
        responseId: "v1_a",
        model: "m",
        finishReason: "tool-calls",
        finishReasonRaw: "requires_action",
        usage: {
          inputTokens: 53,
          cachedInputTokens: 10,
          cacheWriteInputTokens: 0,
          outputTokens: 80,
          reasoningOutputTokens: 65,
          totalTokens: 133
        },
        evidence: ["terminal-event", "usage", "finish-reason"]
      }
    ])
  })

  it.each([
    ["completed", "stop"],
    ["requires_action", "tool-calls"],
    ["incomplete", "length"],
    ["budget_exceeded", "length"],
    ["something_new", "other"]
  ])("maps the status %s to the finish reason %s", (status, reason) => {
    const end = Decoding.fold(decode(created, start(0, { type: "model_output" }), text(0, "a"), completed(status)))
    assert.deepStrictEqual([end.completed?.finishReason, end.completed?.finishReasonRaw], [reason, status])
  })

  it("keeps the signature of a tool call, and calls tools whatever the status says", () => {
    const outcome = decode(
      created,
      start(0, { id: "c", signature: "c2ln", type: "function_call", name: "f", arguments: { x: 1 } }),
      stop(0),
      completed()
    )
    assert.deepStrictEqual(items(outcome), [
      { _tag: "ToolCall", id: "c", name: "f", arguments: { x: 1 }, protocol: name, native: { signature: "c2ln" } }
    ])
    assert.strictEqual(Decoding.fold(outcome).completed?.finishReason, "tool-calls")
  })

  it("does not run a tool call that a limit cut off", () => {
    const outcome = decode(
      created,
      start(0, { id: "c", type: "function_call", name: "f", arguments: {} }),
      delta(0, { arguments: "{\"x\":4", type: "arguments_delta" }),
      stop(0),
      completed("incomplete")
    )
    assert.deepStrictEqual(items(outcome), [
      { _tag: "InvalidToolCall", id: "c", name: "f", argumentsRaw: "{\"x\":4", reason: "cut" }
    ])
  })

  it("gives two calls of one id two ids", () => {
    const call = { id: "c", type: "function_call", name: "f", arguments: {} }
    const outcome = decode(created, start(0, call), stop(0), start(1, call), stop(1), completed("requires_action"))
    const ids = items(outcome).map((item) => item._tag === "ToolCall" ? item.id : "")
    assert.strictEqual(ids[0], "c")
    assert.strictEqual(new Set(ids).size, 2)
  })

  it("reads annotations by their byte offsets", () => {
    const source = { start_index: 3, end_index: 8, url: "https://a.test/", title: "A", type: "url_citation" }
    const place = { place_id: "places/1", name: "Café", url: "https://maps.test/", type: "place_citation" }
    const outcome = decode(
      created,
      start(0, { type: "model_output" }),
      text(0, "Hé world"),
      delta(0, { annotations: [source, place, { ...source, start_index: 2 }], type: "text_annotation_delta" }),
      stop(0),
      completed()
    )
    const [message] = items(outcome)
    assert.deepStrictEqual(message?._tag === "Message" ? message.content : undefined, [{
      _tag: "OutputText",
      text: "Hé world",
      citations: [
        { url: "https://a.test/", title: "A", startIndex: 2, endIndex: 7, native: source },
        { url: "https://maps.test/", title: "Café", native: place },
        // The second byte is inside of a character.
        { url: "https://a.test/", title: "A", native: { ...source, start_index: 2 } }
      ]
    }])
  })

  it("keeps what Google's tools did, with the fields that deltas add", () => {
    const outcome = decode(
      created,
      start(0, { id: "s1", signature: "", type: "google_search_call" }),
      delta(0, { type: "google_search_call", arguments: { queries: ["a"] }, signature: "c2ln" }),
      stop(0),
      start(1, { call_id: "s1", type: "google_search_result" }),
      delta(1, { type: "google_search_result", result: [{ url: "https://a.test/" }] }),
      stop(1),
      completed()
    )
    assert.isTrue(outcome.events.some((entry) => entry._tag === "WebSearchCallBegin" && entry.id === "s1"))
    assert.deepStrictEqual(items(outcome), [
      {
        _tag: "ServerToolCall",
        type: "google_search_call",
        id: "s1",
        protocol: name,
        native: { id: "s1", signature: "c2ln", type: "google_search_call", arguments: { queries: ["a"] } }
      },
      {
        _tag: "ServerToolCall",
        type: "google_search_result",
        id: "s1",
        protocol: name,
        native: { call_id: "s1", type: "google_search_result", result: [{ url: "https://a.test/" }] }
      }
    ])
  })

  it("makes a file of each picture, between the texts around it", () => {
    const outcome = decode(
      created,
      start(0, { type: "model_output" }),
      text(0, "Before"),
      delta(0, { type: "image", mime_type: "image/png", data: "AA==" }),
      text(0, "after"),
      stop(0),
      start(1, { type: "model_output" }),
      delta(1, { type: "audio", uri: "https://a.test/b" }),
      stop(1),
      completed()
    )
    assert.deepStrictEqual(items(outcome).map((item) => item._tag === "Message" ? item.content[0] : item), [
      { _tag: "OutputText", text: "Before", citations: [] },
      { _tag: "File", mediaType: "image/png", data: "AA==", protocol: name },
      { _tag: "OutputText", text: "after", citations: [] },
      { _tag: "File", mediaType: "audio/*", url: "https://a.test/b", protocol: name }
    ])
  })

  it("counts what it does not know, and fails for none of it", () => {
    const outcome = decode(
      created,
      event("step.new", { index: 0 }),
      start(0, { type: "dream", x: 1 }),
      delta(0, { type: "dreaming", y: 2 }),
      stop(0),
      start(1, { type: "model_output" }),
      delta(1, { type: "hologram" }),
      text(1, "a"),
      stop(1),
      completed()
    )
    const end = Decoding.fold(outcome)
    assert.strictEqual(end.text, "a")
    assert.deepStrictEqual(end.completed?.unknown, {
      "step.new": 1,
      "step dream": 1,
      "delta dreaming": 1,
      "delta hologram": 1
    })
    assert.deepStrictEqual(items(outcome)[0], {
      _tag: "UnknownItem",
      type: "dream",
      protocol: name,
      native: { type: "dream", x: 1, y: 2 }
    })
  })

  it("accepts deltas without a step, but no arguments of an unknown call", () => {
    assert.strictEqual(Decoding.fold(decode(text(0, "a"), completed())).text, "a")
    const lost = decode(created, delta(0, { type: "arguments_delta", arguments: "{}" }), completed())
    assert.strictEqual(lost.failure?._tag, "MalformedStreamError")
  })

  describe("an interaction that is not whole", () => {
    it("is incomplete without its last event, though [DONE] came", () => {
      const { failure } = decode(
        created,
        start(0, { type: "model_output" }),
        text(0, "a"),
        event("interaction.status_update", { status: "cancelled" }),
        "event: done\ndata: [DONE]\n\n"
      )
      assert.strictEqual(failure?._tag, "IncompleteStreamError")
      assert.include(failure?.message ?? "", "the last status of the interaction was \"cancelled\"")
    })

    it("goes on in the background, which is not its end", () => {
      const { failure } = decode(created, completed("in_progress"))
      assert.strictEqual(failure?._tag, "IncompleteStreamError")
      assert.strictEqual(
        whole({ id: "v1_a", status: "in_progress", steps: [] }).failure?._tag,
        "MalformedResponseError"
      )
    })

    it("fails with the error of an event, with what had arrived", () => {
      const { failure } = decode(
        created,
        start(0, { type: "model_output" }),
        text(0, "half"),
        event("error", {
          error: { message: "Deadline expired before operation could complete.", code: "gateway_timeout" }
        })
      )
      assert.strictEqual(failure?._tag, "RequestTimeoutError")
      assert.isTrue(failure?.isRetryable)
      assert.include(failure?.message ?? "", "Deadline expired")
    })

    it.each(["failed", "cancelled"])("fails with the status %s", (status) => {
      const streamed = decode(created, completed(status))
      assert.isDefined(streamed.failure)
      assert.isFalse(streamed.events.some(({ _tag }) => _tag === "Completed"))
      assert.isDefined(whole({ id: "v1_a", status, steps: [] }).failure)
    })

    it.each([
      [400, "invalid_request", "The legacy Interactions API schema is no longer supported.", "InvalidRequestError"],
      [429, "too_many_requests", "Resource has been exhausted (e.g. check quota).", "RateLimitedError"],
      [401, "authentication", "API key not valid.", "AuthenticationError"],
      [404, "not_found", "Model not found.", "ModelNotFoundError"],
      [503, "service_unavailable", "The model is overloaded.", "OverloadedError"],
      [
        400,
        "invalid_request",
        "The input token count (9) exceeds the maximum number of tokens allowed (8).",
        "ContextLengthExceededError"
      ]
    ])("classifies the status %d with the code %s", (status, code, message, tag) => {
      const error = classify(status, JSON.stringify({ error: { message, code } }), Decoding.context({ quirks }))
      assert.strictEqual(error._tag, tag)
    })
  })

  describe("a whole body", () => {
    it("has the steps, of which those of the request are left out", () => {
      const outcome = whole({
        id: "",
        status: "completed",
        object: "interaction",
        model: "m",
        steps: [
          { type: "user_input", content: [{ type: "text", text: "Hi" }] },
          { type: "thought", signature: "c2ln", summary: [{ type: "text", text: "Hm." }] },
          {
            type: "model_output",
            content: [
              {
                type: "text",
                text: "Hello",
                annotations: [{ type: "url_citation", url: "https://a.test/", start_index: 0, end_index: 5 }]
              },
              { type: "image", mime_type: "image/png", data: "AA==" }
            ]
          },
          { type: "function_call", id: "c", name: "f", arguments: { x: 1 } }
        ],
        usage: counts
      })
      assert.isUndefined(outcome.failure)
      assert.deepStrictEqual<unknown>(items(outcome), [
        { _tag: "Reasoning", content: [], summary: ["Hm."], signature: "c2ln", protocol: name, provider: "test" },
        {
          _tag: "Message",
          content: [{
            _tag: "OutputText",
            text: "Hello",
            citations: [{
              url: "https://a.test/",
              startIndex: 0,
              endIndex: 5,
              native: { type: "url_citation", url: "https://a.test/", start_index: 0, end_index: 5 }
            }]
          }],
          protocol: name
        },
        { _tag: "File", mediaType: "image/png", data: "AA==", protocol: name },
        { _tag: "ToolCall", id: "c", name: "f", arguments: { x: 1 }, protocol: name }
      ])
      const end = Decoding.fold(outcome).completed
      assert.deepStrictEqual([end?.responseId, end?.finishReason], [null, "tool-calls"])
    })

    it("is read from the last event where no delta came", () => {
      const steps = [{ type: "model_output", content: [{ type: "text", text: "done" }] }]
      assert.strictEqual(Decoding.fold(decode(created, completed("completed", { steps }))).text, "done")
      const twice = decode(
        created,
        start(0, { type: "model_output" }),
        text(0, "done"),
        completed("completed", { steps })
      )
      assert.strictEqual(Decoding.fold(twice).text, "done")
    })
  })
})
