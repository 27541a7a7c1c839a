/**
 * Upper bounds of the tokens of a request, computed before it is sent.
 */

/**
 * An upper bound of what an attempt can use.
 */
export interface TokenBound {
  /** Most tokens that the model can read. */
  readonly input: number
  /** The part of `input` that is allowed for what providers add, and not for what the request has. Default 0. */
  readonly overhead?: number | undefined
  /** Most tokens that the model can write, in all completions together; `undefined` where the request sets no limit. */
  readonly output: number | undefined
  /** How many texts the model reads each on its own, such as the inputs of embeddings. Default 1. */
  readonly prompts?: number | undefined
  /** How many completions are requested, each of which may reach the output limit. Default 1. */
  readonly completions?: number | undefined
  /** Smallest output limit that the request can be sent with, in tokens. Default 1. */
  readonly leastOutput?: number | undefined
}
