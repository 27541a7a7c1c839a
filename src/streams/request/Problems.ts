/**
 * Collects what of one request cannot be encoded, and what is left out or changed.
 *
 * An encoder goes through the whole request. The first problem fails it.
 */
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import { InvalidRequestError } from "../../domain/CompletionError.ts"
import type { Warning } from "../../domain/ResponseEvent.ts"
import type { EncodeContext } from "./EncodeContext.ts"

/** An encoded request. */
export interface EncodedRequest {
  /** The JSON body. */
  readonly body: Schema.JsonObject
  /** What of the request was left out or changed, in the order of the encoder. Mostly empty. */
  readonly warnings: ReadonlyArray<Warning>
}

/** The problems and the warnings of one request. */
export interface Problems {
  /** Adds a problem. `parameter` is the part of the request, `detail` says what is wrong with it and what to do. */
  readonly refuse: (parameter: string, detail: string) => void
  /** Adds a warning, once. `parameter` is the part of the request, `message` says in a sentence what was done and why. */
  readonly warn: (parameter: string, message: string) => void
  /** Returns the request with this body, or the first problem. */
  readonly encoded: (body: Schema.JsonObject) => Result.Result<EncodedRequest, InvalidRequestError>
}

/** Creates an empty list of problems for one request. */
export const make = ({ model, provider }: EncodeContext): Problems => {
  const warnings: Array<Warning> = []
  let first: InvalidRequestError | undefined
  return {
    refuse: (parameter, detail) => {
      first ??= new InvalidRequestError({ provider, model, parameter, detail })
    },
    warn: (parameter, message) => {
      if (!warnings.some((known) => known.message === message)) warnings.push({ parameter, message })
    },
    encoded: (body) => (first === undefined ? Result.succeed({ body, warnings }) : Result.fail(first))
  }
}
