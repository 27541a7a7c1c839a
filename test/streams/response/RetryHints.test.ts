import { assert, describe, it } from "@effect/vitest"
import { Duration } from "effect"
import * as RetryHints from "../../../src/streams/response/RetryHints.ts"

const now = Date.UTC(2026, 0, 1)

const millis = (hint: Duration.Duration | undefined) => (hint === undefined ? undefined : Duration.toMillis(hint))

describe("RetryHints", () => {
  it.each<readonly [Readonly<Record<string, string>>, number | undefined]>([
    [{ "retry-after": "7" }, 7000],
    [{ "retry-after": "1.5" }, 1500],
    [{ "retry-after": "0" }, 0],
    [{ "retry-after": "Thu, 01 Jan 2026 00:00:07 GMT" }, 7000],
    [{ "retry-after": "Thursday, 01-Jan-26 00:00:07 GMT" }, 7000],
    [{ "retry-after": "Thu Jan  1 00:00:07 2026" }, 7000],
    [{ "retry-after": "2026-01-01T01:00:07+01:00" }, 7000],
    [{ "retry-after": "Wed, 31 Dec 2025 23:59:00 GMT" }, 0],
    [{ "retry-after": "-5" }, undefined],
    [{ "retry-after": "1s" }, undefined],
    [{ "retry-after": "Jan 5" }, undefined],
    [{ "retry-after": "soon" }, undefined],
    [{ "retry-after": "" }, undefined],
    [{ "retry-after": "1e999" }, undefined],
    [{ "retry-after-ms": "250", "retry-after": "9" }, 250],
    [{ "retry-after-ms": "0", "retry-after": "1" }, 1000],
    [{ "retry-after-ms": "x", "retry-after": "1" }, 1000],
    [{}, undefined]
  ])("reads %o", (headers, expected) => {
    assert.strictEqual(millis(RetryHints.fromHeaders(headers, now)), expected)
  })

  it.each<readonly [string, number | undefined]>([
    ["Rate limit reached. Please try again in 1.3s. Visit https://platform.openai.com", 1300],
    ["Please try again in 28ms.", 28],
    ["Please try again in 35 seconds", 35_000],
    ["try again in 6m0s", 360_000],
    ["Please retry in 34.07s.", 34_070],
    ["try again in 2 minutes", 120_000],
    ["Your quota will reset after 18h31m10s.", 66_670_000],
    ["Please retry after 24 seconds.", 24_000],
    ["try again after 1 seconds", 1000],
    ["try again later", undefined]
  ])("reads \"%s\"", (message, expected) => {
    assert.strictEqual(millis(RetryHints.fromMessage(message)), expected)
  })

  it.each<readonly [Readonly<Record<string, string>>, number | undefined]>([
    [{}, undefined],
    [{ "x-ratelimit-timeremaining": "17" }, 17_000],
    [{ "x-ratelimit-timeremaining": "0" }, 0],
    [{ "x-ratelimit-reset-after": "2.5", "x-ratelimit-reset": "9" }, 2500],
    [{ "x-ratelimit-reset": "9" }, 9000],
    [{ "x-ratelimit-reset": String(now / 1000 + 4) }, 4000],
    [{ "x-ratelimit-reset": String(now + 1500) }, 1500],
    [{ "x-ratelimit-reset": String(now - 1500) }, 0],
    [{ "x-ratelimit-reset": "2026-01-01T00:00:07Z" }, 7000],
    [{ "x-ratelimit-reset": "-5" }, undefined],
    [{ "x-ratelimit-reset": "400000000" }, undefined],
    [{ "x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "6m0s" }, 360_000],
    [{ "x-ratelimit-remaining-tokens": "1", "x-ratelimit-reset-tokens": "6m0s" }, undefined],
    [{
      "x-ratelimit-remaining-tokens": "0",
      "x-ratelimit-reset-tokens": "1s",
      "x-ratelimit-remaining-requests": "0",
      "x-ratelimit-reset-requests": "2s"
    }, 2000]
  ])("finds in the headers of a limit %o", (headers, expected) => {
    assert.strictEqual(millis(RetryHints.fromLimits(headers, now)), expected)
  })
})
