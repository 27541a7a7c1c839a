/**
 * Adapts an operation to the interface of a chat protocol, so that keys, faults, pace and chunking are the same for
 * both.
 */
import * as Completion from "../Completion.ts"
import * as BedrockAddress from "../protocols/BedrockAddress.ts"
import * as OpenAiChat from "../protocols/OpenAiChat.ts"
import type { RequestContext } from "../RequestContext.ts"
import * as Response from "../Response.ts"
import * as Fault from "../scenario/Fault.ts"
import type { Scenario } from "../scenario/Scenario.ts"
import * as Seed from "../Seed.ts"
import type { Step } from "../Steps.ts"
import type { IncomingRequest, WireProtocol } from "../WireProtocol.ts"
import { type Dialect, dialectOf, type Operation, type OperationRequest, type OperationResponse } from "./Operation.ts"

/** Paths that only one provider has, by which it is found where the host is the simulator's. */
const paths: ReadonlyArray<readonly [RegExp, Dialect]> = [
  [/\/v2\/(rerank|audio\/transcriptions)$/, "cohere"],
  [/\/api\/v1\/audio\//, "openrouter"]
]

/** Reads a request for an operation. */
export const read = (
  operation: Operation,
  request: IncomingRequest & { readonly bytes: Uint8Array },
  seed: number
): OperationRequest => ({
  path: request.path,
  dialect: operation.owner ?? dialectOf(request.headers["host"] ?? "", request.path) ??
    paths.find(([pattern]) => pattern.test(request.path))?.[1] ?? "openai",
  headers: request.headers,
  body: request.body,
  bytes: request.bytes,
  seed,
  strictness: request.strictness
})

const credential: WireProtocol["credential"] = (request) =>
  request.headers["authorization"]?.startsWith("AWS4") === true
    ? BedrockAddress.credential(request)
    : OpenAiChat.protocol.credential(request) ?? request.headers["x-goog-api-key"] ??
      new URLSearchParams(request.query).get("key") ?? undefined

const unknownModel = (model: string): string => `The model '${model}' does not exist or you do not have access to it.`

const unknownModels: Partial<Readonly<Record<Dialect, (model: string) => string>>> = {
  aws: () => "The provided model identifier is invalid.",
  cohere: (model) =>
    `model '${model}' not found, make sure the correct model ID was used and that you have access to it.`,
  google: (model) => `models/${model} is not found for API version v1beta, or is not supported for embedContent.`,
  ollama: (model) => `model "${model}" not found, try pulling it first`,
  mistral: (model) => `Invalid model: ${model}`,
  openrouter: (model) => `Model ${model} does not exist`,
  xai: (model) => `The model ${model} does not exist or your team does not have access to it.`
}

/** Creates a protocol from an operation: its checks, its error responses and, where given, its response. */
export const make = (
  operation: Operation,
  request: OperationRequest,
  response?: OperationResponse
): WireProtocol => ({
  ...OpenAiChat.protocol,
  serves: operation.serves,
  credential,
  validate: () => operation.validate(request),
  match: () => {
    const model = operation.model(request)
    return model === undefined ? {} : { model }
  },
  wholeBody: () => (response !== undefined && "json" in response ? response.json : {}),
  events: () => (response !== undefined && "events" in response ? response.events() : []),
  unknownModel: (model) => unknownModels[request.dialect]?.(model) ?? unknownModel(model),
  ping: undefined,
  errorResponse: operation.errors(request.dialect),
  responseHeaders: (requestId) =>
    request.dialect === "aws" ? { "x-amzn-requestid": requestId } : { "x-request-id": requestId }
})

const encoder = new TextEncoder()

const paced = function*(pieces: Iterable<Uint8Array>, scenario: Scenario): Generator<Step> {
  const { timeToFirstTokenMillis = 0, tokensPerSecond } = scenario.pace ?? {}
  let millis = timeToFirstTokenMillis
  for (const bytes of pieces) {
    if (millis > 0) yield { _tag: "Wait", millis }
    yield { _tag: "Write", bytes }
    millis = tokensPerSecond === undefined ? 0 : 1000 / tokensPerSecond
  }
}

const contentOf = (response: OperationResponse, scenario: Scenario): Response.Content | undefined => {
  if ("text" in response) {
    const bytes = encoder.encode(response.text)
    return {
      status: 200,
      headers: { "content-type": response.contentType },
      steps: () => [{ _tag: "Write", bytes }],
      isStreamed: false
    }
  }
  return "pieces" in response
    ? {
      status: 200,
      headers: { "content-type": response.contentType },
      steps: () => paced(response.pieces(), scenario),
      isStreamed: true
    }
    : undefined
}

/** Creates the response to a valid request, with the scenario's faults, pace and chunking. */
export const respond = (
  operation: Operation,
  request: OperationRequest,
  context: RequestContext
): Response.Response => {
  const response = operation.respond(request)
  const scripted = response.headers === undefined ? {} : { headers: response.headers }
  return Response.make({
    ...context,
    framing: OpenAiChat.protocol.framing,
    protocol: make(operation, request, response),
    scripted,
    completion: () =>
      Completion.make({
        scripted,
        request: {},
        model: operation.model(request),
        quirks: {},
        seed: Seed.make(context.seed, context.ordinal, 3),
        created: 0
      }),
    faults: Fault.active(context.scenario.faults, context.ordinal),
    isStreaming: "events" in response,
    content: contentOf(response, context.scenario)
  })
}
