/**
 * Decodes the rate-limit headers of every provider to one snapshot.
 *
 * Three families: `x-ratelimit-*` and similar ones (OpenAI, Azure, Groq, Cerebras, Mistral, xAI, Together, GitHub,
 * OpenRouter, Cohere), `anthropic-ratelimit-*`, and the windows of subscriptions (`x-codex-*`,
 * `anthropic-ratelimit-unified-*`).
 *
 * @see https://platform.openai.com/docs/guides/rate-limits
 * @see https://docs.anthropic.com/en/api/rate-limits
 */
import type { RateLimitBudget, RateLimitSnapshot, RateLimitWindow } from "../../domain/RateLimitSnapshot.ts"
import { resetTime } from "./RetryHints.ts"

type Headers = Readonly<Record<string, string>>
type Kind = "requests" | "tokens" | "inputTokens" | "outputTokens"

const finite = (text: string | undefined): number | undefined => {
  if (text === undefined || text.trim() === "") return undefined
  const value = Number(text)
  return Number.isFinite(value) ? value : undefined
}

// Azure sends -1 for a deployment without a limit (recorded). Some send their policy after the number (`60;w=60`).
const counted = (text: string | undefined): number | undefined => {
  const value = finite(text?.split(/[,;]/)[0])
  return value === undefined || value < 0 ? undefined : value
}

const seconds = (milliseconds: number): number => Math.round(milliseconds) / 1000

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
  // Zero remaining of zero is no limit either (Azure).
  if (limit !== undefined && !allowed && !left) return undefined
  const at = resetTime(reset, now)
  if (at !== undefined) parts.resetsAt = seconds(at)
  return parts
}

const budgets: ReadonlyArray<readonly [Kind, (part: "limit" | "remaining" | "reset") => string]> = [
  ["requests", (part) => `x-ratelimit-${part}-requests`],
  ["requests", (part) => `x-ratelimit-${part}-requests-day`],
  ["requests", (part) => `x-ratelimit-${part}-req-minute`],
  ["requests", (part) => `x-ratelimit-${part}`],
  ["requests", (part) => `ratelimit-${part}`],
  ["requests", (part) => `x-trial-endpoint-call-${part}`],
  ["tokens", (part) => `x-ratelimit-${part}-tokens`],
  ["tokens", (part) => `x-ratelimit-${part}-tokens_usage_based`],
  ["tokens", (part) => `x-ratelimit-${part}-project-tokens`],
  ["tokens", (part) => `x-ratelimit-${part}-tokens-minute`],
  ["tokens", (part) => `ratelimitbysize-${part}`],
  ["tokens", (part) => `x-ratelimitbysize-${part}-minute`],
  ["tokens", (part) => `x-tokenlimit-${part}`],
  ["requests", (part) => `anthropic-ratelimit-requests-${part}`],
  ["tokens", (part) => `anthropic-ratelimit-tokens-${part}`],
  ["inputTokens", (part) => `anthropic-ratelimit-input-tokens-${part}`],
  ["outputTokens", (part) => `anthropic-ratelimit-output-tokens-${part}`],
  ["inputTokens", (part) => `anthropic-priority-input-tokens-${part}`],
  ["outputTokens", (part) => `anthropic-priority-output-tokens-${part}`]
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

/** Returns whether there is any such header. Most responses have none, and are not searched for thirty. */
const about = /ratelimit|^x-codex-|^x-tokenlimit-|^anthropic-priority-|^x-trial-endpoint-call-/

const truth = (text: string | undefined): boolean => text === "1" || text?.toLowerCase() === "true"

/**
 * Decodes the limits in a response's headers; `undefined` if there are none. `now` is Unix time in
 * milliseconds, for resets that are given as a duration.
 */
export const snapshot = (headers: Headers, now: number): RateLimitSnapshot | undefined => {
  if (!Object.keys(headers).some((name) => about.test(name))) return undefined
  const found: { -readonly [K in keyof RateLimitSnapshot]: RateLimitSnapshot[K] } = {}
  for (const [kind, name] of budgets) {
    if (found[kind] !== undefined) continue
    const value = budget(headers[name("limit")], headers[name("remaining")], headers[name("reset")], now)
    if (value !== undefined) found[kind] = value
  }
  const type = headers["x-ratelimit-type"]
  if (type !== undefined && type !== "") {
    // GitHub sends which limit it was, and how long it lasts.
    found.limitName = type
    const at = resetTime(headers["x-ratelimit-timeremaining"], now)
    if (at !== undefined && found.requests?.resetsAt === undefined) {
      found.requests = { ...found.requests, resetsAt: seconds(at) }
    }
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
