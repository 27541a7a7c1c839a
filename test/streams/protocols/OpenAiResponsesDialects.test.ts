/**
 * Holds the decoder of the Responses API to what compatible servers and gateways send otherwise.
 */
import { assert, describe, it } from "@effect/vitest"
import type { ResponseItem } from "../../../src/domain/ResponseItem.ts"
import { protocol } from "../../../src/streams/protocols/OpenAiResponses/OpenAiResponses.ts"
import { context, encoder, every, fold, type Outcome, run } from "../../support/Decoding.ts"

type Json = Readonly<Record<string, unknown>>

const wire = (...events: ReadonlyArray<Json>): Uint8Array =>
  encoder.encode(events.map((event) => `event: ${String(event["type"])}\ndata: ${JSON.stringify(event)}\n\n`).join(""))

const decode = (...events: ReadonlyArray<Json>): Outcome => run(protocol, [wire(...events)])

const items = ({ events }: Outcome): ReadonlyArray<ResponseItem> =>
  events.flatMap((event) => event._tag === "OutputItemDone" ? [event.item] : [])

const response = { id: "resp_1", model: "m-1" }
const created = { type: "response.created", response }
const completed = (output: ReadonlyArray<Json> = []) => ({
  type: "response.completed",
  response: { ...response, status: "completed", output }
})
const call = (fields: Json = {}) => ({
  type: "function_call",
  id: "fc_1",
  call_id: "c1",
  name: "f",
  arguments: "{\"at\":\"noon\"}",
  ...fields
})
const added = (output_index: number, item: Json) => ({ type: "response.output_item.added", output_index, item })
const done = (output_index: number, item: Json) => ({ type: "response.output_item.done", output_index, item })
const fragment = (output_index: number | undefined, delta: unknown, more: Json = {}) => ({
  type: "response.function_call_arguments.delta",
  ...(output_index === undefined ? {} : { output_index }),
  delta,
  ...more
})
const text = (delta: unknown, more: Json = {}) => ({
  type: "response.output_text.delta",
  output_index: 0,
  content_index: 0,
  delta,
  ...more
})

const noon = { id: "c1", name: "f", arguments: { at: "noon" } }

describe("OpenAiResponses dialects", () => {
  describe("one id for two tool calls", () => {
    it.each<readonly [string, ReadonlyArray<Json>]>([
      ["as they come", [
        added(0, call({ arguments: "" })),
        added(1, call({ arguments: "", name: "g" })),
        done(0, call()),
        done(1, call({ name: "g" })),
        completed([call(), call({ name: "g" })])
      ]],
      ["one after the other", [
        added(0, call({ arguments: "" })),
        done(0, call()),
        added(1, call({ arguments: "", name: "g" })),
        done(1, call({ name: "g" })),
        completed([call(), call({ name: "g" })])
      ]],
      ["in the final object only", [completed([call(), call({ name: "g" })])]]
    ])("is an id of ours for the second, %s", (_, events) => {
      const outcome = decode(created, ...events)
      const [first, second, ...others] = items(outcome)
      assert.deepInclude(first, { _tag: "ToolCall", id: "c1", name: "f", itemId: "fc_1" })
      assert.deepInclude(second, { _tag: "ToolCall", name: "g", arguments: { at: "noon" } })
      assert.notProperty(second, "itemId")
      assert.deepStrictEqual(others, [])
      const ids = fold(outcome).toolCalls.map(({ id }) => id)
      assert.strictEqual(new Set(ids).size, 2)
      assert.deepStrictEqual(fold(decode(created, ...events)).toolCalls.map(({ id }) => id), ids)
    })

    it("is one call where an event comes twice", () => {
      const events = [added(0, call()), added(0, call()), done(0, call()), done(0, call()), completed([call()])]
      assert.deepStrictEqual(fold(decode(created, ...events)).toolCalls, [noon])
    })

    it("holds for a whole body, too", () => {
      const body = JSON.stringify({ ...response, object: "response", output: [call(), call({ name: "g" })] })
      const { toolCalls } = fold(protocol.decodeWhole(body, context()))
      assert.deepStrictEqual(toolCalls.map(({ name }) => name), ["f", "g"])
      assert.strictEqual(new Set(toolCalls.map(({ id }) => id)).size, 2)
    })
  })

  describe("arguments", () => {
    it("at an unknown index and without an id continue the latest tool call", () => {
      const outcome = decode(
        created,
        added(0, call({ arguments: "" })),
        fragment(0, "{\"at\""),
        fragment(1, ":\"no"),
        fragment(2, "on\"}"),
        completed()
      )
      assert.deepStrictEqual(fold(outcome).toolCalls, [noon])
    })

    it("before their item belong to it", () => {
      const outcome = decode(
        created,
        fragment(0, "{\"at\":", { item_id: "fc_1" }),
        added(0, call({ arguments: "" })),
        fragment(0, "\"noon\"}", { item_id: "fc_1" }),
        completed()
      )
      assert.deepStrictEqual(fold(outcome).toolCalls, [noon])
    })

    it.each(["{}", "null", ""])("are not replaced by a final %j (LM Studio)", (last) => {
      const final = call({ arguments: last, status: "completed" })
      const whole = { type: "response.function_call_arguments.done", output_index: 0, item_id: "fc_1" }
      const sent = [
        [{ ...whole, arguments: "{\"at\":\"noon\"}" }],
        [fragment(0, "{\"at\":"), fragment(0, "\"noon\"}")],
        [fragment(0, "{\"at\":"), fragment(0, "\"noon\"}"), { ...whole, arguments: last }]
      ]
      for (const events of sent) {
        const outcome = decode(
          created,
          added(0, call({ arguments: "" })),
          ...events,
          done(0, final),
          completed([final])
        )
        assert.deepStrictEqual(fold(outcome).toolCalls, [noon])
        assert.strictEqual(fold(outcome).completed?.finishReason, "tool-calls")
        const cut = decode(created, added(0, call({ arguments: "" })), ...events, completed([final]))
        assert.deepStrictEqual(fold(cut).toolCalls, [noon])
      }
    })

    it("that were cut are not completed by a final {}", () => {
      const outcome = decode(
        created,
        added(0, call({ arguments: "" })),
        fragment(0, "{\"at\":"),
        done(0, call({ arguments: "{}" })),
        completed()
      )
      assert.deepInclude(items(outcome)[0], { _tag: "InvalidToolCall", argumentsRaw: "{\"at\":", reason: "malformed" })
    })

    it("without a name are never run", () => {
      const custom = { type: "custom_tool_call", id: "ct", call_id: "c2", name: "", input: "x" }
      const outcome = decode(created, done(0, call({ name: "", call_id: "", id: "" })), done(1, custom), completed())
      assert.deepStrictEqual(items(outcome).map(({ _tag }) => _tag), ["InvalidToolCall", "InvalidToolCall"])
      assert.notInclude(fold(outcome).toolCalls.map(({ id }) => id), "")
    })
  })

  it("ignores an empty delta behind the end of an item", () => {
    const message = { type: "message", id: "m1", content: [{ type: "output_text", text: "Hi" }] }
    const outcome = decode(
      created,
      text("Hi"),
      done(0, message),
      text(""),
      added(1, call()),
      done(1, call()),
      fragment(1, ""),
      completed([message, call()])
    )
    assert.deepStrictEqual(items(outcome).map(({ _tag }) => _tag), ["Message", "ToolCall"])
    assert.deepInclude(fold(outcome), { text: "Hi", toolCalls: [noon] })
  })

  it("reads numbers and booleans as text, digit for digit, at any chunking", () => {
    const delta = (value: string) =>
      `data: {"type":"response.output_text.delta","output_index":0,"content_index":null,"delta":${value}}\n\n`
    const body = Buffer.concat([
      wire(created, text("See ")),
      encoder.encode(["1.50", "1.50", "true", "\" \"", "1e3"].map(delta).join("")),
      wire(completed())
    ])
    for (const size of [1, 7, 10_000]) {
      assert.strictEqual(fold(run(protocol, every(body, size))).text, "See 1.501.50true 1e3")
    }
  })

  it("counts an annotation of an unknown form", () => {
    const annotation = { type: "response.output_text.annotation.added", output_index: 0, annotation: "x" }
    const outcome = decode(created, text("Hi"), annotation, completed())
    assert.deepStrictEqual(fold(outcome).completed?.unknown, { annotation: 1 })
  })

  describe("a failure without a reason", () => {
    const failed = {
      type: "response.failed",
      response: { ...response, status: "failed", error: null, incomplete_details: null, output: [], usage: null }
    }
    const error = {
      type: "error",
      error: { type: "too_many_requests", code: "rate_limit_exceeded", message: "Your requests exceeded rate limit." }
    }

    it("is explained by the error event behind it (Azure)", () => {
      assert.strictEqual(decode(created, text("Hi"), failed, error).failure?._tag, "RateLimitedError")
    })

    it("fails without one, at any end, and with what had arrived", () => {
      for (const ending of [{ type: "end-of-body" }, { type: "connection-lost" }] as const) {
        const outcome = run(protocol, [wire(created, text("Hi"), failed)], context(), ending)
        assert.strictEqual(outcome.failure?._tag, "StreamFailedError")
        assert.strictEqual(outcome.failure?.partial?.text, "Hi")
      }
    })

    it("is no success, whatever follows", () => {
      assert.strictEqual(decode(created, failed, completed()).failure?._tag, "StreamFailedError")
    })
  })

  it("reads an event stream under the content type of JSON", () => {
    const body = Buffer.from(wire(created, text("Hi"), done(1, call()), completed())).toString()
    assert.deepInclude(fold(protocol.decodeWhole(body, context())), { text: "Hi", toolCalls: [noon] })
  })

  describe("many events that repeat what others said", () => {
    const count = 3000

    it("are one text where they have its index, and where they have another", () => {
      const deltas = Array.from({ length: count }, (_, at) => text(`${at},`, { content_index: 2 * at }))
      const repeated = Array.from({ length: count }, (_, at) => ({
        type: "response.output_text.done",
        output_index: 0,
        content_index: 2 * at + 1,
        text: `${at},`
      }))
      const expected = deltas.map(({ delta }) => delta).join("")
      const interleaved = deltas.flatMap((delta, at) => [delta, repeated[at] ?? delta])
      for (const events of [[...deltas, ...repeated], interleaved]) {
        assert.strictEqual(fold(decode(created, ...events, completed())).text, expected)
      }
    })

    it("are many texts where no delta came before", () => {
      const parts = Array.from({ length: count }, (_, at) => ({
        type: "response.reasoning_summary_text.done",
        output_index: 0,
        summary_index: at,
        text: `${at},`
      }))
      const { reasoning } = fold(decode(created, ...parts, completed()))
      assert.strictEqual(reasoning, parts.map((part) => part.text).join(""))
    })
  })
})
