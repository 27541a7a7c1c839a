/**
 * Makes the layers of a single provider, which each provider's module exports.
 */
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import type { ConfigurationError } from "../../domain/CompletionError.ts"
import type { ProviderDefinition } from "../../domain/ProviderDefinition.ts"
import type { ChatModel } from "../../services/ChatModel.ts"
import { ProviderRegistry } from "../../services/ProviderRegistry.ts"
import * as HttpChatModel from "../completion/HttpChatModel.ts"
import * as ConfigCredentials from "../configuration/ConfigCredentials.ts"
import { configure, type ProviderSettings } from "../configuration/Configure.ts"
import * as Resolution from "./Resolution.ts"

type RegistryLayer = Layer.Layer<ProviderRegistry, ConfigurationError>
type ChatModelLayer = Layer.Layer<ChatModel | ProviderRegistry, ConfigurationError, HttpClient.HttpClient>

/** Loads the cloud identities for the few providers that use one. */
const identities = ({ identity }: ProviderDefinition): Layer.Layer<never> =>
  identity === undefined
    ? Layer.empty
    : Layer.unwrap(Effect.map(Effect.promise(() => import("../auth/Identity.ts")), ({ layer }) => layer()))

/** Makes the layer of a registry with one provider. Options that are left out come from the configuration. */
export const registry = (definition: ProviderDefinition) => (options: ProviderSettings = {}): RegistryLayer =>
  Layer.effect(
    ProviderRegistry,
    Effect.map(configure(definition, options), (provider) => Resolution.make([provider], [definition]))
  ).pipe(Layer.provide([ConfigCredentials.layer, identities(definition)]))

/** Makes the `layer` of a provider. Options that are left out come from the configuration. */
export const layer = (definition: ProviderDefinition) => (options: ProviderSettings = {}): ChatModelLayer =>
  HttpChatModel.layer.pipe(Layer.provideMerge(registry(definition)(options)))
