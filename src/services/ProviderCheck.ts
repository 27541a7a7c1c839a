/**
 * Checks of providers: whether key, address and model are valid.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import type { CompletionError } from "../domain/CompletionError.ts"

/**
 * The result of a check that succeeded.
 *
 * @category models
 * @since 0.1.0
 */
export interface Checked {
  /** The id of the provider. */
  readonly provider: string
  /** The model that was checked; `undefined` where none was. */
  readonly model: string | undefined
  /** How long the check took. */
  readonly latency: Duration.Duration
}

/**
 * Options of a check.
 *
 * @category models
 * @since 0.2.0
 */
export interface ProviderCheckOptions {
  /** The provider's own name of a model, which is requested to write a few tokens. Default: no model is checked. */
  readonly model?: string | undefined
}

/**
 * Service that checks providers.
 *
 * **Example** (Checking a key when a program starts)
 *
 * ```ts
 * import { Effect, Layer } from "effect"
 * import { HttpProviderCheck, ProviderCheck, UndiciHttpClient } from "sluice"
 * import * as Groq from "sluice/groq"
 *
 * const Live = HttpProviderCheck.layer.pipe(
 *   Layer.provide(Groq.layerConfig),
 *   Layer.provide(UndiciHttpClient.layer)
 * )
 *
 * export const check = ProviderCheck.check("groq").pipe(
 *   Effect.catchTag("AuthenticationError", (error) => Effect.logError(error.message)),
 *   Effect.provide(Live)
 * )
 * ```
 *
 * @category services
 * @since 0.1.0
 */
export class ProviderCheck extends Context.Service<ProviderCheck, {
  /**
   * Checks a provider, by its id or alias, with the cheapest request that succeeds only with a valid key. It is sent
   * once.
   *
   * Fails with an `AuthenticationError` for an invalid key, a `PermissionDeniedError` for one without permission, a
   * `ModelNotFoundError` for an unknown model, a `ConnectionError` or `ConnectTimeoutError` for a host that cannot be
   * reached, and a `ConfigurationError` for a missing setting, or an address that is not the provider's.
   */
  readonly check: (provider: string, options?: ProviderCheckOptions) => Effect.Effect<Checked, CompletionError>
}>()("sluice/services/ProviderCheck") {
  /** Checks a provider with the service in the context. Its contract is that of the service's `check`. */
  static readonly check = (
    provider: string,
    options?: ProviderCheckOptions
  ): Effect.Effect<Checked, CompletionError, ProviderCheck> =>
    ProviderCheck.use((checks) => checks.check(provider, options))
}
