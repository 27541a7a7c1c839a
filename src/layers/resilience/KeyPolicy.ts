/**
 * The policy that chooses the key of an attempt, and uses another one of several where a key is refused.
 */
import * as Arr from "effect/Array"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as LogLevel from "effect/LogLevel"
import * as Scope from "effect/Scope"
import {
  amend,
  type CircuitOpenError,
  type CompletionError,
  isProviderError,
  type ProviderError
} from "../../domain/CompletionError.ts"
import { KeyRing } from "../../domain/KeyRing.ts"
import * as RateLimitMeaning from "../../domain/RateLimitMeaning.ts"
import * as LogLines from "../../services/LogLines.ts"
import type { KeyChoice } from "../../services/Provider.ts"
import type { RateLimitManager } from "../../services/RateLimitManager.ts"
import * as Attempts from "./Attempts.ts"
import { awaitContent } from "./Content.ts"
import type { Attempt, Call, Keys, Open, Policy, Values } from "./Policy.ts"

type Limits = RateLimitManager["Service"] | undefined

/** What refuses a key, rather than a request: for all models, or for the one of the request. */
const scopes: Partial<Record<ProviderError["_tag"], "key" | "model">> = {
  AuthenticationError: "key",
  UsageLimitReachedError: "key",
  PermissionDeniedError: "model"
}

/** The least that a request counts for. */
const least = { requests: 1, tokens: 1, inputTokens: 1, outputTokens: 1 }

/**
 * Returns the function that ranks keys by what their limits have left: those that may send now, with the fewest that
 * wait, the earliest, with the least part used.
 */
const ranking =
  (limits: RateLimitManager["Service"], host: string, { model, provider }: Attempt["target"], now: number) =>
  ({ name: { fingerprint, name } }: KeyChoice): ReadonlyArray<number> => {
    const limiter = limits.limiter({ provider, host, key: name, fingerprint, model }, now)
    const { limits: used, waiting } = limiter.status(now)
    const { at } = limiter.opportunity(least, now)
    return [waiting > 0 || at > now ? 1 : 0, waiting, at, Math.max(0, ...used.map(({ limit, used }) => used / limit))]
  }

/** Returns how long the provider says that a key is of no use, in milliseconds. */
const hintOf = (error: ProviderError, now: number): number | undefined => {
  if ("resetsAt" in error && error.resetsAt !== undefined) return error.resetsAt * 1000 - now
  return "retryAfter" in error && error.retryAfter !== undefined ? Duration.toMillis(error.retryAfter) : undefined
}

/** The attempts of one call on one target with several keys. */
class KeyedCall<A> {
  readonly #limits: Limits
  readonly #logLevel: LogLevel.LogLevel | undefined
  readonly #call: Call<A>
  readonly #open: Open<A>

  constructor(limits: Limits, logLevel: LogLevel.LogLevel | undefined, call: Call<A>, open: Open<A>) {
    this.#limits = limits
    this.#logLevel = logLevel
    this.#call = call
    this.#open = open
  }

  readonly open: Open<A> = (attempt, scope) =>
    Effect.matchEffect(this.#call.keys(attempt), {
      // Opening it fails for the same reason, in the way of an attempt.
      onFailure: () => this.#open(attempt, scope),
      onSuccess: (keys) => {
        const { choices } = keys
        if (!Arr.isReadonlyArrayNonEmpty(choices)) return this.#open(attempt, scope)
        return choices.length === 1
          ? this.#open({ ...attempt, key: choices[0] }, scope)
          : this.#openWith(attempt, keys, choices, scope)
      }
    })

  #openWith(
    attempt: Attempt,
    { host, owner }: Keys,
    choices: Arr.NonEmptyReadonlyArray<KeyChoice>,
    outer: Scope.Scope
  ): Effect.Effect<Values<A>, CompletionError> {
    const ring = KeyRing.of(owner)
    const scope = Scope.forkUnsafe(outer)
    const { target } = attempt
    let key: KeyChoice | undefined
    const ended = () => {
      if (key !== undefined) ring.ended(key.name, target.model)
      key = undefined
    }
    return Effect.andThen(
      // An attempt that is interrupted must not keep others from trying its key.
      Scope.addFinalizer(scope, Effect.sync(ended)),
      Effect.clockWith((clock) => {
        const now = clock.currentTimeMillisUnsafe()
        const rank = this.#limits === undefined ? undefined : ranking(this.#limits, host, target, now)
        const chosen = ring.choose(choices, target.model, now, rank)
        key = chosen
        const opened = Effect.flatMap(
          this.#open({ ...attempt, key: chosen }, scope),
          (values) => awaitContent(this.#call, values)
        )
        return Effect.matchEffect(opened, {
          onSuccess: (values) => {
            ring.accept(chosen.name, target.model, clock.currentTimeMillisUnsafe())
            ended()
            return Effect.succeed(values)
          },
          onFailure: (error) => {
            ended()
            return this.#recover(attempt, chosen, ring, error, scope, outer)
          }
        })
      })
    )
  }

  #recover(
    attempt: Attempt,
    key: KeyChoice,
    ring: KeyRing,
    error: CompletionError,
    scope: Scope.Closeable,
    outer: Scope.Scope
  ): Effect.Effect<Values<A>, CompletionError> {
    if (!isProviderError(error)) return Effect.fail(error)
    if (error._tag === "CircuitOpenError") return this.#barred(attempt, key, ring, error, scope, outer)
    const refuses = scopes[error._tag]
    if (refuses === undefined) return this.#limited(attempt, key, ring, error)
    return Effect.clockWith((clock) => {
      const now = clock.currentTimeMillisUnsafe()
      const model = refuses === "model" ? attempt.target.model : undefined
      const until = ring.setAside(key.name, model, now, hintOf(error, now))
      const logged = until === undefined ? Effect.void : this.#log(error, key, model, until)
      return Effect.flatMap(Effect.andThen(logged, this.#isUsable(attempt, ring, now)), (isUsable) => {
        if (!isUsable || !this.#mayRepeat(attempt)) return Effect.fail(error)
        const { record } = this.#call
        record.failed.push(Attempts.failed(record, error, now))
        record.lastFailure = error
        record.prelude = []
        return Effect.andThen(
          Scope.close(scope, Exit.fail(error)),
          Effect.clockWith((clock) => {
            Attempts.begin(record, attempt.target, clock.currentTimeMillisUnsafe())
            return this.open(attempt, outer)
          })
        )
      })
    })
  }

  /**
   * Pauses a key whose circuit breaker is open, and goes on with another one. Nothing was sent, so that it is neither an
   * attempt nor needs a request that can be repeated.
   */
  #barred(
    attempt: Attempt,
    { name }: KeyChoice,
    ring: KeyRing,
    error: CircuitOpenError,
    scope: Scope.Closeable,
    outer: Scope.Scope
  ): Effect.Effect<Values<A>, CompletionError> {
    return Effect.clockWith((clock) => {
      const now = clock.currentTimeMillisUnsafe()
      ring.pause(name, attempt.target.model, now, error.retryAt - now)
      return Effect.flatMap(
        this.#isUsable(attempt, ring, now),
        (isUsable) =>
          isUsable
            ? Effect.andThen(Scope.close(scope, Exit.fail(error)), this.open(attempt, outer))
            : Effect.fail(error)
      )
    })
  }

  /**
   * Pauses a key that has sent too much. Another attempt is a retry as after any failure, but what the provider says of
   * the time is that of this key.
   */
  #limited(
    attempt: Attempt,
    { name }: KeyChoice,
    ring: KeyRing,
    error: ProviderError
  ): Effect.Effect<never, ProviderError> {
    if (error._tag !== "RateLimitedError" || error.local === true) return Effect.fail(error)
    return Effect.clockWith((clock) => {
      const now = clock.currentTimeMillisUnsafe()
      const { model } = attempt.target
      const pause = RateLimitMeaning.pauseOf(RateLimitMeaning.of(error), error, ring.refusals(name, model))
      ring.pause(name, model, now, pause)
      return Effect.flatMap(
        this.#isUsable(attempt, ring, now),
        (isUsable) => Effect.fail(isUsable ? amend(error, {}, "retryAfter") : error)
      )
    })
  }

  /** Returns whether there is a key now that can be used. The keys may have changed. */
  #isUsable(attempt: Attempt, ring: KeyRing, now: number): Effect.Effect<boolean> {
    return Effect.match(this.#call.keys(attempt), {
      onFailure: () => false,
      onSuccess: ({ choices }) => choices.some(({ name }) => ring.isUsable(name, attempt.target.model, now))
    })
  }

  #mayRepeat({ targetsLeft }: Attempt): boolean {
    const { account, isRepeatable } = this.#call
    return isRepeatable && account.left().attempts >= 1 + targetsLeft
  }

  #log(error: ProviderError, key: KeyChoice, model: string | undefined, until: number): Effect.Effect<void> {
    return LogLines.write("Warn", "setting a key aside", {
      provider: error.provider,
      model,
      key: key.name.name,
      reason: error._tag,
      status: error.status,
      until: DateTime.formatIso(DateTime.makeUnsafe(until)),
      requestId: this.#call.requestId
    }, this.#logLevel)
  }
}

/**
 * Creates the policy. It stands inside retries, so that another key is neither a retry nor bounded by the retry
 * throttle, and around budgets, so that each attempt is paid for. A single key is that of every attempt, whatever
 * becomes of it. One log line is written for each key that is set aside.
 */
export const make = (limits: Limits, logLevel: LogLevel.LogLevel | undefined): Policy => (call, open) =>
  new KeyedCall(limits, logLevel, call, open).open
