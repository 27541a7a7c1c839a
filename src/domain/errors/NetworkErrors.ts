/**
 * Failures of the way to the provider, and of the time it may take.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { discreet, errorContext, retryAfter, sentence } from "./ErrorContext.ts"

/**
 * The connection was refused, reset or never made; `code` is the system's (`ECONNREFUSED`, `ENOTFOUND`, …).
 *
 * @category errors
 * @since 0.1.0
 */
export class ConnectionError extends discreet(Schema.TaggedError<ConnectionError>()("ConnectionError", errorContext)) {
  readonly isRetryable = true

  override get message(): string {
    return sentence(this, "could not be reached", "Check the network, the base URL and the proxy settings.")
  }
}

/**
 * No connection within the connect timeout (`after`; default 5 s).
 *
 * @category errors
 * @since 0.1.0
 */
export class ConnectTimeoutError extends discreet(
  Schema.TaggedError<ConnectTimeoutError>()("ConnectTimeoutError", {
    ...errorContext,
    after: Schema.DurationFromMillis
  })
) {
  readonly isRetryable = true

  override get message(): string {
    return sentence(this, "did not accept a connection in time", "Check the address, or raise the connect timeout.")
  }
}

/**
 * The provider did not answer in time: no response headers within `after` (default 300 s), or its own word for it (408,
 * 504, 524), in which case there is a `status` and no `after`.
 *
 * @category errors
 * @since 0.1.0
 */
export class RequestTimeoutError extends discreet(
  Schema.TaggedError<RequestTimeoutError>()("RequestTimeoutError", {
    ...errorContext,
    retryAfter,
    after: Schema.optionalKey(Schema.DurationFromMillis)
  })
) {
  get isRetryable(): boolean {
    return this.shouldRetry ?? true
  }

  override get message(): string {
    return sentence(this, "did not answer in time", "Try again, or raise the timeout.")
  }
}

/**
 * A stream fell silent for longer than `after`. `silence` says what was missing: `bytes` (nothing at all arrived;
 * default 60 s) or `events` (keep-alives perhaps, but no event; default 300 s).
 *
 * @category errors
 * @since 0.1.0
 */
export class StreamIdleTimeoutError extends discreet(
  Schema.TaggedError<StreamIdleTimeoutError>()("StreamIdleTimeoutError", {
    ...errorContext,
    silence: Schema.Literals(["bytes", "events"]),
    after: Schema.DurationFromMillis
  })
) {
  readonly isRetryable = true

  override get message(): string {
    return sentence(this, `sent no ${this.silence} for too long`, "Try again, or raise the idle timeout.")
  }
}
