/**
 * Failures of an answer that had begun.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { Evidence } from "../ResponseEvent.ts"
import { discreet, errorContext, retryAfter, sentence } from "./ErrorContext.ts"

/**
 * The stream ended before its completion contract was fulfilled: it is a cut answer, not a short one.
 *
 * **Details**
 *
 * `ending` says how: the body ended as if all were well, or the connection broke. `missing` lists the signals any one of
 * which would have proven the answer whole, `evidence` those that were seen. `partial` is what had arrived, usage included.
 *
 * @category errors
 * @since 0.1.0
 */
export class IncompleteStreamError extends discreet(
  Schema.TaggedError<IncompleteStreamError>()("IncompleteStreamError", {
    ...errorContext,
    ending: Schema.Literals(["end-of-body", "connection-lost"]),
    missing: Schema.Array(Evidence),
    evidence: Schema.Array(Evidence)
  })
) {
  readonly isRetryable = true

  override get message(): string {
    const how = this.ending === "end-of-body" ? "ended the stream" : "lost the connection"
    return sentence(
      this,
      `${how} before the answer was whole: no ${this.missing.join(" or ")}`,
      "What arrived is in `partial`; ask again for the rest."
    )
  }
}

/**
 * The provider said inside a 200 response that it failed, with a code that maps to no narrower class.
 *
 * @category errors
 * @since 0.1.0
 */
export class StreamFailedError extends discreet(
  Schema.TaggedError<StreamFailedError>()("StreamFailedError", {
    ...errorContext,
    retryAfter
  })
) {
  get isRetryable(): boolean {
    return this.shouldRetry ?? true
  }

  override get message(): string {
    return sentence(this, "failed in the middle of the answer", "Try again; what arrived is in `partial`.")
  }
}

/**
 * The stream's bytes are not what its protocol says: not JSON, the wrong shape, or an event over the size limit.
 * `position` is the number of body bytes read before the offending frame ended; `excerpt` shows its beginning.
 *
 * @category errors
 * @since 0.1.0
 */
export class MalformedStreamError extends discreet(
  Schema.TaggedError<MalformedStreamError>()("MalformedStreamError", {
    ...errorContext,
    position: Schema.Int
  })
) {
  get isRetryable(): boolean {
    return this.shouldRetry ?? true
  }

  override get message(): string {
    return sentence(
      this,
      `sent a malformed stream at byte ${this.position}`,
      "Check that the base URL and the protocol belong together; if they do, report it with the excerpt."
    )
  }
}

/**
 * A whole (non-streaming) response is not what its protocol says: HTML, an empty body, the wrong shape.
 *
 * @category errors
 * @since 0.1.0
 */
export class MalformedResponseError extends discreet(
  Schema.TaggedError<MalformedResponseError>()("MalformedResponseError", {
    ...errorContext
  })
) {
  readonly isRetryable = false

  override get message(): string {
    return sentence(
      this,
      "sent a response that its protocol does not know",
      "Check that the base URL and the protocol belong together; if they do, report it with the excerpt."
    )
  }
}
