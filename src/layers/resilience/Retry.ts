/**
 * The policy that repeats an attempt that failed before a caller could see anything of it.
 *
 * `Stream.retry` does not do this: it repeats what was delivered and starts its schedule again at every element.
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as LogLevel from "effect/LogLevel"
import * as Scope from "effect/Scope"
import { type CompletionError, isProviderError, type ProviderError } from "../../domain/CompletionError.ts"
import * as LogLines from "../../services/LogLines.ts"
import type { RetryPolicy } from "../../services/RetryPolicy.ts"
import * as Attempts from "./Attempts.ts"
import { Backoff, type Wait } from "./Backoff.ts"
import { awaitContent } from "./Content.ts"
import * as Deadlines from "./Deadlines.ts"
import type { Attempt, Call, Open, Policy, Values } from "./Policy.ts"
import type { RetryThrottles } from "./RetryThrottle.ts"

/** What the retries of a program have in common. */
export interface RetryOptions {
  /** When to repeat, and after how long. */
  readonly policy: RetryPolicy
  /** Bounds the retries of all calls together; `undefined` for none. */
  readonly throttles: RetryThrottles | undefined
  /** The lowest level of log lines. Default: that of the program. */
  readonly logLevel?: LogLevel.LogLevel | undefined
}

const log = (
  error: ProviderError,
  attempt: number,
  delay: Duration.Duration,
  requestId: string,
  least: LogLevel.LogLevel | undefined
) =>
  LogLines.write("Warn", "retrying a request", {
    reason: error._tag,
    status: error.status,
    provider: error.provider,
    model: error.model,
    attempt,
    delayMs: Duration.toMillis(delay),
    requestId
  }, least)

/** Returns whether the program itself refused the attempt, as it would the next one, whatever the policy is. */
const isRefusedHere = (error: ProviderError): boolean =>
  error._tag === "CircuitOpenError" || error._tag === "RateLimitQueueFullError" ||
  (error._tag === "RateLimitedError" && error.local === true)

const contextOf = ({ model, provider, requestId }: ProviderError) => ({
  provider,
  ...(model === undefined ? {} : { model }),
  ...(requestId === undefined ? {} : { requestId })
})

/** The attempts of one call on one target. */
class Retries<A> {
  readonly #options: RetryOptions
  readonly #call: Call<A>
  readonly #open: Open<A>
  readonly #scope: Scope.Scope
  #backoff: Backoff | undefined

  constructor(options: RetryOptions, call: Call<A>, open: Open<A>, scope: Scope.Scope) {
    this.#options = options
    this.#call = call
    this.#open = open
    this.#scope = scope
  }

  run(attempt: Attempt): Effect.Effect<Values<A>, CompletionError> {
    return Effect.clockWith((clock) => this.#run(attempt, clock.currentTimeMillisUnsafe()))
  }

  #run(attempt: Attempt, now: number): Effect.Effect<Values<A>, CompletionError> {
    const scope = Scope.forkUnsafe(this.#scope)
    Attempts.begin(this.#call.record, attempt.target, now)
    // What an earlier attempt emitted is not part of this one, which may be at another target.
    this.#call.record.prelude = []
    return Effect.matchEffect(this.#open(attempt, scope), {
      onSuccess: (values) =>
        Effect.catch(awaitContent(this.#call, values), (error) => this.#recover(attempt, error, scope)),
      onFailure: (error) => this.#recover(attempt, error, scope)
    })
  }

  #recover(
    attempt: Attempt,
    error: CompletionError,
    scope: Scope.Closeable
  ): Effect.Effect<Values<A>, CompletionError> {
    const { record, requestId } = this.#call
    record.lastFailure = error
    if (record.current !== undefined) record.current.failure = error
    if (!isProviderError(error) || isRefusedHere(error) || !this.#call.isRepeatable) {
      return Effect.fail(error)
    }
    return Effect.flatMap(this.#wait(attempt, error), (wait) => {
      if (wait === undefined) return Effect.fail(error)
      return log(error, record.attempts, wait.delay, requestId, this.#options.logLevel).pipe(
        Effect.andThen(Clock.currentTimeMillis),
        Effect.tap((now) => Effect.sync(() => record.failed.push(Attempts.failed(record, error, now, wait.delay)))),
        Effect.andThen(Scope.close(scope, Exit.fail(error))),
        Effect.andThen(Effect.sleep(wait.delay)),
        Effect.andThen(this.run(attempt))
      )
    })
  }

  /** Returns the wait before the next attempt, or `undefined` when the error is final. */
  #wait(attempt: Attempt, error: ProviderError): Effect.Effect<Wait | undefined, CompletionError> {
    this.#backoff ??= new Backoff(this.#options.policy)
    return Effect.flatMap(this.#backoff.after(error), (wait) => {
      if (wait === undefined) return Effect.undefined
      return Effect.flatMap(Clock.currentTimeMillis, (now): Effect.Effect<Wait | undefined, CompletionError> => {
        const { account, deadline, requestId } = this.#call
        const attemptsLeft = account.left().attempts
        // The targets that were not tried yet keep an attempt each.
        if (attempt.targetsLeft > 0 && attemptsLeft <= attempt.targetsLeft) return Effect.undefined
        const none = { tokens: 0, nanoUsd: 0 }
        const shortage = attemptsLeft < 1 ? account.shortage(none) : undefined
        if (shortage !== undefined) {
          return Effect.fail(account.exceeded(shortage, none, attempt.target, { requestId, lastFailure: error._tag }))
        }
        if (deadline !== undefined && deadline.at - now <= Duration.toMillis(wait.delay)) {
          return Effect.fail(Deadlines.exceeded(deadline, now, contextOf(error), error))
        }
        return wait.isHinted || this.#take(attempt, now) ? Effect.succeed(wait) : Effect.undefined
      })
    })
  }

  #take({ target }: Attempt, now: number): boolean {
    return this.#options.throttles?.get(target.provider).take(now) ?? true
  }
}

/**
 * Creates the policy. Each attempt has a scope of its own, which is closed before the next one is opened, or with the
 * scope of the whole. One log line is written for each retry.
 */
export const make = (options: RetryOptions): Policy => (call, open) => (attempt, scope) =>
  Effect.suspend(() => {
    options.throttles?.get(attempt.target.provider).recordCall()
    return new Retries(options, call, open, scope).run(attempt)
  })
