/**
 * Collects what of one request cannot be encoded, what is left out or changed, and what to undo in the response.
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
  /**
   * Headers that the body needs, with names in lower case. They go over those of the request, and hold what these have.
   * Absent where there are none.
   */
  readonly headers?: Readonly<Record<string, string>>
  /**
   * The JSON Schemas of the tools whose calls come in another shape, by the tool's name: their arguments must be
   * restored. Absent where there are none.
   */
  readonly reshapedTools?: ReadonlyMap<string, Schema.JsonObject>
}

/** The problems and the warnings of one request. */
export interface Problems {
  /** Adds a problem. `parameter` is the part of the request, `detail` says what is wrong with it and what to do. */
  readonly refuse: (parameter: string, detail: string) => void
  /** Adds a warning, once. `parameter` is the part of the request, `message` says in a sentence what was done and why. */
  readonly warn: (parameter: string, message: string) => void
  /** Notes that the arguments of a tool's calls must be restored to its JSON Schema. */
  readonly reshape: (tool: string, schema: Schema.JsonObject) => void
  /** Returns the request with this body, and the headers that it needs, or the first problem. */
  readonly encoded: (
    body: Schema.JsonObject,
    headers?: Readonly<Record<string, string>>
  ) => Result.Result<EncodedRequest, InvalidRequestError>
}

/** Creates an empty list of problems for one request. */
export const make = ({ model, provider }: EncodeContext): Problems => {
  const warnings: Array<Warning> = []
  let reshapedTools: Map<string, Schema.JsonObject> | undefined
  let first: InvalidRequestError | undefined
  return {
    refuse: (parameter, detail) => {
      first ??= new InvalidRequestError({ provider, model, parameter, detail })
    },
    warn: (parameter, message) => {
      if (!warnings.some((known) => known.message === message)) warnings.push({ parameter, message })
    },
    reshape: (tool, schema) => {
      reshapedTools = (reshapedTools ?? new Map()).set(tool, schema)
    },
    encoded: (body, headers) =>
      first === undefined
        ? Result.succeed({
          body,
          warnings,
          ...(headers === undefined ? {} : { headers }),
          ...(reshapedTools === undefined ? {} : { reshapedTools })
        })
        : Result.fail(first)
  }
}
