/**
 * Reading frames by template gives what parsing them gives: streams whose payloads are changed byte by byte, with
 * checksums that are right for them, are read by a machine with templates and by one without.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Messages from "../../../src/streams/protocols/AnthropicMessages/Response.ts"
import { Assembly } from "../../../src/streams/response/Assembly.ts"
import * as Converse from "../../../src/streams/protocols/BedrockConverse/ResponseConverse.ts"
import * as EventStreamJson from "../../../src/streams/response/EventStreamJson.ts"
import type { FrameDecoder } from "../../../src/streams/response/JsonStream.ts"
import type { Protocol } from "../../../src/streams/protocols/Protocol.ts"
import type { DecodeContext } from "../../../src/streams/response/StreamDecoder.ts"
import { byName } from "../../../src/streams/protocols/Protocols.ts"
import { print, random, run } from "../../support/Decoding.ts"
import * as Frames from "../../support/EventStreamFrames.ts"

const texts = ["a", "", " the", "\"q\"", "back\\slash", "\n", "\u0000", "naïve", "東京", "😀", "\ud83d", "x".repeat(40)]
const bytes = [34, 92, 0, 10, 31, 44, 58, 91, 93, 123, 125, 48, 57, 97, 127, 128, 195, 240]

/** A payload, or what a `chunk` carries, before it is changed. */
interface Event {
  readonly name: string
  readonly payload: unknown
}

const converse = (text: string, number: number): ReadonlyArray<Event> => {
  const p = "abcdefgh".slice(0, number % 8)
  const delta = (contentBlockIndex: number, value: object): Event => ({
    name: number % 11 === 0 ? "somethingNew" : "contentBlockDelta",
    payload: { contentBlockIndex, delta: value, p }
  })
  return [
    delta(0, { text }),
    delta(0, { text }),
    delta(1, { reasoningContent: { text } }),
    delta(2, { toolUse: { input: text } }),
    delta(3, { citation: { title: text } })
  ].slice(number % 3, number % 3 + 2)
}

const messages = (text: string, number: number): ReadonlyArray<Event> => {
  const delta = (index: number, value: object): Event => ({
    name: "chunk",
    payload: { type: "content_block_delta", index, delta: value }
  })
  return [
    delta(0, { type: "text_delta", text }),
    delta(0, { type: "text_delta", text }),
    delta(1, { type: "thinking_delta", thinking: text })
  ].slice(number % 2, number % 2 + 1)
}

const changed = (payload: string, next: (bound: number) => number): Buffer => {
  const whole = Buffer.from(payload)
  const at = next(whole.length + 1)
  const [before, after] = [whole.subarray(0, at), whole.subarray(at)]
  const byte = Buffer.from([bytes[next(bytes.length)] ?? 0])
  switch (next(5)) {
    case 0:
      return Buffer.concat([before, byte, after])
    case 1:
      return Buffer.concat([before, after.subarray(1 + next(3))])
    case 2:
      return Buffer.concat([before, byte, after.subarray(1)])
    case 3:
      return Buffer.concat([whole.subarray(0, Math.max(0, at - next(20))), whole.subarray(at)])
    default:
      return Buffer.concat([before, Buffer.from([" ", "\\u12", "\\x", "\\u00e9", "1e999"][next(5)] ?? ""), after])
  }
}

const framed = ({ name, payload }: Event, next: (bound: number) => number): Uint8Array => {
  const json = JSON.stringify(payload)
  const written = next(60) === 0 ? changed(json, next) : Buffer.from(json)
  return name === "chunk"
    ? Frames.json("chunk", JSON.stringify({ bytes: written.toString("base64"), p: "ab" }))
    : Frames.frame(
      [Frames.header(":event-type", name), Frames.header(":message-type", "event")],
      written
    )
}

const protocolOf = (make: (context: DecodeContext, assembly: Assembly) => FrameDecoder): Protocol => ({
  ...byName["bedrock-converse"],
  decodeStream: (context) => {
    const assembly = new Assembly()
    return EventStreamJson.make(context, assembly, make(context, assembly))
  }
})

const withoutTemplates = (machine: FrameDecoder): FrameDecoder => ({
  frame: (value, event) => machine.frame(value, event),
  doneMarker: () => machine.doneMarker(),
  isWhole: () => machine.isWhole(),
  contract: machine.contract,
  finish: () => machine.finish(),
  templates: { ...machine.templates, isDelta: () => false }
})

describe("templates of frames", () => {
  it.each(
    [
      ["Converse", Converse.make, converse],
      ["the Messages API", Messages.make, messages]
    ] as const
  )("give what parsing gives on changed payloads of %s", (_, machine, events) => {
    const [quick, slow] = [
      protocolOf(machine),
      protocolOf((context, assembly) => withoutTemplates(machine(context, assembly)))
    ]
    const numbers = random(20_261_122, 2 ** 31)
    const next = (bound: number) => (numbers.next().value ?? 0) % bound
    const tags = new Map<string, number>()
    for (let round = 0; round < 1500; round++) {
      const stream: Array<Uint8Array> = [
        Frames.event("messageStart", { role: "assistant" }),
        Frames.event("contentBlockStart", { contentBlockIndex: 2, start: { toolUse: { toolUseId: "t", name: "f" } } })
      ].slice(machine === Messages.make ? 2 : 0)
      for (let n = 0; n < 20; n++) {
        for (const event of events(texts[next(texts.length)] ?? "", next(40))) stream.push(framed(event, next))
      }
      const body = Frames.body(...stream)
      const parsed = run(slow, [body])
      assert.strictEqual(print(run(quick, [body])), print(parsed), `round ${round}`)
      const tag = parsed.failure?._tag ?? "none"
      tags.set(tag, (tags.get(tag) ?? 0) + 1)
    }
    // Otherwise the changes miss the point.
    assert.isAbove(tags.get("MalformedStreamError") ?? 0, 100)
    assert.isAbove(tags.get("IncompleteStreamError") ?? 0, 100)
  })
})
