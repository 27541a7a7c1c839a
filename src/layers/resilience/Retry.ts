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
import * as Exit from "effect/Exit"
import * as Pull from "effect/Pull"
import * as Schedule from "effect/Schedule"
import * as Scope from "effect/Scope"
import * as Cause from "effect/Cause"
import { amend, type CompletionError, isProviderError, type ProviderError } from "../../domain/CompletionError.ts"
import type { FailedAttempt } from "../../domain/errors/ErrorContext.ts"
import type { ResponseEvent } from "../../domain/ResponseEvent.ts"
import type { RetryPolicy } from "../../services/RetryPolicy.ts"

type Events = Arr.NonEmptyReadonlyArray<ResponseEvent>

/**
 * The events of an attempt, an array at a time.
 *
 * @category models
 * @since 0.1.0
 */
export type Attempt = Pull.Pull<Events, CompletionError>

type Step = Effect.Success<ReturnType<typeof Schedule.toStep<unknown, ProviderError, never, never>>>

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
 * Runs attempts until one gets as far as its answer, and answers its events.
 *
 * **Details**
 *
 * `open` makes the attempt with the given number, from 1. Each has a scope of its own, which is closed before the next one
 * is made, or with the scope of the whole. One log line is written a retry. When the policy gives up, the last error fails
 * with the earlier attempts on it, after whatever its attempt had said.
 *
 * @category combinators
 * @since 0.1.0
 */
export const run = Effect.fnUntraced(function*(
  policy: RetryPolicy,
  requestId: string,
  open: (attempt: number) => Effect.Effect<Attempt, CompletionError, Scope.Scope>
): Effect.fn.Return<Attempt, never, Scope.Scope> {
  // Made at the first failure: most calls have none.
  let step: Step | undefined
  const scope = yield* Effect.scope
  const failed: Array<FailedAttempt> = []
  let prelude: ReadonlyArray<ResponseEvent> = []

  /** The delay before the next attempt, or nothing when there shall be none. */
  const delayAfter = Effect.fnUntraced(function*(
    error: CompletionError
  ): Effect.fn.Return<Duration.Duration | undefined> {
    if (!isProviderError(error) || !policy.retryable(error)) return undefined
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

  const withAttempts = (error: CompletionError): CompletionError =>
    isProviderError(error) && failed.length > 0 ? amend(error, { attempts: [...failed] }) : error

  const giveUp = (error: CompletionError): Attempt => {
    current = Effect.fail(withAttempts(error))
    return Arr.isReadonlyArrayNonEmpty(prelude) ? Effect.succeed(prelude) : current
  }

  const recover = Effect.fnUntraced(function*(
    error: CompletionError,
    number: number,
    attemptScope: Scope.Closeable
  ): Effect.fn.Return<Events, CompletionError | Cause.Done> {
    const delay = yield* delayAfter(error)
    if (delay === undefined || !isProviderError(error)) return yield* giveUp(error)
    yield* Scope.close(attemptScope, Exit.fail(error))
    failed.push(toAttempt(error, number, delay))
    yield* announce(error, number, delay, requestId)
    yield* Effect.sleep(delay)
    return yield* begin(number + 1)
  })

  /** Pulls until there is something of the answer; from then on nothing stands between the attempt and the caller. */
  const listen = (attempt: Attempt, number: number, attemptScope: Scope.Closeable): Attempt => {
    const next: Attempt = Effect.matchEffect(attempt, {
      onSuccess: (events) => {
        const all = Arr.appendAll(prelude, events)
        if (all.every(isPrelude)) {
          prelude = all
          return next
        }
        current = failed.length === 0
          ? attempt
          : Effect.mapError(attempt, (error) => (Cause.isDone(error) ? error : withAttempts(error)))
        return Effect.succeed(all)
      },
      onFailure: (error) => (Cause.isDone(error) ? Effect.fail(error) : recover(error, number, attemptScope))
    })
    return next
  }

  const begin = Effect.fnUntraced(function*(number: number): Effect.fn.Return<Events, CompletionError | Cause.Done> {
    prelude = []
    const attemptScope = yield* Scope.fork(scope)
    return yield* Effect.matchEffect(Scope.provide(open(number), attemptScope), {
      onSuccess: (attempt) => listen(attempt, number, attemptScope),
      onFailure: (error) => recover(error, number, attemptScope)
    })
  })

  let current: Attempt = Effect.suspend(() => begin(1))
  return Effect.suspend(() => current)
})
