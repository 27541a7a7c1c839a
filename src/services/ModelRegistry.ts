/**
 * Facts about models: limits, prices, capabilities.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { ConfigurationError } from "../domain/CompletionError.ts"
import type { Model } from "../domain/Model.ts"
import type { Cost, ModelCapability, ModelFacts, ModelInfo, ModelKind } from "../domain/ModelInfo.ts"
import type { TokenUsage } from "../domain/TokenUsage.ts"

/**
 * A condition for models. Each member excludes models; what is left out excludes none.
 *
 * @category models
 * @since 0.1.0
 */
export interface ModelFilter {
  /** The id or an alias of the provider. */
  readonly provider?: string | undefined
  /** What the models are made for. */
  readonly kind?: ModelKind | undefined
  /** What the models are known to be capable of: all of these. */
  readonly capable?: ModelCapability | ReadonlyArray<ModelCapability> | undefined
}

/**
 * Service that knows facts about models.
 *
 * **Details**
 *
 * A model is named `provider/model`, with the provider's id or an alias of it, or by its id alone: then it is that of
 * the first provider that has it, in the order of `KnownProviders.definitions`. Case, the path of a resource, Bedrock's
 * region and version, and the date of the snapshot may differ from the list, and the vendor or the beginning of the
 * name may be left out, as long as only one model matches.
 *
 * **Example** (Listing the models that call tools and read images)
 *
 * ```ts
 * import { Effect } from "effect"
 * import { ModelRegistry, Models } from "sluice"
 *
 * export const names = ModelRegistry.list({ provider: "openai", capable: ["tools", "vision"] }).pipe(
 *   Effect.map((models) => models.map(({ contextWindow, id }) => `${id}: ${contextWindow ?? "unknown"} tokens`)),
 *   Effect.provide(Models.layer())
 * )
 * ```
 *
 * @category services
 * @since 0.1.0
 */
export class ModelRegistry extends Context.Service<ModelRegistry, {
  /** Returns the model of a name; `undefined` where it is unknown or ambiguous. */
  readonly find: (model: string | Model) => Effect.Effect<ModelInfo | undefined>

  /**
   * Returns the model of a name. Fails with a `ConfigurationError` that has the nearest known names where it is unknown
   * or ambiguous.
   */
  readonly get: (model: string | Model) => Effect.Effect<ModelInfo, ConfigurationError>

  /**
   * Returns the models that pass the filter, by provider in the order of `KnownProviders.definitions`. Those of one
   * provider are sorted by id, with the ones that the catalogue does not have behind them.
   */
  readonly list: (filter?: ModelFilter) => Effect.Effect<ReadonlyArray<ModelInfo>>

  /**
   * Returns the cost of a usage by the list price; `undefined` where the model, or the price of something that was
   * used, is not known.
   */
  readonly cost: (usage: TokenUsage, model: string | Model) => Effect.Effect<Cost | undefined>

  /**
   * Puts a provider's own list over the known facts, and returns all models of that provider. Those that are not in the
   * list are marked as not `available`.
   */
  readonly merge: (
    provider: string,
    live: ReadonlyArray<ModelFacts>
  ) => Effect.Effect<ReadonlyArray<ModelInfo>>
}>()("sluice/services/ModelRegistry") {
  /** Returns the model of a name with the service in the context. Its contract is that of the service's `find`. */
  static readonly find = (model: string | Model): Effect.Effect<ModelInfo | undefined, never, ModelRegistry> =>
    ModelRegistry.use((models) => models.find(model))

  /** Returns the model of a name with the service in the context. Its contract is that of the service's `get`. */
  static readonly get = (model: string | Model): Effect.Effect<ModelInfo, ConfigurationError, ModelRegistry> =>
    ModelRegistry.use((models) => models.get(model))

  /** Returns models with the service in the context. Its contract is that of the service's `list`. */
  static readonly list = (filter?: ModelFilter): Effect.Effect<ReadonlyArray<ModelInfo>, never, ModelRegistry> =>
    ModelRegistry.use((models) => models.list(filter))

  /** Returns the cost of a usage with the service in the context. Its contract is that of the service's `cost`. */
  static readonly cost = (
    usage: TokenUsage,
    model: string | Model
  ): Effect.Effect<Cost | undefined, never, ModelRegistry> => ModelRegistry.use((models) => models.cost(usage, model))
}
