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
  /** The name of the key in logs and states, which must differ between the keys of a provider. Default: `source`. */
  readonly alias?: string | undefined
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
  /**
   * Returns all keys of a provider, the first of which is that of `key`; empty where there is none. Called before each
   * attempt in place of `key`, and fails as that does. Default: there is the one key.
   */
  readonly keys?:
    | ((definition: ProviderDefinition) => Effect.Effect<ReadonlyArray<Credential>, ConfigurationError>)
    | undefined
}>()("sluice/services/Credentials") {}
