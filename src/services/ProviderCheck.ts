/**
 * Whether a provider can be asked: with this key, at this address, for this model.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import type { CompletionError } from "../domain/CompletionError.ts"

/**
 * What a check found: which provider, which model where one was checked, and how long it took to answer.
 *
 * @category models
 * @since 0.1.0
 */
export interface Checked {
  readonly provider: string
  readonly model: string | undefined
  readonly latency: Duration.Duration
}

/**
 * Service that checks providers.
 *
 * @category services
 * @since 0.1.0
 */
export class ProviderCheck extends Context.Service<ProviderCheck, {
  /**
   * Makes the cheapest call that only a right key has an answer to, once. With a `model`, that model is asked for a few
   * tokens instead.
   *
   * Fails with an `AuthenticationError` for a wrong key, a `PermissionDeniedError` for one that may not, a `ModelNotFoundError`
   * for a model that is not there, a `ConnectionError` or `ConnectTimeoutError` for a host that cannot be reached, and a
   * `ConfigurationError` for what is not configured or an address at which nobody knows the call.
   */
  readonly check: (
    provider: string,
    options?: { readonly model?: string | undefined }
  ) => Effect.Effect<Checked, CompletionError>
}>()("sluice/services/ProviderCheck") {}

/**
 * Checks a provider, by its id or alias.
 *
 * @category accessors
 * @since 0.1.0
 */
export const check = (
  provider: string,
  options?: { readonly model?: string | undefined }
): Effect.Effect<Checked, CompletionError, ProviderCheck> =>
  ProviderCheck.use((checks) => checks.check(provider, options))
