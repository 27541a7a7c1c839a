/**
 * When a failed attempt is made again, and after how long.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import * as Schedule from "effect/Schedule"
import type { ProviderError } from "../domain/CompletionError.ts"
import type { Settings } from "./SluiceConfig.ts"

/**
 * A policy.
 *
 * **Details**
 *
 * `schedule` is fed the errors: it ends when there shall be no further attempt, and its delays are used where the provider
 * names none. `retryable` says which errors are worth it. A provider that asks to be left alone for longer than
 * `maxRetryAfter` is not waited for: its error is returned. Nothing is ever retried after the first delivered event,
 * whatever the policy says.
 *
 * @category models
 * @since 0.1.0
 */
export interface RetryPolicy {
  readonly schedule: Schedule.Schedule<unknown, ProviderError>
  readonly retryable: (error: ProviderError) => boolean
  readonly maxRetryAfter: Duration.Duration
}

/**
 * Context reference for a policy that replaces the one made from the settings.
 *
 * @category references
 * @since 0.1.0
 */
export const RetryPolicy = Context.Reference<RetryPolicy | undefined>("sluice/services/RetryPolicy", {
  defaultValue: () => undefined
})

type Delays = Schedule.Schedule<Duration.Duration, ProviderError>

const capped = (cap: Duration.Duration) => (delays: Delays): Delays =>
  Schedule.modifyDelay(delays, ({ duration }) => Effect.succeed(Duration.min(duration, cap)))

// Effect's own `jittered` is fixed at ±20 %.
const jittered = (share: number) => (delays: Delays): Delays =>
  Schedule.modifyDelay(
    delays,
    ({ duration }) =>
      Effect.map(
        Random.next,
        (random) => Duration.millis(Math.round(Duration.toMillis(duration) * (1 - share + 2 * share * random)))
      )
  )

/**
 * Makes the policy that the settings describe: exponential, capped, with proportional jitter, a number of times.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (
  settings: Pick<
    Settings,
    "maxRetries" | "retryBase" | "retryFactor" | "retryCap" | "retryJitter" | "maxRetryAfter"
  >
): RetryPolicy => ({
  schedule: Schedule.exponential(settings.retryBase, settings.retryFactor).pipe(
    Schedule.setInputType<ProviderError>(),
    capped(settings.retryCap),
    jittered(settings.retryJitter),
    Schedule.upTo({ times: settings.maxRetries })
  ),
  retryable: (error) => error.isRetryable,
  maxRetryAfter: settings.maxRetryAfter
})
