import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, Stream } from "effect"
import { IncompleteStreamError, Operators, type ResponseEvent } from "sluice"

const text = (delta: string): ResponseEvent.ResponseEvent => ({ _tag: "OutputTextDelta", outputIndex: 0, delta })
const created: ResponseEvent.ResponseEvent = { _tag: "Created", responseId: "r", model: "m" }
const reasoning: ResponseEvent.ResponseEvent = {
  _tag: "ReasoningContentDelta",
  outputIndex: 0,
  contentIndex: 0,
  delta: "hm"
}
const refusal: ResponseEvent.ResponseEvent = { _tag: "RefusalDelta", outputIndex: 0, delta: "no" }

/** A stream of exactly these arrays. */
const arrays = (...events: ReadonlyArray<ReadonlyArray<ResponseEvent.ResponseEvent>>) =>
  Stream.fromIterable(events).pipe(Stream.flatMap(Stream.fromArray))

describe("text", () => {
  it.effect("is the visible text, piece by piece, and nothing else", () =>
    Effect.gen(function*() {
      const events = arrays([created, reasoning], [text("a"), refusal, text("")], [reasoning], [text("b"), text("c")])
      assert.deepStrictEqual(yield* Stream.runCollect(Operators.text(events)), ["a", "", "b", "c"])
    }))

  it.effect("keeps what came together together, and makes no empty step", () =>
    Effect.gen(function*() {
      const events = arrays([text("a"), text("b")], [reasoning], [created], [text("c")])
      const steps: Array<ReadonlyArray<string>> = []
      yield* Stream.runForEachArray(Operators.text(events), (step) => Effect.sync(() => steps.push(step)))
      assert.deepStrictEqual(steps, [["a", "b"], ["c"]])
    }))

  it.effect("ends where the answer ends, also without any text", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* Stream.runCollect(Operators.text(arrays([created], [reasoning]))), [])
      assert.deepStrictEqual(yield* Stream.runCollect(Operators.text(Stream.empty)), [])
    }))

  it.effect("fails as the answer fails, after the text before", () =>
    Effect.gen(function*() {
      const cut = new IncompleteStreamError({ provider: "p", ending: "end-of-body", missing: [], evidence: [] })
      const seen: Array<string> = []
      const error = yield* arrays([text("a")]).pipe(
        Stream.concat(Stream.fail(cut)),
        Operators.text,
        Stream.runForEach((piece) => Effect.sync(() => seen.push(piece))),
        Effect.flip
      )
      assert.strictEqual(error, cut)
      assert.deepStrictEqual(seen, ["a"])
    }))

  it.effect("closes the answer when its consumer has enough, or is interrupted", () =>
    Effect.gen(function*() {
      let closed = 0
      const events = arrays([text("a")]).pipe(
        Stream.concat(Stream.never),
        Stream.ensuring(Effect.sync(() => closed++))
      )
      assert.deepStrictEqual(yield* Stream.runCollect(Stream.take(Operators.text(events), 1)), ["a"])
      assert.strictEqual(closed, 1)
      const fiber = yield* Effect.forkChild(Stream.runDrain(Operators.text(events)), { startImmediately: true })
      yield* Fiber.interrupt(fiber)
      assert.strictEqual(closed, 2)
    }))

  it.effect("asks for no more than its consumer takes", () =>
    Effect.gen(function*() {
      let made = 0
      const events = Stream.fromIterable(["a", "b", "c", "d"]).pipe(
        Stream.rechunk(1),
        Stream.map((delta) => {
          made++
          return text(delta)
        })
      )
      yield* Stream.runDrain(Stream.take(Operators.text(events), 2))
      assert.isAtMost(made, 2)
    }))
})
