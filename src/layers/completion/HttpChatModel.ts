/**
 * The chat model behind HTTP: a request is resolved, written, sent, retried, decoded.
 *
 * @since 0.1.0
 */
import * as Channel from "effect/Channel"
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as Completion from "../../domain/Completion.ts"
import { type CompletionError, InvalidRequestError } from "../../domain/CompletionError.ts"
import * as CompletionRequest from "../../domain/CompletionRequest.ts"
import type { ResponseEvent } from "../../domain/ResponseEvent.ts"
import { ChatModel } from "../../services/ChatModel.ts"
import { ProviderRegistry } from "../../services/ProviderRegistry.ts"
import * as RetryPolicy from "../../services/RetryPolicy.ts"
import * as Retry from "../resilience/Retry.ts"
import * as Attempt from "../call/Transport.ts"
import * as RequestId from "../call/RequestId.ts"
import { makeMeans } from "../call/Send.ts"
import * as Events from "./Events.ts"
import * as PreparedRequest from "./PreparedRequest.ts"

const toRequest = (
  input: CompletionRequest.CompletionRequestInput,
  provider: string
): Effect.Effect<CompletionRequest.CompletionRequest, InvalidRequestError> =>
  Effect.try({
    try: () => CompletionRequest.make(input),
    catch: (error) =>
      new InvalidRequestError({
        provider,
        parameter: "prompt",
        // A schema's message says where, and repeats what stood there: the place is enough.
        detail: Schema.isSchemaError(error)
          ? "its messages are not what effect/ai's Prompt.make takes"
          : "it is neither a text, nor a list of messages, nor a Prompt"
      })
  })

const headerOf = (input: CompletionRequest.CompletionRequestInput, name: string): string | undefined =>
  Object.entries(input.headers ?? {}).find(([key]) => key.toLowerCase() === name)?.[1]

const make = Effect.gen(function*() {
  const registry = yield* ProviderRegistry
  const means = yield* makeMeans
  const layerPolicy = (yield* RetryPolicy.RetryPolicy) ?? RetryPolicy.make(means.settings)

  const attempts = (
    input: CompletionRequest.CompletionRequestInput,
    streamed: boolean,
    scope: Scope.Scope
  ): Effect.Effect<Retry.Attempt, CompletionError> =>
    Effect.flatMap(
      registry.resolve(input.model),
      ({ model, provider }) =>
        Effect.flatMap(toRequest(input, provider.definition.id), (request) =>
          Effect.withFiber((fiber) => {
            const requestId = headerOf(input, "x-request-id") ?? RequestId.makeUnsafe(fiber.getRef(Random.Random))
            const policy = fiber.getRef(RetryPolicy.RetryPolicy) ?? layerPolicy
            return Effect.map(
              PreparedRequest.make(provider, model, request, { streamed, requestId }),
              (prepared) => {
                const take = Events.of(prepared, means.settings)
                return Retry.run(
                  policy,
                  requestId,
                  scope,
                  (attempt, attemptScope) => Attempt.open({ means, asked: prepared, attempt, take }, attemptScope)
                )
              }
            )
          }))
    )

  // One channel from the socket to the caller: each stage in between would cost every chunk its step.
  const events = (
    input: CompletionRequest.CompletionRequestInput,
    streamed: boolean
  ): Stream.Stream<ResponseEvent, CompletionError> =>
    Stream.fromChannel(Channel.fromTransform((_upstream, scope) => attempts(input, streamed, scope)))

  return ChatModel.of({
    stream: (input) => events(input, true),
    complete: (input, options) =>
      events({ ...input, assemble: true }, options?.transport !== "whole").pipe(
        Stream.runCollect,
        Effect.map(Completion.fromEvents)
      )
  })
})

/**
 * Layer that provides the `ChatModel` over HTTP, for the providers of the registry.
 *
 * **Details**
 *
 * `SluiceConfig` and `RetryPolicy` are read when the layer is built. A `RetryPolicy` that is provided to a single call goes
 * before the layer's.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<ChatModel, never, HttpClient.HttpClient | ProviderRegistry> = Layer.effect(
  ChatModel,
  make
)
