/**
 * Failures of circuit breakers.
 *
 * @since 0.2.0
 */
import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { discreet, errorContext, sentence } from "./ErrorContext.ts"

/**
 * The circuit breaker of the target is open: the provider has failed several times, and is left alone for a while.
 * Nothing was sent. It occurs only where `CircuitBreakers.layer` is provided.
 *
 * @category errors
 * @since 0.2.0
 */
export class CircuitOpenError extends discreet(
  Schema.TaggedError<CircuitOpenError>()("CircuitOpenError", {
    ...errorContext,
    /** The moment from which the target may be called again, in milliseconds since 1970. */
    retryAt: Schema.Finite,
    /** The `_tag` of the error that opened the circuit breaker. */
    lastFailure: Schema.optionalKey(Schema.String)
  })
) {
  /**
   * Whether the same request may succeed when it is sent again: always `false`, since it is too early for this target.
   */
  readonly isRetryable = false

  override get message(): string {
    const at = DateTime.make(this.retryAt)
    const until = Option.isNone(at) ? "" : ` until ${DateTime.formatIso(at.value)}`
    const last = this.lastFailure === undefined ? "" : `, after ${this.lastFailure}`
    return sentence(
      this,
      `is not called: its circuit breaker is open${until}${last}`,
      "Try again then, or use another provider."
    )
  }
}
