/**
 * Divides inputs into requests within a provider's limits.
 */
import { Buffer } from "../framing/Buffer.ts"
import type { EmbeddingInput } from "../../domain/Embedding.ts"

/** Consecutive inputs of a request. */
export interface Batch {
  /** The index of the first input in the request. */
  readonly first: number
  /** The inputs. */
  readonly inputs: ReadonlyArray<EmbeddingInput>
}

/** Returns the size of an input in bytes. A token is taken to have two, as in the limits of the wire formats. */
const bytesOf = (input: EmbeddingInput): number =>
  typeof input === "string" ? Buffer.byteLength(input) : input.length * 2

/**
 * Divides inputs into batches within limits, in order. An input that is larger than the limit is a batch of its own.
 */
export const divide = (
  inputs: ReadonlyArray<EmbeddingInput>,
  limits: { readonly maxInputs: number; readonly maxBytes: number }
): ReadonlyArray<Batch> => {
  const batches: Array<Batch> = []
  let first = 0
  let bytes = 0
  const close = (end: number) => {
    if (end > first) batches.push({ first, inputs: inputs.slice(first, end) })
    first = end
    bytes = 0
  }
  inputs.forEach((input, index) => {
    const size = bytesOf(input)
    if (index - first >= limits.maxInputs || (index > first && bytes + size > limits.maxBytes)) close(index)
    bytes += size
  })
  close(inputs.length)
  return batches
}

/** Returns the two halves of a batch; `undefined` if it has one input. */
export const halve = ({ first, inputs }: Batch): readonly [Batch, Batch] | undefined => {
  if (inputs.length < 2) return undefined
  const middle = Math.ceil(inputs.length / 2)
  return [
    { first, inputs: inputs.slice(0, middle) },
    { first: first + middle, inputs: inputs.slice(middle) }
  ]
}

/**
 * Returns the parts of a batch before, at and after one of its inputs, without empty ones; `undefined` if the batch has
 * one input, or none at that position.
 */
export const around = ({ first, inputs }: Batch, position: number): ReadonlyArray<Batch> | undefined => {
  if (inputs.length < 2 || !(position >= 0 && position < inputs.length)) return undefined
  const part = (from: number, end: number): Batch => ({ first: first + from, inputs: inputs.slice(from, end) })
  return [part(0, position), part(position, position + 1), part(position + 1, inputs.length)]
    .filter((batch) => batch.inputs.length > 0)
}

/** Returns the indexes of a batch's inputs in the request. */
export const places = ({ first, inputs }: Batch): ReadonlyArray<number> => inputs.map((_, index) => first + index)
