/**
 * Creates probabilities of tokens. They are the same for the same token at the same position.
 */
import type * as Completion from "./Completion.ts"
import type { JsonObject } from "./Json.ts"

/** A token with its probability. */
export interface Entry {
  readonly token: string
  /** The natural logarithm of the probability. */
  readonly logprob: number
  /** The alternatives, the likeliest first: the token itself, and made-up ones. */
  readonly top: ReadonlyArray<{ readonly token: string; readonly logprob: number }>
}

/** Creates the entry of a token at a position, with a number of alternatives. */
const entry = (token: string, position: number, alternatives: number): Entry => {
  const logprob = -(1 + position % 5) / 20
  const top = Array.from({ length: Math.min(alternatives, 20) }, (_, index) => ({
    token: index === 0 ? token : `alternative${index}`,
    logprob: index === 0 ? logprob : -3 - index
  }))
  return { token, logprob, top }
}

const encoder = new TextEncoder()

const withBytes = ({ logprob, token }: Pick<Entry, "logprob" | "token">): JsonObject => ({
  token,
  logprob,
  bytes: [...encoder.encode(token)]
})

/** Encodes an entry as OpenAI and Ollama do. */
export const encode = (entry: Entry): JsonObject => ({
  ...withBytes(entry),
  top_logprobs: entry.top.map(withBytes)
})

/** Returns the probabilities of deltas from a position on, or nothing where the request does not ask for them. */
export const ofDeltas = (
  { topLogprobs }: Pick<Completion.Completion, "topLogprobs">,
  deltas: Iterable<string>,
  first = 0
): ReadonlyArray<Entry> =>
  topLogprobs === undefined ? [] : [...deltas].map((delta, index) => entry(delta, first + index, topLogprobs))
