/**
 * Where API keys come from.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import type { ConfigurationError } from "../domain/CompletionError.ts"
import type { ProviderDefinition } from "../domain/ProviderDefinition.ts"

/**
 * A key, and where it was found.
 *
 * @category models
 * @since 0.1.0
 */
export interface Credential {
  /** The key. */
  readonly key: Redacted.Redacted
  /**
   * The name of the environment variable or option that held the key. Some providers treat keys of each differently.
   */
  readonly source: string
}

/**
 * Service that finds the key of a provider.
 *
 * @category services
 * @since 0.1.0
 */
export class Credentials extends Context.Service<Credentials, {
  /**
   * Returns the key of a provider; `undefined` where there is none. Called before each attempt, so that a key can
   * change while the program runs. Fails with a `ConfigurationError` for a key that is empty, or that no header can
   * carry.
   */
  readonly key: (definition: ProviderDefinition) => Effect.Effect<Credential | undefined, ConfigurationError>
}>()("sluice/services/Credentials") {}
