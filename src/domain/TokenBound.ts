/**
 * Upper bounds of the tokens of a request, computed before it is sent.
 */

/**
 * An upper bound of what an attempt can use.
 */
export interface TokenBound {
  /** Most tokens that the model can read. */
  readonly input: number
  /** Most tokens that the model can write; `undefined` where the request sets no limit. */
  readonly output: number | undefined
}
