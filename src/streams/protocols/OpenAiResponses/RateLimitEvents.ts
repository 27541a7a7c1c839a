/**
 * Reads the rate limits that the Responses API reports inside a stream, which it does for ChatGPT logins.
 *
 * @see https://github.com/openai/codex/blob/main/codex-rs/codex-api/src/rate_limits.rs
 */
import type { RateLimitSnapshot, RateLimitWindow } from "../../../domain/RateLimitSnapshot.ts"
import { type JsonObject, nonEmpty, number, object } from "../../json/Json.ts"
import * as RateLimitHeaders from "../../response/RateLimitHeaders.ts"

const window = (value: unknown): RateLimitWindow | undefined => {
  const fields = object(value)
  const usedPercent = number(fields?.used_percent)
  if (fields === undefined || usedPercent === undefined) return undefined
  const windowMinutes = number(fields.window_minutes)
  const resetsAt = number(fields.reset_at) ?? number(fields.resets_at)
  return {
    usedPercent,
    ...(windowMinutes === undefined ? {} : { windowMinutes }),
    ...(resetsAt === undefined ? {} : { resetsAt })
  }
}

/** Reads a `codex.rate_limits` event; `undefined` when it has no limits. */
export const ofCodex = (event: JsonObject): RateLimitSnapshot | undefined => {
  const limits = object(event.rate_limits)
  const primary = window(limits?.primary)
  const secondary = window(limits?.secondary)
  const limitId = nonEmpty(event.metered_limit_name)
  const limitName = nonEmpty(event.limit_name)
  const planType = nonEmpty(event.plan_type)
  const credits = object(event.credits)
  const balance = nonEmpty(credits?.balance)
  if (primary === undefined && secondary === undefined && credits === undefined) return undefined
  return {
    ...(limitId === undefined ? {} : { limitId }),
    ...(limitName === undefined ? {} : { limitName }),
    ...(planType === undefined ? {} : { planType }),
    ...(primary === undefined ? {} : { primary }),
    ...(secondary === undefined ? {} : { secondary }),
    ...(credits === undefined ? {} : {
      credits: {
        hasCredits: credits.has_credits === true,
        unlimited: credits.unlimited === true,
        ...(balance === undefined ? {} : { balance })
      }
    })
  }
}

/**
 * Reads the headers in a `response.metadata` event; `undefined` when they have no limits. `now` is Unix time in
 * milliseconds.
 */
export const ofMetadata = (event: JsonObject, now: number): RateLimitSnapshot | undefined => {
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(object(event.headers) ?? {})) {
    if (typeof value === "string") headers[name.toLowerCase()] = value
  }
  return RateLimitHeaders.snapshot(headers, now)
}
