/**
 * Makes the layer of the chat model over HTTP from what loads its protocols.
 */
import * as Channel from "effect/Channel"
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as Completion from "../../domain/Completion.ts"
import type { CompletionError, InvalidRequestError } from "../../domain/CompletionError.ts"
import * as CompletionRequest from "../../domain/CompletionRequest.ts"
import type { ResponseEvent } from "../../domain/ResponseEvent.ts"
import { ChatModel } from "../../services/ChatModel.ts"
import type { Provider } from "../../services/Provider.ts"
import { ProviderRegistry } from "../../services/ProviderRegistry.ts"
import type { LoadProtocol } from "../../streams/protocols/Loader.ts"
import * as TokenBounds from "../../streams/request/TokenBounds.ts"
import * as Caller from "../call/Caller.ts"
import * as RequestFields from "../call/RequestFields.ts"
import * as RequestProblem from "../call/RequestProblem.ts"
import type { Call, RequestChange, Target, Values } from "../resilience/Policy.ts"
import { decode } from "./DecodeCompletion.ts"
import * as PreparedCompletion from "./PreparedCompletion.ts"
import { withWarnings } from "./Warnings.ts"

/** Returns what is invalid about a prompt. A schema's message repeats the invalid value, a part of the prompt. */
const promptProblem = (error: unknown): string =>
  Schema.isSchemaError(error)
    ? "its messages are not what effect/ai's Prompt.make takes"
    : "it is neither a text, nor a list of messages, nor a Prompt"

const toRequest = (
  input: CompletionRequest.CompletionRequestInput,
  registry: ProviderRegistry["Service"]
): Effect.Effect<CompletionRequest.CompletionRequest, InvalidRequestError> =>
  Effect.flatMap(
    RequestProblem.validate(registry, RequestFields.completion, input),
    (valid) =>
      Effect.catch(Effect.try({ try: () => CompletionRequest.make(valid), catch: promptProblem }), (detail) =>
        RequestProblem.refuse(registry, valid.model, { parameter: "prompt", detail }))
  )

/**
 * Returns whether an event comes before any content: it is held back, so that an attempt that fails then can be
 * retried.
 */
const isPrelude = ({ _tag }: ResponseEvent): boolean =>
  _tag === "RateLimits" || _tag === "Created" || _tag === "Warnings"

/**
 * Returns whether an event of a whole completion lets its attempt be repeated, for a caller who sees nothing before the
 * end: any that says of no tool that the provider ran it. Some providers show their searches only by what they cite.
 */
const isRepeatable = (event: ResponseEvent): boolean => {
  switch (event._tag) {
    case "WebSearchCallBegin":
    case "CitationAdded":
      return false
    case "OutputItemAdded":
      return event.item.type !== "server-tool-call"
    case "OutputItemDone":
      return event.item._tag !== "ServerToolCall"
    default:
      return true
  }
}

const withAttempts: Call<ResponseEvent>["withAttempts"] = (event, attempts) =>
  event._tag === "Completed" ? { ...event, attempts: attempts(event.usage) } : event

const usageOf = (event: ResponseEvent) => (event._tag === "Completed" ? event.usage : undefined)

/** Returns the request with the change of an attempt. */
const changed = (
  request: CompletionRequest.CompletionRequest,
  { maxOutputTokens }: RequestChange
): CompletionRequest.CompletionRequest => (maxOutputTokens === undefined ? request : { ...request, maxOutputTokens })

/** How a completion is requested. */
interface Mode {
  readonly isStreamed: boolean
  /** Whether deltas are assembled also where the request does not ask for it. */
  readonly assemble: boolean
  /** Whether the caller sees nothing before the end. */
  readonly isCollected: boolean
}

const make = Effect.fnUntraced(function*(load: LoadProtocol) {
  const registry = yield* ProviderRegistry
  const caller = yield* Caller.make

  const call = (
    provider: Provider,
    model: string,
    request: CompletionRequest.CompletionRequest,
    { isCollected, isStreamed }: Mode
  ): Caller.CallOptions<ResponseEvent, PreparedCompletion.PreparedCompletion> => {
    const target: Target = { provider: provider.definition.id, model }
    return {
      operation: "chat",
      target,
      headers: request.headers,
      timeouts: request.timeouts,
      retry: request.retry,
      isPrelude: isCollected ? isRepeatable : isPrelude,
      isBeforeContent: isPrelude,
      usageOf,
      withAttempts,
      tokenBound: ({ change, target }) =>
        Effect.succeed(TokenBounds.ofRequest(changed(request, change), target.provider)),
      prepare: (to, change) =>
        to === target
          ? PreparedCompletion.make(load, provider, model, changed(request, change), isStreamed)
          : Effect.flatMap(
            registry.provider(to.provider),
            (other) => PreparedCompletion.make(load, other, to.model ?? model, changed(request, change), isStreamed)
          ),
      decode: (response, prepared) => decode(response, prepared),
      warn: withWarnings
    }
  }

  const open = (
    input: CompletionRequest.CompletionRequestInput,
    mode: Mode,
    scope: Scope.Scope
  ): Effect.Effect<Values<ResponseEvent>, CompletionError> =>
    Effect.flatMap(
      toRequest(input, registry),
      (request) =>
        Effect.flatMap(registry.resolve(request.model), ({ model, provider }) =>
          caller.pull(call(provider, model, mode.assemble ? { ...request, assemble: true } : request, mode), scope))
    )

  // One channel from the socket to the caller: each further stage would cost a step for every chunk.
  const events = (
    input: CompletionRequest.CompletionRequestInput,
    mode: Mode
  ): Stream.Stream<ResponseEvent, CompletionError> =>
    Stream.fromChannel(Channel.fromTransform((_upstream, scope) => open(input, mode, scope)))

  return ChatModel.of({
    stream: (input) => events(input, { isStreamed: true, assemble: false, isCollected: false }),
    complete: (input, options) =>
      RequestProblem.validateValue(registry, "options", RequestFields.completeOptions, options).pipe(
        Effect.flatMap(() =>
          Stream.runCollect(
            events(input, { isStreamed: options?.transport !== "whole", assemble: true, isCollected: true })
          )
        ),
        Effect.map(Completion.fromEvents)
      )
  })
})

/** Makes the layer of the `ChatModel` over HTTP, for the providers of the registry whose protocols `load` returns. */
export const layer = (load: LoadProtocol): Layer.Layer<ChatModel, never, HttpClient.HttpClient | ProviderRegistry> =>
  Layer.effect(ChatModel, make(load))
