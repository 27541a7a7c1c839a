/**
 * The summary of an error in lines of JSON.
 */
import * as Duration from "effect/Duration"
import type { CompletionError } from "../domain/CompletionError.ts"

/** The summary of an error. */
export interface ErrorSummary {
  /** The error class. */
  readonly _tag: string
  /** The error's message. */
  readonly message: string
  /** Whether a retry of the same request can succeed. */
  readonly isRetryable: boolean
  /** How long the provider wants a retry to wait, in milliseconds; `null` when unknown. */
  readonly retryAfterMs: number | null
}

/** Creates the summary of an error. */
export const of = (error: CompletionError): ErrorSummary => ({
  _tag: error._tag,
  message: error.message,
  isRetryable: error.isRetryable,
  retryAfterMs: "retryAfter" in error && error.retryAfter !== undefined ? Duration.toMillis(error.retryAfter) : null
})
