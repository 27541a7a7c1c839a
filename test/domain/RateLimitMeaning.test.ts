/**
 * What refusals mean, and how long they pause a scope.
 */
import { assert, describe, it } from "@effect/vitest"
import { Duration } from "effect"
import { RateLimitedError } from "../../src/domain/CompletionError.ts"
import * as RateLimitMeaning from "../../src/domain/RateLimitMeaning.ts"

type Fields = Partial<ConstructorParameters<typeof RateLimitedError>[0]>

const errorOf = (fields: Fields) => new RateLimitedError({ provider: "openai", status: 429, ...fields })

const left = { requests: { limit: 50, remaining: 40 }, inputTokens: { limit: 1000, remaining: 900 } }

describe("RateLimitMeaning", () => {
  it.each<readonly [RateLimitMeaning.RateLimitMeaning, Fields]>([
    ["rate", {}],
    ["rate", { code: "rate_limit_exceeded", detail: "Rate limit reached. Please try again in 1.3s." }],
    ["rate", {
      provider: "anthropic",
      rateLimits: { requests: { limit: 50, remaining: 0 }, tokens: { remaining: 5 } }
    }],
    ["rate", { provider: "openai", rateLimits: left }],
    ["acceleration", { provider: "anthropic", rateLimits: left }],
    ["concurrency", { provider: "deepseek" }],
    ["concurrency", { provider: "zhipuai", code: "1302" }],
    ["rate", { provider: "zhipuai", code: "1303" }],
    ["concurrency", { provider: "github", rateLimits: { limitName: "UserConcurrentRequests" } }],
    ["concurrency", { provider: "openrouter", status: 402 }],
    ["concurrency", { detail: "Too many concurrent requests" }],
    ["spend", { provider: "gemini", detail: "You exceeded your spend-based rate limit." }]
  ])("is %s for %o", (meaning, fields) => {
    assert.strictEqual(RateLimitMeaning.of(errorOf(fields)), meaning)
  })

  it.each<readonly [RateLimitMeaning.RateLimitMeaning, number | undefined, number, number]>([
    ["rate", 1300, 0, 1300],
    ["rate", undefined, 0, 1000],
    ["rate", undefined, 3, 8000],
    ["rate", undefined, 50, 60_000],
    ["spend", undefined, 0, 60_000],
    ["spend", 5000, 0, 60_000],
    ["spend", undefined, 9, 600_000],
    ["concurrency", undefined, 3, 0],
    ["concurrency", 2000, 0, 2000]
  ])("of %s with the hint %s, after %i refusals, pauses for %i ms", (meaning, hint, refusals, expected) => {
    const error = errorOf(hint === undefined ? {} : { retryAfter: Duration.millis(hint) })
    assert.strictEqual(RateLimitMeaning.pauseOf(meaning, error, refusals), expected)
  })
})
