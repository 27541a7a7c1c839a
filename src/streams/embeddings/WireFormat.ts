/**
 * The interface of a wire format of embeddings, and what several of them share.
 */
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import { InvalidRequestError } from "../../domain/CompletionError.ts"
import type { EmbeddingEncoding, EmbeddingInput, EmbeddingRequest, Vector } from "../../domain/Embedding.ts"
import type { EmbeddingBinding } from "../../domain/Operations.ts"
import type { Warning } from "../../domain/ResponseEvent.ts"
import * as TokenUsage from "../../domain/TokenUsage.ts"
import { defined, type JsonObject } from "../json/Json.ts"

/** What a request is encoded for. */
export interface EncodeContext {
  /** The id of the provider. */
  readonly provider: string
  /** The provider's own name for the model. */
  readonly model: string
  /** How the provider uses the wire format. */
  readonly binding: EmbeddingBinding
}

/** What was requested, and the headers of the response. */
export interface RequestedEmbeddings {
  /** The inputs of the request. */
  readonly inputs: ReadonlyArray<EmbeddingInput>
  /** The encoding that was requested, if any was. */
  readonly encoding: EmbeddingEncoding | undefined
  /** The number of dimensions that was requested, if any was. */
  readonly dimensions: number | undefined
  /** The response headers, with names in lower case. */
  readonly headers: Readonly<Record<string, string>>
}

/** A decoded response. */
export interface DecodedEmbeddings {
  /** The vectors in the order of the inputs. */
  readonly vectors: ReadonlyArray<Vector>
  /** The model that the response names, if it names one. */
  readonly model: string | null
  /** The tokens that the response reports. */
  readonly usage: TokenUsage.TokenUsage
  /** What of the request was left out or changed. Default: nothing. */
  readonly warnings?: ReadonlyArray<Warning>
}

/** A provider's words for purposes. */
export type Purposes = Readonly<Partial<Record<OwnPurpose, string>>>

/** A purpose of ours. */
type OwnPurpose = "query" | "document" | "classification" | "clustering" | "similarity"

/** A wire format. */
export interface WireFormat {
  /** The most inputs of one request, unless the provider's definition has another limit. */
  readonly maxInputs: number
  /** The most bytes of text of one request, unless the provider's definition has another limit. Default: no limit. */
  readonly maxBytes?: number | undefined
  /** The encodings in which vectors can be requested, the preferred one first. */
  readonly encodings: ReadonlyArray<EmbeddingEncoding>
  /** The provider's words for purposes. One without a word is left out. Default: there is no field for a purpose. */
  readonly purposes?: Purposes
  /** The options for which there is no field, so that they are left out with a warning. Default: none. */
  readonly lacks?: ReadonlyArray<"truncate" | "user">
  /**
   * Encodes the body of a request for some inputs. An option with a value that the provider cannot express fails.
   */
  readonly encode: (
    inputs: ReadonlyArray<EmbeddingInput>,
    request: EmbeddingRequest,
    context: EncodeContext
  ) => Result.Result<Schema.JsonObject, InvalidRequestError>
  /** Decodes the body of a response, or fails with a sentence that says what is wrong with it. */
  readonly decode: (body: JsonObject, requested: RequestedEmbeddings) => Result.Result<DecodedEmbeddings, string>
}

/** Fails a request that the wire format cannot encode. */
export const invalid = (
  context: { readonly provider: string; readonly model: string },
  parameter: string,
  detail: string
): Result.Result<never, InvalidRequestError> =>
  Result.fail(new InvalidRequestError({ provider: context.provider, model: context.model, parameter, detail }))

/** Returns the inputs for a wire format that takes texts only. */
export const texts = (
  inputs: ReadonlyArray<EmbeddingInput>,
  context: EncodeContext
): Result.Result<ReadonlyArray<string>, InvalidRequestError> => {
  const found: Array<string> = []
  for (const input of inputs) {
    if (typeof input !== "string") {
      return invalid(context, "inputs", "this provider takes texts and no tokens: send the text itself")
    }
    found.push(input)
  }
  return Result.succeed(found)
}

/** Returns the input for a wire format that takes one at a time. */
export const single = (
  inputs: ReadonlyArray<EmbeddingInput>,
  context: EncodeContext
): Result.Result<string, InvalidRequestError> => Result.map(texts(inputs, context), ([first]) => first ?? "")

/** Returns a provider's word for a purpose. A purpose that is not one of ours is the provider's own word. */
export const purpose = (
  request: EmbeddingRequest,
  words: Purposes
): string | undefined => {
  const requested = request.purpose
  return requested !== undefined && isOurs(requested) ? words[requested] : requested
}

/** Returns the value of `truncate` for a wire format that cuts texts only at their end. */
const truncateAtEnd = (
  request: EmbeddingRequest,
  context: EncodeContext
): Result.Result<boolean | undefined, InvalidRequestError> => {
  switch (request.truncate) {
    case "start":
      return invalid(context, "truncate", "texts can only be cut at their end: leave it out, or say true or false")
    case "end":
      return Result.succeed(true)
    default:
      return Result.succeed(request.truncate)
  }
}

/**
 * Encodes the body of a wire format that takes texts only, in `model` and `input`, and cuts them only at their end.
 * `rest` returns its other fields for a value of `truncate`.
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

/** Returns the word of Cohere and Amazon for `truncate`. */
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

const ours: ReadonlySet<string> = new Set<OwnPurpose>([
  "query",
  "document",
  "classification",
  "clustering",
  "similarity"
])

const isOurs = (purpose: string): purpose is OwnPurpose => ours.has(purpose)

/** Returns usage that has input only. */
export const usageOf = (inputTokens: number, totalTokens = inputTokens): TokenUsage.TokenUsage =>
  TokenUsage.of(inputTokens, 0, totalTokens)
