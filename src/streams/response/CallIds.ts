/**
 * Ids for tool calls that came without one.
 */
import * as Hash from "effect/Hash"

/**
 * The id of the n-th call of an answer: `call_<answer>_<n>`, so that a result can name the call, in a conversation of many
 * answers too. `answer` tells the answer from others.
 */
export const make = (answer: string | null | undefined, number: number): string =>
  answer === undefined || answer === null
    ? `call_${number}`
    : `call_${(Hash.string(answer) >>> 0).toString(36)}_${number}`
