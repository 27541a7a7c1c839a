/**
 * Puts an operation into the shape that the simulator has for protocols of chat, so that keys, faults, pace and chunks are the
 * same for both.
 *
 * @since 0.1.0
 */
import type { JsonObject } from "../Json.ts"
import * as BedrockAddress from "../protocols/BedrockAddress.ts"
import * as OpenAiChat from "../protocols/OpenAiChat.ts"
import * as Response from "../Response.ts"
import * as Fault from "../scenario/Fault.ts"
import type { Scenario } from "../scenario/Scenario.ts"
import * as Seed from "../Seed.ts"
import type { Step } from "../Steps.ts"
import * as Turn from "../Turn.ts"
import type { Incoming, WireProtocol } from "../WireProtocol.ts"
import { type Dialect, dialectOf, type Operation, type OperationRequest, type Reply } from "./Operation.ts"

/**
 * Reads a request for an operation.
 *
 * @category constructors
 * @since 0.1.0
 */
export const read = (
  operation: Operation,
  request: Incoming & { readonly bytes: Uint8Array },
  seed: number
): OperationRequest => ({
  path: request.path,
  dialect: operation.owner ?? dialectOf(request.headers["host"] ?? "", request.path) ??
    (request.path.endsWith("/v2/rerank") ? "cohere" : "openai"),
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

const usual = (model: string): string => `The model '${model}' does not exist or you do not have access to it.`

const unknownModels: Partial<Readonly<Record<Dialect, (model: string) => string>>> = {
  aws: () => "The provided model identifier is invalid.",
  cohere: (model) =>
    `model '${model}' not found, make sure the correct model ID was used and that you have access to it.`,
  google: (model) => `models/${model} is not found for API version v1beta, or is not supported for embedContent.`,
  ollama: (model) => `model "${model}" not found, try pulling it first`,
  mistral: (model) => `Invalid model: ${model}`
}

/**
 * The operation as a protocol: who may ask it, and how it refuses.
 *
 * @category constructors
 * @since 0.1.0
 */
export const protocolOf = (operation: Operation, request: OperationRequest, reply?: Reply): WireProtocol => ({
  ...OpenAiChat.protocol,
  serves: operation.serves,
  credential,
  validate: () => operation.validate(request),
  match: () => {
    const model = operation.model(request)
    return model === undefined ? {} : { model }
  },
  whole: () => (reply !== undefined && "json" in reply ? reply.json : {}),
  events: () => (reply !== undefined && "events" in reply ? reply.events() : []),
  unknownModel: (model) => unknownModels[request.dialect]?.(model) ?? usual(model),
  ping: undefined,
  reject: operation.errors(request.dialect),
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

const contentOf = (reply: Reply, scenario: Scenario): Response.Content | undefined => {
  if ("text" in reply) {
    const bytes = encoder.encode(reply.text)
    return {
      status: 200,
      headers: { "content-type": reply.contentType },
      steps: () => [{ _tag: "Write", bytes }],
      isStreamed: false
    }
  }
  return "pieces" in reply
    ? {
      status: 200,
      headers: { "content-type": reply.contentType },
      steps: () => paced(reply.pieces(), scenario),
      isStreamed: true
    }
    : undefined
}

/**
 * Answers a request that nothing speaks against. The scenario's faults, pace and chunks hold for it as for answers.
 *
 * @category constructors
 * @since 0.1.0
 */
export const respond = (
  operation: Operation,
  request: OperationRequest,
  options: {
    readonly scenario: Scenario
    readonly requestId: string
    readonly ordinal: number
    readonly seed: number
    readonly nowMillis: number
  }
): Response.Response => {
  const reply = operation.answer(request)
  const answer = reply.headers === undefined ? {} : { headers: reply.headers }
  const body: JsonObject = {}
  return Response.make({
    ...options,
    framing: OpenAiChat.protocol.framing,
    protocol: protocolOf(operation, request, reply),
    answer,
    turn: () =>
      Turn.make({
        answer,
        request: body,
        model: operation.model(request),
        quirks: {},
        seed: Seed.make(options.seed, options.ordinal, 3),
        created: 0
      }),
    faults: Fault.active(options.scenario.faults, options.ordinal),
    isStreaming: "events" in reply,
    content: contentOf(reply, options.scenario)
  })
}
