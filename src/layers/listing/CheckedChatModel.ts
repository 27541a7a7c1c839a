/**
 * A chat model that rejects requests that are known to fail, before anything is sent.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { InvalidRequestError } from "../../domain/CompletionError.ts"
import * as CompletionRequest from "../../domain/CompletionRequest.ts"
import * as ModelCheck from "../../domain/ModelCheck.ts"
import * as ModelName from "../../domain/ModelName.ts"
import { ChatModel } from "../../services/ChatModel.ts"
import { ModelRegistry } from "../../services/ModelRegistry.ts"
import { ProviderRegistry } from "../../services/ProviderRegistry.ts"

/**
 * Options of the check.
 *
 * @category models
 * @since 0.1.0
 */
export interface CheckOptions {
  /**
   * Whether tools, images, schemas and output limits that the catalogue says the model cannot do are rejected too. Default
   * `false`: only models of another kind are rejected, under their exact names, at the provider's own address.
   */
  readonly strict?: boolean | undefined
}

/** Whether a name is one of the model, and not only a part of one. */
const isNear = (id: string, name: string): boolean =>
  (ModelName.distance(ModelName.parse(name), ModelName.parse(id)) ?? ModelName.nearly) < ModelName.nearly

const make = Effect.fnUntraced(function*({ strict = false }: CheckOptions) {
  const inner = yield* ChatModel
  const models = yield* ModelRegistry
  const providers = yield* ProviderRegistry

  const check = Effect.fnUntraced(function*(
    input: CompletionRequest.CompletionRequestInput
  ): Effect.fn.Return<void, InvalidRequestError> {
    // An unknown name fails in the inner model.
    const resolved = Option.getOrUndefined(yield* Effect.option(providers.resolve(input.model)))
    if (resolved === undefined) return
    const { model, provider } = resolved
    const { deployments, id } = provider.definition
    // At another address, and where models are deployed by their users, a name may mean anything.
    if (provider.hasOwnBaseUrl || deployments === true) return
    const info = yield* models.find({ provider: id, model })
    if (info === undefined) return
    const isExact = info.id === model || info.aliases.includes(model)
    const request = strict && isNear(info.id, model)
      ? Option.liftThrowable(CompletionRequest.make)(input)
      : Option.none()
    const problem = (isExact ? ModelCheck.ofKind(info) : undefined) ??
      (Option.isSome(request) ? ModelCheck.ofRequest(info, request.value) : undefined)
    if (problem !== undefined) return yield* new InvalidRequestError({ provider: id, model, ...problem })
  })

  return ChatModel.of({
    stream: (request) => Stream.unwrap(Effect.as(check(request), inner.stream(request))),
    complete: (request, options) => Effect.andThen(check(request), inner.complete(request, options))
  })
})

/**
 * Layer that puts the check before the `ChatModel` of its context. The list of models is loaded with the first request.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (
  options: CheckOptions = {}
): Layer.Layer<ChatModel, never, ChatModel | ModelRegistry | ProviderRegistry> => Layer.effect(ChatModel, make(options))
