/**
 * The policy that leaves a target alone while its circuit breaker is open, and reports to it how attempts end.
 */
import * as Cause from "effect/Cause"
import type * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as LogLevel from "effect/LogLevel"
import * as Result from "effect/Result"
import * as Scope from "effect/Scope"
import type { Barred, CircuitPermit } from "../../domain/CircuitBreaker.ts"
import { CircuitOpenError, type CompletionError } from "../../domain/CompletionError.ts"
import type { CircuitBreakers } from "../../services/CircuitBreakers.ts"
import * as Admissions from "./Admissions.ts"
import * as CircuitReports from "./CircuitReports.ts"
import type { Admit, Attempt, Call, Destination, Open, Policy, Values } from "./Policy.ts"

const nothing = () => {}

const hintOf = (error: CompletionError): number | undefined =>
  "retryAfter" in error && error.retryAfter !== undefined ? Duration.toMillis(error.retryAfter) : undefined

/** What the attempts of one call share. */
interface Environment<A> {
  readonly breakers: CircuitBreakers["Service"]
  readonly logLevel: LogLevel.LogLevel | undefined
  readonly call: Call<A>
  readonly open: Open<A>
}

/** One attempt, which holds a permit. */
class Watched<A> {
  readonly #environment: Environment<A>
  readonly #attempt: Attempt
  readonly #permit: CircuitPermit

  constructor(environment: Environment<A>, attempt: Attempt, { host, key }: Destination) {
    const { model, provider } = attempt.target
    this.#environment = environment
    this.#attempt = attempt
    this.#permit = environment.breakers.permit({ provider, host, key: key?.name, model }, key?.fingerprint)
  }

  open(scope: Scope.Scope): Effect.Effect<Values<A>, CompletionError> {
    // An attempt that is interrupted, wherever it is, neither ends nor fails.
    const released = Scope.addFinalizer(scope, Effect.sync(() => this.#permit.release()))
    return Effect.andThen(released, Effect.clockWith((clock) => this.#enter(clock, scope)))
  }

  #enter(clock: Clock.Clock, scope: Scope.Scope): Effect.Effect<Values<A>, CompletionError> {
    const barred = this.#permit.enter(clock.currentTimeMillisUnsafe())
    if (barred !== undefined) return Effect.fail(this.#refusal(barred))
    // It may have waited for a connection, and others may have failed meanwhile.
    const admit: Admit = () => {
      const barred = this.#permit.enter(clock.currentTimeMillisUnsafe())
      return barred === undefined ? Result.succeed({ settle: nothing }) : Result.fail(this.#refusal(barred))
    }
    const opened = this.#environment.open(
      { ...this.#attempt, admit: Admissions.both(this.#attempt.admit, admit) },
      scope
    )
    return this.#announced(Effect.matchEffect(opened, {
      onSuccess: (values) => Effect.succeed(this.#observed(values)),
      onFailure: (error) => this.#failed(error)
    }))
  }

  #observed(values: Values<A>): Values<A> {
    const { isBeforeContent } = this.#environment.call
    const onFailure = (failure: CompletionError | Cause.Done<void>): Values<A> =>
      Cause.isDone(failure)
        ? this.#reported((now) => this.#permit.ended(now), Effect.fail(failure))
        : this.#failed(failure)
    // After the first content nothing is looked at but the end: each stage costs a step for every chunk.
    const rest = Effect.catch(values, onFailure)
    let current: Values<A> = Effect.matchEffect(values, {
      onSuccess: (array): Values<A> => {
        if (array.every(isBeforeContent)) return Effect.succeed(array)
        current = rest
        return this.#reported((now) => this.#permit.opened(now), Effect.succeed(array))
      },
      onFailure
    })
    return Effect.suspend(() => current)
  }

  #failed(error: CompletionError): Effect.Effect<never, CompletionError> {
    if (!this.#environment.breakers.isFailure(error)) {
      this.#permit.release()
      return Effect.fail(error)
    }
    const failure = { tag: error._tag, retryAfter: hintOf(error) }
    return this.#reported((now) => this.#permit.failed(failure, now), Effect.fail(error))
  }

  #reported<B, E>(report: (now: number) => void, result: Effect.Effect<B, E>): Effect.Effect<B, E> {
    return Effect.clockWith((clock) => {
      report(clock.currentTimeMillisUnsafe())
      return this.#announced(result)
    })
  }

  /** Writes what has changed, and then does what is given. */
  #announced<B, E>(result: Effect.Effect<B, E>): Effect.Effect<B, E> {
    const { breakers, logLevel } = this.#environment
    const changes = breakers.unreported()
    return changes.length === 0
      ? result
      : Effect.andThen(Effect.forEach(changes, (change) => CircuitReports.write(change, logLevel)), result)
  }

  #refusal({ lastFailure, retryAt }: Barred): CircuitOpenError {
    const { model, provider } = this.#attempt.target
    return new CircuitOpenError({
      provider,
      ...(model === undefined ? {} : { model }),
      requestId: this.#environment.call.requestId,
      retryAt,
      ...(lastFailure === undefined ? {} : { lastFailure })
    })
  }
}

/**
 * Creates the policy. It stands inside retries and budgets, so that each attempt is judged on its own and a refused one
 * costs nothing. One log line is written for each change of a state.
 */
export const make =
  (breakers: CircuitBreakers["Service"], logLevel: LogLevel.LogLevel | undefined): Policy => (call, open) => {
    const environment = { breakers, logLevel, call, open }
    return (attempt, scope) =>
      Effect.flatMap(
        call.destination(attempt),
        (destination) => new Watched(environment, attempt, destination).open(scope)
      )
  }
