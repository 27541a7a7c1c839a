/**
 * The account of a budget: what it may spend, what is reserved, and what was spent on which model.
 *
 * Every change is one synchronous step over the account and all accounts that it is nested in, so that any number of
 * fibers can share one without overspending it. Money is counted in whole billionths of a US dollar, since sums of
 * fractions are not exact.
 */
import { BudgetExceededError, type Spending } from "./errors/BudgetErrors.ts"

/** What an account limits. */
export type BudgetKind = "attempts" | "tokens" | "usd"

/** The limits of one account. `Infinity` for what is not limited. */
export interface AccountLimits {
  /** Attempts. */
  readonly attempts: number
  /** Tokens, read and written together. */
  readonly tokens: number
  /** Billionths of a US dollar. */
  readonly nanoUsd: number
}

/** Where something is spent. */
export interface SpendingTarget {
  /** Id of the provider. */
  readonly provider: string
  /** The provider's own name of the model. */
  readonly model: string | undefined
}

/** An amount of tokens and money. */
export interface Amount {
  /** Tokens, read and written together. */
  readonly tokens: number
  /** Billionths of a US dollar. */
  readonly nanoUsd: number
}

/** How a reservation is settled. */
export interface Settlement extends Amount {
  /** Whether the amount is an upper bound and not what the provider reported. */
  readonly isEstimated: boolean
  /** Tokens that were reported beside an estimated amount. Default 0. */
  readonly partialTokens?: number | undefined
}

/** What one attempt holds until it has ended. Settling or releasing it a second time does nothing. */
export interface Reservation {
  /** Replaces the reserved amount by what was spent. */
  readonly settle: (settlement: Settlement) => void
  /** Gives everything back, the attempt included: it was not sent. */
  readonly release: () => void
}

/** An amount that an account cannot pay. */
export interface Shortage {
  /** What ran out. */
  readonly kind: BudgetKind
  /** The account whose limit it is. */
  readonly account: BudgetAccount
}

type Mutable<A> = { -readonly [K in keyof A]: A[K] }

const nothing: Amount = { tokens: 0, nanoUsd: 0 }

/** The limits of an account that limits nothing. */
export const unlimited: AccountLimits = {
  attempts: Number.POSITIVE_INFINITY,
  tokens: Number.POSITIVE_INFINITY,
  nanoUsd: Number.POSITIVE_INFINITY
}

/** Converts US dollars to the smallest whole number of billionths that is not less. */
export const toNanoUsd = (usd: number): number => Math.ceil(usd * 1e9 - 1e-3)

const toUsd = (nanoUsd: number): number => nanoUsd / 1e9

/** One account. Amounts that are taken from it are taken from its parents too. */
export class BudgetAccount {
  /** The limits. */
  readonly limits: AccountLimits
  /** The account that this one is nested in. */
  readonly parent: BudgetAccount | undefined
  /** Whether somebody may read what was spent, so that usage has to be recorded. */
  readonly isObserved: boolean
  #attempts = 0
  #spent: Amount = nothing
  #reserved: Amount = nothing
  // A list and not a map: an account nearly always has one target.
  readonly #byTarget: Array<Mutable<Spending>> = []

  constructor(limits: Partial<AccountLimits>, parent: BudgetAccount | undefined, isObserved: boolean) {
    this.limits = { ...unlimited, ...limits }
    this.parent = parent
    this.isObserved = isObserved || parent?.isObserved === true
  }

  /** Whether tokens or money are limited here or in a parent, so that an attempt needs an upper bound. */
  get limitsAmounts(): boolean {
    return this.limits.tokens < Number.POSITIVE_INFINITY || this.limitsMoney || this.parent?.limitsAmounts === true
  }

  /** Whether money is limited here or in a parent, so that an attempt needs a price. */
  get limitsMoney(): boolean {
    return this.limits.nanoUsd < Number.POSITIVE_INFINITY || this.parent?.limitsMoney === true
  }

  /** Returns what can still be reserved, here and in all parents. */
  left(): AccountLimits {
    const above = this.parent?.left() ?? unlimited
    return {
      attempts: Math.min(above.attempts, this.limits.attempts - this.#attempts),
      tokens: Math.min(above.tokens, this.limits.tokens - this.#spent.tokens - this.#reserved.tokens),
      nanoUsd: Math.min(above.nanoUsd, this.limits.nanoUsd - this.#spent.nanoUsd - this.#reserved.nanoUsd)
    }
  }

  /** Returns what was spent on each model, in order of first use. Reserved amounts are not included. */
  spent(): ReadonlyArray<Spending> {
    return structuredClone(this.#byTarget)
  }

  /** Returns what is reserved by attempts that have not ended. */
  get reserved(): Amount {
    return this.#reserved
  }

  /** Returns what keeps an attempt from being paid, here or in a parent; `undefined` when nothing does. */
  shortage(amount: Amount): Shortage | undefined {
    if (this.#attempts + 1 > this.limits.attempts) return { kind: "attempts", account: this }
    const { nanoUsd, tokens } = this.#spent
    if (tokens + this.#reserved.tokens + amount.tokens > this.limits.tokens) return { kind: "tokens", account: this }
    if (nanoUsd + this.#reserved.nanoUsd + amount.nanoUsd > this.limits.nanoUsd) return { kind: "usd", account: this }
    return this.parent?.shortage(amount)
  }

  /** Reserves an attempt with an amount, in this account and all its parents, or in none of them. */
  reserve(target: SpendingTarget, amount: Amount): Reservation | Shortage {
    const shortage = this.shortage(amount)
    if (shortage !== undefined) return shortage
    this.#take(target, amount)
    let isOpen = true
    const close = (): boolean => {
      const wasOpen = isOpen
      isOpen = false
      return wasOpen
    }
    return {
      settle: (settlement) => {
        if (close()) this.#settle(target, amount, settlement)
      },
      release: () => {
        if (close()) this.#release(target, amount)
      }
    }
  }

  /** Creates the error of a shortage. `needed` is what the attempt would have taken of it. */
  exceeded(
    { account, kind }: Shortage,
    amount: Amount,
    target: SpendingTarget,
    more: { readonly requestId: string; readonly lastFailure?: string | undefined; readonly lowestTier?: boolean }
  ): BudgetExceededError {
    const { limits } = account
    return new BudgetExceededError({
      provider: target.provider,
      ...(target.model === undefined ? {} : { model: target.model }),
      requestId: more.requestId,
      kind,
      limit: kind === "attempts" ? limits.attempts : kind === "tokens" ? limits.tokens : toUsd(limits.nanoUsd),
      needed: kind === "attempts" ? 1 : kind === "tokens" ? amount.tokens : toUsd(amount.nanoUsd),
      spent: account.spent(),
      ...(more.lastFailure === undefined ? {} : { lastFailure: more.lastFailure }),
      ...(more.lowestTier === true ? { lowestTier: true } : {})
    })
  }

  #entry({ model, provider }: SpendingTarget): Mutable<Spending> {
    const known = this.#byTarget.find((entry) => entry.model === model && entry.provider === provider)
    if (known !== undefined) return known
    const made: Mutable<Spending> = {
      provider,
      ...(model === undefined ? {} : { model }),
      attempts: 0,
      tokens: 0,
      estimatedTokens: 0,
      partialTokens: 0,
      usd: 0,
      estimatedUsd: 0
    }
    this.#byTarget.push(made)
    return made
  }

  #take(target: SpendingTarget, amount: Amount): void {
    this.#attempts++
    this.#entry(target).attempts++
    this.#reserved = sum(this.#reserved, amount, 1)
    if (this.parent !== undefined) this.parent.#take(target, amount)
  }

  #release(target: SpendingTarget, amount: Amount): void {
    this.#attempts--
    this.#entry(target).attempts--
    this.#reserved = sum(this.#reserved, amount, -1)
    if (this.parent !== undefined) this.parent.#release(target, amount)
  }

  #settle(target: SpendingTarget, amount: Amount, settlement: Settlement): void {
    const { isEstimated, nanoUsd, partialTokens = 0, tokens } = settlement
    this.#reserved = sum(this.#reserved, amount, -1)
    this.#spent = sum(this.#spent, settlement, 1)
    const entry = this.#entry(target)
    entry.tokens += tokens
    entry.usd = toUsd(Math.round(entry.usd * 1e9) + nanoUsd)
    entry.partialTokens += partialTokens
    if (isEstimated) {
      entry.estimatedTokens += tokens
      entry.estimatedUsd = toUsd(Math.round(entry.estimatedUsd * 1e9) + nanoUsd)
    }
    if (this.parent !== undefined) this.parent.#settle(target, amount, settlement)
  }
}

/** Most attempts of one model request, where the program limits none. */
const attemptsOfOneRequest = 8

/**
 * Returns the account of one model request: the one of the program where that limits attempts, and else one of 8
 * attempts that is nested in it.
 */
export const ofOneRequest = (outer: BudgetAccount | undefined): BudgetAccount =>
  outer !== undefined && outer.left().attempts < Infinity
    ? outer
    : new BudgetAccount({ attempts: attemptsOfOneRequest }, outer, false)

const sum = (left: Amount, right: Amount, sign: 1 | -1): Amount =>
  right.tokens === 0 && right.nanoUsd === 0
    ? left
    : { tokens: left.tokens + sign * right.tokens, nanoUsd: left.nanoUsd + sign * right.nanoUsd }
