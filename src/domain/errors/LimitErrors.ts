/**
 * Failures of limits: rate limits, quotas, and the capacity of the provider.
 *
 * @since 0.1.0
 */
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { RateLimitSnapshot } from "../RateLimitSnapshot.ts"
import { discreet, errorContext, retryAfter, sentence, tryAgain } from "./ErrorContext.ts"

const rateLimits = Schema.optionalKey(RateLimitSnapshot)

/**
 * The key has sent too many requests or tokens in a short time (429).
 *
 * @category errors
 * @since 0.1.0
 */
export class RateLimitedError extends discreet(
  Schema.TaggedError<RateLimitedError>()("RateLimitedError", {
    ...errorContext,
    /** How long the provider says to wait, or how long it is until the request may be sent. */
    retryAfter,
    /** The rate limits that the response reports. */
    rateLimits,
    /**
     * Whether the request was not sent, since it would have had to wait for longer than `maxWait` of the
     * `RateLimitManager`. Default false: the provider refused it.
     */
    local: Schema.optionalKey(Schema.Boolean)
  })
) {
  /**
   * Whether the same request may succeed when it is sent again: `shouldRetry`, or `true`; `false` where it is local.
   */
  get isRetryable(): boolean {
    return this.local === true ? false : (this.shouldRetry ?? true)
  }

  override get message(): string {
    if (this.local === true) {
      const until = this.retryAfter === undefined ?
        "" :
        `: the next may be sent in ${Duration.toMillis(this.retryAfter) / 1000} s`
      return sentence(
        this,
        `is not called, since its rate limit would not allow it in time${until}`,
        "Send fewer requests, raise maxWait or the deadline, or use another provider."
      )
    }
    const wait = this.retryAfter === undefined ? "Wait" : `Wait ${Duration.toMillis(this.retryAfter) / 1000} s`
    return sentence(this, "limits the rate of this key", `${wait} before the next request, or send fewer requests.`)
  }
}

/**
 * Too many attempts wait for a rate limit of the `RateLimitManager`. Nothing was sent.
 *
 * @category errors
 * @since 0.2.0
 */
export class RateLimitQueueFullError extends discreet(
  Schema.TaggedError<RateLimitQueueFullError>()("RateLimitQueueFullError", {
    ...errorContext,
    /** How many attempts may wait. */
    limit: Schema.Int
  })
) {
  /** Whether the same request may succeed when it is sent again: always `false`. */
  readonly isRetryable = false

  override get message(): string {
    return sentence(
      this,
      `is not called: ${this.limit} requests wait for its rate limit already`,
      "Send fewer requests at once, or raise maxWaiting."
    )
  }
}

/**
 * A quota, a balance or a subscription window is used up. Waiting for seconds does not help.
 *
 * @category errors
 * @since 0.1.0
 */
export class UsageLimitReachedError extends discreet(
  Schema.TaggedError<UsageLimitReachedError>()("UsageLimitReachedError", {
    ...errorContext,
    /** How long the provider says to wait. */
    retryAfter,
    /** The provider's name of the subscription plan. */
    planType: Schema.optionalKey(Schema.String),
    /** When the quota or window is available again: Unix time in seconds. */
    resetsAt: Schema.optionalKey(Schema.Finite),
    /** The rate limits that the response reports. */
    rateLimits
  })
) {
  /** Whether the same request may succeed when it is sent again: always `false`. */
  readonly isRetryable = false

  override get message(): string {
    const at = this.resetsAt === undefined ? Option.none() : DateTime.make(this.resetsAt * 1000)
    const when = Option.isNone(at) ? "" : ` It resets at ${DateTime.formatIso(at.value)}.`
    return sentence(
      this,
      "reports that the quota or balance is used up",
      `Add credit, or change the plan or the key.${when}`
    )
  }
}

/**
 * The provider has no capacity for the model at the moment (503, 529, 498).
 *
 * @category errors
 * @since 0.1.0
 */
export class OverloadedError extends discreet(
  Schema.TaggedError<OverloadedError>()("OverloadedError", {
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
    return sentence(this, "is overloaded", `${tryAgain(this.retryAfter, "later")}, or use another model.`)
  }
}

/**
 * The provider failed (other statuses from 500).
 *
 * @category errors
 * @since 0.1.0
 */
export class ServerError extends discreet(
  Schema.TaggedError<ServerError>()("ServerError", {
    ...errorContext,
    /** How long the provider says to wait. */
    retryAfter
  })
) {
  /** Whether the same request may succeed when it is sent again: `shouldRetry`, or `true` for all but status 424. */
  get isRetryable(): boolean {
    // 424: the model behind the service failed on this request.
    return this.shouldRetry ?? this.status !== 424
  }

  override get message(): string {
    const again = this.isRetryable ? `${tryAgain(this.retryAfter)}; if it persists, report` : "Report"
    return sentence(this, "failed", `${again} it to the provider with the request id.`)
  }
}
