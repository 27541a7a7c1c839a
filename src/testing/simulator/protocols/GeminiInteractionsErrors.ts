/**
 * The error responses of Google's Interactions API: a message and a code that is a word.
 *
 * The words other than `invalid_request` and `gateway_timeout`, which public reports show, follow the names of HTTP's
 * statuses and were not seen.
 *
 * @see https://ai.google.dev/gemini-api/docs/interactions/streaming
 */
import type { JsonObject } from "../Json.ts"
import type { ErrorKind } from "../scenario/Fault.ts"
import { type ErrorResponse, type ErrorTemplate, type Problem, retryAfter } from "../WireProtocol.ts"

const templates: Readonly<Record<ErrorKind, ErrorTemplate>> = {
  "rate-limit": { status: 429, type: "too_many_requests", message: "Resource has been exhausted (e.g. check quota)." },
  quota: {
    status: 429,
    type: "too_many_requests",
    message: "You exceeded your current quota, please check your plan and billing details."
  },
  overloaded: { status: 503, type: "service_unavailable", message: "The model is overloaded. Please try again later." },
  "server-error": { status: 500, type: "api_error", message: "An internal error has occurred. Please retry." },
  timeout: {
    status: 504,
    type: "gateway_timeout",
    message: "Deadline expired before operation could complete."
  },
  authentication: { status: 401, type: "authentication", message: "API key not valid. Please pass a valid API key." },
  permission: {
    status: 403,
    type: "permission_denied",
    message: "You do not have permission to access the requested resource."
  },
  "model-not-found": { status: 404, type: "not_found", message: "Model not found." },
  "not-found": { status: 404, type: "not_found", message: "Requested entity was not found." },
  "invalid-request": { status: 400, type: "invalid_request", message: "Request contains an invalid argument." },
  "context-length": {
    status: 400,
    type: "invalid_request",
    message: "The input token count (1048577) exceeds the maximum number of tokens allowed (1048576)."
  },
  "content-filter": { status: 400, type: "invalid_request", message: "The prompt was blocked." },
  "too-large": {
    status: 400,
    type: "invalid_request",
    message: "Request payload size exceeds the limit: 20971520 bytes."
  }
}

/** Creates the body of a problem, for error responses and for failures inside streams. */
export const body = (problem: Problem): JsonObject => {
  const template = templates[problem.kind]
  return { error: { message: problem.message ?? template.message, code: problem.code ?? template.type } }
}

/** Creates the error response of a problem. */
export const errorResponse = (problem: Problem): ErrorResponse => ({
  status: problem.status ?? templates[problem.kind].status,
  headers: retryAfter(problem),
  body: body(problem)
})
