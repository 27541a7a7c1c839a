/**
 * Limits of what the calls of a part of a program spend together: attempts, time, tokens, money.
 *
 * **Example** (Limiting what one task may spend)
 *
 * ```ts
 * import { Effect } from "effect"
 * import { Budget, ChatModel } from "sluice"
 *
 * // At most 20 cents and two minutes, whatever is retried.
 * export const task = ChatModel.complete({ model: "openai/gpt-5.4", prompt: "Why is the sky blue?" }).pipe(
 *   Budget.within({ usd: 0.2, deadline: "2 minutes" })
 * )
 * ```
 *
 * @since 0.2.0
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { BudgetAccount, ofOneRequest as accountOfOneRequest, toNanoUsd } from "../domain/BudgetAccount.ts"
import { ConfigurationError } from "../domain/CompletionError.ts"
import type { Spending } from "../domain/errors/BudgetErrors.ts"

/**
 * The limits of a budget.
 *
 * @category models
 * @since 0.2.0
 */
export interface BudgetLimits {
  /** Most attempts (HTTP requests) of all calls together. Default: no limit. */
  readonly attempts?: number | undefined
  /** Longest time, from the moment the budget is made. Default: no limit. */
  readonly deadline?: Duration.Input | undefined
  /** Most tokens, read and written together. Default: no limit. */
  readonly tokens?: number | undefined
  /**
   * Most US dollars, by the list prices of the `ModelRegistry`. `Providers.layer` has the prices of the catalogue; the
   * layer of one provider needs `Models.layer`. Default: no limit.
   */
  readonly usd?: number | undefined
}

/**
 * A budget in use. It is shared by all fibers that have it in their context.
 *
 * @category models
 * @since 0.2.0
 */
export interface Budget {
  /** Reserves and settles what attempts spend. */
  readonly account: BudgetAccount
  /** The moment at which the time is over, in milliseconds since 1970; `undefined` without a deadline. */
  readonly deadline: number | undefined
  /** The moment at which the budget was made, in milliseconds since 1970. */
  readonly since: number
}

/**
 * Context reference with the budget of the running fiber; `undefined` where none was provided.
 *
 * @category references
 * @since 0.2.0
 */
export const Budget = Context.Reference<Budget | undefined>("sluice/services/Budget", {
  defaultValue: () => undefined
})

const check = (limits: BudgetLimits): Effect.Effect<void, ConfigurationError> => {
  const names: ReadonlyArray<"attempts" | "tokens" | "usd"> = ["attempts", "tokens", "usd"]
  const invalid = names.find((name) => {
    const value = limits[name]
    return value !== undefined && !(value >= 0 && (name === "usd" || value === Infinity || Number.isInteger(value)))
  })
  return invalid === undefined ? Effect.void : Effect.fail(
    new ConfigurationError({
      reason: `The limit of ${invalid} of a budget must be ${
        invalid === "usd" ? "a number of US dollars" : "a whole number"
      } of at least 0`,
      setting: invalid
    })
  )
}

/**
 * Makes a budget, nested in the one of the context: what it spends counts in both.
 *
 * @category constructors
 * @since 0.2.0
 */
export const make = Effect.fnUntraced(function*(
  limits: BudgetLimits
): Effect.fn.Return<Budget, ConfigurationError> {
  yield* check(limits)
  const parent = yield* Budget
  const since = yield* Clock.currentTimeMillis
  const own = limits.deadline === undefined
    ? Infinity
    : since + Duration.toMillis(Duration.fromInputUnsafe(limits.deadline))
  const deadline = Math.min(own, parent?.deadline ?? Infinity)
  const account = new BudgetAccount(
    {
      ...(limits.attempts === undefined ? {} : { attempts: limits.attempts }),
      ...(limits.tokens === undefined ? {} : { tokens: limits.tokens }),
      ...(limits.usd === undefined ? {} : { nanoUsd: toNanoUsd(limits.usd) })
    },
    parent?.account,
    true
  )
  return {
    account,
    deadline: deadline === Infinity ? undefined : deadline,
    since: own <= deadline ? since : (parent?.since ?? since)
  }
})

/**
 * Makes the budget of one model request, however many calls it takes: the one of the context where that limits attempts,
 * and else one of 8 attempts that is nested in it.
 *
 * @category constructors
 * @since 0.2.0
 */
export const ofOneRequest: Effect.Effect<Budget> = Effect.gen(function*() {
  const outer = yield* Budget
  const account = accountOfOneRequest(outer?.account)
  return { account, deadline: outer?.deadline, since: outer?.since ?? (yield* Clock.currentTimeMillis) }
})

/**
 * Runs an effect with a budget of its own for everything inside it.
 *
 * @category combinators
 * @since 0.2.0
 */
export const within =
  (limits: BudgetLimits) => <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E | ConfigurationError, R> =>
    Effect.provideServiceEffect(effect, Budget, make(limits))

/**
 * Layer that provides a budget to everything it is provided to, streams included. Each build of the layer makes a new
 * budget.
 *
 * @category layers
 * @since 0.2.0
 */
export const layer = (limits: BudgetLimits): Layer.Layer<never, ConfigurationError> =>
  Layer.effect(Budget, make(limits))

/**
 * Returns what the budget of the context has spent on each model so far, and nothing without a budget.
 *
 * @category accessors
 * @since 0.2.0
 */
export const spent: Effect.Effect<ReadonlyArray<Spending>> = Effect.map(
  Budget,
  (budget) => budget?.account.spent() ?? []
)
