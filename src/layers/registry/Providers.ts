/**
 * Chat models on several providers at once.
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
import * as Identity from "../auth/Identity.ts"
import * as HttpChatModel from "../completion/HttpChatModel.ts"
import * as ConfigCredentials from "../configuration/ConfigCredentials.ts"
import { configure, type ProviderSettings } from "../configuration/Configure.ts"
import * as Presence from "../configuration/Presence.ts"
import * as KnownProviders from "../../domain/KnownProviders.ts"
import * as Resolution from "./Resolution.ts"

/**
 * Options of the layer.
 *
 * @category models
 * @since 0.1.0
 */
export interface ProvidersOptions {
  /** Further definitions of providers. One with the id of a known provider replaces it. Default: none. */
  readonly definitions?: ReadonlyArray<ProviderDefinition> | undefined
  /** Options of providers, by id or alias. These providers are offered whatever the configuration is. Default: none. */
  readonly providers?: Readonly<Record<string, ProviderSettings>> | undefined
}

const registry = Effect.fnUntraced(function*(
  options: ProvidersOptions
): Effect.fn.Return<ProviderRegistry["Service"], ConfigurationError, Credentials> {
  const own = options.definitions ?? []
  // A definition of one's own takes the place of a known one.
  const definitions = [...own, ...KnownProviders.definitions.filter((known) => own.every(({ id }) => id !== known.id))]
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
    if (!presence.isNamed) continue
    if (presence.lacking.length > 0) {
      unready.set(definition.id, Resolution.lacking(definition, presence.lacking))
      continue
    }
    // A variable with a slip in it keeps its own provider from being asked, and no other.
    const made = yield* Effect.result(configure(definition))
    if (Result.isFailure(made)) {
      unready.set(definition.id, made.failure)
      continue
    }
    offered.push(made.success)
    if (presence.isAmbient) ambient.add(definition.id)
  }
  return Resolution.make(offered, definitions, { unready, ambient })
})

/**
 * Layer that provides a `ChatModel` on every provider whose key is in the configuration.
 *
 * **Details**
 *
 * A provider that needs no key is offered where its base URL is set. Options go before the configuration. The layer is built
 * even where no provider is configured: then each request fails with a `ConfigurationError` that says what to set.
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
 * Layer that provides a `ChatModel` on every provider whose key is in the configuration, without further options.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerConfig: Layer.Layer<ChatModel | ProviderRegistry, ConfigurationError, HttpClient.HttpClient> = layer()
