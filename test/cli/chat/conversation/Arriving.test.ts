/**
 * What a conversation keeps of a loop that is stopped or ends.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Schema, Stream } from "effect"
import { Prompt, Tool, Toolkit } from "effect/ai"
import { ToolLoop } from "sluice"
import * as History from "../../../../src/cli/chat/conversation/History.ts"
import { call, message, model, response, says, shapeOf } from "../../../layers/tools/Scripted.ts"

const toolkit = Toolkit.make(Tool.make("look", { success: Schema.String }))

/** Adds the events of a loop up to the first that `isLast` is true of. */
const arriving = Effect.fnUntraced(function*(isLast: (event: ToolLoop.ToolLoopEvent) => boolean) {
  const { layer } = model(response([message("Let me see."), call("look", {}, "call_1")]), says("Done."))
  const prompt = Prompt.make("Look")
  const found = new History.Arriving(prompt)
  yield* ToolLoop.stream({ model: "test/model", prompt, toolkit }).pipe(
    Stream.takeUntil(isLast),
    Stream.runForEach((event) => Effect.sync(() => found.add([event]))),
    Effect.provide(Layer.merge(layer, toolkit.toLayer({ look: () => Effect.succeed("seen") })))
  )
  return found
})

const step = ["user text", "assistant text tool-call", "tool tool-result"]

describe("a conversation with tools", () => {
  it.effect("has the whole loop after its end", () =>
    Effect.gen(function*() {
      const { whole } = yield* arriving(({ _tag }) => _tag === "LoopFinished")
      assert.deepStrictEqual(shapeOf(whole), [...step, "assistant text"])
    }))

  it.effect.each(
    [
      ["before any text", "StepStarted", 1, undefined],
      ["while its first tools run", "ToolStarted", 1, ["user text", "assistant text"]],
      ["between two steps", "StepFinished", 1, step],
      ["within the text of the second", "OutputTextDelta", 2, [...step, "assistant text"]]
    ] as const
  )("stopped %s has its whole steps and the text", ([, tag, count, expected]) =>
    Effect.gen(function*() {
      let seen = 0
      const { stopped } = yield* arriving(({ _tag }) => _tag === tag && ++seen === count)
      assert.deepStrictEqual(stopped === undefined ? undefined : shapeOf(stopped), expected && [...expected])
    }))

  it.effect.each(
    [
      ["while its first tools run", "ToolStarted", 1, undefined],
      ["between two steps", "StepFinished", 1, step],
      ["within the text of the second", "OutputTextDelta", 2, step]
    ] as const
  )("that fails %s has its whole steps alone", ([, tag, count, expected]) =>
    Effect.gen(function*() {
      let seen = 0
      const { failed } = yield* arriving(({ _tag }) => _tag === tag && ++seen === count)
      assert.deepStrictEqual(failed === undefined ? undefined : shapeOf(failed), expected && [...expected])
    }))
})
