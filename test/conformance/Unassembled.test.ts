/**
 * `assemble: false` changes nothing but what it is for: every recorded stream brings the same events, whole and cut,
 * with no text, and no probabilities of tokens, in its finished items.
 */
import { assert, describe, it } from "@effect/vitest"
import type { ProtocolName } from "../../src/domain/ProviderDefinition.ts"
import type { ResponseEvent } from "../../src/domain/ResponseEvent.ts"
import type { ResponseItem } from "../../src/domain/ResponseItem.ts"
import { byName } from "../../src/streams/protocols/Protocols.ts"
import { context, encoder, every, run } from "../support/Decoding.ts"
import * as Wire from "../support/Wire.ts"

const bare = (item: ResponseItem): object => {
  if (item._tag !== "Message" && item._tag !== "Reasoning") return item
  const { native: _, ...rest } = item
  return item._tag === "Message"
    ? {
      ...rest,
      content: item.content.map((part) =>
        part._tag === "Refusal" ? { ...part, refusal: "" } : { _tag: part._tag, text: "", citations: part.citations }
      )
    }
    : { ...rest, content: item.content.map(() => ""), summary: item.summary.map(() => "") }
}

const bareEvent = (event: ResponseEvent): object =>
  event._tag === "OutputItemDone" ? { ...event, item: bare(event.item) } : event

const both = (name: ProtocolName, pieces: () => Iterable<Uint8Array>) => {
  const assembled = run(byName[name], pieces(), context({ logprobs: true }))
  const not = run(byName[name], pieces(), context({ assemble: false, logprobs: true }))
  assert.deepStrictEqual<ReadonlyArray<object>>(not.events, assembled.events.map(bareEvent))
  assert.strictEqual(not.failure?._tag, assembled.failure?._tag)
  assert.strictEqual(not.failure?.message, assembled.failure?.message)
  assert.strictEqual(not.failure?.partial?.text ?? "", "")
  assert.strictEqual(not.failure?.partial?.reasoning ?? "", "")
  assert.deepStrictEqual(not.failure?.partial?.usage, assembled.failure?.partial?.usage)
  assert.deepStrictEqual(not.failure?.partial?.toolCalls, assembled.failure?.partial?.toolCalls)
}

describe("an answer that is not assembled", () => {
  const recordings = Wire.recordings(Object.keys(Wire.protocols)).filter(({ kind }) => kind === "stream")
  it.runIf(Wire.isPresent)("brings the same events for every recorded stream, whole and cut", () => {
    assert.isAbove(recordings.length, 100)
    for (const recording of recordings) {
      const name = Wire.protocols[recording.family]
      if (name === undefined) continue
      const bytes = Wire.read(recording.path)
      both(name, () => [bytes])
      both(name, () => every(bytes, 97))
      both(name, () => [bytes.subarray(0, Math.floor(bytes.length * 0.7))])
    }
  })

  const event = (type: string, fields: object) =>
    encoder.encode(`event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`)
  const item = (text: string) => ({ type: "message", id: "i", content: [{ type: "output_text", text }] })
  const place = { item_id: "i", output_index: 0, content_index: 0 }
  const begin = [
    event("response.created", { response: { id: "r", model: "m" } }),
    event("response.output_item.added", { output_index: 0, item: { type: "message", id: "i", content: [] } })
  ]
  const end = (text: string) => [
    event("response.output_text.done", { ...place, text }),
    event("response.output_item.done", { output_index: 0, item: item(text) }),
    event("response.completed", { response: { id: "r", model: "m", status: "completed", output: [item(text)] } })
  ]
  const deltas = (...texts: ReadonlyArray<string>) =>
    texts.map((delta) => event("response.output_text.delta", { ...place, delta }))

  it.each([
    ["all of it came in deltas", deltas("Hel", "lo 😀"), "Hello 😀"],
    ["the end did not", deltas("Hel"), "Hello 😀"],
    ["nothing did", [], "Hello 😀"],
    ["half of a character did", deltas("Hello \ud83d"), "Hello 😀"],
    ["something else did", deltas("Hallo"), "Hello 😀"],
    ["more did", deltas("Hello 😀!"), "Hello 😀"],
    ["as much of something else did", deltas("Hello 😁"), "Hello 😀"]
  ])("delivers what the last events of a Responses stream say beyond the deltas: %s", (_, said, whole) => {
    both("openai-responses", () => [...begin, ...said, ...end(whole)])
  })
})
