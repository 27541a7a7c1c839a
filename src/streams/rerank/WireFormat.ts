/**
 * What a wire form of rankings has to know: how a request is written, and how its answer is read.
 */
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import { InvalidRequestError } from "../../domain/CompletionError.ts"
import type { RerankRequest } from "../../domain/Rerank.ts"
import type { TokenUsage } from "../../domain/TokenUsage.ts"
import type { JsonObject } from "../json/Json.ts"

/**
 * What is known when a request is written: the provider's own name for the model, and the parts of the provider's addresses.
 * `next` is what an answer said where it goes on.
 */
export interface EncodeContext {
  readonly provider: string
  readonly model: string
  readonly variables: Readonly<Record<string, string>>
  readonly next?: string | undefined
}

/** A place in the request, and the score of the document there. */
export interface Ranked {
  readonly index: number
  readonly score: number
}

/** An answer as a form reads it. `next` is there when the ranking goes on in another answer. */
export interface Answer {
  readonly results: ReadonlyArray<Ranked>
  readonly responseId: string | null
  readonly model: string | null
  readonly usage: TokenUsage
  readonly searchUnits: number
  readonly next?: string | undefined
}

/**
 * A wire form. `encode` leaves out what it has no word for when the ranking would be the same without, and refuses it
 * otherwise. `decode` says in a sentence what is wrong with a body that is not in this form.
 */
export interface WireFormat {
  readonly encode: (
    request: RerankRequest,
    context: EncodeContext
  ) => Result.Result<Schema.JsonObject, InvalidRequestError>
  readonly decode: (body: JsonObject) => Result.Result<Answer, string>
}

/** A request that a form cannot write. */
export const refuse = (
  context: EncodeContext,
  parameter: string,
  detail: string
): Result.Result<never, InvalidRequestError> =>
  Result.fail(new InvalidRequestError({ provider: context.provider, model: context.model, parameter, detail }))

/** The documents of forms that take texts only. An object that has a `text` is that text. */
export const texts = (
  request: RerankRequest,
  context: EncodeContext
): Result.Result<ReadonlyArray<string>, InvalidRequestError> => {
  const found: Array<string> = []
  for (const document of request.documents) {
    const text = typeof document === "string" ? document : document["text"]
    if (typeof text !== "string") {
      return refuse(
        context,
        "documents",
        "this provider takes texts, or objects with a `text`: write the fields into a text"
      )
    }
    found.push(text)
  }
  return Result.succeed(found)
}
