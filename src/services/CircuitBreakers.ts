/**
 * Circuit breakers: a provider that fails is left alone for a while.
 *
 * @since 0.2.0
 */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as PubSub from "effect/PubSub"
import * as Stream from "effect/Stream"
import type { Circuit, CircuitStatus, CircuitTransition } from "../domain/Circuit.ts"
import { CircuitBreaker, CircuitPermit, type CircuitRules } from "../domain/CircuitBreaker.ts"
import * as CircuitFailures from "../domain/CircuitFailures.ts"
import { type CompletionError, ConfigurationError } from "../domain/CompletionError.ts"

/**
 * The rules of circuit breakers.
 *
 * @category models
 * @since 0.2.0
 */
export interface CircuitBreakersOptions {
  /** How many failures in a row open it; `Infinity` for no such limit. Default 5. */
  readonly failures?: number | undefined
  /** The share of failures among the results of the window that opens it, over 0 and at most 1. Default 0.5. */
  readonly failureShare?: number | undefined
  /** How many results the window has at most. Default 20. */
  readonly windowSize?: number | undefined
  /** How many results the window must have before the share counts. Default 10. */
  readonly windowMinimum?: number | undefined
  /** How old a result of the window may be. Default 60 seconds. */
  readonly window?: Duration.Input | undefined
  /** How long it is open the first time. Default 60 seconds. */
  readonly openFor?: Duration.Input | undefined
  /**
   * How many times longer than before it is open where it opens again before it was closed for as long. At least 1.
   * Default 2.
   */
  readonly openFactor?: number | undefined
  /** The longest time that it is open, also where the provider names a longer one. Default 10 minutes. */
  readonly maxOpenFor?: Duration.Input | undefined
  /**
   * Returns whether an error counts as a failure. Default: server errors, overload, timeouts that the provider causes,
   * connections that fail, and responses that are cut or malformed.
   */
  readonly isFailure?: ((error: CompletionError) => boolean) | undefined
}

/**
 * Service with a circuit breaker for each provider, host, key and model that is called.
 *
 * **Example** (Leaving a provider alone that fails)
 *
 * ```ts
 * import { Console, Effect, Stream } from "effect"
 * import { ChatModel, CircuitBreakers } from "sluice"
 *
 * export const program = Effect.gen(function*() {
 *   yield* CircuitBreakers.transitions.pipe(
 *     Stream.runForEach(({ circuit, to }) => Console.error(`${circuit.provider} is ${to}`)),
 *     Effect.forkScoped
 *   )
 *   return yield* ChatModel.complete({ model: "openai/gpt-5.4-mini", prompt: "Why is the sky blue?" })
 * }).pipe(Effect.scoped, Effect.provide(CircuitBreakers.layer({ openFor: "30 seconds" })))
 * ```
 *
 * @category services
 * @since 0.2.0
 */
export class CircuitBreakers extends Context.Service<CircuitBreakers, {
  /**
   * Makes what one attempt holds of a circuit breaker. `fingerprint` tells keys apart that have the same name; it is
   * not shown.
   */
  readonly permit: (circuit: Circuit, fingerprint: number | undefined) => CircuitPermit
  /** Returns whether an error counts as a failure. */
  readonly isFailure: (error: CompletionError) => boolean
  /** Returns the changes that were not returned before, so that each is logged once. */
  readonly unreported: () => ReadonlyArray<CircuitTransition>
  /**
   * The states of the circuit breakers that were used. Beyond 1,000 of them, those that have seen no failure are
   * forgotten, the oldest first.
   */
  readonly states: Effect.Effect<ReadonlyArray<CircuitStatus>>
  /** Emits the changes of states from now on, in order. It does not end. */
  readonly transitions: Stream.Stream<CircuitTransition>
}>()("sluice/services/CircuitBreakers") {
  /** The states of the service in the context. Its contract is that of the service's `states`. */
  static readonly states: Effect.Effect<ReadonlyArray<CircuitStatus>, never, CircuitBreakers> = CircuitBreakers.use(
    ({ states }) => states
  )

  /** The changes of the service in the context. Its contract is that of the service's `transitions`. */
  static readonly transitions: Stream.Stream<CircuitTransition, never, CircuitBreakers> = Stream.unwrap(
    CircuitBreakers.useSync(({ transitions }) => transitions)
  )

  /**
   * Layer with circuit breakers: below the layers of providers, beside them, around a program, or around one call. The
   * innermost one counts. Without it there are none. Fails with a `ConfigurationError` for a rule that cannot be kept.
   */
  static readonly layer = (options: CircuitBreakersOptions = {}): Layer.Layer<CircuitBreakers, ConfigurationError> =>
    Layer.effect(CircuitBreakers, make(options))
}

const none: ReadonlyArray<CircuitTransition> = []

/** How many circuit breakers are kept, while there are some without failures among them. */
const mostCircuits = 1000

const millis = (duration: Duration.Input): number => Duration.toMillis(Duration.fromInputUnsafe(duration))

const rulesOf = (options: CircuitBreakersOptions): CircuitRules => {
  const windowSize = options.windowSize ?? 20
  const openFor = millis(options.openFor ?? "60 seconds")
  return {
    failures: options.failures ?? 5,
    failureShare: options.failureShare ?? 0.5,
    windowSize,
    windowMinimum: options.windowMinimum ?? Math.min(10, windowSize),
    window: millis(options.window ?? "60 seconds"),
    openFor,
    openFactor: options.openFactor ?? 2,
    maxOpenFor: options.maxOpenFor === undefined ? Math.max(600_000, openFor) : millis(options.maxOpenFor)
  }
}

const isCount = (value: number): boolean => value >= 1 && (value === Infinity || Number.isInteger(value))

/** What is required of each rule, and the sentence that says so. */
const requirements: ReadonlyArray<readonly [keyof CircuitRules, (rules: CircuitRules) => boolean, string]> = [
  ["failures", ({ failures }) => isCount(failures), "a whole number of at least 1"],
  ["failureShare", ({ failureShare }) => failureShare > 0 && failureShare <= 1, "over 0 and at most 1"],
  ["windowSize", ({ windowSize }) => isCount(windowSize) && windowSize <= 10_000, "a whole number from 1 to 10,000"],
  [
    "windowMinimum",
    ({ windowMinimum, windowSize }) => isCount(windowMinimum) && windowMinimum <= windowSize,
    "a whole number from 1 to windowSize"
  ],
  ["window", ({ window }) => window > 0, "longer than nothing"],
  ["openFor", ({ openFor }) => openFor > 0 && openFor < Infinity, "longer than nothing, and finite"],
  ["openFactor", ({ openFactor }) => openFactor >= 1 && openFactor < Infinity, "a number of at least 1"],
  [
    "maxOpenFor",
    ({ maxOpenFor, openFor }) => maxOpenFor >= openFor && maxOpenFor < Infinity,
    "at least as long as openFor, and finite"
  ]
]

const make = Effect.fnUntraced(function*(options: CircuitBreakersOptions) {
  const rules = rulesOf(options)
  const invalid = requirements.find(([, isMet]) => !isMet(rules))
  if (invalid !== undefined) {
    const [setting, , requirement] = invalid
    return yield* new ConfigurationError({
      reason: `${setting} of the circuit breakers must be ${requirement}`,
      setting
    })
  }
  const published = yield* PubSub.unbounded<CircuitTransition>()
  let unreported = none
  const publish = (transition: CircuitTransition): void => {
    unreported = [...unreported, transition]
    PubSub.publishUnsafe(published, transition)
  }
  const breakers = new Map<string, CircuitBreaker>()

  const forget = (): void => {
    for (const [name, breaker] of breakers) {
      if (breaker.isIdle) {
        breakers.delete(name)
        return
      }
    }
  }

  const add = (name: string, circuit: Circuit): CircuitBreaker => {
    if (breakers.size >= mostCircuits) forget()
    const made = new CircuitBreaker(circuit, rules, publish)
    breakers.set(name, made)
    return made
  }

  return CircuitBreakers.of({
    permit: (circuit, fingerprint) => {
      const { host, key = "", model = "", provider } = circuit
      const name = `${provider}\n${host}\n${key}\n${fingerprint ?? ""}\n${model}`
      return new CircuitPermit(breakers.get(name) ?? add(name, circuit))
    },
    isFailure: options.isFailure ?? CircuitFailures.isFailure,
    unreported: () => {
      const changes = unreported
      unreported = none
      return changes
    },
    states: Effect.sync(() => Array.from(breakers.values(), ({ status }) => status)),
    transitions: Stream.fromPubSub(published)
  })
})
