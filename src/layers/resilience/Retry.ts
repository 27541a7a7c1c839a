/**
 * Makes an attempt again when it failed before a caller could see anything of it.
 *
 * `Stream.retry` is not it: it repeats what was delivered and starts its schedule anew at every element.
 *
 * @since 0.1.0
 */
import * as Arr from "effect/Array"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Pull from "effect/Pull"
import * as Scope from "effect/Scope"
import type { CompletionError } from "../../domain/CompletionError.ts"
import type { ResponseEvent } from "../../domain/ResponseEvent.ts"
import type { RetryPolicy } from "../../services/RetryPolicy.ts"
import * as Delays from "./Backoff.ts"

type Events = Arr.NonEmptyReadonlyArray<ResponseEvent>

/**
 * The events of an attempt, an array at a time.
 *
 * @category models
 * @since 0.1.0
 */
export type Attempt = Pull.Pull<Events, CompletionError>

/**
 * Makes the attempt with the given number, from 1. What it holds is given back with its scope.
 *
 * @category models
 * @since 0.1.0
 */
export type Open = (attempt: number, scope: Scope.Scope) => Effect.Effect<Attempt, CompletionError>

/** What a stream says before it says anything of the answer: held back, so that an attempt without an answer can be redone. */
const isPrelude = (event: ResponseEvent): boolean => event._tag === "RateLimits" || event._tag === "Created"

const nothing: ReadonlyArray<ResponseEvent> = []

/** The attempts of one call. */
class Attempts {
  readonly #policy: RetryPolicy
  readonly #requestId: string
  readonly #scope: Scope.Scope
  readonly #open: Open
  // Made at the first failure: most calls have none.
  #delays: Delays.Delays | undefined
  #prelude = nothing
  #current: Attempt | undefined

  constructor(policy: RetryPolicy, requestId: string, scope: Scope.Scope, open: Open) {
    this.#policy = policy
    this.#requestId = requestId
    this.#scope = scope
    this.#open = open
  }

  readonly pull: Attempt = Effect.suspend(() => this.#current ?? this.#begin(1))

  #begin(number: number): Attempt {
    this.#prelude = nothing
    const scope = Scope.forkUnsafe(this.#scope)
    return Effect.matchEffect(this.#open(number, scope), {
      onSuccess: (attempt) => this.#listen(attempt, number, scope),
      onFailure: (error) => this.#recover(error, number, scope)
    })
  }

  /** Pulls until there is something of the answer; from then on nothing stands between the attempt and the caller. */
  #listen(attempt: Attempt, number: number, scope: Scope.Closeable): Attempt {
    const next: Attempt = Effect.matchEffect(attempt, {
      onSuccess: (events) => {
        const all = this.#prelude.length === 0 ? events : Arr.appendAll(this.#prelude, events)
        if (all.every(isPrelude)) {
          this.#prelude = all
          return next
        }
        const delays = this.#delays
        this.#current = delays === undefined
          ? attempt
          : Effect.mapError(attempt, (error) => (Cause.isDone(error) ? error : delays.withAttempts(error)))
        return Effect.succeed(all)
      },
      onFailure: (error) => (Cause.isDone(error) ? Effect.fail(error) : this.#recover(error, number, scope))
    })
    return next
  }

  #recover(error: CompletionError, number: number, scope: Scope.Closeable): Attempt {
    const delays = this.#delays ??= Delays.make(this.#policy, this.#requestId)
    return Effect.flatMap(delays.after(error, number), (delay) =>
      delay === undefined
        ? this.#giveUp(delays.withAttempts(error))
        : Effect.andThen(
          Effect.andThen(Scope.close(scope, Exit.fail(error)), Effect.sleep(delay)),
          Effect.suspend(() => this.#begin(number + 1))
        ))
  }

  #giveUp(error: CompletionError): Attempt {
    this.#current = Effect.fail(error)
    return Arr.isReadonlyArrayNonEmpty(this.#prelude) ? Effect.succeed(this.#prelude) : this.#current
  }
}

/**
 * Runs attempts until one gets as far as its answer, and answers its events.
 *
 * **Details**
 *
 * Each attempt has a scope of its own, which is closed before the next one is made, or with the scope of the whole. One log
 * line is written a retry. When the policy gives up, the last error fails with the earlier attempts on it, after whatever
 * its attempt had said.
 *
 * @category combinators
 * @since 0.1.0
 */
export const run = (policy: RetryPolicy, requestId: string, scope: Scope.Scope, open: Open): Attempt =>
  new Attempts(policy, requestId, scope, open).pull
