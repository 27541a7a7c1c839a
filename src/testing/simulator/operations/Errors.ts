/**
 * The formats of error responses to operations other than chat.
 */
import type { Json } from "../Json.ts"
import * as BedrockErrors from "../protocols/BedrockErrors.ts"
import * as ChatErrors from "../protocols/ChatErrors.ts"
import * as OpenAiErrors from "../protocols/OpenAiErrors.ts"
import type { ErrorKind } from "../scenario/Fault.ts"
import type { ErrorResponse, Problem } from "../WireProtocol.ts"

/** Encodes a problem in the format of a provider. */
export type ErrorFormat = (problem: Problem, requestId: string) => ErrorResponse

const message = (problem: Problem): string => String(OpenAiErrors.errorObject(problem)["message"])

/** Creates a format with OpenAI's statuses and messages and another body. */
const withBody = (
  body: (message: string, problem: Problem, status: number, requestId: string) => Json,
  statuses: Partial<Record<ErrorKind, number>> = {}
): ErrorFormat =>
(problem, requestId) => {
  const { headers, status: defaultStatus } = OpenAiErrors.errorResponse(problem)
  const status = problem.status ?? statuses[problem.kind] ?? defaultStatus
  return { status, headers, body: body(message(problem), problem, status, requestId) }
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
export const openAi: ErrorFormat = OpenAiErrors.errorResponse

/** `google.rpc.Status`. An invalid key is an invalid argument with a reason. */
export const google: ErrorFormat = withBody(
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

/** `{id, message}` */
export const cohere: ErrorFormat = withBody((text, _problem, _status, id) => ({ id, message: text }))

/**
 * xAI's `{code, error}`. An unknown model of transcription is 404.
 *
 * @see https://github.com/SubtitleEdit/subtitleedit/pull/12882
 */
export const xAi: ErrorFormat = (problem) =>
  ChatErrors.errorResponse(
    problem.kind === "model-not-found" ? { ...problem, status: 404 } : problem,
    { errors: "sentence" }
  )

/**
 * OpenRouter's `{error: {code, message}}`. What does not fit its schema is a `ZodError` in another shape.
 *
 * @see https://github.com/OpenRouterTeam/skills/blob/main/skills/openrouter-tts/SKILL.md
 */
export const openRouter: ErrorFormat = withBody(
  (text, { kind, param }, code) =>
    kind === "invalid-request" && param !== undefined
      ? {
        success: false,
        error: { name: "ZodError", message: JSON.stringify([{ code: "custom", path: [param], message: text }]) }
      }
      : { error: { code, message: text } },
  { "model-not-found": 400 }
)

/** FastAPI's `{detail}` */
export const detail: ErrorFormat = withBody((text) => ({ detail: text }))

/** `{error: "…"}` */
export const plain: ErrorFormat = withBody((text) => ({ error: text }))

/** Mistral's flat object with numeric codes. */
export const mistral: ErrorFormat = withBody((text, problem, status) =>
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
export const dashScope: ErrorFormat = withBody((text, problem, _status, id) => ({
  code: problem.kind === "authentication" ? "InvalidApiKey" : problem.code ?? "InvalidParameter",
  message: text,
  request_id: id
}))

/** `{success: false, errors}` */
export const cloudflare: ErrorFormat = withBody((text, _problem, status) => ({
  success: false,
  errors: [{ code: status, message: text }],
  messages: [],
  result: null
}))

/** `{message}`, with the type in a header */
export const aws: ErrorFormat = BedrockErrors.errorResponse
