/**
 * When a failed attempt is made again, by a policy and by what the provider asks for; and what is remembered of it.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Pull from "effect/Pull"
import * as Schedule from "effect/Schedule"
import { amend, type CompletionError, isProviderError, type ProviderError } from "../../domain/CompletionError.ts"
import type { FailedAttempt } from "../../domain/errors/ErrorContext.ts"
import type { RetryPolicy } from "../../services/RetryPolicy.ts"

/**
 * The attempts of one call.
 *
 * **Details**
 *
 * `after` answers how long to wait before the next attempt, or nothing when there shall be none; the failed one is
 * remembered, and one line is logged. `withAttempts` puts what is remembered on an error. `some` says whether there is
 * anything.
 *
 * @category models
 * @since 0.1.0
 */
export interface Delays {
  readonly after: (error: CompletionError, attempt: number) => Effect.Effect<Duration.Duration | undefined>
  readonly withAttempts: (error: CompletionError) => CompletionError
  readonly some: () => boolean
}

type Step = Effect.Success<ReturnType<typeof Schedule.toStep<unknown, ProviderError, never, never>>>

const hinted = (error: ProviderError): Duration.Duration | undefined =>
  "retryAfter" in error ? error.retryAfter : undefined

const toAttempt = (error: ProviderError, attempt: number, delay: Duration.Duration): FailedAttempt => ({
  attempt,
  error: error._tag,
  ...(error.status === undefined ? {} : { status: error.status }),
  delay
})

const announce = (error: ProviderError, attempt: number, delay: Duration.Duration, requestId: string) =>
  Effect.logWarning("retrying a request").pipe(Effect.annotateLogs({
    reason: error._tag,
    status: error.status ?? "none",
    provider: error.provider,
    model: error.model ?? "unknown",
    attempt,
    delayMs: Duration.toMillis(delay),
    requestId
  }))

/**
 * Creates the delays of one call, of which no attempt has been made.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (policy: RetryPolicy, requestId: string): Delays => {
  // Made at the first failure: most calls have none.
  let step: Step | undefined
  const failed: Array<FailedAttempt> = []

  const delayAfter = Effect.fnUntraced(function*(
    error: ProviderError
  ): Effect.fn.Return<Duration.Duration | undefined> {
    if (!policy.retryable(error)) return undefined
    const hint = hinted(error)
    if (hint !== undefined && Duration.isGreaterThan(hint, policy.maxRetryAfter)) return undefined
    step ??= yield* Schedule.toStep(policy.schedule)
    const now = yield* Clock.currentTimeMillis
    const scheduled = yield* Pull.catchDone(
      Effect.map(step(now, error), ([, delay]) => delay),
      () => Effect.undefined
    )
    return scheduled === undefined ? undefined : (hint ?? scheduled)
  })

  return {
    after: Effect.fnUntraced(function*(error, attempt) {
      if (!isProviderError(error)) return undefined
      const delay = yield* delayAfter(error)
      if (delay === undefined) return undefined
      failed.push(toAttempt(error, attempt, delay))
      yield* announce(error, attempt, delay, requestId)
      return delay
    }),
    withAttempts: (error) =>
      isProviderError(error) && failed.length > 0 ? amend(error, { attempts: [...failed] }) : error,
    some: () => failed.length > 0
  }
}
