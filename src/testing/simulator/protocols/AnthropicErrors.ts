/**
 * The refusals of Anthropic, its rate-limit headers and its list of models.
 *
 * @see https://docs.anthropic.com/en/api/errors
 * @since 0.1.0
 */
import * as DateTime from "effect/DateTime"
import type { Json, JsonObject } from "../Json.ts"
import type { RateLimits } from "../scenario/ScriptedCompletion.ts"
import type { ErrorKind } from "../scenario/Fault.ts"
import { type Problem, type Rejection, retryAfter } from "../WireProtocol.ts"

interface Form {
  readonly status: number
  readonly type: string
  readonly message: string
}

const forms: Readonly<Record<ErrorKind, Form>> = {
  "rate-limit": {
    status: 429,
    type: "rate_limit_error",
    message: "This request would exceed the rate limit for your organization."
  },
  quota: { status: 402, type: "billing_error", message: "Your credit balance is too low." },
  overloaded: { status: 529, type: "overloaded_error", message: "Overloaded" },
  "server-error": { status: 500, type: "api_error", message: "Internal server error" },
  timeout: { status: 504, type: "timeout_error", message: "The request timed out." },
  authentication: { status: 401, type: "authentication_error", message: "invalid x-api-key" },
  permission: {
    status: 403,
    type: "permission_error",
    message: "Your API key does not have permission to use the specified resource."
  },
  "model-not-found": { status: 404, type: "not_found_error", message: "model: unknown" },
  "not-found": { status: 404, type: "not_found_error", message: "Not Found" },
  "invalid-request": { status: 400, type: "invalid_request_error", message: "The request is not valid." },
  "context-length": {
    status: 400,
    type: "invalid_request_error",
    message: "prompt is too long: 200001 tokens > 200000 maximum"
  },
  "content-filter": {
    status: 400,
    type: "invalid_request_error",
    message: "Output blocked by content filtering policy"
  },
  "too-large": { status: 413, type: "request_too_large", message: "Request exceeds the maximum size" }
}

/**
 * Gives the error object of a problem, as it stands in refusals and in the middle of streams.
 *
 * @category constructors
 * @since 0.1.0
 */
export const errorObject = (problem: Problem): JsonObject => ({
  type: problem.code ?? forms[problem.kind].type,
  message: problem.message ?? forms[problem.kind].message
})

/**
 * Gives the refusal of a problem.
 *
 * @category constructors
 * @since 0.1.0
 */
export const reject = (problem: Problem, requestId: string): Rejection => ({
  status: problem.status ?? forms[problem.kind].status,
  headers: retryAfter(problem),
  body: { type: "error", error: errorObject(problem), request_id: requestId }
})

/**
 * Gives the headers that tell about the budgets. A reset is a moment, not a duration.
 *
 * @category constructors
 * @since 0.1.0
 */
export const rateLimitHeaders = (limits: RateLimits, nowMillis: number): Readonly<Record<string, string>> => {
  const headers: Record<string, string> = {}
  for (const name of ["requests", "tokens"] as const) {
    const budget = limits[name]
    if (budget === undefined) continue
    const resetsAt = DateTime.formatIso(DateTime.makeUnsafe(nowMillis + budget.resetMillis))
    headers[`anthropic-ratelimit-${name}-limit`] = String(budget.limit)
    headers[`anthropic-ratelimit-${name}-remaining`] = String(budget.remaining)
    headers[`anthropic-ratelimit-${name}-reset`] = resetsAt.replace(/\.\d+Z$/, "Z")
  }
  return headers
}

/**
 * Gives one entry of the list of models.
 *
 * @category constructors
 * @since 0.1.0
 */
export const model = (id: string): Json => ({
  id,
  type: "model",
  display_name: id,
  created_at: "2026-01-01T00:00:00Z"
})
