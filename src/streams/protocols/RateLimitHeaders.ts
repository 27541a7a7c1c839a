/**
 * Rate-limit headers of every provider, as one snapshot.
 *
 * Three families: `x-ratelimit-*` (OpenAI, Azure, Groq, Cerebras, Mistral, xAI), `anthropic-ratelimit-*`, and the windows
 * of subscriptions (`x-codex-*`, `anthropic-ratelimit-unified-*`).
 *
 * @see https://platform.openai.com/docs/guides/rate-limits
 * @see https://docs.anthropic.com/en/api/rate-limits
 * @since 0.1.0
 */
import type { RateLimitBudget, RateLimitSnapshot, RateLimitWindow } from "../../domain/RateLimitSnapshot.ts"
import { goDuration } from "./RetryHints.ts"

type Headers = Readonly<Record<string, string>>
type Kind = "requests" | "tokens" | "inputTokens" | "outputTokens"

const finite = (text: string | undefined): number | undefined => {
  if (text === undefined || text.trim() === "") return undefined
  const value = Number(text)
  return Number.isFinite(value) ? value : undefined
}

// Azure answers -1 where it has no limit for a deployment (recorded).
const counted = (text: string | undefined): number | undefined => {
  const value = finite(text)
  return value === undefined || value < 0 ? undefined : value
}

const seconds = (milliseconds: number): number => Math.round(milliseconds) / 1000

/** A reset is an RFC 3339 time (Anthropic), an epoch in seconds, or a duration from now (`6m0s`, `2.67`). */
const resetsAt = (text: string | undefined, now: number): number | undefined => {
  if (text === undefined || text.trim() === "") return undefined
  const duration = goDuration(text)
  if (duration !== undefined) return duration >= 1e12 ? seconds(duration) : seconds(now + duration)
  const date = Date.parse(text)
  return Number.isNaN(date) ? undefined : seconds(date)
}

const budget = (
  limit: string | undefined,
  remaining: string | undefined,
  reset: string | undefined,
  now: number
): RateLimitBudget | undefined => {
  const parts: { limit?: number; remaining?: number; resetsAt?: number } = {}
  const allowed = counted(limit)
  const left = counted(remaining)
  if (allowed !== undefined) parts.limit = allowed
  if (left !== undefined) parts.remaining = left
  if (allowed === undefined && left === undefined) return undefined
  const at = resetsAt(reset, now)
  if (at !== undefined) parts.resetsAt = at
  return parts
}

const budgets: ReadonlyArray<readonly [Kind, (part: "limit" | "remaining" | "reset") => string]> = [
  ["requests", (part) => `x-ratelimit-${part}-requests`],
  ["requests", (part) => `x-ratelimit-${part}-requests-day`],
  ["requests", (part) => `x-ratelimit-${part}-req-minute`],
  ["requests", (part) => `x-ratelimit-${part}`],
  ["tokens", (part) => `x-ratelimit-${part}-tokens`],
  ["tokens", (part) => `x-ratelimit-${part}-tokens-minute`],
  ["requests", (part) => `anthropic-ratelimit-requests-${part}`],
  ["tokens", (part) => `anthropic-ratelimit-tokens-${part}`],
  ["inputTokens", (part) => `anthropic-ratelimit-input-tokens-${part}`],
  ["outputTokens", (part) => `anthropic-ratelimit-output-tokens-${part}`]
]

const codexWindow = (headers: Headers, prefix: string): RateLimitWindow | undefined => {
  const usedPercent = finite(headers[`${prefix}-used-percent`])
  if (usedPercent === undefined) return undefined
  const windowMinutes = finite(headers[`${prefix}-window-minutes`])
  const reset = finite(headers[`${prefix}-reset-at`])
  // Codex sends zeroes for windows that a plan does not have.
  if (usedPercent === 0 && !windowMinutes && reset === undefined) return undefined
  return {
    usedPercent,
    ...(windowMinutes === undefined ? {} : { windowMinutes }),
    ...(reset === undefined ? {} : { resetsAt: reset })
  }
}

const unifiedWindow = (headers: Headers, name: "5h" | "7d", windowMinutes: number): RateLimitWindow | undefined => {
  const used = finite(headers[`anthropic-ratelimit-unified-${name}-utilization`])
  if (used === undefined) return undefined
  const reset = finite(headers[`anthropic-ratelimit-unified-${name}-reset`])
  return { usedPercent: used * 100, windowMinutes, ...(reset === undefined ? {} : { resetsAt: reset }) }
}

/** Most responses say nothing of limits, and are then not asked thirty times. */
const about = /ratelimit|^x-codex-/

const truth = (text: string | undefined): boolean => text === "1" || text?.toLowerCase() === "true"

/**
 * Reads what a response's headers say about limits; `undefined` when they say nothing. `now` is Unix time in
 * milliseconds, for resets that are given as a duration.
 *
 * @category decoding
 * @since 0.1.0
 */
export const snapshot = (headers: Headers, now: number): RateLimitSnapshot | undefined => {
  if (!Object.keys(headers).some((name) => about.test(name))) return undefined
  const found: { -readonly [K in keyof RateLimitSnapshot]: RateLimitSnapshot[K] } = {}
  for (const [kind, name] of budgets) {
    if (found[kind] !== undefined) continue
    const value = budget(headers[name("limit")], headers[name("remaining")], headers[name("reset")], now)
    if (value !== undefined) found[kind] = value
  }
  const primary = codexWindow(headers, "x-codex-primary") ?? unifiedWindow(headers, "5h", 300)
  const secondary = codexWindow(headers, "x-codex-secondary") ?? unifiedWindow(headers, "7d", 10_080)
  if (primary !== undefined) found.primary = primary
  if (secondary !== undefined) found.secondary = secondary
  if (primary !== undefined || secondary !== undefined) {
    const limitId = headers["x-codex-active-limit"]
    if (limitId !== undefined) found.limitId = limitId
    const limitName = headers["x-codex-limit-name"]
    if (limitName !== undefined) found.limitName = limitName
  }
  const hasCredits = headers["x-codex-credits-has-credits"]
  if (hasCredits !== undefined) {
    const balance = headers["x-codex-credits-balance"]
    found.credits = {
      hasCredits: truth(hasCredits),
      unlimited: truth(headers["x-codex-credits-unlimited"]),
      ...(balance === undefined || balance === "" ? {} : { balance })
    }
  }
  return Object.keys(found).length === 0 ? undefined : found
}
