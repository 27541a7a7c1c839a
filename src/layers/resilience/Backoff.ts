/**
 * How long to wait before a failed attempt is repeated, by a `RetryPolicy` and by what the provider asks for.
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Pull from "effect/Pull"
import * as Random from "effect/Random"
import * as Schedule from "effect/Schedule"
import type { ProviderError } from "../../domain/CompletionError.ts"
import type { RetryPolicy } from "../../services/RetryPolicy.ts"

/** A wait before the next attempt. */
export interface Wait {
  /** How long. */
  readonly delay: Duration.Duration
  /** Whether the provider named the time, so that the repetition is one that it expects. */
  readonly isHinted: boolean
}

type Step = Effect.Success<ReturnType<typeof Schedule.toStep<unknown, ProviderError, never, never>>>

const hintOf = (error: ProviderError): Duration.Duration | undefined =>
  "retryAfter" in error ? error.retryAfter : undefined

/** The shortest time over which calls with the same hint are spread, in milliseconds. */
const shortestSpread = 1000

/**
 * Returns the wait after a hint: at least the back-off, so that a hint of nothing does not take it away, and up to a
 * tenth of the hint or a second more, so that all that were refused together do not return together.
 */
const afterHint = (hint: Duration.Duration, backOff: Duration.Duration): Effect.Effect<Duration.Duration> => {
  const asked = Duration.toMillis(hint)
  const spread = Math.max(shortestSpread, asked / 10)
  return Effect.map(
    Random.next,
    (random) => Duration.millis(Math.max(asked, Duration.toMillis(backOff)) + Math.round(random * spread))
  )
}

/** The waits of one call. */
export class Backoff {
  readonly #policy: RetryPolicy
  // Made at the first failure, since most calls have none.
  #step: Step | undefined

  constructor(policy: RetryPolicy) {
    this.#policy = policy
  }

  /**
   * Returns the wait after a failed attempt; `undefined` where the policy ends or the provider asks for too long a
   * wait. What is added to a hint does not count there.
   */
  after(error: ProviderError): Effect.Effect<Wait | undefined> {
    const policy = this.#policy
    const hint = hintOf(error)
    if (!policy.retryable(error)) return Effect.undefined
    if (hint !== undefined && Duration.isGreaterThan(hint, policy.maxRetryAfter)) return Effect.undefined
    return Effect.flatMap(this.#scheduled(error), (backOff): Effect.Effect<Wait | undefined> => {
      if (backOff === undefined || hint === undefined) {
        return Effect.succeed(backOff && { delay: backOff, isHinted: false })
      }
      return Effect.map(afterHint(hint, backOff), (delay) => ({ delay, isHinted: true }))
    })
  }

  #scheduled(error: ProviderError): Effect.Effect<Duration.Duration | undefined> {
    const step = this.#step === undefined
      ? Effect.tap(Schedule.toStep(this.#policy.schedule), (made) =>
        Effect.sync(() => {
          this.#step = made
        }))
      : Effect.succeed(this.#step)
    return Effect.flatMap(step, (run) =>
      Effect.flatMap(Clock.currentTimeMillis, (now) =>
        Pull.catchDone(
          Effect.map(run(now, error), ([, delay]) => delay),
          () => Effect.undefined
        )))
  }
}
