/**
 * The interface of a wire format of rankings, and what several of them share.
 */
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import { InvalidRequestError } from "../../domain/CompletionError.ts"
import type { RerankRequest } from "../../domain/Rerank.ts"
import type { Warning } from "../../domain/ResponseEvent.ts"
import type { TokenUsage } from "../../domain/TokenUsage.ts"
import type { JsonObject } from "../json/Json.ts"

/** What a request is encoded for. */
export interface EncodeContext {
  /** The id of the provider. */
  readonly provider: string
  /** The provider's own name for the model. */
  readonly model: string
  /** The variables of the provider's addresses. */
  readonly variables: Readonly<Record<string, string>>
  /** The cursor of the next page, from the response before. Default: the first page. */
  readonly next?: string | undefined
}

/** The rank of a document. */
export interface Ranked {
  /** The index of the document in the request. */
  readonly index: number
  /** Its score. */
  readonly score: number
}

/** A decoded response. */
export interface DecodedRanking {
  /** The ranks of documents, the best first. */
  readonly results: ReadonlyArray<Ranked>
  /** The provider's id of the response, if it has one. */
  readonly responseId: string | null
  /** The model that the response names, if it names one. */
  readonly model: string | null
  /** The tokens that the response reports. */
  readonly usage: TokenUsage
  /** The search units that the response reports. */
  readonly searchUnits: number
  /** The cursor of the next page. Default: there is none. */
  readonly next?: string | undefined
  /** What of the request was left out or changed. Default: nothing. */
  readonly warnings?: ReadonlyArray<Warning>
}

/** A wire format. */
export interface WireFormat {
  /** The options for which there is no field, so that they are left out with a warning. Default: none. */
  readonly lacks?: ReadonlyArray<"truncate" | "maxTokensPerDocument">
  /** Encodes the body of a request. An option with a value that the provider cannot express fails. */
  readonly encode: (
    request: RerankRequest,
    context: EncodeContext
  ) => Result.Result<Schema.JsonObject, InvalidRequestError>
  /** Decodes the body of a response, or fails with a sentence that says what is wrong with it. */
  readonly decode: (body: JsonObject) => Result.Result<DecodedRanking, string>
}

/** Fails a request that the wire format cannot encode. */
export const invalid = (
  context: EncodeContext,
  parameter: string,
  detail: string
): Result.Result<never, InvalidRequestError> =>
  Result.fail(new InvalidRequestError({ provider: context.provider, model: context.model, parameter, detail }))

/** Returns the documents for a wire format that takes texts only. An object with a `text` is that text. */
export const texts = (
  request: RerankRequest,
  context: EncodeContext
): Result.Result<ReadonlyArray<string>, InvalidRequestError> => {
  const found: Array<string> = []
  for (const document of request.documents) {
    const text = typeof document === "string" ? document : document["text"]
    if (typeof text !== "string") {
      return invalid(
        context,
        "documents",
        "this provider takes texts, or objects with a `text`: write the fields into a text"
      )
    }
    found.push(text)
  }
  return Result.succeed(found)
}
