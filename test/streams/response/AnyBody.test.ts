/**
 * The response to a streamed request is decoded by what its body is, whatever its content type says.
 */
import { assert, describe, it } from "@effect/vitest"
import type { ProtocolName } from "../../../src/domain/ProviderDefinition.ts"
import { byName } from "../../../src/streams/protocols/Protocols.ts"
import * as AnyBody from "../../../src/streams/response/AnyBody.ts"
import { bodyKind } from "../../../src/streams/response/BodyKind.ts"
import type { Ending } from "../../../src/streams/response/StreamDecoder.ts"
import { context, encoder, every, fold, type Outcome, print, run } from "../../support/Decoding.ts"

const chunk = (delta: object, finish: string | null = null): object => ({
  id: "c1",
  model: "m",
  choices: [{ index: 0, delta, finish_reason: finish }]
})
const stream = `data: ${JSON.stringify(chunk({ content: "Hi" }))}\n\ndata: ${JSON.stringify(chunk({}, "stop"))}\n\n`
const whole = JSON.stringify({
  id: "c1",
  model: "m",
  choices: [{ index: 0, finish_reason: "stop", message: { role: "assistant", content: "Hi" } }]
})

interface Options {
  readonly contentType?: string
  readonly protocol?: ProtocolName
  readonly ending?: Ending
  readonly limit?: number
}

/** Decodes a body in pieces of several sizes, which must not make a difference. */
const decode = (body: string, options: Options = {}): Outcome => {
  const { contentType, ending, limit = 1 << 20, protocol = "openai-chat" } = options
  const bytes = encoder.encode(body)
  const given = context({ headers: contentType === undefined ? {} : { "content-type": contentType } })
  const at = (size: number): Outcome => {
    const decoder = { ...byName[protocol], decodeStream: () => AnyBody.decode(byName[protocol], given, limit) }
    return run(decoder, every(bytes, size), given, ending)
  }
  const outcome = at(bytes.length + 1)
  for (const size of [1, 3]) assert.strictEqual(print(at(size)), print(outcome), `in pieces of ${size}`)
  return outcome
}

const eventStream = "text/event-stream; charset=utf-8"
const json = "application/json"

describe("AnyBody", () => {
  it.each([undefined, eventStream, json, "application/problem+json", "text/plain"])(
    "decodes a stream under %s",
    (contentType) => {
      for (const before of ["", "\uFEFF", "\n\n", ": ping\n\n", "event: message\n", "id: 1\n", "retry: 5\n"]) {
        const outcome = decode(before + stream, contentType === undefined ? {} : { contentType })
        assert.isUndefined(outcome.failure)
        assert.strictEqual(fold(outcome).text, "Hi")
      }
    }
  )

  it.each([undefined, eventStream, json, "text/plain"])("decodes a whole response under %s", (contentType) => {
    for (const before of ["", "\uFEFF", "\n  "]) {
      const outcome = decode(before + whole, contentType === undefined ? {} : { contentType })
      assert.isUndefined(outcome.failure)
      assert.strictEqual(fold(outcome).text, "Hi")
      assert.strictEqual(outcome.events.at(-1)?._tag, "Completed")
    }
  })

  it("classifies an error object, alone and before a stream", () => {
    const error = JSON.stringify({ error: { message: "Slow down.", code: "rate_limit_exceeded" } })
    for (const contentType of [eventStream, json]) {
      assert.strictEqual(decode(error, { contentType }).failure?._tag, "RateLimitedError")
    }
    const { events, failure } = decode(`${error}\n\ndata: [DONE]\n\n`, { contentType: eventStream })
    assert.deepStrictEqual(events, [])
    assert.strictEqual(failure?._tag, "RateLimitedError")
  })

  it("never takes a cut body for a response", () => {
    const lost: Ending = { type: "connection-lost", code: "ECONNRESET" }
    for (const contentType of [eventStream, json]) {
      for (let at = 0; at < whole.length; at += 7) {
        const cut = decode(whole.slice(0, at), { contentType, ending: lost })
        assert.deepStrictEqual(cut.events, [])
        assert.strictEqual(cut.failure?._tag, "IncompleteStreamError", `${contentType} at ${at}`)
        assert(decode(whole.slice(0, at), { contentType }).failure !== undefined, `${contentType} at ${at}`)
      }
      assert.isUndefined(decode(whole, { contentType, ending: lost }).failure, "what proves it is all there")
    }
  })

  it("limits a whole response, and how long it waits for a first byte", () => {
    const { failure } = decode(whole, { contentType: json, limit: 20 })
    assert(failure?._tag === "MalformedResponseError")
    assert.strictEqual(failure.detail, "the body is longer than the limit of 20 bytes")
    const blank = " ".repeat(100_000)
    assert.strictEqual(decode(blank, { contentType: eventStream }).failure?._tag, "IncompleteStreamError")
    assert.strictEqual(decode(blank, { contentType: json }).failure?._tag, "MalformedResponseError")
  })

  it("names pages and sentences", () => {
    assert.strictEqual(decode("<html>", { contentType: eventStream }).failure?._tag, "MalformedStreamError")
    assert.strictEqual(decode("<html>", { contentType: json }).failure?._tag, "MalformedResponseError")
    assert.strictEqual(decode("error: overloaded", { contentType: json }).failure?._tag, "MalformedResponseError")
  })

  it("leaves streams of lines and arrays as they are", () => {
    const bytes = encoder.encode("{\"")
    assert.strictEqual(bodyKind("application/x-ndjson", bytes, byName.ollama), "stream")
    assert.strictEqual(bodyKind(undefined, bytes, byName.ollama), "stream")
    assert.strictEqual(bodyKind(json, bytes, byName.ollama), "whole")
    assert.strictEqual(bodyKind(json, encoder.encode("[{"), byName.gemini), "stream")
    assert.strictEqual(
      bodyKind("application/vnd.amazon.eventstream", encoder.encode("\0"), byName["bedrock-converse"]),
      "stream"
    )
  })
})
