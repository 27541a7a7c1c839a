/**
 * Makes ids for tool calls without one.
 */
import * as Hash from "effect/Hash"

/**
 * Makes the id of the n-th call of a response: `call_<response>_<n>`, so that a result can name the call in a
 * conversation of many responses. `response` identifies the response.
 */
export const make = (response: string | null | undefined, number: number): string =>
  response === undefined || response === null
    ? `call_${number}`
    : `call_${(Hash.string(response) >>> 0).toString(36)}_${number}`
