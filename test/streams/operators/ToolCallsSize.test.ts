/**
 * Many calls in one response, and a call with very long arguments. Work that grows with the square of either would not
 * come to its end here.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Stream } from "effect"
import { ToolCalls, type ToolCallState } from "sluice"
import { byName } from "../../../src/streams/protocols/Protocols.ts"
import { encoder, every, run } from "../../support/Decoding.ts"
import { added, arrays, completed, delta, done, type Event } from "./Called.ts"

const chunk = (delta: object, reason: string | null = null): Uint8Array =>
  encoder.encode(
    `data: ${JSON.stringify({ id: "c", model: "m", choices: [{ index: 0, delta, finish_reason: reason }] })}\n\n`
  )

const call = (index: number, fields: object, part: string): Uint8Array =>
  chunk({ tool_calls: [{ index, ...fields, function: { ...fields, arguments: part } }] })

const indexes = Array.from({ length: 1000 }, (_, index) => index)

/** A response whose calls take turns, a few characters each. */
const interleaved = (): ReadonlyArray<Uint8Array> => {
  const whole = indexes.map((index) => JSON.stringify({ number: index, text: "é".repeat(index % 7) }))
  const longest = Math.max(...whole.map(({ length }) => length))
  const pieces: Array<Uint8Array> = indexes.map((index) => call(index, { id: `call_${index}`, name: "count" }, ""))
  for (let at = 0; at < longest; at += 5) {
    for (const index of indexes) {
      const part = whole[index]?.slice(at, at + 5) ?? ""
      if (part !== "") pieces.push(call(index, {}, part))
    }
  }
  return [...pieces, chunk({}, "tool_calls"), encoder.encode("data: [DONE]\n\n")]
}

describe("one response", { timeout: 60_000 }, () => {
  it.effect("may have a thousand interleaved calls", () =>
    Effect.gen(function*() {
      const { events, failure } = run(byName["openai-chat"], every(Buffer.concat(interleaved()), 4096))
      assert.isUndefined(failure)
      const counts = new Map<ToolCallState.ToolCallState["_tag"], number>()
      const found: Array<unknown> = []
      yield* Stream.fromIterable(events).pipe(
        Stream.rechunk(16),
        ToolCalls.states(),
        Stream.runForEach((state) =>
          Effect.sync(() => {
            counts.set(state._tag, (counts.get(state._tag) ?? 0) + 1)
            if (state._tag === "Complete") found.push(state.json)
          })
        )
      )
      assert.deepStrictEqual(found, indexes.map((index) => ({ number: index, text: "é".repeat(index % 7) })))
      assert.strictEqual(counts.get("Waiting"), 1000)
      assert.strictEqual(counts.get("Naming"), 1000)
      assert.isAbove(counts.get("Arguments") ?? 0, 4000)
      assert.isFalse(counts.has("Failed"))
    }))

  it.effect("may have a call with 5 MB of arguments", () =>
    Effect.gen(function*() {
      const records = Array.from(
        { length: 60_000 },
        (_, id) => ({ id, name: `Größe ${id}`, tags: ["a", "b"], text: "x".repeat(30) })
      )
      const text = JSON.stringify(records)
      assert.isAbove(text.length, 5_000_000)
      const pieces = Array.from({ length: Math.ceil(text.length / 20) }, (_, at) =>
        delta(0, text.slice(at * 20, at * 20 + 20)))
      const groups: Array<ReadonlyArray<Event>> = []
      for (let at = 0; at < pieces.length; at += 16)
        groups.push(pieces.slice(at, at + 16))
      let bytes = 0
      let length = 0
      let last: ToolCallState.ToolCallState | undefined
      yield* arrays([added(0, "store")], ...groups, [done(0, "store", records), completed]).pipe(
        ToolCalls.states(),
        Stream.runForEach((state) =>
          Effect.sync(() => {
            if (state._tag === "Arguments") {
              assert(Array.isArray(state.value))
              assert.isAtLeast(state.value.length, length)
              assert.isAbove(state.bytes, bytes)
              length = state.value.length
              bytes = state.bytes
              if (length === records.length)
                last = state
            }
          })
        )
      )
      assert(last?._tag === "Arguments")
      assert.strictEqual(bytes, Buffer.byteLength(text))
      assert.strictEqual(JSON.stringify(last.value), text)
    }))
})
