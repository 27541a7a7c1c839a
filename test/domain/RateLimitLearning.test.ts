/**
 * Which limits the headers of providers show.
 */
import { assert, describe, it } from "@effect/vitest"
import { rulesOf } from "../../src/domain/RateLimitCosts.ts"
import * as RateLimitLearning from "../../src/domain/RateLimitLearning.ts"
import { snapshot } from "../../src/streams/response/RateLimitHeaders.ts"

const now = Date.parse("2026-11-28T12:00:00Z")

const cases: ReadonlyArray<readonly [string, string, Readonly<Record<string, string>>, ReadonlyArray<string>]> = [
  [
    "openai",
    "limits of a minute",
    {
      "x-ratelimit-limit-requests": "500",
      "x-ratelimit-remaining-requests": "499",
      "x-ratelimit-reset-requests": "120ms",
      "x-ratelimit-limit-tokens": "30000",
      "x-ratelimit-remaining-tokens": "15000",
      "x-ratelimit-reset-tokens": "30s"
    },
    ["requestsPerMinute 500 499", "tokensPerMinute 30000 15000"]
  ],
  [
    "openai",
    "a limit of a day, which fills by one request in seven minutes",
    {
      "x-ratelimit-limit-requests": "200",
      "x-ratelimit-remaining-requests": "199",
      "x-ratelimit-reset-requests": "7m12s"
    },
    ["requestsPerDay 200 199"]
  ],
  [
    "groq",
    "requests of a day and tokens of a minute",
    {
      "x-ratelimit-limit-requests": "14400",
      "x-ratelimit-remaining-requests": "14370",
      "x-ratelimit-reset-requests": "2m59.56s",
      "x-ratelimit-limit-tokens": "18000",
      "x-ratelimit-remaining-tokens": "17997",
      "x-ratelimit-reset-tokens": "7.66ms"
    },
    ["requestsPerDay 14400 14370", "tokensPerMinute 18000 17997"]
  ],
  [
    "azure",
    "tokens alone, since its number of requests may be that of seconds",
    {
      "x-ratelimit-limit-requests": "20",
      "x-ratelimit-remaining-requests": "19",
      "x-ratelimit-limit-tokens": "10000",
      "x-ratelimit-remaining-tokens": "9000",
      "x-ratelimit-reset-tokens": "10"
    },
    ["tokensPerMinute 10000 9000"]
  ],
  [
    "anthropic",
    "input and output, and not the tighter of both again",
    {
      "anthropic-ratelimit-requests-limit": "50",
      "anthropic-ratelimit-requests-remaining": "49",
      "anthropic-ratelimit-requests-reset": "2026-11-28T12:00:01Z",
      "anthropic-ratelimit-tokens-limit": "96000",
      "anthropic-ratelimit-tokens-remaining": "96000",
      "anthropic-ratelimit-input-tokens-limit": "80000",
      "anthropic-ratelimit-input-tokens-remaining": "80000",
      "anthropic-ratelimit-input-tokens-reset": "2026-11-28T11:59:59Z",
      "anthropic-ratelimit-output-tokens-limit": "16000",
      "anthropic-ratelimit-output-tokens-remaining": "16000"
    },
    ["requestsPerMinute 50 49", "inputTokensPerMinute 80000 80000", "outputTokensPerMinute 16000 16000"]
  ],
  [
    "openrouter",
    "a limit that ends tomorrow",
    { "x-ratelimit-limit": "50", "x-ratelimit-remaining": "0", "x-ratelimit-reset": String((now + 43_200_000) / 1000) },
    ["requestsPerDay 50 0"]
  ]
]

describe("RateLimitLearning", () => {
  it.each(cases)("of %s finds %s", (provider, _what, headers, expected) => {
    const found = snapshot(headers, now)
    assert(found !== undefined)
    const limits = RateLimitLearning.limitsOf(rulesOf(provider), found, now)
    assert.deepStrictEqual(limits.map(({ kind, limit, remaining }) => `${kind} ${limit} ${remaining}`), expected)
  })
})
