/**
 * What a refusal of a provider for its rate limits means, and therefore what helps.
 */
import * as Duration from "effect/Duration"
import type { RateLimitedError } from "./CompletionError.ts"

/**
 * What was exceeded: the rate of requests or tokens (wait), the requests at once (wait for one to end), how fast the
 * rate may rise (send fewer at once, and more by and by), or what may be spent within minutes (wait for minutes). Spent
 * quotas and a lack of capacity have classes of errors of their own.
 */
export type RateLimitMeaning = "rate" | "concurrency" | "acceleration" | "spend"

/** Providers that limit nothing but requests at once. */
const slots: ReadonlySet<string> = new Set(["deepseek", "ollama"])

/** Codes for requests at once: Zhipu's and GitHub's. */
const codes: ReadonlySet<string> = new Set(["1302", "UserConcurrentRequests"])

const sentences = /concurren|in[- ]flight|at the same time|simultaneous/i

/** Returns whether the limits that the response reports are not reached. */
const hasLeft = ({ rateLimits }: RateLimitedError): boolean => {
  const { inputTokens, outputTokens, requests, tokens } = rateLimits ?? {}
  const left = [requests, tokens, inputTokens, outputTokens].flatMap((budget) => budget?.remaining ?? [])
  return left.length > 1 && left.every((remaining) => remaining > 0)
}

/** Returns what a refusal means. */
export const of = (error: RateLimitedError): RateLimitMeaning => {
  const { code = "", detail = "", provider, rateLimits, status } = error
  if (/spend-based/i.test(detail)) return "spend"
  // OpenRouter has a 402 of this class for what is in flight alone.
  if (
    status === 402 || slots.has(provider) || codes.has(code) || sentences.test(detail) ||
    codes.has(rateLimits?.limitName ?? "")
  ) return "concurrency"
  // No field of Anthropic's tells it from a rate.
  return provider === "anthropic" && hasLeft(error) ? "acceleration" : "rate"
}

/** How long to wait where the provider does not say it, in milliseconds: the first time, and at most. */
const pauses: Readonly<Record<RateLimitMeaning, readonly [first: number, most: number]>> = {
  rate: [1000, 60_000],
  spend: [60_000, 600_000],
  concurrency: [0, 0],
  acceleration: [1000, 60_000]
}

/** Returns how long nothing should be sent after so many refusals in a row, in milliseconds. */
export const pauseOf = (meaning: RateLimitMeaning, { retryAfter }: RateLimitedError, refusals: number): number => {
  const [first, most] = pauses[meaning]
  const own = Math.min(most, first * 2 ** Math.min(refusals, 10))
  return retryAfter === undefined ? own : Math.max(Duration.toMillis(retryAfter), meaning === "spend" ? first : 0)
}
