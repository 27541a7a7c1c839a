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
 * A key and the name of the variable, or of whatever else it was found in: some providers take keys from several, each in
 * its own way.
 *
 * @category models
 * @since 0.1.0
 */
export interface Credential {
  readonly key: Redacted.Redacted
  readonly source: string
}

/**
 * Service that knows the key of a provider.
 *
 * @category services
 * @since 0.1.0
 */
export class Credentials extends Context.Service<Credentials, {
  /**
   * The key, or `undefined` when there is none. Asked before each attempt, so that a key can change while the program
   * runs. A key that is set but empty, or that no header can carry, fails.
   */
  readonly key: (definition: ProviderDefinition) => Effect.Effect<Credential | undefined, ConfigurationError>
}>()("sluice/services/Credentials") {}
