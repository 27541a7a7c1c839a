/**
 * Makes an attempt again when it failed before a caller could see anything of it.
 *
 * `Stream.retry` is not it: it repeats what was delivered and starts its schedule anew at every element.
 *
 * @since 0.1.0
 */
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Pull from "effect/Pull"
import * as Scope from "effect/Scope"
import * as Cause from "effect/Cause"
import type { CompletionError } from "../../domain/CompletionError.ts"
import type { ResponseEvent } from "../../domain/ResponseEvent.ts"
import type { RetryPolicy } from "../../services/RetryPolicy.ts"
import * as Delays from "./Delays.ts"

type Events = Arr.NonEmptyReadonlyArray<ResponseEvent>

/**
 * The events of an attempt, an array at a time.
 *
 * @category models
 * @since 0.1.0
 */
export type Attempt = Pull.Pull<Events, CompletionError>

/** What a stream says before it says anything of the answer: held back, so that an attempt without an answer can be redone. */
const isPrelude = (event: ResponseEvent): boolean => event._tag === "RateLimits" || event._tag === "Created"

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
  const scope = yield* Effect.scope
  const delays = Delays.make(policy, requestId)
  let prelude: ReadonlyArray<ResponseEvent> = []

  const giveUp = (error: CompletionError): Attempt => {
    current = Effect.fail(delays.withAttempts(error))
    return Arr.isReadonlyArrayNonEmpty(prelude) ? Effect.succeed(prelude) : current
  }

  const recover = Effect.fnUntraced(function*(
    error: CompletionError,
    number: number,
    attemptScope: Scope.Closeable
  ): Effect.fn.Return<Events, CompletionError | Cause.Done> {
    const delay = yield* delays.after(error, number)
    if (delay === undefined) return yield* giveUp(error)
    yield* Scope.close(attemptScope, Exit.fail(error))
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
        current = delays.some()
          ? Effect.mapError(attempt, (error) => (Cause.isDone(error) ? error : delays.withAttempts(error)))
          : attempt
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
