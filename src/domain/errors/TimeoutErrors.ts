/**
 * Failures of a limit on time. Each has the limit and the time that was waited.
 *
 * @since 0.2.0
 */
import * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"
import { discreet, errorContext, retryAfter, sentence, tryAgain } from "./ErrorContext.ts"

/** The limit that was reached, and how long the wait was. */
const clock = {
  /** The limit. */
  limit: Schema.DurationFromMillis,
  /** How long the wait was. */
  waited: Schema.DurationFromMillis
}

const seconds = (duration: Duration.Duration): string => `${Duration.toMillis(duration) / 1000} s`

/**
 * No connection was made within the connect timeout (`limit`, default 5 s).
 *
 * @category errors
 * @since 0.1.0
 */
export class ConnectTimeoutError extends discreet(
  Schema.TaggedError<ConnectTimeoutError>()("ConnectTimeoutError", { ...errorContext, ...clock })
) {
  /** Whether the same request may succeed when it is sent again: always `true`. */
  readonly isRetryable = true

  override get message(): string {
    return sentence(
      this,
      `did not accept a connection within ${seconds(this.limit)}`,
      "Check the address, or raise connectTimeout."
    )
  }
}

/**
 * No connection of the pool became free within `limit` (default 60 s): all of them were busy with other requests.
 * Nothing was sent.
 *
 * @category errors
 * @since 0.2.0
 */
export class ConnectionWaitTimeoutError extends discreet(
  Schema.TaggedError<ConnectionWaitTimeoutError>()("ConnectionWaitTimeoutError", { ...errorContext, ...clock })
) {
  /** Whether the same request may succeed when it is sent again: always `true`. */
  readonly isRetryable = true

  override get message(): string {
    return sentence(
      this,
      `had no free connection within ${seconds(this.limit)}`,
      "Raise connectionsPerHost or connectionWaitTimeout, or send fewer requests at once."
    )
  }
}

/**
 * No response headers came within `limit` of sending the request (default 300 s), or the provider reported a timeout of
 * its own (408, 504, 524): then there is a `status` and neither `limit` nor `waited`.
 *
 * @category errors
 * @since 0.1.0
 */
export class RequestTimeoutError extends discreet(
  Schema.TaggedError<RequestTimeoutError>()("RequestTimeoutError", {
    ...errorContext,
    /** How long the provider says to wait. */
    retryAfter,
    /** The limit; absent for a timeout that the provider reported. */
    limit: Schema.optionalKey(Schema.DurationFromMillis),
    /** How long the wait was; absent for a timeout that the provider reported. */
    waited: Schema.optionalKey(Schema.DurationFromMillis)
  })
) {
  /** Whether the same request may succeed when it is sent again: `shouldRetry`, or `true`. */
  get isRetryable(): boolean {
    return this.shouldRetry ?? true
  }

  override get message(): string {
    return this.limit === undefined
      ? sentence(this, "reported a timeout", `${tryAgain(this.retryAfter)}.`)
      : sentence(this, `sent no response within ${seconds(this.limit)}`, "Try again, or raise headersTimeout.")
  }
}

/**
 * No event with content came within `limit` of sending the request (default 300 s; 900 s for reasoning at high effort).
 *
 * @category errors
 * @since 0.2.0
 */
export class FirstEventTimeoutError extends discreet(
  Schema.TaggedError<FirstEventTimeoutError>()("FirstEventTimeoutError", { ...errorContext, ...clock })
) {
  /** Whether the same request may succeed when it is sent again: always `true`. */
  readonly isRetryable = true

  override get message(): string {
    return sentence(
      this,
      `sent no content within ${seconds(this.limit)}`,
      "Try again, or raise firstEventTimeout."
    )
  }
}

/**
 * A stream paused for longer than `limit`. `kind` says what was missing: `bytes` (nothing at all arrived; default 120
 * s, 300 s for reasoning models and local servers) or `events` (keep-alives perhaps, but no event with content; default
 * 300 s, 900 s for reasoning at high effort).
 *
 * @category errors
 * @since 0.1.0
 */
export class StreamIdleTimeoutError extends discreet(
  Schema.TaggedError<StreamIdleTimeoutError>()("StreamIdleTimeoutError", {
    ...errorContext,
    ...clock,
    /** What was missing: any byte (`bytes`), or an event with content (`events`). */
    kind: Schema.Literals(["bytes", "events"])
  })
) {
  /** Whether the same request may succeed when it is sent again: always `true`. */
  readonly isRetryable = true

  override get message(): string {
    return sentence(
      this,
      `sent no ${this.kind} for ${seconds(this.limit)}`,
      `Try again, or raise ${this.kind === "bytes" ? "idleTimeout" : "eventTimeout"}.`
    )
  }
}

/**
 * Content arrived more slowly than the minimum rate: fewer than `charactersPerSecond` over `limit` of waiting.
 *
 * @category errors
 * @since 0.2.0
 */
export class MinimumRateError extends discreet(
  Schema.TaggedError<MinimumRateError>()("MinimumRateError", {
    ...errorContext,
    ...clock,
    /** The minimum rate, in characters per second of waiting. */
    charactersPerSecond: Schema.Finite,
    /** How many characters arrived within `waited`. */
    characters: Schema.Int
  })
) {
  /** Whether the same request may succeed when it is sent again: always `true`. */
  readonly isRetryable = true

  override get message(): string {
    return sentence(
      this,
      `sent ${this.characters} characters in ${seconds(this.waited)}, less than ${this.charactersPerSecond} per second`,
      "Try again, use another provider, or lower minimumRate."
    )
  }
}

/**
 * The deadline of the call or of a budget passed, `limit` after its time began to run. `lastFailure` is the error after
 * which no time was left for another attempt.
 *
 * @category errors
 * @since 0.2.0
 */
export class DeadlineExceededError extends discreet(
  Schema.TaggedError<DeadlineExceededError>()("DeadlineExceededError", {
    ...errorContext,
    ...clock,
    /** The `_tag` of the error after which no time was left for another attempt. */
    lastFailure: Schema.optionalKey(Schema.String)
  })
) {
  /** Whether the same request may succeed when it is sent again: always `false`. */
  readonly isRetryable = false

  override get message(): string {
    const last = this.lastFailure === undefined ? "" : `, after ${this.lastFailure}`
    return sentence(
      this,
      `did not finish within the deadline of ${seconds(this.limit)}${last}`,
      "Raise the deadline, or request less."
    )
  }
}
