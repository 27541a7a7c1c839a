/**
 * Amazon Bedrock's InvokeModel API for Claude: the Messages API in Amazon's frames, with the model in the address.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-anthropic-claude-messages.html
 */
import * as EventStream from "../framing/EventStream.ts"
import * as Json from "../Json.ts"
import type { Completion } from "../Completion.ts"
import type { IncomingRequest, Problem, WireEvent, WireProtocol } from "../WireProtocol.ts"
import * as AnthropicBetas from "./AnthropicBetas.ts"
import * as AnthropicMessages from "./AnthropicMessages.ts"
import * as BedrockAddress from "./BedrockAddress.ts"
import * as BedrockConverse from "./BedrockConverse.ts"
import * as BedrockErrors from "./BedrockErrors.ts"

const extraneous = (name: string): Problem => ({
  kind: "invalid-request",
  message:
    `Malformed input request: #: extraneous key [${name}] is not permitted, please reformat your input and try again.`
})

/** Checks what differs from Anthropic's own API, and then as Anthropic does. */
const validate = (request: IncomingRequest): Problem | undefined => {
  const { anthropic_beta: betas, anthropic_version: version, ...body } = request.body
  if (version !== "bedrock-2023-05-31") {
    return {
      kind: "invalid-request",
      message: `anthropic_version: ${version === undefined ? "Field required" : "Input should be 'bedrock-2023-05-31'"}`
    }
  }
  for (const name of ["model", "stream"]) if (Json.isGiven(body[name])) return extraneous(name)
  if (Json.isGiven(betas) && !Json.isArray(betas)) {
    return { kind: "invalid-request", message: "anthropic_beta: Input should be a valid list" }
  }
  // Betas count in the body alone.
  const named = Json.list(betas).flatMap((beta) => Json.text(beta) ?? []).join(",")
  if (request.strictness === "provider" && AnthropicBetas.usesFallbacks(body, named)) {
    return { kind: "invalid-request", message: "invalid beta flag" }
  }
  return AnthropicMessages.protocol.validate({
    ...request,
    headers: { ...request.headers, "anthropic-version": version, "anthropic-beta": named },
    body: { ...body, model: BedrockAddress.read(request.path)?.model ?? "" }
  })
}

/** Yields the model's own events. Amazon adds invocation metrics to the last one. */
const events = function*(completion: Completion): Generator<WireEvent> {
  for (const event of AnthropicMessages.protocol.events(completion)) {
    if (event.isTerminator !== true) {
      yield event
      continue
    }
    yield {
      ...event,
      data: JSON.stringify({
        type: "message_stop",
        "amazon-bedrock-invocationMetrics": {
          inputTokenCount: Math.max(0, completion.usage.input - completion.usage.cached - completion.usage.cacheWrite),
          outputTokenCount: completion.usage.output,
          invocationLatency: 321,
          firstByteLatency: 123
        }
      })
    }
  }
}

/** The protocol of `POST …/model/{model}/invoke` and `…/invoke-with-response-stream`. */
export const protocol: WireProtocol = {
  ...AnthropicMessages.protocol,
  serves: (path) => BedrockAddress.read(path)?.operation.startsWith("invoke") === true,
  basePath: "",
  framing: EventStream.chunks,
  credential: BedrockAddress.credential,
  missingKey: "Missing Authentication Token",
  unknownModel: () => "The provided model identifier is invalid.",
  validate,
  match: (request) => {
    const address = BedrockAddress.read(request.path)
    return {
      ...AnthropicMessages.protocol.match(request),
      model: address?.model ?? "",
      stream: address?.operation === "invoke-with-response-stream"
    }
  },
  events,
  errorEvents: (_turn, problem) => [BedrockErrors.exception(problem)],
  ping: undefined,
  errorResponse: BedrockErrors.errorResponse,
  responseHeaders: (requestId) => ({
    ...BedrockConverse.responseHeaders(requestId),
    "x-amzn-bedrock-content-type": "application/json"
  }),
  rateLimitHeaders: () => ({}),
  models: BedrockConverse.protocol.models,
  model: BedrockConverse.protocol.model
}
