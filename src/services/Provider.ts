/**
 * A provider that is ready to be asked: its definition with what this program has configured.
 *
 * @since 0.1.0
 */
import type * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import type { ConfigurationError } from "../domain/CompletionError.ts"
import type { ProtocolBinding, ProviderDefinition, Quirks } from "../domain/ProviderDefinition.ts"

/**
 * A configured provider.
 *
 * **Details**
 *
 * `key` is asked before each attempt, so a key can change while the program runs; it answers `undefined` for a server that
 * needs none. `baseUrl` has no slash at its end. `protocol` is the one that is used.
 *
 * @category models
 * @since 0.1.0
 */
export interface Provider {
  readonly definition: ProviderDefinition
  readonly baseUrl: string
  readonly protocol: ProtocolBinding
  readonly quirks: Quirks
  readonly headers: Readonly<Record<string, string>>
  readonly key: Effect.Effect<Redacted.Redacted | undefined, ConfigurationError>
}
