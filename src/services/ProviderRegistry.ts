/**
 * Which providers this program can ask, and which of them a model's name means.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { ConfigurationError } from "../domain/CompletionError.ts"
import type { Model } from "../domain/Model.ts"
import type { Provider } from "./Provider.ts"

/**
 * Service that finds the provider for a model.
 *
 * @category services
 * @since 0.1.0
 */
export class ProviderRegistry extends Context.Service<ProviderRegistry, {
  /** The providers that are offered, in the order of their definitions. */
  readonly offered: ReadonlyArray<Provider>

  /**
   * Finds a provider by its id or alias. An unknown name fails with the nearest known ones, one that lacks something with
   * that.
   */
  readonly provider: (name: string) => Effect.Effect<Provider, ConfigurationError>

  /**
   * Finds the provider that a model names (`provider/model`, by id or alias, or a `Model`), and the provider's own name
   * for the model. A bare model name means the only provider there is. An unknown name fails with the nearest known ones.
   */
  readonly resolve: (
    model: string | Model
  ) => Effect.Effect<{ readonly provider: Provider; readonly model: string }, ConfigurationError>
}>()("sluice/services/ProviderRegistry") {}
