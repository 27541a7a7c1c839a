/**
 * Finds the limits that a response reports.
 */
import type { CostRules } from "./RateLimitCosts.ts"
import type { RateLimitSettings } from "./RateLimitRule.ts"
import type { RateLimitBudget, RateLimitSnapshot } from "./RateLimitSnapshot.ts"

/** A limit as a response reports it. */
export interface ReportedLimit {
  /** What is limited. */
  readonly kind: Exclude<keyof RateLimitSettings, "concurrency">
  /** How much is allowed; `undefined` where that is not reported. */
  readonly limit: number | undefined
  /** How much is left; `undefined` where that is not reported. */
  readonly remaining: number | undefined
  /** When all is left again, in milliseconds since 1970; `undefined` where that is not reported. */
  readonly resetsAt: number | undefined
}

type Counted = "requests" | "tokens" | "inputTokens" | "outputTokens"

const kinds: Readonly<Record<Counted, readonly [minute: ReportedLimit["kind"], day: ReportedLimit["kind"]]>> = {
  requests: ["requestsPerMinute", "requestsPerDay"],
  tokens: ["tokensPerMinute", "tokensPerDay"],
  inputTokens: ["inputTokensPerMinute", "inputTokensPerMinute"],
  outputTokens: ["outputTokensPerMinute", "outputTokensPerMinute"]
}

const counted: ReadonlyArray<Counted> = ["requests", "tokens", "inputTokens", "outputTokens"]

/** The longest time until a limit of a minute is whole again, in milliseconds. */
const longestMinute = 120_000

/** Returns whether a limit is that of a day, from the time until it is whole again. */
const isOfDay = ({ limit, remaining, resetsAt }: RateLimitBudget, isFilled: boolean, now: number): boolean => {
  if (resetsAt === undefined) return false
  const left = resetsAt * 1000 - now
  // One that fills evenly is whole again after that part of its time of which it is used.
  const used = (limit ?? 0) - (remaining ?? 0)
  const length = isFilled && limit !== undefined && remaining !== undefined && used > 0 ? left * limit / used : left
  return length > (isFilled ? 30 : 1) * longestMinute
}

/** Returns the limits of a snapshot. */
export const limitsOf = (
  { fillsEvenly = false, ignores = [] }: CostRules,
  snapshot: RateLimitSnapshot,
  now: number
): ReadonlyArray<ReportedLimit> =>
  counted.flatMap((name) => {
    const budget = snapshot[name]
    if (budget === undefined || ignores.includes(name)) return []
    const { limit, remaining, resetsAt } = budget
    return [{
      kind: kinds[name][isOfDay(budget, fillsEvenly, now) ? 1 : 0],
      limit: limit !== undefined && limit >= 1 ? limit : undefined,
      remaining,
      resetsAt: resetsAt === undefined ? undefined : resetsAt * 1000
    }]
  })
