/**
 * The summary of an error in lines of JSON.
 */
import * as Duration from "effect/Duration"
import type { CompletionError } from "../domain/CompletionError.ts"

/** A failure: which, in a sentence, whether it may pass, and when. */
export interface ErrorSummary {
  readonly _tag: string
  readonly message: string
  readonly isRetryable: boolean
  readonly retryAfterMs: number | null
}

/** Sums up a failure. */
export const of = (error: CompletionError): ErrorSummary => ({
  _tag: error._tag,
  message: error.message,
  isRetryable: error.isRetryable,
  retryAfterMs: "retryAfter" in error && error.retryAfter !== undefined ? Duration.toMillis(error.retryAfter) : null
})
