/**
 * Anthropic's error responses, rate-limit headers and list of models.
 *
 * @see https://docs.anthropic.com/en/api/errors
 */
import * as DateTime from "effect/DateTime"
import type { Json, JsonObject } from "../Json.ts"
import type { RateLimits } from "../scenario/ScriptedCompletion.ts"
import type { ErrorKind } from "../scenario/Fault.ts"
import { type ErrorResponse, type ErrorTemplate, type Problem, retryAfter } from "../WireProtocol.ts"

const templates: Readonly<Record<ErrorKind, ErrorTemplate>> = {
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

/** Creates the error object of a problem, for error responses and for failures inside streams. */
export const errorObject = (problem: Problem): JsonObject => ({
  type: problem.code ?? templates[problem.kind].type,
  message: problem.message ?? templates[problem.kind].message
})

/** Creates the error response of a problem. */
export const errorResponse = (problem: Problem, requestId: string): ErrorResponse => ({
  status: problem.status ?? templates[problem.kind].status,
  headers: retryAfter(problem),
  body: { type: "error", error: errorObject(problem), request_id: requestId }
})

/** Returns the headers of one limit. A reset is a time in whole seconds, not a duration. */
export const limitHeaders = (
  name: string,
  { limit, remaining, resetMillis }: NonNullable<RateLimits["requests"]>,
  nowMillis: number
): Readonly<Record<string, string>> => ({
  [`anthropic-ratelimit-${name}-limit`]: String(limit),
  [`anthropic-ratelimit-${name}-remaining`]: String(remaining),
  [`anthropic-ratelimit-${name}-reset`]: DateTime.formatIso(DateTime.makeUnsafe(nowMillis + resetMillis))
    .replace(/\.\d+Z$/, "Z")
})

/** Returns the rate-limit headers. */
export const rateLimitHeaders = (
  { requests, tokens }: RateLimits,
  nowMillis: number
): Readonly<Record<string, string>> => ({
  ...(requests === undefined ? {} : limitHeaders("requests", requests, nowMillis)),
  ...(tokens === undefined ? {} : limitHeaders("tokens", tokens, nowMillis))
})

/** Creates one entry of the list of models. */
export const model = (id: string): Json => ({
  id,
  type: "model",
  display_name: id,
  created_at: "2026-01-01T00:00:00Z"
})
