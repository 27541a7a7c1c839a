/**
 * Claude on Vertex AI: the Messages API with the model in the address and Google's access control.
 *
 * @see https://docs.anthropic.com/en/api/claude-on-vertex-ai
 */
import * as Json from "../Json.ts"
import type { ErrorKind } from "../scenario/Fault.ts"
import type { ErrorResponse, IncomingRequest, Problem, WireProtocol } from "../WireProtocol.ts"
import * as AnthropicBetas from "./AnthropicBetas.ts"
import * as AnthropicErrors from "./AnthropicErrors.ts"
import * as AnthropicMessages from "./AnthropicMessages.ts"
import * as GeminiErrors from "./GeminiErrors.ts"

const address = /\/publishers\/anthropic\/models\/([^/]+):(rawPredict|streamRawPredict)$/

const modelOf = (path: string): string => decodeURIComponent(address.exec(path)?.[1] ?? "")

const invalid = (message: string): Problem => ({ kind: "invalid-request", message })

/** Checks what differs from Anthropic's own API, and then as Anthropic does. */
const validate = (request: IncomingRequest): Problem | undefined => {
  const { anthropic_version: version, ...body } = request.body
  if (version !== "vertex-2023-10-16") {
    return invalid(
      `anthropic_version: ${Json.isGiven(version) ? "Input should be 'vertex-2023-10-16'" : "Field required"}`
    )
  }
  if (Json.isGiven(body["model"])) return invalid("model: Extra inputs are not permitted")
  const betas = request.headers["anthropic-beta"] ?? ""
  if (request.strictness === "provider" && AnthropicBetas.usesFallbacks(body, betas)) {
    return invalid("fallbacks: Extra inputs are not permitted")
  }
  return AnthropicMessages.protocol.validate({
    ...request,
    headers: { ...request.headers, "anthropic-version": version },
    body: { ...body, model: modelOf(request.path) }
  })
}

/** The problems that Google reports itself. All others are reported by the model's own server. */
const googleErrors: ReadonlySet<ErrorKind> = new Set([
  "authentication",
  "permission",
  "model-not-found",
  "not-found",
  "rate-limit",
  "quota"
])

/** Creates the error response of a missing or invalid token. */
const unauthenticated = (problem: Problem): ErrorResponse => ({
  status: 401,
  headers: {},
  body: {
    error: {
      code: 401,
      message: problem.message ??
        "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid " +
          "authentication credential.",
      status: "UNAUTHENTICATED"
    }
  }
})

// Anthropic's message for a missing key does not apply here.
const { missingKey: _, ...shared } = AnthropicMessages.protocol

/** The protocol of `POST …/publishers/anthropic/models/{model}:rawPredict` and `:streamRawPredict`. */
export const protocol: WireProtocol = {
  ...shared,
  serves: (path) => address.test(path),
  basePath: "",
  credential: ({ headers }) => headers["authorization"]?.replace(/^bearer(\s+|$)/i, "").trim(),
  unknownModel: (model) =>
    `Publisher Model \`publishers/anthropic/models/${model}\` was not found or your project does not have access to it.`,
  validate,
  match: (request) => ({ ...AnthropicMessages.protocol.match(request), model: modelOf(request.path) }),
  errorResponse: (problem, requestId) => {
    if (problem.kind === "authentication") return unauthenticated(problem)
    return googleErrors.has(problem.kind)
      ? GeminiErrors.errorResponse(problem)
      : AnthropicErrors.errorResponse(problem, requestId)
  },
  responseHeaders: () => ({}),
  rateLimitHeaders: () => ({})
}
