import { assert, describe, it } from "@effect/vitest"
import type { RateLimitSnapshot } from "../../../src/domain/RateLimitSnapshot.ts"
import * as RateLimitHeaders from "../../../src/streams/protocols/RateLimitHeaders.ts"

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
