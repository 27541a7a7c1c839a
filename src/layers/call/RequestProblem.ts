/**
 * What makes a request one that cannot be sent, whatever it asks: found before anything is sent.
 *
 * @since 0.1.0
 */
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import * as HeaderSyntax from "../http/HeaderSyntax.ts"

/**
 * The part of a request that cannot be sent, and why.
 *
 * @category models
 * @since 0.1.0
 */
export interface Flaw {
  readonly parameter: string
  readonly detail: string
}

/**
 * The first of a caller's headers that HTTP cannot carry.
 *
 * @category accessors
 * @since 0.1.0
 */
export const ofHeaders = (headers: Readonly<Record<string, string>> | undefined): Flaw | undefined => {
  const wrong = headers === undefined
    ? undefined
    : Object.entries(headers).find(([name, value]) => !HeaderSyntax.isField(name, value))
  return wrong === undefined ? undefined : {
    parameter: "headers",
    detail: `the name or the value of "${wrong[0].slice(0, 100)}" has characters that no HTTP header can carry`
  }
}

/**
 * The first of some numbers that JSON has no word for: it would be sent as `null`, which is another request.
 *
 * @category accessors
 * @since 0.1.0
 */
export const ofNumbers = (numbers: Readonly<Record<string, number | undefined>>): Flaw | undefined => {
  const wrong = Object.entries(numbers).find(([, value]) => value !== undefined && !Number.isFinite(value))
  return wrong === undefined ? undefined : { parameter: wrong[0], detail: "it is not a finite number" }
}

/**
 * Writes a value as JSON. Only what a caller adds to a body can be none: a record that holds itself, a `BigInt`.
 *
 * @category encoding
 * @since 0.1.0
 */
export const jsonOf = (value: Schema.Json): Result.Result<Uint8Array, Flaw> => {
  try {
    return Result.succeed(Buffer.from(JSON.stringify(value)))
  } catch {
    return Result.fail({
      parameter: "providerOptions",
      detail: "something in them, or in what is asked, cannot be written as JSON"
    })
  }
}
