/**
 * Finds what keeps a request from being sent, whichever operation it is for.
 */
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import * as HeaderSyntax from "../http/HeaderSyntax.ts"

/** The part of a request that cannot be sent, and why. */
export interface RequestProblem {
  /** Name of the request's field. */
  readonly parameter: string
  /** Why it cannot be sent, as a part of a sentence. */
  readonly detail: string
}

/** Returns the first header of the caller that HTTP cannot carry. */
export const ofHeaders = (headers: Readonly<Record<string, string>> | undefined): RequestProblem | undefined => {
  const wrong = headers === undefined
    ? undefined
    : Object.entries(headers).find(([name, value]) => !HeaderSyntax.isField(name, value))
  return wrong === undefined ? undefined : {
    parameter: "headers",
    detail: `the name or the value of "${wrong[0].slice(0, 100)}" has characters that no HTTP header can carry`
  }
}

/** Returns the first number that JSON cannot express: it would be sent as `null`, which is another request. */
export const ofNumbers = (numbers: Readonly<Record<string, number | undefined>>): RequestProblem | undefined => {
  const wrong = Object.entries(numbers).find(([, value]) => value !== undefined && !Number.isFinite(value))
  return wrong === undefined ? undefined : { parameter: wrong[0], detail: "it is not a finite number" }
}

/** Encodes a value as JSON. Only what a caller adds to a body can fail: a record that contains itself, a `BigInt`. */
export const jsonOf = (value: Schema.Json): Result.Result<Uint8Array, RequestProblem> => {
  try {
    return Result.succeed(Buffer.from(JSON.stringify(value)))
  } catch {
    return Result.fail({
      parameter: "providerOptions",
      detail: "something in them, or elsewhere in the request, cannot be written as JSON"
    })
  }
}
