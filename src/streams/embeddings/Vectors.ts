/**
 * Decodes vectors from numbers in JSON or bytes in base64.
 *
 * A vector with a value that is not a number (some servers write a NaN as `null`) fails: a 0 in its place would go into
 * an index unnoticed.
 */
import * as Result from "effect/Result"
import { Buffer } from "../framing/Buffer.ts"
import type { EmbeddingEncoding, Vector } from "../../domain/Embedding.ts"

// Floats are little-endian on the wire and on nearly every machine.
const isBigEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 0

const range = { int8: [-128, 127], binary: [-128, 127], uint8: [0, 255], ubinary: [0, 255] } as const

const sizeOf = (base64: string): number => {
  const digits = base64.endsWith("==") ? base64.length - 2 : base64.endsWith("=") ? base64.length - 1 : base64.length
  return Math.floor((digits * 3) / 4)
}

/** Fills bytes from base64. Node skips characters that are not base64, so that too few bytes result. */
const filled = <Bytes extends Vector>(base64: string, vector: Bytes): Result.Result<Bytes, string> =>
  Buffer.from(vector.buffer).write(base64, "base64") === vector.byteLength
    ? Result.succeed(vector)
    : Result.fail("a vector is not base64")

const areFinite = (vector: Float32Array): Result.Result<Float32Array, string> => {
  for (let index = 0; index < vector.length; index++) {
    if (!Number.isFinite(vector[index])) return Result.fail("a vector holds what is no number")
  }
  return Result.succeed(vector)
}

const floats = (base64: string, size: number): Result.Result<Float32Array, string> => {
  if (size % 4 !== 0) return Result.fail("a vector's bytes are no whole number of floats")
  // Decoded into the memory of the floats: floats begin at a multiple of four, and Node's own bytes anywhere.
  return Result.flatMap(filled(base64, new Float32Array(size / 4)), (vector) => {
    if (isBigEndian) Buffer.from(vector.buffer).swap32()
    return areFinite(vector)
  })
}

const ofBase64 = (base64: string, encoding: EmbeddingEncoding): Result.Result<Vector, string> => {
  const size = sizeOf(base64)
  switch (encoding) {
    case "float":
    case "base64":
      return floats(base64, size)
    case "int8":
    case "binary":
      return filled(base64, new Int8Array(size))
    case "uint8":
    case "ubinary":
      return filled(base64, new Uint8Array(size))
  }
}

const isNumbers = (values: ReadonlyArray<unknown>): values is ReadonlyArray<number> =>
  values.every((value) => typeof value === "number")

const ofNumbers = (values: ReadonlyArray<unknown>, encoding: EmbeddingEncoding): Result.Result<Vector, string> => {
  if (!isNumbers(values)) return Result.fail("a vector holds what is no number")
  if (encoding === "float" || encoding === "base64") return areFinite(Float32Array.from(values))
  const [least, most] = range[encoding]
  if (values.some((value) => !Number.isInteger(value) || value < least || value > most)) {
    return Result.fail(`a vector holds what is no ${encoding}`)
  }
  return Result.succeed(encoding === "int8" || encoding === "binary" ? Int8Array.from(values) : Uint8Array.from(values))
}

/** Decodes a vector in either encoding: servers may send numbers where base64 was requested. */
export const read = (value: unknown, encoding: EmbeddingEncoding | undefined): Result.Result<Vector, string> => {
  const vector = Array.isArray(value)
    ? ofNumbers(value, encoding ?? "float")
    : typeof value === "string"
    ? ofBase64(value, encoding ?? "float")
    : Result.fail("a vector is missing")
  return Result.flatMap(
    vector,
    (found) => (found.length === 0 ? Result.fail("a vector is empty") : Result.succeed(found))
  )
}

/** Decodes vectors that are in the order of the inputs. */
export const inOrder = (
  values: Iterable<unknown>,
  encoding: EmbeddingEncoding | undefined
): Result.Result<ReadonlyArray<Vector>, string> => {
  const vectors: Array<Vector> = []
  for (const value of values) {
    const vector = read(value, encoding)
    if (Result.isFailure(vector)) return Result.fail(vector.failure)
    vectors.push(vector.success)
  }
  return Result.succeed(vectors)
}

/**
 * Decodes vectors that have the index of their input. Where none has one, they are in the order of the inputs; where
 * only some have one, the missing index is 0, which servers leave out that omit default values (Gemini).
 */
export const byIndex = (
  entries: ReadonlyArray<{ readonly index: unknown; readonly vector: unknown }>,
  count: number,
  encoding: EmbeddingEncoding | undefined
): Result.Result<ReadonlyArray<Vector>, string> => {
  if (entries.every(({ index }) => index === undefined || index === null)) {
    return inOrder(entries.map(({ vector }) => vector), encoding)
  }
  const sorted: Array<unknown> = []
  for (const { index: given, vector } of entries) {
    const index = given ?? 0
    if (typeof index !== "number" || !Number.isInteger(index) || index < 0 || index >= count) {
      return Result.fail("a vector is of an input that was not sent")
    }
    if (sorted[index] !== undefined) return Result.fail(`there are two vectors of input ${index}`)
    sorted[index] = vector
  }
  return inOrder(sorted, encoding)
}
