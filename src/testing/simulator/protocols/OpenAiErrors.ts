/**
 * OpenAI's error responses and headers, which its protocols share.
 *
 * @see https://platform.openai.com/docs/guides/error-codes
 */
import type { Json, JsonObject } from "../Json.ts"
import type { RateLimits } from "../scenario/ScriptedCompletion.ts"
import type { ErrorKind } from "../scenario/Fault.ts"
import type { ErrorResponse, ErrorTemplate, IncomingRequest, Problem } from "../WireProtocol.ts"

/** The provider's default error for a kind of problem. */
interface CodedTemplate extends ErrorTemplate {
  readonly code: string | null
}

// An invalid key and an unknown model have the type `invalid_request_error` too; the code tells them apart.
const templates: Readonly<Record<ErrorKind, CodedTemplate>> = {
  "rate-limit": {
    status: 429,
    type: "requests",
    code: "rate_limit_exceeded",
    message: "Rate limit reached for this model on requests per min (RPM): Limit 3, Used 3, Requested 1."
  },
  quota: {
    status: 429,
    type: "insufficient_quota",
    code: "insufficient_quota",
    message: "You exceeded your current quota, please check your plan and billing details."
  },
  overloaded: {
    status: 503,
    type: "server_error",
    code: "server_is_overloaded",
    message: "The server is overloaded right now. Please try again later."
  },
  "server-error": {
    status: 500,
    type: "server_error",
    code: "server_error",
    message: "The server had an error while processing your request."
  },
  timeout: { status: 504, type: "server_error", code: "timeout", message: "The request timed out." },
  authentication: {
    status: 401,
    type: "invalid_request_error",
    code: "invalid_api_key",
    message: "Incorrect API key provided."
  },
  permission: {
    status: 403,
    type: "invalid_request_error",
    code: "unsupported_country_region_territory",
    message: "Country, region, or territory not supported"
  },
  "model-not-found": {
    status: 404,
    type: "invalid_request_error",
    code: "model_not_found",
    message: "The model does not exist or you do not have access to it."
  },
  "not-found": { status: 404, type: "invalid_request_error", code: null, message: "Invalid URL" },
  "invalid-request": {
    status: 400,
    type: "invalid_request_error",
    code: "invalid_value",
    message: "The request is not valid."
  },
  "context-length": {
    status: 400,
    type: "invalid_request_error",
    code: "context_length_exceeded",
    message: "Your input exceeds the context window of this model. Please adjust your input and try again."
  },
  "content-filter": {
    status: 400,
    type: "invalid_request_error",
    code: "content_policy_violation",
    message: "The request was flagged by our content policy."
  },
  "too-large": { status: 413, type: "invalid_request_error", code: null, message: "The request body is too large." }
}

const seconds = (millis: number): string => `${Number((millis / 1000).toFixed(3))}s`

// Formats a duration as Go does, for the `x-ratelimit-reset-*` headers: `12ms`, `7.66s`, `6m0s`.
const goDuration = (millis: number): string => {
  if (millis < 1000) return `${Math.round(millis)}ms`
  const minutes = Math.floor(millis / 60_000)
  return minutes === 0 ? seconds(millis) : `${minutes}m${seconds(millis - minutes * 60_000)}`
}

/** Creates the error object of a problem, for error responses and for failures inside streams. */
export const errorObject = (problem: Problem): JsonObject => {
  const template = templates[problem.kind]
  const hint = problem.retryAfterMillis === undefined
    ? ""
    : ` Please try again in ${goDuration(problem.retryAfterMillis)}.`
  return {
    message: problem.message ?? `${template.message}${hint}`,
    type: template.type,
    param: problem.param ?? null,
    code: problem.code ?? template.code
  }
}

/** Creates the error response of a problem. */
export const errorResponse = (problem: Problem): ErrorResponse => ({
  status: problem.status ?? templates[problem.kind].status,
  headers: problem.retryAfterMillis === undefined ? {} : {
    "retry-after": String(Math.ceil(problem.retryAfterMillis / 1000)),
    "retry-after-ms": String(Math.round(problem.retryAfterMillis))
  },
  body: { error: errorObject(problem) }
})

/** The message for a request without a key. */
export const missingKey = "You didn't provide an API key. Send it in an Authorization header as a bearer token."

/** Reads the key of a request. */
export const credential = ({ headers }: Pick<IncomingRequest, "headers">): string | undefined =>
  headers["authorization"]?.replace(/^bearer(\s+|$)/i, "").trim() ?? headers["api-key"]

/** Returns the headers of every response. */
export const responseHeaders = (requestId: string): Readonly<Record<string, string>> => ({
  "openai-processing-ms": "42",
  "openai-version": "2020-10-01",
  "x-request-id": requestId
})

/** Returns the rate-limit headers. */
export const rateLimitHeaders = (limits: RateLimits): Readonly<Record<string, string>> => {
  const headers: Record<string, string> = {}
  for (const name of ["requests", "tokens"] as const) {
    const budget = limits[name]
    if (budget === undefined) continue
    headers[`x-ratelimit-limit-${name}`] = String(budget.limit)
    headers[`x-ratelimit-remaining-${name}`] = String(budget.remaining)
    headers[`x-ratelimit-reset-${name}`] = goDuration(budget.resetMillis)
  }
  return headers
}

/** Creates one entry of the list of models. */
export const model = (id: string): Json => ({ id, object: "model", created: 1767225600, owned_by: "simulator" })

/** Creates the list of models. */
export const models = (ids: ReadonlyArray<string>): Json => ({ object: "list", data: ids.map(model) })
