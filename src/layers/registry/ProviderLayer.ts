/**
 * Makes the layers of a single provider from the parts that its module names, so that a program that is bundled holds
 * no other provider's protocols.
 */
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import type { ConfigurationError } from "../../domain/CompletionError.ts"
import type { ProviderDefinition } from "../../domain/ProviderDefinition.ts"
import type { ChatModel } from "../../services/ChatModel.ts"
import { ProviderRegistry } from "../../services/ProviderRegistry.ts"
import * as Loader from "../../streams/protocols/Loader.ts"
import { layer as chatModelLayer } from "../completion/ChatModelLayer.ts"
import * as ConfigCredentials from "../configuration/ConfigCredentials.ts"
import { configure, type ProviderSettings } from "../configuration/Configure.ts"
import * as Resolution from "./Resolution.ts"

/** The layer of a registry with one provider. */
export type RegistryLayer = Layer.Layer<ProviderRegistry, ConfigurationError>

/** The layer of a provider. */
export type ChatModelLayer = Layer.Layer<ChatModel | ProviderRegistry, ConfigurationError, HttpClient.HttpClient>

/** What a provider is made of beside its definition. */
export interface Parts {
  /** The modules of the protocols that the definition names. */
  readonly protocols: Loader.ProtocolModules
  /** Loads the layer of the cloud identity that the definition names. Default: none. */
  readonly identity?: (() => Promise<Layer.Layer<never>>) | undefined
  /** Makes the models whose prices and limits budgets use. Default: those of the context's `ModelRegistry` alone. */
  readonly models?: Effect.Effect<ProviderRegistry["Service"]["models"]> | undefined
}

const registryOver = (
  definition: ProviderDefinition,
  options: ProviderSettings,
  load: Loader.LoadProtocol,
  { identity, models = Effect.undefined }: Omit<Parts, "protocols">
): RegistryLayer =>
  Layer.effect(
    ProviderRegistry,
    configure(definition, options).pipe(
      // The protocols are loaded here, so that the first request waits only for the network.
      Effect.tap(({ protocols }) => Effect.forEach(protocols, ({ protocol }) => load(protocol), { discard: true })),
      Effect.zip(models),
      Effect.map(([provider, models]) => Resolution.make([provider], [definition], { models }))
    )
  ).pipe(
    Layer.provide([
      ConfigCredentials.layer,
      identity === undefined ? Layer.empty : Layer.unwrap(Effect.promise(identity))
    ])
  )

/** Makes the layer of a registry with one provider. Options that are left out come from the configuration. */
export const registry =
  (definition: ProviderDefinition, parts: Parts) => (options: ProviderSettings = {}): RegistryLayer =>
    registryOver(definition, options, Loader.make(parts.protocols), parts)

/** Makes the `layer` of a provider. Options that are left out come from the configuration. */
export const layer = (definition: ProviderDefinition, parts: Parts) => {
  const load = Loader.make(parts.protocols)
  return (options: ProviderSettings = {}): ChatModelLayer =>
    chatModelLayer(load).pipe(Layer.provideMerge(registryOver(definition, options, load, parts)))
}
