/**
 * Failures of capacity: the provider's, or what the account may use of it.
 *
 * @since 0.1.0
 */
import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { RateLimitSnapshot } from "../RateLimitSnapshot.ts"
import { discreet, errorContext, retryAfter, sentence } from "./ErrorContext.ts"

const rateLimits = Schema.optionalKey(RateLimitSnapshot)

/**
 * Too many requests or tokens in a short time (429). Wait for `retryAfter`, where the provider said how long.
 *
 * @category errors
 * @since 0.1.0
 */
export class RateLimitedError extends discreet(
  Schema.TaggedError<RateLimitedError>()("RateLimitedError", {
    ...errorContext,
    retryAfter,
    rateLimits
  })
) {
  get isRetryable(): boolean {
    return this.shouldRetry ?? true
  }

  override get message(): string {
    return sentence(this, "is limiting the rate of this key", "Wait before asking again, or ask less often.")
  }
}

/**
 * A quota, a balance or a subscription window is spent. Waiting seconds does not help: `resetsAt` (Unix time in
 * seconds) says when it does, `planType` which plan it is, where the provider says so.
 *
 * @category errors
 * @since 0.1.0
 */
export class UsageLimitReachedError extends discreet(
  Schema.TaggedError<UsageLimitReachedError>()("UsageLimitReachedError", {
    ...errorContext,
    retryAfter,
    planType: Schema.optionalKey(Schema.String),
    resetsAt: Schema.optionalKey(Schema.Finite),
    rateLimits
  })
) {
  readonly isRetryable = false

  override get message(): string {
    const at = this.resetsAt === undefined ? Option.none() : DateTime.make(this.resetsAt * 1000)
    const when = Option.isNone(at) ? "" : ` It resets at ${DateTime.formatIso(at.value)}.`
    return sentence(this, "says the quota or balance is spent", `Add credit, change the plan or the key.${when}`)
  }
}

/**
 * The provider has no capacity for this model now (503, 529, 498).
 *
 * @category errors
 * @since 0.1.0
 */
export class OverloadedError extends discreet(
  Schema.TaggedError<OverloadedError>()("OverloadedError", {
    ...errorContext,
    retryAfter
  })
) {
  get isRetryable(): boolean {
    return this.shouldRetry ?? true
  }

  override get message(): string {
    return sentence(this, "is overloaded", "Try again later or take another model.")
  }
}

/**
 * The provider failed (5xx).
 *
 * @category errors
 * @since 0.1.0
 */
export class ServerError extends discreet(
  Schema.TaggedError<ServerError>()("ServerError", {
    ...errorContext,
    retryAfter
  })
) {
  get isRetryable(): boolean {
    return this.shouldRetry ?? true
  }

  override get message(): string {
    return sentence(this, "failed", "Try again; if it stays, report it with the request id.")
  }
}
