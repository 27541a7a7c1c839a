/**
 * Makes an attempt again when it failed, for answers that nobody sees before they are there: the counterpart of `Retry`
 * for what is no stream of events.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import type { CompletionError } from "../../domain/CompletionError.ts"
import type { RetryPolicy } from "../../services/RetryPolicy.ts"
import * as Delays from "./Backoff.ts"

/**
 * Makes attempts until one succeeds or the policy gives up.
 *
 * **Details**
 *
 * `attempt` is given its number, from 1. Each has a scope of its own, which is closed before the next one is made; that of
 * the one that succeeds is closed with the scope of the whole. The last error fails with the earlier attempts on it.
 *
 * @category combinators
 * @since 0.1.0
 */
export const run = Effect.fnUntraced(function*<A>(
  policy: RetryPolicy,
  requestId: string,
  attempt: (number: number) => Effect.Effect<A, CompletionError, Scope.Scope>
): Effect.fn.Return<A, CompletionError, Scope.Scope> {
  const scope = yield* Effect.scope
  const delays = Delays.make(policy, requestId)

  const recover = Effect.fnUntraced(function*(
    error: CompletionError,
    number: number,
    attemptScope: Scope.Closeable
  ): Effect.fn.Return<A, CompletionError> {
    yield* Scope.close(attemptScope, Exit.fail(error))
    const delay = yield* delays.after(error, number)
    if (delay === undefined) return yield* Effect.fail(delays.withAttempts(error))
    yield* Effect.sleep(delay)
    return yield* begin(number + 1)
  })

  const begin = (number: number): Effect.Effect<A, CompletionError> =>
    Effect.flatMap(Scope.fork(scope), (attemptScope) =>
      Effect.catch(
        Scope.provide(attempt(number), attemptScope),
        (error) => recover(error, number, attemptScope)
      ))

  return yield* begin(1)
})
