/**
 * Google's error responses, in the format of google.rpc, and its list of models.
 *
 * @see https://ai.google.dev/gemini-api/docs/troubleshooting
 */
import type { Json, JsonObject } from "../Json.ts"
import type { ErrorKind } from "../scenario/Fault.ts"
import type { ErrorResponse, Problem } from "../WireProtocol.ts"

/** The provider's default error for a kind of problem. */
interface ErrorTemplate {
  readonly code: number
  readonly status: string
  readonly message: string
  readonly details?: ReadonlyArray<JsonObject>
}

const quota = (quotaId: string): JsonObject => ({
  "@type": "type.googleapis.com/google.rpc.QuotaFailure",
  violations: [{
    quotaMetric: "generativelanguage.googleapis.com/generate_content_free_tier_requests",
    quotaId,
    quotaValue: "10"
  }]
})

const exceeded =
  "You exceeded your current quota, please check your plan and billing details. For more information on this " +
  "error, head to: https://ai.google.dev/gemini-api/docs/rate-limits."

const templates: Readonly<Record<ErrorKind, ErrorTemplate>> = {
  "rate-limit": {
    code: 429,
    status: "RESOURCE_EXHAUSTED",
    message: exceeded,
    details: [quota("GenerateRequestsPerMinutePerProjectPerModel-FreeTier")]
  },
  quota: {
    code: 429,
    status: "RESOURCE_EXHAUSTED",
    message: exceeded,
    details: [quota("GenerateRequestsPerDayPerProjectPerModel-FreeTier")]
  },
  overloaded: { code: 503, status: "UNAVAILABLE", message: "The model is overloaded. Please try again later." },
  "server-error": { code: 500, status: "INTERNAL", message: "An internal error has occurred. Please retry." },
  timeout: { code: 504, status: "DEADLINE_EXCEEDED", message: "The request timed out. Please try again." },
  authentication: {
    code: 400,
    status: "INVALID_ARGUMENT",
    message: "API key not valid. Please pass a valid API key.",
    details: [{
      "@type": "type.googleapis.com/google.rpc.ErrorInfo",
      reason: "API_KEY_INVALID",
      domain: "googleapis.com",
      metadata: { service: "generativelanguage.googleapis.com" }
    }]
  },
  permission: {
    code: 403,
    status: "PERMISSION_DENIED",
    message: "You do not have permission to access the requested resource."
  },
  "model-not-found": { code: 404, status: "NOT_FOUND", message: "models/unknown is not found for API version v1beta." },
  "not-found": { code: 404, status: "NOT_FOUND", message: "Requested entity was not found." },
  "invalid-request": { code: 400, status: "INVALID_ARGUMENT", message: "Request contains an invalid argument." },
  "context-length": {
    code: 400,
    status: "INVALID_ARGUMENT",
    message: "The input token count (1048577) exceeds the maximum number of tokens allowed (1048576)."
  },
  "content-filter": { code: 400, status: "INVALID_ARGUMENT", message: "The prompt was blocked." },
  "too-large": {
    code: 400,
    status: "INVALID_ARGUMENT",
    message: "Request payload size exceeds the limit: 20971520 bytes."
  }
}

/** Creates the body of a problem, for error responses and for failures inside streams. */
export const body = (problem: Problem): JsonObject => {
  const template = templates[problem.kind]
  const seconds = (problem.retryAfterMillis ?? 0) / 1000
  const retry = problem.retryAfterMillis === undefined ? [] : [{
    "@type": "type.googleapis.com/google.rpc.RetryInfo",
    retryDelay: `${seconds}s`
  }]
  const details = [...(template.details ?? []), ...retry]
  const message = problem.message ?? template.message
  return {
    error: {
      code: problem.status ?? template.code,
      message: problem.retryAfterMillis === undefined ? message : `${message}\nPlease retry in ${seconds}s.`,
      status: problem.code ?? template.status,
      ...(details.length === 0 ? {} : { details })
    }
  }
}

/**
 * Creates the error response of a problem. A blocked prompt is a 200 response without candidates.
 */
export const errorResponse = (problem: Problem): ErrorResponse =>
  problem.kind === "content-filter" && problem.status === undefined
    ? {
      status: 200,
      headers: {},
      body: {
        promptFeedback: {
          blockReason: "PROHIBITED_CONTENT",
          ...(problem.message === undefined ? {} : { blockReasonMessage: problem.message })
        },
        usageMetadata: { promptTokenCount: 10, totalTokenCount: 10 },
        modelVersion: "simulated"
      }
    }
    : { status: problem.status ?? templates[problem.kind].code, headers: {}, body: body(problem) }

/** Creates one entry of the list of models. */
export const model = (id: string): Json => ({
  name: `models/${id}`,
  version: "001",
  displayName: id,
  inputTokenLimit: 1_048_576,
  outputTokenLimit: 65_536,
  supportedGenerationMethods: ["generateContent", "countTokens"]
})
