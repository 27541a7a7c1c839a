/**
 * Claude on Vertex AI: the Messages API with the model in the address, behind Google's gate.
 *
 * @see https://docs.anthropic.com/en/api/claude-on-vertex-ai
 */
import * as Json from "../Json.ts"
import type { ErrorKind } from "../scenario/Fault.ts"
import type { ErrorResponse, IncomingRequest, Problem, WireProtocol } from "../WireProtocol.ts"
import * as AnthropicErrors from "./AnthropicErrors.ts"
import * as AnthropicMessages from "./AnthropicMessages.ts"
import * as GeminiErrors from "./GeminiErrors.ts"

const address = /\/publishers\/anthropic\/models\/([^/]+):(rawPredict|streamRawPredict)$/

const modelOf = (path: string): string => decodeURIComponent(address.exec(path)?.[1] ?? "")

const refused = (message: string): Problem => ({ kind: "invalid-request", message })

/** What is different from Anthropic's own; the rest is checked as there. */
const validate = (request: IncomingRequest): Problem | undefined => {
  const { anthropic_version: version, ...body } = request.body
  if (version !== "vertex-2023-10-16") {
    return refused(
      `anthropic_version: ${Json.isGiven(version) ? "Input should be 'vertex-2023-10-16'" : "Field required"}`
    )
  }
  if (Json.isGiven(body["model"])) return refused("model: Extra inputs are not permitted")
  return AnthropicMessages.protocol.validate({
    ...request,
    headers: { ...request.headers, "anthropic-version": version },
    body: { ...body, model: modelOf(request.path) }
  })
}

/** Who asks, for what, and how often is Google's to judge; what is asked is for the model's own server. */
const atTheGate: ReadonlySet<ErrorKind> = new Set([
  "authentication",
  "permission",
  "model-not-found",
  "not-found",
  "rate-limit",
  "quota"
])

/** There are no keys here, only tokens. */
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

// What is said of a missing key there is not said here.
const { missingKey: _, ...shared } = AnthropicMessages.protocol

/** The protocol behind `POST …/publishers/anthropic/models/{model}:rawPredict` and `:streamRawPredict`. */
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
    return atTheGate.has(problem.kind)
      ? GeminiErrors.errorResponse(problem)
      : AnthropicErrors.errorResponse(problem, requestId)
  },
  responseHeaders: () => ({}),
  rateLimitHeaders: () => ({})
}
