/**
 * Divides inputs into requests within a provider's limits, and recognises errors of requests over them.
 */
import type { CompletionError } from "../../domain/CompletionError.ts"
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

/** Returns the indexes of a batch's inputs in the request. */
export const places = ({ first, inputs }: Batch): ReadonlyArray<number> => inputs.map((_, index) => first + index)

// OpenAI, Voyage, Mistral, Google, DashScope, Text Embeddings Inference, and servers that copied their sentences.
const tooMany =
  /max_tokens_per_request|tokens per (request|submitted batch)|batch size|too many (inputs|texts|items|instances)|more batches|at most \d+ (requests|instances|inputs|texts)|payload size|request too large/i

/** Returns whether a request was rejected for its total size, so that a part of it may be accepted. */
export const isTooMuch = (error: CompletionError): boolean => {
  switch (error._tag) {
    case "ContextLengthExceededError":
      return true
    case "InvalidRequestError":
      return error.status !== undefined &&
        (error.status === 413 || error.code === "3210" || tooMany.test(`${error.code ?? ""} ${error.detail ?? ""}`))
    default:
      return false
  }
}
