import { assert, describe, it } from "@effect/vitest"
import type { RateLimitSnapshot } from "../../../src/domain/RateLimitSnapshot.ts"
import * as RateLimitHeaders from "../../../src/streams/response/RateLimitHeaders.ts"

const now = Date.UTC(2026, 0, 1)
const start = now / 1000

describe("RateLimitHeaders", () => {
  it.each<readonly [string, Readonly<Record<string, string>>, RateLimitSnapshot | undefined]>([
    ["nothing", { date: "today" }, undefined],
    ["OpenAI's requests and tokens", {
      "x-ratelimit-limit-requests": "500",
      "x-ratelimit-remaining-requests": "499",
      "x-ratelimit-reset-requests": "6m0s",
      "x-ratelimit-limit-tokens": "30000",
      "x-ratelimit-remaining-tokens": "0",
      "x-ratelimit-reset-tokens": "12ms"
    }, {
      requests: { limit: 500, remaining: 499, resetsAt: start + 360 },
      tokens: { limit: 30_000, remaining: 0, resetsAt: start + 0.012 }
    }],
    ["Anthropic's, which reset at a time", {
      "anthropic-ratelimit-input-tokens-limit": "10",
      "anthropic-ratelimit-input-tokens-remaining": "4",
      "anthropic-ratelimit-input-tokens-reset": "2026-01-01T00:01:00Z"
    }, { inputTokens: { limit: 10, remaining: 4, resetsAt: start + 60 } }],
    ["no limit where Azure says -1", {
      "x-ratelimit-limit-requests": "-1",
      "x-ratelimit-remaining-requests": "-1",
      "x-ratelimit-limit-tokens": "-1",
      "x-ratelimit-remaining-tokens": "7"
    }, { tokens: { remaining: 7 } }],
    ["no limit where Azure says nothing is left of nothing", {
      "x-ratelimit-limit-requests": "-1",
      "x-ratelimit-remaining-requests": "0",
      "x-ratelimit-limit-tokens": "0",
      "x-ratelimit-remaining-tokens": "0"
    }, undefined],
    ["Azure's resets, which are seconds here and durations there", {
      "x-ratelimit-remaining-requests": "9",
      "x-ratelimit-reset-requests": "10s",
      "x-ratelimit-remaining-tokens": "8",
      "x-ratelimit-reset-tokens": "60"
    }, { requests: { remaining: 9, resetsAt: start + 10 }, tokens: { remaining: 8, resetsAt: start + 60 } }],
    ["Groq's, of a day and of a minute", {
      "x-ratelimit-limit-requests": "14400",
      "x-ratelimit-remaining-requests": "14370",
      "x-ratelimit-reset-requests": "2m59.56s",
      "x-ratelimit-limit-tokens": "18000",
      "x-ratelimit-remaining-tokens": "17997",
      "x-ratelimit-reset-tokens": "7.66s"
    }, {
      requests: { limit: 14_400, remaining: 14_370, resetsAt: start + 179.56 },
      tokens: { limit: 18_000, remaining: 17_997, resetsAt: start + 7.66 }
    }],
    ["durations with days", {
      "x-ratelimit-remaining-requests": "1",
      "x-ratelimit-reset-requests": "2d3h"
    }, { requests: { remaining: 1, resetsAt: start + 51 * 3600 } }],
    ["OpenRouter's, with Unix time in milliseconds", {
      "x-ratelimit-limit": "20",
      "x-ratelimit-remaining": "0",
      "x-ratelimit-reset": String(now + 1500)
    }, { requests: { limit: 20, remaining: 0, resetsAt: start + 1.5 } }],
    ["a reset in Unix time in seconds", {
      "x-ratelimit-limit": "20",
      "x-ratelimit-remaining": "3",
      "x-ratelimit-reset": String(start + 7)
    }, { requests: { limit: 20, remaining: 3, resetsAt: start + 7 } }],
    ["GitHub's type of limit, and how long it lasts", {
      "x-ratelimit-type": "UserByDay",
      "x-ratelimit-timeremaining": "3600",
      "x-ratelimit-limit-requests": "150",
      "x-ratelimit-remaining-requests": "0"
    }, { limitName: "UserByDay", requests: { limit: 150, remaining: 0, resetsAt: start + 3600 } }],
    ["Mistral's, by the minute and by size", {
      "x-ratelimit-limit-req-minute": "60",
      "x-ratelimit-remaining-req-minute": "59",
      "ratelimitbysize-limit": "500000",
      "ratelimitbysize-remaining": "499000",
      "ratelimitbysize-reset": "42"
    }, {
      requests: { limit: 60, remaining: 59 },
      tokens: { limit: 500_000, remaining: 499_000, resetsAt: start + 42 }
    }],
    ["Together's, for requests and for tokens", {
      "x-ratelimit-limit": "10",
      "x-ratelimit-remaining": "9",
      "x-tokenlimit-limit": "1000",
      "x-tokenlimit-remaining": "990"
    }, { requests: { limit: 10, remaining: 9 }, tokens: { limit: 1000, remaining: 990 } }],
    ["Cohere's trial calls", {
      "x-trial-endpoint-call-limit": "40",
      "x-trial-endpoint-call-remaining": "39"
    }, { requests: { limit: 40, remaining: 39 } }],
    ["the standard's, with their policy", {
      "ratelimit-limit": "100, 100;w=60",
      "ratelimit-remaining": "50",
      "ratelimit-reset": "30"
    }, { requests: { limit: 100, remaining: 50, resetsAt: start + 30 } }],
    ["Anthropic's priority tier, where there is no other", {
      "anthropic-priority-input-tokens-limit": "10",
      "anthropic-priority-input-tokens-remaining": "9",
      "anthropic-priority-input-tokens-reset": "2026-01-01T00:00:30Z"
    }, { inputTokens: { limit: 10, remaining: 9, resetsAt: start + 30 } }],
    ["no reset where it cannot be read", {
      "x-ratelimit-remaining": "5",
      "x-ratelimit-reset": "soon"
    }, { requests: { remaining: 5 } }],
    ["the windows of a Claude subscription, in percent", {
      "anthropic-ratelimit-unified-5h-utilization": "0.25",
      "anthropic-ratelimit-unified-5h-reset": "1767229200",
      "anthropic-ratelimit-unified-7d-utilization": "0.5"
    }, {
      primary: { usedPercent: 25, windowMinutes: 300, resetsAt: 1_767_229_200 },
      secondary: { usedPercent: 50, windowMinutes: 10_080 }
    }],
    ["the windows of a Codex plan, without those that it does not have", {
      "x-codex-primary-used-percent": "12.5",
      "x-codex-primary-window-minutes": "300",
      "x-codex-secondary-used-percent": "0",
      "x-codex-secondary-window-minutes": "0"
    }, { primary: { usedPercent: 12.5, windowMinutes: 300 } }]
  ])("reads %s", (_, headers, expected) => {
    assert.deepStrictEqual(RateLimitHeaders.snapshot(headers, now), expected)
  })
})
