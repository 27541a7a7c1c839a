/**
 * What is known of models: limits, prices, capabilities.
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
 * Which models are meant: those of a provider (by id or alias), of a kind, and those that are known to be capable of
 * something.
 *
 * @category models
 * @since 0.1.0
 */
export interface ModelFilter {
  readonly provider?: string | undefined
  readonly kind?: ModelKind | undefined
  readonly capable?: ModelCapability | ReadonlyArray<ModelCapability> | undefined
}

/**
 * Service that knows models.
 *
 * **Details**
 *
 * A model is named `provider/model`, with the provider's id or an alias of it, or by its id alone: then it is that of the
 * first provider that has it, in the order of `KnownProviders.definitions`. Case, the path of a resource, Bedrock's region and version, and the day of the
 * snapshot may be other than in the list, and the maker or the beginning of the name may be left out, as long as only one
 * model can be meant.
 *
 * @category services
 * @since 0.1.0
 */
export class ModelRegistry extends Context.Service<ModelRegistry, {
  /** The model that a name means; `undefined` when it is unknown or ambiguous. */
  readonly find: (model: string | Model) => Effect.Effect<ModelInfo | undefined>

  /** The model that a name means. An unknown or ambiguous one fails with the nearest known ones. */
  readonly get: (model: string | Model) => Effect.Effect<ModelInfo, ConfigurationError>

  /**
   * Returns the models that pass the filter, by provider in the order of `KnownProviders.definitions`. Those of one
   * provider are sorted by id, with the ones that the catalogue does not have behind them.
   */
  readonly list: (filter?: ModelFilter) => Effect.Effect<ReadonlyArray<ModelInfo>>

  /**
   * What an answer cost by the list price; `undefined` when the model or a price of what was used is unknown.
   */
  readonly cost: (usage: TokenUsage, model: string | Model) => Effect.Effect<Cost | undefined>

  /**
   * Puts what a provider says of its models, now, over what was known, and answers all of that provider. Those that it did
   * not name are not `available`.
   */
  readonly merge: (
    provider: string,
    live: ReadonlyArray<ModelFacts>
  ) => Effect.Effect<ReadonlyArray<ModelInfo>>
}>()("sluice/services/ModelRegistry") {}
