/**
 * The configured providers, and the provider of each model.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { ConfigurationError } from "../domain/CompletionError.ts"
import type { Model } from "../domain/Model.ts"
import type { ModelRegistry } from "./ModelRegistry.ts"
import type { Provider } from "./Provider.ts"

/**
 * The provider of a model.
 *
 * @category models
 * @since 0.2.0
 */
export interface ResolvedModel {
  /** The provider. */
  readonly provider: Provider
  /** The provider's own name of the model. */
  readonly model: string
}

/**
 * Service that finds the provider of a model.
 *
 * **Example** (Listing the configured providers)
 *
 * ```ts
 * import { Effect, Layer } from "effect"
 * import { ProviderRegistry, Providers, UndiciHttpClient } from "sluice"
 *
 * const Live = Providers.layerConfig.pipe(Layer.provide(UndiciHttpClient.layer))
 *
 * export const ids = Effect.gen(function*() {
 *   const { offered } = yield* ProviderRegistry
 *   return offered.map(({ definition }) => definition.id)
 * }).pipe(Effect.provide(Live))
 * ```
 *
 * @category services
 * @since 0.1.0
 */
export class ProviderRegistry extends Context.Service<ProviderRegistry, {
  /** The configured providers, in the order of their definitions. */
  readonly offered: ReadonlyArray<Provider>

  /**
   * Returns a provider by its id or alias. Fails with a `ConfigurationError` that has the nearest known names for an
   * unknown one, and the missing setting for one that is not configured.
   */
  readonly provider: (name: string) => Effect.Effect<Provider, ConfigurationError>

  /**
   * Returns the provider of a model (`provider/model`, by id or alias, or a `Model`), and the provider's own name of
   * the model. A name without a provider is a model of the only configured provider. Fails with a `ConfigurationError`
   * that has the nearest known names for an unknown one.
   */
  readonly resolve: (model: string | Model) => Effect.Effect<ResolvedModel, ConfigurationError>

  /**
   * The models whose prices and limits budgets use where the context has no `ModelRegistry`. Default: none, so that a
   * budget of money needs `Models.layer`.
   */
  readonly models?: Effect.Effect<ModelRegistry["Service"]> | undefined
}>()("sluice/services/ProviderRegistry") {
  /** Returns a provider with the service in the context. Its contract is that of the service's `provider`. */
  static readonly provider = (name: string): Effect.Effect<Provider, ConfigurationError, ProviderRegistry> =>
    ProviderRegistry.use((registry) => registry.provider(name))

  /**
   * Returns the provider of a model with the service in the context. Its contract is that of the service's `resolve`.
   */
  static readonly resolve = (
    model: string | Model
  ): Effect.Effect<ResolvedModel, ConfigurationError, ProviderRegistry> =>
    ProviderRegistry.use((registry) => registry.resolve(model))
}
