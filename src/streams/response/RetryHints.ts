/**
 * Decodes how long to wait before a retry from headers, bodies and sentences.
 */
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"

// Longer than a month is not a delay but a wrong date. Weekly limits are real.
const absurd = 31 * 24 * 60 * 60 * 1000

const milliseconds = (value: number): Duration.Duration | undefined =>
  Number.isFinite(value) && value >= 0 && value <= absurd ? Duration.millis(Math.ceil(value)) : undefined

const decimal = /^\d+(\.\d+)?$/

/**
 * Reads `retry-after-ms`, then `Retry-After` as seconds (fractions too) or as an HTTP date (RFC 9110, 10.2.3).
 * Negative, unreadable and absurd values (over a month) count as none.
 */
export const fromHeaders = (
  headers: Readonly<Record<string, string>>,
  now: number
): Duration.Duration | undefined => {
  const precise = headers["retry-after-ms"]?.trim()
  const given = headers["retry-after"]?.trim()
  // Azure sends `retry-after-ms: 0` beside `retry-after: 1` (recorded): a zero is ignored if there is another.
  if (precise !== undefined && decimal.test(precise) && (Number(precise) > 0 || given === undefined)) {
    return milliseconds(Number(precise))
  }
  if (given === undefined || given === "") return undefined
  if (decimal.test(given)) return milliseconds(Number(given) * 1000)
  // `Date.parse` takes `-5` and `1s` for dates too.
  if (!/\d:\d\d/.test(given)) return undefined
  // The oldest of the three notations has no zone; all are GMT.
  const date = Date.parse(/(?:[a-z]{1,3}|[+-]\d\d:?\d\d)$/i.test(given) ? given : `${given} GMT`)
  return Number.isNaN(date) ? undefined : milliseconds(Math.max(0, date - now))
}

const unitMillis: Readonly<Record<string, number>> = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000, ms: 1 }

/**
 * Reads a duration in Go's notation (`6m0s`, `1h30m0s`, `7.66s`, `12ms`, `2d3h`), or a plain number of seconds. In
 * milliseconds.
 */
export const goDuration = (text: string): number | undefined => {
  const trimmed = text.trim()
  if (decimal.test(trimmed)) return Number(trimmed) * 1000
  if (!/^(\d+(\.\d+)?(ms|d|h|m|s))+$/.test(trimmed)) return undefined
  let total = 0
  for (const [, amount, , unit] of trimmed.matchAll(/(\d+(\.\d+)?)(ms|d|h|m|s)/g)) {
    total += Number(amount) * (unitMillis[unit ?? ""] ?? 0)
  }
  return total
}

// Unix time in seconds since 2001 is over a billion, in milliseconds over a trillion; no delay is that long.
const epochSeconds = 1e9
const epochMillis = 1e11

/**
 * Decodes when something resets, from an RFC 3339 time, Unix time in seconds or milliseconds, or a duration from now
 * (`6m0s`, seconds). Returns milliseconds of Unix time.
 */
export const resetTime = (text: string | undefined, now: number): number | undefined => {
  const given = text?.trim() ?? ""
  const duration = goDuration(given)
  if (duration === undefined) {
    // `Date.parse` takes `-5` for a date too.
    const date = /\d:\d\d/.test(given) ? Date.parse(given) : NaN
    return Number.isNaN(date) ? undefined : date
  }
  const value = duration / 1000
  return value >= epochMillis ? value : value >= epochSeconds ? duration : now + duration
}

/** Headers of providers that send no `Retry-After`. `x-ratelimit-reset` is a time or a delay, by its size. */
const resets = ["x-ratelimit-reset-after", "x-ratelimit-timeremaining", "x-ratelimit-reset", "ratelimit-reset"]

/** Limits that a request may have exceeded: only one with nothing left has a reset that matters. */
const spent = ["requests", "tokens"]

/**
 * Decodes the end of a rate limit from its headers, for a response that has no other hint: GitHub's
 * `x-ratelimit-timeremaining`, `x-ratelimit-reset-after`, `x-ratelimit-reset`, or the reset of a limit with nothing
 * left.
 *
 * @see https://docs.github.com/en/rest/models/inference
 */
export const fromLimits = (
  headers: Readonly<Record<string, string>>,
  now: number
): Duration.Duration | undefined => {
  const delay = (text: string | undefined): number | undefined => {
    const at = resetTime(text, now)
    return at === undefined ? undefined : Math.max(0, at - now)
  }
  for (const name of resets) {
    const wait = delay(headers[name])
    if (wait !== undefined) return milliseconds(wait)
  }
  const waits = spent.flatMap((kind) =>
    headers[`x-ratelimit-remaining-${kind}`]?.trim() === "0" ? delay(headers[`x-ratelimit-reset-${kind}`]) ?? [] : []
  )
  return waits.length === 0 ? undefined : milliseconds(Math.max(...waits))
}

/**
 * Decodes a delay in a sentence: "try again in 1.3s", "28ms", "35 seconds", "6m0s", "2 minutes", "retry in 34.07s",
 * "reset after 18h31m10s".
 */
export const fromMessage = (message: string): Duration.Duration | undefined => {
  const found =
    /(?:try again|retry|retry after|wait|resets?)(?: in| after)?\s+(?:about\s+)?((?:\d+(?:\.\d+)?\s*(?:milliseconds?|ms|seconds?|secs?|minutes?|mins?|hours?|days?|[smhd])\s*)+)/i
      .exec(message)
  if (found?.[1] === undefined) return undefined
  let total = 0
  for (const [, amount, unit] of found[1].matchAll(/(\d+(?:\.\d+)?)\s*([a-z]+)/gi)) {
    const lower = (unit ?? "").toLowerCase()
    const key = lower.startsWith("ms") || lower.startsWith("milli") ? "ms" : lower.slice(0, 1)
    total += Number(amount) * (unitMillis[key] ?? 0)
  }
  return milliseconds(total)
}

/** Returns the next midnight in California, at which Google's quotas of a day end. In milliseconds of Unix time. */
export const endOfDay = (now: number): number =>
  DateTime.makeZonedUnsafe(now, { timeZone: "America/Los_Angeles" }).pipe(
    DateTime.startOf("day"),
    DateTime.add({ days: 1 }),
    DateTime.toEpochMillis
  )

/** Reads `x-should-retry`, with which OpenAI and Anthropic overrule the status. */
export const shouldRetry = (headers: Readonly<Record<string, string>>): boolean | undefined => {
  const value = headers["x-should-retry"]?.trim().toLowerCase()
  return value === "true" ? true : value === "false" ? false : undefined
}
