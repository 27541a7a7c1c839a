/**
 * Failures of a response that had begun.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { Evidence } from "../ResponseEvent.ts"
import { discreet, errorContext, retryAfter, sentence, tryAgain } from "./ErrorContext.ts"

/**
 * The stream ended before the protocol's completion contract was fulfilled: the completion is cut, and not merely
 * short. `partial` is what had arrived, its usage included.
 *
 * @category errors
 * @since 0.1.0
 */
export class IncompleteStreamError extends discreet(
  Schema.TaggedError<IncompleteStreamError>()("IncompleteStreamError", {
    ...errorContext,
    /** How the stream ended: the body ended as HTTP defines it, or the connection was lost. */
    ending: Schema.Literals(["end-of-body", "connection-lost"]),
    /** The signals of which any one would have proven the completion whole. */
    missing: Schema.Array(Evidence),
    /** The signals that were seen. */
    evidence: Schema.Array(Evidence)
  })
) {
  /** Whether the same request may succeed when it is sent again: always `true`. */
  readonly isRetryable = true

  override get message(): string {
    const how = this.ending === "end-of-body" ? "ended the stream" : "lost the connection"
    return sentence(
      this,
      `${how} before the completion was whole: no ${this.missing.join(" or ")}`,
      "Send the request again; what arrived is in `partial`."
    )
  }
}

/**
 * The provider reported a failure inside a response with status 200, with a code that no other class has.
 *
 * @category errors
 * @since 0.1.0
 */
export class StreamFailedError extends discreet(
  Schema.TaggedError<StreamFailedError>()("StreamFailedError", {
    ...errorContext,
    /** How long the provider says to wait. */
    retryAfter
  })
) {
  /** Whether the same request may succeed when it is sent again: `shouldRetry`, or `true`. */
  get isRetryable(): boolean {
    return this.shouldRetry ?? true
  }

  override get message(): string {
    return sentence(
      this,
      "failed in the middle of the completion",
      `${tryAgain(this.retryAfter)}; what arrived is in \`partial\`.`
    )
  }
}

/**
 * The bytes of the stream are not valid in its protocol: not JSON, the wrong shape, or an event over the size limit.
 * `excerpt` is the beginning of the invalid frame.
 *
 * @category errors
 * @since 0.1.0
 */
export class MalformedStreamError extends discreet(
  Schema.TaggedError<MalformedStreamError>()("MalformedStreamError", {
    ...errorContext,
    /** The number of body bytes up to the end of the invalid frame. */
    position: Schema.Int
  })
) {
  /** Whether the same request may succeed when it is sent again: `shouldRetry`, or `true`. */
  get isRetryable(): boolean {
    return this.shouldRetry ?? true
  }

  override get message(): string {
    return sentence(
      this,
      `sent a malformed stream at byte ${this.position}`,
      "Check that the base URL serves this protocol; if it does, report it with the excerpt."
    )
  }
}

/**
 * A response that was not streamed is not valid in its protocol: HTML, an empty body, the wrong shape.
 *
 * @category errors
 * @since 0.1.0
 */
export class MalformedResponseError extends discreet(
  Schema.TaggedError<MalformedResponseError>()("MalformedResponseError", {
    ...errorContext
  })
) {
  /** Whether the same request may succeed when it is sent again: always `false`. */
  readonly isRetryable = false

  override get message(): string {
    return sentence(
      this,
      "sent a response that is not valid in its protocol",
      "Check that the base URL serves this protocol; if it does, report it with the excerpt."
    )
  }
}
