/**
 * Lists of models, as the providers send them.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { CompletionError } from "../domain/CompletionError.ts"
import type { ModelFacts } from "../domain/ModelInfo.ts"

/**
 * Service that requests the models of providers.
 *
 * @category services
 * @since 0.1.0
 */
export class ModelListing extends Context.Service<ModelListing, {
  /**
   * Returns the models of a provider, by its id or alias, in the provider's order, with the facts that it sends. Fails
   * with a `ConfigurationError` for a provider that has no list.
   */
  readonly list: (provider: string) => Effect.Effect<ReadonlyArray<ModelFacts>, CompletionError>
}>()("sluice/services/ModelListing") {
  /** Returns the models of a provider with the service in the context. Its contract is that of the service's `list`. */
  static readonly list = (
    provider: string
  ): Effect.Effect<ReadonlyArray<ModelFacts>, CompletionError, ModelListing> =>
    ModelListing.use((listing) => listing.list(provider))
}
