/**
 * Policies for when a failed attempt is repeated, and after how long.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import * as Schedule from "effect/Schedule"
import type { ProviderError } from "../domain/CompletionError.ts"
import type { RetrySettings } from "../domain/RetrySettings.ts"
import { policies } from "./RetryPlaces.ts"
import { defaults } from "./Settings.ts"

/**
 * A policy.
 *
 * **Details**
 *
 * Nothing is retried after the first delivered event, whatever the policy is, and no whole completion after the
 * provider ran a tool.
 *
 * @category models
 * @since 0.1.0
 */
export interface RetryPolicy {
  /**
   * The schedule of attempts: its input is the error of each, its end is the end of retries, and its delays are the
   * waits where the provider says none.
   */
  readonly schedule: Schedule.Schedule<unknown, ProviderError>
  /** Returns whether an error is retried. */
  readonly retryable: (error: ProviderError) => boolean
  /** The longest wait that a provider may require. Where it requires more, its error is returned without a retry. */
  readonly maxRetryAfter: Duration.Duration
}

/**
 * Context reference with the policy that replaces the one of the settings; `undefined` where none was provided.
 *
 * **Example** (One call without retries)
 *
 * ```ts
 * import { Effect } from "effect"
 * import { ChatModel, RetryPolicy } from "sluice"
 *
 * export const program = ChatModel.complete({ model: "openai/gpt-5.4-mini", prompt: "Why is the sky blue?" }).pipe(
 *   Effect.provide(RetryPolicy.layer(RetryPolicy.none))
 * )
 * ```
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

// The jitter of Effect's own `jittered` is fixed at 20 %.
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
 * The policy that retries nothing.
 *
 * @category constructors
 * @since 0.2.0
 */
export const none: RetryPolicy = {
  schedule: Schedule.recurs(0).pipe(Schedule.setInputType<ProviderError>()),
  retryable: () => false,
  maxRetryAfter: Duration.zero
}

/**
 * Makes a policy from settings: exponential waits with a cap and proportional jitter, up to a number of retries. A
 * setting that is left out is that of `SluiceConfig.defaults`.
 *
 * **Example** (One retry, after a second)
 *
 * ```ts
 * import { RetryPolicy } from "sluice"
 *
 * const once = RetryPolicy.make({ maxRetries: 1, retryBase: "1 second" })
 * ```
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (settings: RetrySettings = {}): RetryPolicy => ({
  schedule: Schedule.exponential(settings.retryBase ?? defaults.retryBase, settings.retryFactor ?? defaults.retryFactor)
    .pipe(
      Schedule.setInputType<ProviderError>(),
      capped(Duration.fromInputUnsafe(settings.retryCap ?? defaults.retryCap)),
      jittered(settings.retryJitter ?? defaults.retryJitter),
      Schedule.upTo({ times: settings.maxRetries ?? defaults.maxRetries })
    ),
  retryable: (error) => error.isRetryable,
  maxRetryAfter: Duration.fromInputUnsafe(settings.maxRetryAfter ?? defaults.maxRetryAfter)
})

/**
 * Layer with a policy: below the layers of providers, beside them, around a program, or around one call. The innermost
 * one wins, also over settings of retries outside of it; settings of retries inside of it win over it.
 *
 * @category layers
 * @since 0.2.0
 */
export const layer = (policy: RetryPolicy): Layer.Layer<never> =>
  Layer.fresh(Layer.effect(
    RetryPolicy,
    Effect.map(RetryPolicy, (outer) => {
      const own = { ...policy }
      if (outer !== undefined) policies.record(own, outer)
      return own
    })
  ))
