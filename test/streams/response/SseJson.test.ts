/**
 * What stands outside of the JSON of events in event streams: errors and keep-alives, in every protocol of such
 * streams.
 */
import { assert, describe, it } from "@effect/vitest"
import type { ProviderError } from "../../../src/domain/CompletionError.ts"
import type { ProtocolName } from "../../../src/domain/ProviderDefinition.ts"
import { byName } from "../../../src/streams/protocols/Protocols.ts"
import { context, encoder, every, fold, type Outcome, print, run } from "../../support/Decoding.ts"

const event = (value: object): string => `data: ${JSON.stringify(value)}\n\n`

const named = (type: string, fields: object): string => `event: ${type}\n${event({ type, ...fields })}`

const chat = (delta: object, finish: string | null = null): string =>
  event({ id: "c1", model: "m", choices: [{ index: 0, delta, finish_reason: finish }] })

/** A stream of each protocol up to its first text, and its rest. */
const streams: Readonly<Partial<Record<ProtocolName, readonly [begun: string, rest: string]>>> = {
  "openai-chat": [chat({ content: "Hi" }), `${chat({}, "stop")}data: [DONE]\n\n`],
  "openai-completions": [
    event({ id: "c1", model: "m", choices: [{ index: 0, text: "Hi", finish_reason: null }] }),
    `${event({ id: "c1", model: "m", choices: [{ index: 0, text: "", finish_reason: "stop" }] })}data: [DONE]\n\n`
  ],
  "openai-responses": [
    named("response.created", { response: { id: "r1", model: "m", output: [] } }) +
    named("response.output_item.added", {
      output_index: 0,
      item: { type: "message", id: "i1", role: "assistant", content: [] }
    }) + named("response.output_text.delta", { output_index: 0, content_index: 0, item_id: "i1", delta: "Hi" }),
    named("response.completed", {
      response: {
        id: "r1",
        model: "m",
        status: "completed",
        output: [{ type: "message", id: "i1", role: "assistant", content: [{ type: "output_text", text: "Hi" }] }]
      }
    })
  ],
  "anthropic-messages": [
    named("message_start", { message: { id: "m1", model: "m", role: "assistant", content: [], usage: {} } }) +
    named("content_block_start", { index: 0, content_block: { type: "text", text: "" } }) +
    named("content_block_delta", { index: 0, delta: { type: "text_delta", text: "Hi" } }),
    named("content_block_stop", { index: 0 }) +
    named("message_delta", { delta: { stop_reason: "end_turn" }, usage: { output_tokens: 1 } }) +
    named("message_stop", {})
  ],
  gemini: [
    event({ candidates: [{ content: { role: "model", parts: [{ text: "Hi" }] } }] }),
    event({ candidates: [{ content: { role: "model", parts: [{ text: "" }] }, finishReason: "STOP" }] })
  ]
}

const protocols = Object.entries(streams) as ReadonlyArray<readonly [ProtocolName, readonly [string, string]]>

/** Decodes a body in pieces of several sizes, which must not make a difference. */
const decode = (name: ProtocolName, body: string, given = context()): Outcome => {
  const bytes = encoder.encode(body)
  const outcome = run(byName[name], [bytes], given)
  for (const size of [1, 5]) {
    assert.strictEqual(print(run(byName[name], every(bytes, size), given)), print(outcome), `in pieces of ${size}`)
  }
  return outcome
}

/** The failure of a stream that was cut by an error after its first text. */
const failureOf = (name: ProtocolName, body: string): ProviderError | undefined => {
  const { events, failure } = decode(name, body)
  assert(!events.some(({ _tag }) => _tag === "Completed"))
  assert.strictEqual(fold({ events, failure }).text, "Hi")
  assert.strictEqual(failure?.partial?.text, "Hi")
  return failure
}

describe.each(protocols)("SseJson: %s", (name, [begun, rest]) => {
  it("completes", () => {
    assert.strictEqual(fold(decode(name, begun + rest)).text, "Hi")
  })

  it("passes over keep-alives that are sent as data", () => {
    const ping = "data: : keepalive\n\n"
    assert.strictEqual(print(decode(name, ping + begun + ping + ping + rest)), print(decode(name, begun + rest)))
  })

  it("fails at a field that has an error object", () => {
    const error = { code: 500, message: "slot failed", type: "server_error" }
    assert.strictEqual(failureOf(name, `${begun}error: ${JSON.stringify(error)}\n\n${rest}`)?._tag, "ServerError")
    assert.strictEqual(failureOf(name, `${begun}error: ${JSON.stringify({ error })}\n\n`)?._tag, "ServerError")
  })

  it("fails at a line that is an error object, with or without its end", () => {
    const line = JSON.stringify({ error: { message: "Rate limit reached", code: "rate_limit_exceeded" } })
    for (const end of ["", "\n", `\n\n${rest}`]) {
      assert.strictEqual(failureOf(name, begun + line + end)?._tag, "RateLimitedError")
    }
  })

  it("ignores other lines outside of events", () => {
    const lines = "error: none\nwarning: {\"error\":1}\n{\"note\":1}\n{\n\n"
    assert.strictEqual(print(decode(name, begun + lines + rest)), print(decode(name, begun + rest)))
  })
})

describe("SseJson", () => {
  it("classifies an error field in place of a stream", () => {
    const { events, failure } = decode(
      "openai-chat",
      "error: {\"code\":400,\"message\":\"the request exceeds the available context size\"}\n\ndata: [DONE]\n\n"
    )
    assert.deepStrictEqual(events, [])
    assert.strictEqual(failure?._tag, "ContextLengthExceededError")
  })

  it("classifies error fields beside `choices: null`", () => {
    const { failure } = decode(
      "openai-chat",
      event({ id: "c1", choices: null, error_type: "BadRequestError", error_message: "no such field", code: 400 })
    )
    assert(failure?._tag === "InvalidRequestError")
    assert.strictEqual(failure.detail, "no such field")
  })

  it.each([
    ["validation", "`inputs` tokens + `max_new_tokens` must be <= 4096", "ContextLengthExceededError"],
    ["validation", "`temperature` must be strictly positive", "InvalidRequestError"],
    ["template_error", "the template failed", "InvalidRequestError"],
    ["overloaded", "Model is overloaded", "OverloadedError"],
    ["generation", "Request failed during generation", "ServerError"],
    ["incomplete_generation", "Incomplete generation", "ServerError"]
  ])("classifies the text errors of TGI: %s", (type, error, tag) => {
    assert.strictEqual(decode("openai-chat", event({ error, error_type: type })).failure?._tag, tag)
  })

  it("takes the reason of a failure from the event after it", () => {
    const [begun] = streams["openai-responses"] ?? [""]
    const failed = named("response.failed", { response: { id: "r1", status: "failed", error: null } })
    const limit = named("error", { error: { code: "rate_limit_exceeded", message: "Slow down." } })
    assert.strictEqual(failureOf("openai-responses", begun + failed + limit)?._tag, "RateLimitedError")
    const ping = ": ping\n\ndata: : ping\n\n"
    assert.strictEqual(failureOf("openai-responses", begun + failed + ping + limit)?._tag, "RateLimitedError")
    assert.strictEqual(
      failureOf("openai-responses", `${begun}${failed}event: error\ndata: Too many requests\n\n`)?._tag,
      "RateLimitedError"
    )
  })

  it("fails without a reason where no event brings one, whatever follows", () => {
    const [begun, rest] = streams["openai-responses"] ?? ["", ""]
    const failed = named("response.failed", { response: { id: "r1", status: "failed", error: null } })
    for (const end of ["", "data: [DONE]\n\n", rest, begun]) {
      assert.strictEqual(failureOf("openai-responses", begun + failed + end)?._tag, "StreamFailedError")
    }
  })
})
