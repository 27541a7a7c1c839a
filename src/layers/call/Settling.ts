/**
 * Reports to the policies how an attempt ended, exactly once, and with the usage that the provider reported.
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Scope from "effect/Scope"
import type { CompletionError } from "../../domain/CompletionError.ts"
import type { TokenUsage } from "../../domain/TokenUsage.ts"
import { usageIn } from "../resilience/Attempts.ts"
import type { Admission, Call, Outcome, Values } from "../resilience/Policy.ts"

/**
 * Whether an error says that its usage counts everything: the provider had sent its bill before the response was cut.
 */
const isBilled = (error: CompletionError): boolean =>
  error._tag === "IncompleteStreamError" && error.evidence.includes("usage")

/** The report of one attempt. */
export class Settling<A> {
  readonly #call: Call<A>
  #admission: Admission | undefined
  #hasBegun = false
  #last: A | undefined

  constructor(call: Call<A>) {
    this.#call = call
  }

  /** Keeps the permission with which the attempt was sent. */
  admitted(admission: Admission): void {
    this.#admission = admission
  }

  /** Records that a response with a 2xx status has come. */
  began(): void {
    this.#hasBegun = true
  }

  /**
   * Observes the opening of the attempt and its values, and reports the outcome at the end, or with the scope at the
   * latest.
   */
  observe(
    opened: Effect.Effect<Values<A>, CompletionError>,
    scope: Scope.Scope
  ): Effect.Effect<Values<A>, CompletionError> {
    const settled = Effect.matchEffect(opened, {
      onSuccess: (values) => Effect.succeed(this.#observed(values)),
      onFailure: (error) => {
        this.#fail(error)
        return Effect.fail(error)
      }
    })
    // An attempt that is interrupted neither ends nor fails.
    return Effect.andThen(Scope.addFinalizer(scope, Effect.sync(() => this.#interrupt())), settled)
  }

  #observed(values: Values<A>): Values<A> {
    if (!this.#call.account.isObserved && this.#admission?.needsUsage !== true) return values
    return Effect.matchEffect(values, {
      onSuccess: (array) => {
        // Usage is read at the end alone, since this runs for every chunk.
        this.#last = array[array.length - 1]
        return Effect.succeed(array)
      },
      onFailure: (failure) => {
        if (Cause.isDone(failure)) this.#settle({ type: "ended", usage: this.#usage(), isFinal: true })
        else this.#fail(failure)
        return Effect.fail(failure)
      }
    })
  }

  #fail(error: CompletionError): void {
    this.#settle(
      this.#hasBegun
        ? { type: "ended", usage: usageIn(error) ?? this.#usage(), isFinal: isBilled(error), error }
        : { type: "refused", error }
    )
  }

  #interrupt(): void {
    if (this.#admission === undefined) return
    if (!this.#hasBegun) return this.#settle({ type: "refused" })
    const usage = this.#usage()
    this.#settle({ type: "ended", usage, isFinal: usage !== undefined })
  }

  #usage(): TokenUsage | undefined {
    return this.#last === undefined ? undefined : this.#call.usageOf(this.#last) ?? undefined
  }

  #settle(outcome: Outcome): void {
    const admission = this.#admission
    this.#admission = undefined
    admission?.settle(outcome)
  }
}
