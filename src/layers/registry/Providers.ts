/**
 * Provides a chat model on several providers at once.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import type { ConfigurationError } from "../../domain/CompletionError.ts"
import type { ProviderDefinition } from "../../domain/ProviderDefinition.ts"
import type { ChatModel } from "../../services/ChatModel.ts"
import type { Credentials } from "../../services/Credentials.ts"
import type { Provider } from "../../services/Provider.ts"
import { ProviderRegistry } from "../../services/ProviderRegistry.ts"
import { load } from "../../streams/protocols/Loading.ts"
import * as Identity from "../auth/Identity.ts"
import * as HttpChatModel from "../completion/HttpChatModel.ts"
import * as ConfigCredentials from "../configuration/ConfigCredentials.ts"
import { configure, type ProviderSettings } from "../configuration/Configure.ts"
import * as Ended from "../configuration/Ended.ts"
import * as Presence from "../configuration/Presence.ts"
import * as KnownProviders from "../../domain/KnownProviders.ts"
import * as CatalogueModels from "./CatalogueModels.ts"
import * as Resolution from "./Resolution.ts"

/**
 * Options of `layer`.
 *
 * @category models
 * @since 0.1.0
 */
export interface ProvidersOptions {
  /** Definitions beyond the known ones. One with the id of a known definition replaces it. Default: none. */
  readonly definitions?: ReadonlyArray<ProviderDefinition> | undefined
  /** Options of providers, by id or alias. A provider with options is always offered. Default: none. */
  readonly providers?: Readonly<Record<string, ProviderSettings>> | undefined
}

const registry = Effect.fnUntraced(function*(
  options: ProvidersOptions
): Effect.fn.Return<ProviderRegistry["Service"], ConfigurationError, Credentials> {
  const added = options.definitions ?? []
  const definitions = [
    ...added,
    ...KnownProviders.definitions.filter((known) => added.every(({ id }) => id !== known.id))
  ]
  const providers = new Map<string, ProviderSettings>()
  for (const [name, given] of Object.entries(options.providers ?? {})) {
    providers.set((yield* Resolution.find(definitions, name)).id, given)
  }
  const offered: Array<Provider> = []
  const unready = new Map<string, ConfigurationError>()
  const ambient = new Set<string>()
  for (const definition of definitions) {
    const given = providers.get(definition.id)
    if (given !== undefined) {
      offered.push(yield* configure(definition, given))
      continue
    }
    const presence = yield* Presence.of(definition)
    if (!presence.isNamed || (presence.hasEnded && presence.isAmbient)) continue
    if (presence.lacking.length > 0) {
      unready.set(
        definition.id,
        (presence.hasEnded ? Ended.problem(definition) : undefined) ??
          Resolution.lacking(definition, presence.lacking)
      )
      continue
    }
    // An invalid variable disables its own provider only.
    const made = yield* Effect.result(configure(definition))
    if (Result.isFailure(made)) {
      unready.set(definition.id, made.failure)
      continue
    }
    offered.push(made.success)
    if (presence.isAmbient) ambient.add(definition.id)
  }
  // The protocols are loaded here, so that the first request waits only for the network.
  for (const { protocols } of offered) for (const { protocol } of protocols) yield* load(protocol)
  return Resolution.make(offered, definitions, { unready, ambient, models: yield* CatalogueModels.make })
})

/**
 * Layer that provides a `ChatModel` on every provider whose key is in the configuration.
 *
 * **Details**
 *
 * A provider that needs no key is offered when its base URL is set. Explicit options take precedence over the
 * configuration. The layer is built even when no provider is configured: a call then fails with the variables to set.
 *
 * **Example**
 *
 * ```ts
 * import { Redacted } from "effect"
 * import { Providers } from "sluice"
 *
 * const layer = Providers.layer({ providers: { groq: { apiKey: Redacted.make("gsk-local") } } })
 * ```
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (
  options: ProvidersOptions = {}
): Layer.Layer<ChatModel | ProviderRegistry, ConfigurationError, HttpClient.HttpClient> =>
  HttpChatModel.layer.pipe(
    Layer.provideMerge(Layer.effect(ProviderRegistry, registry(options))),
    Layer.provide([ConfigCredentials.layer, Identity.layer()])
  )

/**
 * Layer that provides a `ChatModel` on every provider whose key is in the configuration: `layer` without options.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerConfig: Layer.Layer<ChatModel | ProviderRegistry, ConfigurationError, HttpClient.HttpClient> = layer()
