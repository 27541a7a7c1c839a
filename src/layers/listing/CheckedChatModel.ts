/**
 * Provides a chat model that validates requests by the known models before anything is sent.
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
import * as RequestFields from "../call/RequestFields.ts"
import * as RequestProblem from "../call/RequestProblem.ts"

/**
 * Options of the check.
 *
 * @category models
 * @since 0.1.0
 */
export interface CheckOptions {
  /**
   * Whether tools, images, schemas and output limits are checked against the capabilities of the model. Without it only
   * what is certain is checked: that the exact name at the provider's own address is not that of another kind of model.
   * Default: `false`.
   */
  readonly strict?: boolean | undefined
}

/** Returns whether a name is one of the model, and not only a part of one. */
const isNear = (id: string, name: string): boolean =>
  (ModelName.distance(ModelName.parse(name), ModelName.parse(id)) ?? ModelName.nearly) < ModelName.nearly

const make = Effect.fnUntraced(function*({ strict = false }: CheckOptions) {
  const inner = yield* ChatModel
  const models = yield* ModelRegistry
  const providers = yield* ProviderRegistry

  const check = Effect.fnUntraced(function*(
    given: CompletionRequest.CompletionRequestInput
  ): Effect.fn.Return<void, InvalidRequestError> {
    const input = yield* RequestProblem.validate(providers, RequestFields.completion, given)
    // A name that cannot be resolved fails in the chat model itself.
    const resolved = Option.getOrUndefined(yield* Effect.option(providers.resolve(input.model)))
    if (resolved === undefined) return
    const { model, provider } = resolved
    const { deployments, id } = provider.definition
    // At another address, and where users deploy models, a name may belong to any model.
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
 * Layer that adds the check to the `ChatModel` of its context. The models are loaded with the first request. A request
 * that does not pass fails with an `InvalidRequestError`.
 *
 * **Example**
 *
 * ```ts
 * import { Layer } from "effect"
 * import { CheckedChatModel, Models, Providers, UndiciHttpClient } from "sluice"
 *
 * const layer = CheckedChatModel.layer({ strict: true }).pipe(
 *   Layer.provide([Providers.layerConfig, Models.layer()]),
 *   Layer.provide(UndiciHttpClient.layer)
 * )
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (
  options: CheckOptions = {}
): Layer.Layer<ChatModel, never, ChatModel | ModelRegistry | ProviderRegistry> => Layer.effect(ChatModel, make(options))
