/**
 * What a wire form of embeddings has to know: how one request is written, and how its answer is read.
 */
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import { InvalidRequestError } from "../../domain/CompletionError.ts"
import type { EmbeddingEncoding, EmbeddingInput, EmbeddingRequest, Vector } from "../../domain/Embedding.ts"
import type { EmbeddingBinding } from "../../domain/Operations.ts"
import * as TokenUsage from "../../domain/TokenUsage.ts"
import { defined, type JsonObject } from "../json/Json.ts"

/**
 * What is known when a request is written: the provider's own name for the model, and how the provider uses the form.
 */
export interface EncodeContext {
  readonly provider: string
  readonly model: string
  readonly binding: EmbeddingBinding
}

/** What is known when an answer is read: what was asked for. */
export interface Asked {
  readonly inputs: ReadonlyArray<EmbeddingInput>
  readonly encoding: EmbeddingEncoding | undefined
  readonly dimensions: number | undefined
  readonly headers: Readonly<Record<string, string>>
}

/** An answer as a form reads it: the vectors in the order of the inputs. */
export interface Answer {
  readonly vectors: ReadonlyArray<Vector>
  readonly model: string | null
  readonly usage: TokenUsage.TokenUsage
}

/**
 * A wire form.
 *
 * **Details**
 *
 * `maxInputs` is how many inputs one request may have, and `maxBytes` how many bytes of text, unless the provider's data
 * says otherwise. `encodings` are those that vectors can be asked for in. `encode` writes the body for some inputs; what it
 * has no word for is left out when the vectors would be the same without, and refused otherwise. `decode` reads the body
 * of an answer; it says in a sentence what is wrong with one that is not in this form.
 */
export interface WireFormat {
  readonly maxInputs: number
  readonly maxBytes?: number | undefined
  readonly encodings: ReadonlyArray<EmbeddingEncoding>
  readonly encode: (
    inputs: ReadonlyArray<EmbeddingInput>,
    request: EmbeddingRequest,
    context: EncodeContext
  ) => Result.Result<Schema.JsonObject, InvalidRequestError>
  readonly decode: (body: JsonObject, asked: Asked) => Result.Result<Answer, string>
}

/** A request that a form cannot write. */
export const refuse = (
  context: { readonly provider: string; readonly model: string },
  parameter: string,
  detail: string
): Result.Result<never, InvalidRequestError> =>
  Result.fail(new InvalidRequestError({ provider: context.provider, model: context.model, parameter, detail }))

/** The inputs of forms that take texts only. */
export const texts = (
  inputs: ReadonlyArray<EmbeddingInput>,
  context: EncodeContext
): Result.Result<ReadonlyArray<string>, InvalidRequestError> => {
  const found: Array<string> = []
  for (const input of inputs) {
    if (typeof input !== "string") {
      return refuse(context, "inputs", "this provider takes texts and no tokens: send the text itself")
    }
    found.push(input)
  }
  return Result.succeed(found)
}

/** The one input of forms that take one at a time. */
export const single = (
  inputs: ReadonlyArray<EmbeddingInput>,
  context: EncodeContext
): Result.Result<string, InvalidRequestError> => Result.map(texts(inputs, context), ([first]) => first ?? "")

/** A provider's word for a purpose: any word that is not of ours is the provider's own. */
export const purpose = (
  request: EmbeddingRequest,
  words: Readonly<Record<string, string | undefined>>
): string | undefined => {
  const asked = request.purpose
  if (asked === undefined) return undefined
  return ours.has(asked) ? words[asked] : asked
}

/** What the server is told of `truncate` in forms that cut texts only at their end. */
const truncateAtEnd = (
  request: EmbeddingRequest,
  context: EncodeContext
): Result.Result<boolean | undefined, InvalidRequestError> => {
  switch (request.truncate) {
    case "start":
      return refuse(context, "truncate", "texts can only be cut at their end: leave it out, or say true or false")
    case "end":
      return Result.succeed(true)
    default:
      return Result.succeed(request.truncate)
  }
}

/**
 * The body of forms that take texts only, by `model` and `input`, and cut them only at their end. `rest` are its other
 * fields, given what the server is told of `truncate`.
 */
export const textsCutAtEnd = (
  inputs: ReadonlyArray<EmbeddingInput>,
  request: EmbeddingRequest,
  context: EncodeContext,
  rest: (truncate: boolean | undefined) => Readonly<Record<string, Schema.Json | undefined>>
): Result.Result<Schema.JsonObject, InvalidRequestError> =>
  Result.flatMap(
    truncateAtEnd(request, context),
    (truncate) =>
      Result.map(texts(inputs, context), (input) => defined({ model: context.model, input, ...rest(truncate) }))
  )

/** The word of Cohere and Amazon for `truncate`. */
export const truncateWord = (request: EmbeddingRequest): "NONE" | "START" | "END" | undefined => {
  switch (request.truncate) {
    case undefined:
      return undefined
    case false:
      return "NONE"
    case "start":
      return "START"
    case true:
    case "end":
      return "END"
  }
}

const ours = new Set(["query", "document", "classification", "clustering", "similarity"])

/** Usage of which only the input is counted. */
export const usageOf = (inputTokens: number, totalTokens = inputTokens): TokenUsage.TokenUsage =>
  TokenUsage.of(inputTokens, 0, totalTokens)
