/**
 * The policy that keeps attempts within the budget of their call.
 *
 * An attempt reserves its upper bound when it is sent, and settles with the usage that the provider reports.
 */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { type Amount, type Reservation, type Shortage, toNanoUsd } from "../../domain/BudgetAccount.ts"
import { type BudgetExceededError, type CompletionError, ConfigurationError } from "../../domain/CompletionError.ts"
import * as ModelInfo from "../../domain/ModelInfo.ts"
import type { Warning } from "../../domain/ResponseEvent.ts"
import type { TokenBound } from "../../domain/TokenBound.ts"
import type { TokenUsage } from "../../domain/TokenUsage.ts"
import * as Admissions from "./Admissions.ts"
import type { Admission, Attempt, Call, Open, Outcome, Policy, Target } from "./Policy.ts"

/** Finds what is known of a model. It is called only under a budget of tokens or money. */
export type FindModel = (target: Target) => Effect.Effect<ModelInfo.ModelInfo | undefined>

/** Smallest output limit that is worth a request, in tokens. */
const leastOutput = 1024

/** Output limit for a model whose own limit is not known, in tokens. */
const unknownOutput = 32_768

/** Context window of a model whose own is not known, in tokens: no known model has a larger one. */
const largestWindow = 10_000_000

const nothing: Amount = { tokens: 0, nanoUsd: 0 }

const isShortage = (reserved: Reservation | Shortage): reserved is Shortage => "kind" in reserved

/**
 * Prices of one token in billionths of a US dollar. Input counts at the higher of its price and that of a cache write.
 */
interface TokenPrices {
  readonly input: number
  readonly output: number
}

const free: TokenPrices = { input: 0, output: 0 }

const pricesOf = (info: ModelInfo.ModelInfo | undefined): TokenPrices | undefined => {
  const { cacheWriteInput, input, output } = info?.prices ?? {}
  if (input === undefined) return undefined
  // Dollars per million tokens are thousands of billionths per token.
  return { input: Math.max(input, cacheWriteInput ?? input) * 1000, output: (output ?? Infinity) * 1000 }
}

const costOf = (prices: TokenPrices, input: number, output: number): number =>
  Math.ceil(input * prices.input + (output === 0 ? 0 : output * prices.output))

/** Returns the output limit of a model beside so much input, which counts in the same window. */
const outputLimitOf = (info: ModelInfo.ModelInfo | undefined, input: number): number => {
  const limit = info?.maxOutputTokens ?? unknownOutput
  // The input is an upper bound and nearly always smaller, so that it must not take all that is left.
  return Math.min(limit, Math.max(leastOutput, (info?.contextWindow ?? Infinity) - input))
}

const amountOf = (prices: TokenPrices, input: number, output: number): Amount => ({
  tokens: input + output,
  nanoUsd: costOf(prices, input, output)
})

/** What an attempt reserves. */
interface Plan {
  readonly amount: Amount
  /** The output limit that is set because the caller set none. */
  readonly maxOutputTokens: number | undefined
  readonly settlementOf: (usage: TokenUsage) => Amount
}

class BudgetedCall<A> {
  readonly #findModel: FindModel
  readonly #call: Call<A>
  readonly #open: Open<A>

  constructor(findModel: FindModel, call: Call<A>, open: Open<A>) {
    this.#findModel = findModel
    this.#call = call
    this.#open = open
  }

  /** Opens an attempt whose upper bound matters. */
  readonly open: Open<A> = (attempt, scope) =>
    Effect.flatMap(this.#plan(attempt), (plan) => {
      let isOutpaced = false
      const admit = () => {
        const admitted = this.#reserve(attempt, plan)
        isOutpaced = Result.isFailure(admitted)
        return admitted
      }
      const opened = this.#open(this.#changed(attempt, plan, admit), scope)
      // Others have spent what the limit was computed from: it is computed again, down to the least that is worth it.
      return plan.maxOutputTokens === undefined ?
        opened :
        Effect.catch(opened, (error) =>
          isOutpaced && error._tag === "BudgetExceededError" && error.kind !== "attempts"
            ? this.open(attempt, scope)
            : Effect.fail(error))
    })

  #changed(attempt: Attempt, { maxOutputTokens }: Plan, admit: Attempt["admit"]): Attempt {
    const admitted = { ...attempt, admit: Admissions.both(attempt.admit, admit) }
    return maxOutputTokens === undefined ? admitted : {
      ...admitted,
      change: { ...attempt.change, maxOutputTokens },
      warnings: [...attempt.warnings ?? [], limited(maxOutputTokens)]
    }
  }

  #plan(attempt: Attempt): Effect.Effect<Plan, CompletionError> {
    return Effect.flatMap(
      this.#findModel(attempt.target),
      (info) => Effect.flatMap(this.#call.tokenBound(attempt), (bound) => this.#planOf(attempt, bound, info))
    )
  }

  #planOf(
    attempt: Attempt,
    bound: TokenBound,
    info: ModelInfo.ModelInfo | undefined
  ): Effect.Effect<Plan, CompletionError> {
    const { account } = this.#call
    const { completions = 1, prompts = 1 } = bound
    const prices = account.limitsMoney && bound.input + (bound.output ?? 1) > 0 ? pricesOf(info) : free
    if (prices === undefined || (bound.output !== 0 && prices.output === Infinity)) {
      return Effect.fail(withoutPrice(attempt.target))
    }
    // What does not fit the context window is refused and costs nothing.
    const input = Math.min(bound.input, prompts * (info?.contextWindow ?? largestWindow))
    let maxOutputTokens: number | undefined
    if (bound.output === undefined) {
      const least = Math.max(leastOutput, bound.leastOutput ?? 0)
      const amount = amountOf(prices, input, least * completions)
      const shortage = account.shortage(amount)
      if (shortage !== undefined) return Effect.fail(this.#exceeded(shortage, amount, attempt))
      const affordable = Math.floor(this.#affordable(prices, input) / completions)
      maxOutputTokens = Math.max(least, Math.min(affordable, outputLimitOf(info, input)))
    }
    const output = Math.min(bound.output ?? Infinity, completions * (maxOutputTokens ?? largestWindow))
    return Effect.succeed({
      amount: amountOf(prices, input, output),
      maxOutputTokens,
      settlementOf: settlement(info, prices, account.limitsMoney)
    })
  }

  /** Returns how many tokens the rest of the budget pays for after the input. */
  #affordable(prices: TokenPrices, input: number): number {
    const { nanoUsd, tokens } = this.#call.account.left()
    const byMoney = prices.output === 0 ? Infinity : (nanoUsd - input * prices.input) / prices.output
    return Math.min(tokens - input, byMoney)
  }

  #reserve(attempt: Attempt, plan: Plan): Result.Result<Admission, CompletionError> {
    const reserved = this.#call.account.reserve(attempt.target, plan.amount)
    if (isShortage(reserved)) return Result.fail(this.#exceeded(reserved, plan.amount, attempt))
    return Result.succeed({ settle: (outcome) => settle(reserved, plan, outcome) })
  }

  #exceeded(shortage: Shortage, amount: Amount, attempt: Attempt): BudgetExceededError {
    const { account, record, requestId } = this.#call
    return account.exceeded(shortage, amount, attempt.target, {
      requestId,
      lastFailure: record.lastFailure?._tag,
      lowestTier: account.limitsMoney
    })
  }
}

const limited = (maxOutputTokens: number): Warning => ({
  parameter: "maxOutputTokens",
  message: `The request sets no output limit, so that it was sent with one of ${maxOutputTokens} tokens for its budget.`
})

const withoutPrice = ({ model, provider }: Target): ConfigurationError =>
  new ConfigurationError({
    reason:
      `The price of ${provider}/${
        model ?? "this operation"
      } is not known, so it cannot be called under a budget of money: ` +
      "provide Models.layer with its prices, or limit tokens instead",
    setting: "usd"
  })

const settlement =
  (info: ModelInfo.ModelInfo | undefined, prices: TokenPrices, isPriced: boolean) => (usage: TokenUsage): Amount => {
    const tokens = Math.max(usage.totalTokens, usage.inputTokens + usage.outputTokens)
    if (!isPriced) return { tokens, nanoUsd: 0 }
    const cost = info === undefined ? undefined : ModelInfo.cost(info, usage)?.total
    // Output without a price is that of models which write none.
    const outputTokens = prices.output === Infinity ? 0 : usage.outputTokens
    return {
      tokens,
      nanoUsd: cost === undefined ? costOf(prices, usage.inputTokens, outputTokens) : toNanoUsd(cost)
    }
  }

const settle = (reservation: Reservation, { amount, settlementOf }: Plan, outcome: Outcome): void => {
  switch (outcome.type) {
    case "unsent":
      return reservation.release()
    case "refused":
      return reservation.settle({ ...nothing, isEstimated: false })
    case "ended": {
      const { isFinal, usage } = outcome
      if (usage !== undefined && isFinal) return reservation.settle({ ...settlementOf(usage), isEstimated: false })
      return reservation.settle({
        ...amount,
        isEstimated: amount.tokens > 0,
        partialTokens: usage === undefined ? 0 : settlementOf(usage).tokens
      })
    }
  }
}

/** Counts the attempt alone: nobody limits or reads more. */
const counting = <A>(call: Call<A>, open: Open<A>): Open<A> => (attempt, scope) =>
  open({ ...attempt, admit: Admissions.both(attempt.admit, () => count(call, attempt)) }, scope)

const count = <A>(
  { account, record, requestId }: Call<A>,
  { target }: Attempt
): Result.Result<Admission, CompletionError> => {
  const reserved = account.reserve(target, nothing)
  return isShortage(reserved)
    ? Result.fail(account.exceeded(reserved, nothing, target, { requestId, lastFailure: record.lastFailure?._tag }))
    : Result.succeed({
      settle: (outcome) => {
        if (outcome.type === "unsent") return reserved.release()
        if (outcome.type === "refused" || outcome.usage === undefined) {
          return reserved.settle({ ...nothing, isEstimated: false })
        }
        const tokens = outcome.usage.inputTokens + outcome.usage.outputTokens
        return reserved.settle(
          outcome.isFinal
            ? { tokens, nanoUsd: 0, isEstimated: false }
            : { ...nothing, isEstimated: false, partialTokens: tokens }
        )
      }
    })
}

/** Creates the policy. It stands inside retries, so that each attempt is paid for on its own. */
export const make = (findModel: FindModel): Policy => (call, open) =>
  call.account.limitsAmounts ? new BudgetedCall(findModel, call, open).open : counting(call, open)
