/**
 * Upper bounds of the tokens of a request, computed before it is sent.
 */

/**
 * An upper bound of what an attempt can use.
 *
 * @category models
 * @since 0.2.0
 */
export interface TokenBound {
  /** Most tokens that the model can read. */
  readonly input: number
  /** Most tokens that the model can write; `undefined` where the request sets no limit. */
  readonly output: number | undefined
}
