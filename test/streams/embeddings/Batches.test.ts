/**
 * Inputs divided within limits, in order.
 */
import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import * as Batches from "../../../src/streams/embeddings/Batches.ts"

const texts = Schema.Array(Schema.String.check(Schema.isMaxLength(30))).check(Schema.isMaxLength(60))
const most = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 12 }))

describe("batches", () => {
  it.prop("hold all inputs in order, and keep the limits", [texts, most, most], ([inputs, maxInputs, tens]) => {
    const maxBytes = tens * 10
    const batches = Batches.divide(inputs, { maxInputs, maxBytes })
    assert.deepStrictEqual<ReadonlyArray<unknown>>(batches.flatMap((batch) => batch.inputs), inputs)
    assert.deepStrictEqual(batches.flatMap(Batches.places), inputs.map((_, index) => index))
    for (const batch of batches) {
      assert.isAtLeast(batch.inputs.length, 1)
      assert.isAtMost(batch.inputs.length, maxInputs)
      const bytes = batch.inputs.reduce((sum, input) => sum + Buffer.byteLength(String(input)), 0)
      if (batch.inputs.length > 1) assert.isAtMost(bytes, maxBytes)
    }
  })

  it("are halved until one input is left", () => {
    const [batch] = Batches.divide(["a", "b", "c"], { maxInputs: 9, maxBytes: 99 })
    assert(batch !== undefined)
    const halves = Batches.halve(batch)
    assert.deepStrictEqual(halves?.map(({ first, inputs }) => [first, inputs]), [[0, ["a", "b"]], [2, ["c"]]])
    assert.isUndefined(halves === undefined ? undefined : Batches.halve(halves[1]))
  })

  it.each([
    [0, [[7, ["a"]], [8, ["b", "c"]]]],
    [1, [[7, ["a"]], [8, ["b"]], [9, ["c"]]]],
    [2, [[7, ["a", "b"]], [9, ["c"]]]],
    [3, undefined],
    [-1, undefined]
  ])("are divided around the input at %d", (position, expected) => {
    const parts = Batches.around({ first: 7, inputs: ["a", "b", "c"] }, position)
    assert.deepStrictEqual<unknown>(parts?.map(({ first, inputs }) => [first, inputs]), expected)
    assert.isUndefined(Batches.around({ first: 7, inputs: ["a"] }, 0))
  })
})
