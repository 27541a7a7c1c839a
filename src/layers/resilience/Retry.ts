/**
 * Makes an attempt again when it failed before a caller could see anything of it.
 *
 * `Stream.retry` is not it: it repeats what was delivered and starts its schedule anew at every element.
 *
 * @since 0.1.0
 */
import * as Arr from "effect/Array"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Pull from "effect/Pull"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import { amend, type CompletionError, isProviderError, type ProviderError } from "../../domain/CompletionError.ts"
import type { FailedAttempt } from "../../domain/errors/ErrorContext.ts"
import type { ResponseEvent } from "../../domain/ResponseEvent.ts"
import type { RetryPolicy } from "../../services/RetryPolicy.ts"

/** What a stream says before it says anything of the answer: held back, so that an attempt without an answer can be redone. */
const isPrelude = (event: ResponseEvent): boolean => event._tag === "RateLimits" || event._tag === "Created"

const hinted = (error: ProviderError): Duration.Duration | undefined =>
  "retryAfter" in error ? error.retryAfter : undefined

const toAttempt = (error: ProviderError, attempt: number, delay: Duration.Duration): FailedAttempt => ({
  attempt,
  error: error._tag,
  ...(error.status === undefined ? {} : { status: error.status }),
  delay
})

/**
 * Streams the first attempt that gets as far as its answer.
 *
 * **Details**
 *
 * `open` makes the attempt with the given number, from 1. One log line is written a retry. When the policy gives up, the
 * last error fails with the earlier attempts on it, after whatever its attempt had said.
 *
 * @category combinators
 * @since 0.1.0
 */
export const run = (
  policy: RetryPolicy,
  requestId: string,
  open: (attempt: number) => Stream.Stream<ResponseEvent, CompletionError>
): Stream.Stream<ResponseEvent, CompletionError> =>
  Stream.unwrap(Effect.map(Schedule.toStep(policy.schedule), (step) => {
    const failed: Array<FailedAttempt> = []

    /** The delay before the next attempt, or nothing when there shall be none. */
    const delayAfter = Effect.fnUntraced(function*(
      error: CompletionError
    ): Effect.fn.Return<Duration.Duration | undefined> {
      if (!isProviderError(error) || !policy.retryable(error)) return undefined
      const hint = hinted(error)
      if (hint !== undefined && Duration.isGreaterThan(hint, policy.maxRetryAfter)) return undefined
      const now = yield* Clock.currentTimeMillis
      const scheduled = yield* Pull.catchDone(
        Effect.map(step(now, error), ([, delay]) => delay),
        () => Effect.undefined
      )
      return scheduled === undefined ? undefined : (hint ?? scheduled)
    })

    const withAttempts = (error: CompletionError): CompletionError =>
      isProviderError(error) && failed.length > 0 ? amend(error, { attempts: [...failed] }) : error

    const attempt = (number: number): Stream.Stream<ResponseEvent, CompletionError> =>
      Stream.suspend(() => {
        let prelude: ReadonlyArray<ResponseEvent> = []
        let delivered = false

        const recover = (error: CompletionError): Stream.Stream<ResponseEvent, CompletionError> => {
          if (delivered) return Stream.fail(withAttempts(error))
          return Stream.unwrap(Effect.gen(function*() {
            const delay = yield* delayAfter(error)
            if (delay === undefined || !isProviderError(error)) {
              return Stream.concat(Stream.fromArray(prelude), Stream.fail(withAttempts(error)))
            }
            failed.push(toAttempt(error, number, delay))
            yield* Effect.logWarning("retrying a request").pipe(Effect.annotateLogs({
              reason: error._tag,
              status: error.status ?? "none",
              provider: error.provider,
              model: error.model ?? "unknown",
              attempt: number,
              delayMs: Duration.toMillis(delay),
              requestId
            }))
            yield* Effect.sleep(delay)
            return attempt(number + 1)
          }))
        }

        const withheld = Stream.transformPull(open(number), (pull) => {
          const next: typeof pull = Effect.flatMap(pull, (events) => {
            if (delivered) return Effect.succeed(events)
            const all = Arr.appendAll(prelude, events)
            if (all.every(isPrelude)) {
              prelude = all
              return next
            }
            delivered = true
            return Effect.succeed(all)
          })
          return Effect.succeed(next)
        })
        return Stream.catch(withheld, recover)
      })

    return attempt(1)
  }))
