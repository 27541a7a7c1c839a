/**
 * What circuit breakers report: the target of each, its state, and the changes of that.
 *
 * @since 0.2.0
 */

/**
 * What one circuit breaker is for.
 *
 * @category models
 * @since 0.2.0
 */
export interface Circuit {
  /** Id of the provider. */
  readonly provider: string
  /** The host that requests go to, which tells the regions of a provider apart. */
  readonly host: string
  /** The variable or option that holds the key, never the key; `undefined` where there is none. */
  readonly key: string | undefined
  /** The provider's own name of the model; `undefined` for operations without one, such as listing models. */
  readonly model: string | undefined
}

/**
 * The state of a circuit breaker: attempts are sent (`closed`), none is (`open`), or a single one is, which decides
 * between the two (`half-open`).
 *
 * @category models
 * @since 0.2.0
 */
export type CircuitState = "closed" | "open" | "half-open"

/**
 * The state of one circuit breaker.
 *
 * @category models
 * @since 0.2.0
 */
export interface CircuitStatus {
  /** What it is for. */
  readonly circuit: Circuit
  /** Its state. One that is open becomes half-open with the first attempt after `retryAt`. */
  readonly state: CircuitState
  /** The moment of the latest change, in milliseconds since 1970; `undefined` where it has always been closed. */
  readonly since: number | undefined
  /** The moment from which an attempt may be sent, in milliseconds since 1970; `undefined` where it is closed. */
  readonly retryAt: number | undefined
  /** How many attempts in a row have failed before their first content. */
  readonly failures: number
  /** How many responses in a row have failed after their first content. */
  readonly cuts: number
}

/**
 * A change of the state of a circuit breaker.
 *
 * @category models
 * @since 0.2.0
 */
export interface CircuitTransition {
  /** The circuit breaker. */
  readonly circuit: Circuit
  /** The state before. */
  readonly from: CircuitState
  /** The state after. */
  readonly to: CircuitState
  /** When it changed, in milliseconds since 1970. */
  readonly at: number
  /** The moment from which an attempt may be sent, in milliseconds since 1970, where it opened. */
  readonly retryAt: number | undefined
  /** The `_tag` of the error that opened it, where it opened. */
  readonly failure: string | undefined
}
