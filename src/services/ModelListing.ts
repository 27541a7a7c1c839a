/**
 * Which models a provider has, asked of the provider.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { CompletionError } from "../domain/CompletionError.ts"
import type { ModelFacts } from "../domain/ModelInfo.ts"

/**
 * Service that asks providers for their models.
 *
 * @category services
 * @since 0.1.0
 */
export class ModelListing extends Context.Service<ModelListing, {
  /**
   * The models of a provider, by its id or alias, in its own order, with what it says of them. A provider that has no list
   * fails with a `ConfigurationError`.
   */
  readonly list: (provider: string) => Effect.Effect<ReadonlyArray<ModelFacts>, CompletionError>
}>()("sluice/services/ModelListing") {}
