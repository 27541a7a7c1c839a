/**
 * Provides the chat model over HTTP.
 *
 * @since 0.1.0
 */
import type * as HttpClient from "effect/http/HttpClient"
import type * as Layer from "effect/Layer"
import type { ChatModel } from "../../services/ChatModel.ts"
import type { ProviderRegistry } from "../../services/ProviderRegistry.ts"
import { load } from "../../streams/protocols/Loading.ts"
import * as ChatModelLayer from "./ChatModelLayer.ts"

/**
 * Layer that provides the `ChatModel` over HTTP, for the providers of the registry.
 *
 * **Details**
 *
 * `SluiceConfig` and `RetryPolicy` are those of each call, and else those of the layer. The layers of the providers
 * (`OpenAi.layer`, `Providers.layerConfig`) include this one.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer: Layer.Layer<ChatModel, never, HttpClient.HttpClient | ProviderRegistry> = ChatModelLayer.layer(load)
