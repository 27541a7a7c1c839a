/**
 * Follows the tool calls of every recorded stream, at several chunkings: what is shown of a call only grows, up to what
 * the call is in the end.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Stream } from "effect"
import { PartialJson, type ResponseEvent, ToolCalls, type ToolCallState } from "sluice"
import type { ProtocolName } from "../../src/domain/ProviderDefinition.ts"
import { byName } from "../../src/streams/protocols/Protocols.ts"
import { every, inLengths, random } from "../support/Decoding.ts"
import { grows } from "../support/Growing.ts"
import { decoding } from "../support/Recorded.ts"
import * as Wire from "../support/Wire.ts"

type Event = ResponseEvent.ResponseEvent
type Call = ReadonlyArray<ToolCallState.ToolCallState>

const recordings = Wire.recordings(Object.keys(Wire.protocols)).flatMap((recording) => {
  const protocol = Wire.protocols[recording.family]
  const hasCalls = recording.kind === "stream" && (recording.expected.toolCalls ?? []).length > 0
  return hasCalls && protocol !== undefined ? [[recording.id, recording, protocol] as const] : []
})

/** The events of the pieces of a body, those of one piece together. Decoders use their arrays again. */
const eventsOf = (recording: Wire.Recording, protocol: ProtocolName, pieces: Iterable<Uint8Array>) => {
  const decoder = byName[protocol].decodeStream(decoding(recording, protocol))
  const arrays: Array<ReadonlyArray<Event>> = []
  for (const piece of pieces) {
    arrays.push([...decoder.push(piece)])
    if (decoder.failure !== undefined || decoder.completed) return arrays
  }
  arrays.push([...decoder.end({ type: "end-of-body" })])
  return arrays
}

/** The states of each call, with their values as they were. */
const callsOf = Effect.fnUntraced(function*(events: ReadonlyArray<ReadonlyArray<Event>>) {
  const calls = new Map<number, Array<ToolCallState.ToolCallState>>()
  yield* Stream.fromIterable(events).pipe(
    Stream.flatMap(Stream.fromArray),
    ToolCalls.states(),
    Stream.runForEachArray((states) =>
      Effect.sync(() => {
        for (const state of states) {
          const kept = state._tag === "Arguments" ? { ...state, value: structuredClone(state.value) } : state
          const call = calls.get(state.index) ?? []
          call.push(kept)
          calls.set(state.index, call)
        }
      })
    )
  )
  return calls
})

const parsed = (text: string): unknown => {
  try {
    return [JSON.parse(text)]
  } catch {
    return undefined
  }
}

const hasRepeatedKeys = (text: string): boolean => {
  const parser = PartialJson.make()
  parser.push(text)
  return parser.repeatedKeys.length > 0
}

/** The states that a call has at any chunking: all but its pieces. */
const skeleton = (call: Call): Call => call.filter(({ _tag }) => _tag !== "Arguments")

const checkPieces = (call: Call): void => {
  const pieces = call.filter((state) => state._tag === "Arguments")
  const last = pieces.at(-1)
  if (last === undefined) return
  assert.strictEqual(pieces.map(({ delta }) => delta).join(""), last.text)
  assert.strictEqual(last.bytes, Buffer.byteLength(last.text))
  const whole = parsed(last.text)
  if (whole !== undefined) assert.deepStrictEqual([last.value], whole)
  if (whole === undefined || hasRepeatedKeys(last.text)) return
  for (const [at, piece] of pieces.entries()) {
    const before = pieces[at - 1]?.value
    assert.isTrue(before === undefined || grows(before, piece.value), piece.text)
  }
}

type Done = ResponseEvent.OutputItemDone

const isCall = (event: Event): event is Done =>
  event._tag === "OutputItemDone" && (event.item._tag === "ToolCall" || event.item._tag === "InvalidToolCall")

const checkEnd = (call: Call, done: Done | undefined): void => {
  const end = call.at(-1)
  const item = done?.item
  if (item?._tag === "ToolCall") {
    assert(end?._tag === "Complete")
    assert.deepStrictEqual([end.id, end.name, end.json], [item.id, item.name, item.arguments])
    const last = call.findLast((state) => state._tag === "Arguments")
    // No arguments, and `null`, are `{}`.
    if (last === undefined || last.value === null) assert.deepStrictEqual(end.json, {})
    else assert.deepStrictEqual(last.value, end.json)
  } else {
    assert.strictEqual(item?._tag, "InvalidToolCall")
    assert(end?._tag === "Failed")
    assert.include(["InvalidJson", "UnknownTool"], end.failure._tag)
  }
}

describe("the states of recorded tool calls", () => {
  if (!Wire.isPresent) {
    it.skip(Wire.missing, () => {})
    return
  }

  it("are of many recordings", () => {
    assert.isAbove(recordings.length, 50)
  })

  it.effect.each(recordings)("%s", ([, recording, protocol]) =>
    Effect.gen(function*() {
      const bytes = Wire.read(recording.path)
      const chunkings: ReadonlyArray<Iterable<Uint8Array>> = [
        [bytes],
        every(bytes, 1),
        every(bytes, 7),
        inLengths(bytes, recording.chunkLengths ?? []),
        inLengths(bytes, random(1, 700))
      ]
      let expected: ReadonlyArray<unknown> | undefined
      for (const pieces of chunkings) {
        const events = eventsOf(recording, protocol, pieces)
        const calls = yield* callsOf(events)
        const ends = new Map(
          events.flat().flatMap((event) => isCall(event) ? [[event.outputIndex, event] as const] : [])
        )
        assert.deepStrictEqual([...calls.keys()].toSorted(), [...ends.keys()].toSorted())
        for (const [index, call] of calls) {
          checkPieces(call)
          assert.strictEqual(new Set(call.map(({ id }) => id)).size, 1)
          checkEnd(call, ends.get(index))
        }
        const found = [...calls].map(([index, call]) => [index, skeleton(call)])
        assert.deepStrictEqual(found, expected ??= found)
      }
    }))
})
