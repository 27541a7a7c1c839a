/**
 * Vectors out of numbers and bytes: exact, wherever the bytes begin, and never a 0 for what is no number.
 */
import { assert, describe, it } from "@effect/vitest"
import { Result, Schema } from "effect"
import * as Vectors from "../../../src/streams/embeddings/Vectors.ts"

const base64 = (values: ReadonlyArray<number>) => Buffer.from(Float32Array.from(values).buffer).toString("base64")

const float = Schema.Finite.check(Schema.isBetween({ minimum: -1e30, maximum: 1e30 }))
const vector = Schema.Array(float).check(Schema.isMinLength(1), Schema.isMaxLength(40))

describe("a vector", () => {
  it.prop("is the same in base64 as in numbers", [vector], ([values]) => {
    const numbers = Result.getOrThrow(Vectors.read(values, "float"))
    assert.deepStrictEqual(Result.getOrThrow(Vectors.read(base64(values), "base64")), numbers)
    assert.deepStrictEqual(numbers, Float32Array.from(values))
    // Unpadded base64 is base64 too.
    assert.deepStrictEqual(Result.getOrThrow(Vectors.read(base64(values).replace(/=+$/, ""), "base64")), numbers)
  })

  it("is bytes where bytes were asked for, in numbers and in base64", () => {
    const bytes = Buffer.from([0, 1, 127, 128, 255]).toString("base64")
    assert.deepStrictEqual(Result.getOrThrow(Vectors.read(bytes, "int8")), Int8Array.of(0, 1, 127, -128, -1))
    assert.deepStrictEqual(Result.getOrThrow(Vectors.read(bytes, "ubinary")), Uint8Array.of(0, 1, 127, 128, 255))
    assert.deepStrictEqual(Result.getOrThrow(Vectors.read([-128, 127], "binary")), Int8Array.of(-128, 127))
    assert.deepStrictEqual(Result.getOrThrow(Vectors.read([0, 255], "uint8")), Uint8Array.of(0, 255))
  })

  it.each<readonly [unknown, Parameters<typeof Vectors.read>[1], string]>([
    [[1, null], "float", "no number"],
    [[1, "2"], "float", "no number"],
    [[1e39], "float", "no number"],
    [[], "float", "empty"],
    ["", "base64", "empty"],
    [undefined, "float", "missing"],
    [{ values: [1] }, "float", "missing"],
    ["AAA", "base64", "whole number of floats"],
    ["AACA*w==", "base64", "not base64"],
    [base64([Number.NaN]), "base64", "no number"],
    [base64([Number.POSITIVE_INFINITY]), "base64", "no number"],
    [[128], "int8", "no int8"],
    [[1.5], "uint8", "no uint8"],
    [[-1], "ubinary", "no ubinary"]
  ])("%o as %s is none", (value, encoding, problem) => {
    const read = Vectors.read(value, encoding)
    assert(Result.isFailure(read))
    assert.include(read.failure, problem)
  })

  it("stands where its index says, or in order where there are none", () => {
    const entries = [{ index: 1, vector: [1] }, { index: 0, vector: [0] }]
    assert.deepStrictEqual(
      Result.getOrThrow(Vectors.byIndex(entries, 2, "float")).map(([value]) => value),
      [0, 1]
    )
    const bare = [{ index: undefined, vector: [1] }, { index: undefined, vector: [0] }]
    assert.deepStrictEqual(Result.getOrThrow(Vectors.byIndex(bare, 2, "float")).map(([value]) => value), [1, 0])
    // A zero that is left out.
    const omitted = [{ index: undefined, vector: [0] }, { index: 2, vector: [2] }, { index: 1, vector: [1] }]
    assert.deepStrictEqual(
      Result.getOrThrow(Vectors.byIndex(omitted, 3, "float")).map(([value]) => value),
      [0, 1, 2]
    )
    const partly = Vectors.byIndex([{ index: 0, vector: [1] }, { index: undefined, vector: [0] }], 2, "float")
    assert.isTrue(Result.isFailure(partly))
    const hole = Vectors.byIndex([{ index: 1, vector: [1] }], 2, "float")
    assert(Result.isFailure(hole))
    assert.strictEqual(hole.failure, "a vector is missing")
  })
})
