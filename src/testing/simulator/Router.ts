/**
 * Chooses what serves a request (an operation, a protocol or a side endpoint) and creates the response.
 */
import * as Completion from "./Completion.ts"
import type { CredentialProblem } from "./identity/AccessControl.ts"
import * as Json from "./Json.ts"
import * as SideEndpoints from "./listing/SideEndpoints.ts"
import * as PromptSchema from "./options/PromptSchema.ts"
import type { RequestOptions } from "./options/RequestOptions.ts"
import type { Operation } from "./operations/Operation.ts"
import * as OperationProtocol from "./operations/OperationProtocol.ts"
import * as Operations from "./operations/Operations.ts"
import * as StoredResponses from "./protocols/StoredResponses.ts"
import * as RequestChecks from "./RequestChecks.ts"
import type { RequestContext } from "./RequestContext.ts"
import type { Arrival } from "./ProviderWindows.ts"
import * as Response from "./Response.ts"
import * as DefaultCompletion from "./scenario/DefaultCompletion.ts"
import * as Fault from "./scenario/Fault.ts"
import type { Choice, Script } from "./scenario/Script.ts"
import type { ScriptedCompletion } from "./scenario/ScriptedCompletion.ts"
import * as Seed from "./Seed.ts"
import type { IncomingRequest, Problem, WireProtocol } from "./WireProtocol.ts"
import * as WireProtocols from "./WireProtocols.ts"

/** What a path stands for. An operation goes before a protocol that has the same path. */
export interface Route {
  readonly operation: Operation | undefined
  readonly protocol: WireProtocol | undefined
}

/** An incoming request with its body as it was sent. */
export interface RoutedRequest extends IncomingRequest {
  /** The bytes of the body. */
  readonly bytes: Uint8Array
  /** The body where it is JSON. */
  readonly json: Json.Json | undefined
  /** Why the request cannot be read at all: its path is malformed, or its body too large or nested too deeply. */
  readonly unreadable: Problem | undefined
}

/** Returns whether the percent-encoding of a path is valid. */
export const isWellFormed = (path: string): boolean => {
  try {
    decodeURIComponent(path)
    return true
  } catch {
    return false
  }
}

/** Finds what serves a path. Operations are only found at well-formed paths, since they decode them. */
export const find = (path: string): Route => {
  const operation = isWellFormed(path) ? Operations.forPath(path) : undefined
  return { operation, protocol: operation === undefined ? WireProtocols.forPath(path) : undefined }
}

/** Creates the error response to a request whose credentials are missing or not valid. */
export const credentialError = (
  { operation, protocol }: Route,
  request: RoutedRequest,
  { message, signature }: CredentialProblem,
  { requestId, seed }: RequestContext
): Response.Response => {
  // AWS names the type of the problem in a header.
  if (signature !== undefined) {
    return Response.json(403, { "x-amzn-requestid": requestId, "x-amzn-errortype": signature.type }, { message })
  }
  const errorProtocol = operation === undefined
    ? protocol ?? WireProtocols.forHeaders(request)
    : OperationProtocol.make(operation, OperationProtocol.read(operation, request, seed))
  return Response.error(errorProtocol, { kind: "authentication", message }, requestId)
}

/** Creates the response to a request. */
export const respond = (
  { operation }: Route,
  request: RoutedRequest,
  context: RequestContext,
  script: Script
): Response.Response => {
  if (operation !== undefined && request.unreadable === undefined)
    return respondToOperation(operation, request, context)
  const { requestId, scenario } = context
  const protocol = WireProtocols.forPath(request.path)
  const errorProtocol = protocol ?? WireProtocols.forHeaders(request)
  const reject = (problem: Problem) => Response.error(errorProtocol, problem, requestId, scenario.quirks)
  if (request.unreadable !== undefined) return reject(request.unreadable)
  if (protocol === undefined)
    return StoredResponses.respond(request, context) ?? SideEndpoints.respond(request, context)
  if (request.method !== "POST") {
    return reject({
      kind: "not-found",
      status: 405,
      message: `Not allowed to ${request.method} on ${request.path}. (HINT: Perhaps you meant to use POST?)`
    })
  }
  if (!Json.isObject(request.json)) {
    return RequestChecks.checkKey(protocol, request, scenario) === undefined
      ? reject({ kind: "invalid-request", message: "We could not parse the JSON body of your request." })
      : reject({ kind: "authentication" })
  }
  return respondToProtocol(protocol, request, context, script)
}

const respondToOperation = (
  operation: Operation,
  request: RoutedRequest,
  context: RequestContext
): Response.Response => {
  // The scenario's seed alone decides which vector a text has.
  const read = OperationProtocol.read(operation, request, context.seed)
  const protocol = OperationProtocol.make(operation, read)
  const problem = request.method === "POST"
    ? RequestChecks.check(protocol, request, context.scenario)
    : { kind: "not-found" as const, status: 405, message: `Not allowed to ${request.method} on ${request.path}.` }
  if (problem !== undefined) return Response.error(protocol, problem, context.requestId)
  const refusal = context.windows?.arrive(arrivalOf(request, undefined), context.nowMillis)
  return withLimits(
    context,
    refusal === undefined
      ? OperationProtocol.respond(operation, read, context)
      : Response.error(protocol, refusal, context.requestId)
  )
}

const arrivalOf = ({ body }: IncomingRequest, maximum: number | undefined): Arrival => ({
  input: Completion.inputTokens(body),
  maximum
})

/** Adds the headers in which a provider reports its rate limits. */
const withLimits = ({ nowMillis, windows }: RequestContext, response: Response.Response): Response.Response =>
  windows === undefined
    ? response
    : { ...response, headers: { ...response.headers, ...windows.headers(nowMillis) } }

// 2026-01-01. Responses do not depend on the time, so that the same seed gives the same bytes on any day.
const epoch = 1_767_225_600

const hasToolResult = (body: Json.JsonObject): boolean =>
  /"role":"tool"|"type":"(tool_result|function_call_output|function_result)"|"(toolResult|functionResponse)":/.test(
    JSON.stringify(body)
  )

/** A completion for one request: a scripted one, or the default one with what the request's options make of it. */
interface Chosen {
  readonly scripted: ScriptedCompletion
  readonly stopSequence?: string | undefined
  readonly choices?: number
}

/**
 * Chooses the completion. A scripted one wins over the options of the request, unless it has neither parts nor finish
 * reason: then it only changes how the default is delivered.
 */
const chooseCompletion = (
  options: RequestOptions,
  request: IncomingRequest,
  choice: Choice | undefined,
  seed: Seed.Seed
): Chosen => {
  if (choice?.scripted.parts !== undefined || choice?.scripted.finish !== undefined) return choice
  const made = DefaultCompletion.make({ seed, options, hasToolResult: hasToolResult(request.body) })
  return { ...made, scripted: { ...made.scripted, ...choice?.scripted }, choices: options.choices }
}

const respondToProtocol = (
  protocol: WireProtocol,
  request: IncomingRequest,
  context: RequestContext,
  script: Script
): Response.Response => {
  const { memory, nowMillis, ordinal, requestId, scenario, seed, windows } = context
  const isStored = protocol.id === "openai-responses"
  const problem = RequestChecks.check(protocol, request, scenario) ??
    (isStored ? StoredResponses.check(request, memory) : undefined)
  if (problem !== undefined) return Response.error(protocol, problem, requestId, scenario.quirks)
  const options = PromptSchema.added(protocol.options(request.body), request.body)
  const arrival = arrivalOf(request, options.maximumTokens)
  const refusal = windows?.arrive(arrival, nowMillis)
  if (refusal !== undefined) {
    return withLimits(context, Response.error(protocol, refusal, requestId, scenario.quirks))
  }
  const own = protocol.match(request)
  memory.addModel(own.model ?? "")
  const earlier = isStored ? StoredResponses.earlierTexts(request.body, memory) : []
  const match = { ...own, contains: [...earlier, own.contains ?? ""].join("\n") }
  const choice = script.next(match)
  const ids = Seed.make(seed, ordinal)
  // The request id is the first one of this sequence.
  ids.id("req_", 24)
  const { choices, scripted, stopSequence } = chooseCompletion(options, request, choice, ids)
  const completion = () =>
    Completion.make({
      scripted,
      request: request.body,
      model: match.model,
      quirks: { ...scenario.quirks, ...scripted.quirks },
      seed: Seed.make(seed, ordinal, 3),
      created: epoch,
      stopSequence,
      choices,
      topLogprobs: options.topLogprobs
    })
  const faults = [
    ...Fault.active(scripted.faults, choice?.use ?? ordinal),
    ...Fault.active(scenario.faults, ordinal)
  ]
  if (isStored) StoredResponses.keep(request.body, completion, faults, memory)
  windows?.settle(arrival, completion().usage, nowMillis)
  return withLimits(
    context,
    Response.make({
      ...context,
      protocol,
      framing: protocol.framingFor?.(request) ?? protocol.framing,
      scripted,
      completion,
      faults,
      isStreaming: match.stream === true
    })
  )
}
