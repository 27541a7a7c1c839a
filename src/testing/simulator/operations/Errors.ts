/**
 * The forms in which providers refuse what is no chat.
 *
 * @since 0.1.0
 */
import type { Json } from "../Json.ts"
import * as BedrockErrors from "../protocols/BedrockErrors.ts"
import * as OpenAiErrors from "../protocols/OpenAiErrors.ts"
import type { ErrorKind } from "../scenario/Fault.ts"
import type { Problem, Rejection } from "../WireProtocol.ts"

/**
 * Gives a problem the form of a provider.
 *
 * @category models
 * @since 0.1.0
 */
export type ErrorForm = (problem: Problem, requestId: string) => Rejection

const message = (problem: Problem): string => String(OpenAiErrors.errorObject(problem)["message"])

/** A form that has OpenAI's statuses and words, and another body. */
const reshaped = (
  shape: (message: string, problem: Problem, status: number, requestId: string) => Json,
  statuses: Partial<Record<ErrorKind, number>> = {}
): ErrorForm =>
(problem, requestId) => {
  const { headers, status: usual } = OpenAiErrors.reject(problem)
  const status = problem.status ?? statuses[problem.kind] ?? usual
  return { status, headers, body: shape(message(problem), problem, status, requestId) }
}

const googleStatus: Readonly<Record<ErrorKind, string>> = {
  "rate-limit": "RESOURCE_EXHAUSTED",
  quota: "RESOURCE_EXHAUSTED",
  overloaded: "UNAVAILABLE",
  "server-error": "INTERNAL",
  timeout: "DEADLINE_EXCEEDED",
  authentication: "INVALID_ARGUMENT",
  permission: "PERMISSION_DENIED",
  "model-not-found": "NOT_FOUND",
  "not-found": "NOT_FOUND",
  "invalid-request": "INVALID_ARGUMENT",
  "context-length": "INVALID_ARGUMENT",
  "content-filter": "INVALID_ARGUMENT",
  "too-large": "INVALID_ARGUMENT"
}

/** `{error: {message, type, param, code}}` */
export const openAi: ErrorForm = OpenAiErrors.reject

/** google.rpc.Status: a wrong key is an invalid argument with a reason. */
export const google: ErrorForm = reshaped(
  (text, problem, code) => ({
    error: {
      code,
      message: text,
      status: googleStatus[problem.kind],
      ...(problem.kind === "authentication"
        ? { details: [{ "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason: "API_KEY_INVALID" }] }
        : {})
    }
  }),
  { authentication: 400 }
)

/** `{message}`, and an id */
export const cohere: ErrorForm = reshaped((text, _problem, _status, id) => ({ id, message: text }))

/** FastAPI's `{detail}` */
export const detail: ErrorForm = reshaped((text) => ({ detail: text }))

/** `{error: "…"}` */
export const plain: ErrorForm = reshaped((text) => ({ error: text }))

/** Flat, with numbers for codes. */
export const mistral: ErrorForm = reshaped((text, problem, status) =>
  problem.kind === "authentication"
    ? { detail: "Invalid API Key" }
    : {
      object: "error",
      message: text,
      type: problem.kind === "model-not-found" ? "invalid_model" : "invalid_request_error",
      param: problem.param ?? null,
      code: problem.code ?? (problem.kind === "model-not-found" ? "1500" : null),
      raw_status_code: status
    }, { "model-not-found": 400 })

/** `{code, message, request_id}` */
export const dashScope: ErrorForm = reshaped((text, problem, _status, id) => ({
  code: problem.kind === "authentication" ? "InvalidApiKey" : problem.code ?? "InvalidParameter",
  message: text,
  request_id: id
}))

/** `{success: false, errors}` */
export const cloudflare: ErrorForm = reshaped((text, _problem, status) => ({
  success: false,
  errors: [{ code: status, message: text }],
  messages: [],
  result: null
}))

/** `{message}` and the kind in a header */
export const aws: ErrorForm = BedrockErrors.reject
