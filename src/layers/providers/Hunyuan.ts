/**
 * Hunyuan of Tencent, over its OpenAI-compatible API.
 *
 * @see https://cloud.tencent.com/document/product/1729/111007
 * @since 0.1.0
 */
import * as ProviderLayer from "../registry/ProviderLayer.ts"
import { definition } from "../../domain/providers/Hunyuan.ts"

export { definition }

/**
 * Layer that provides a `ChatModel` on Hunyuan (Tencent), from explicit options.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = ProviderLayer.layer(definition, {
  protocols: {
    "openai-chat": () => import("../../streams/protocols/OpenAiChat/OpenAiChat.ts"),
    "openai-responses": () => import("../../streams/protocols/OpenAiResponses/OpenAiResponses.ts"),
    "anthropic-messages": () => import("../../streams/protocols/AnthropicMessages/AnthropicMessages.ts")
  }
})

/**
 * Layer that provides a `ChatModel` on Hunyuan (Tencent), from the configuration (`HUNYUAN_API_KEY`, …).
 *
 * @category layers
 * @since 0.1.0
 */
export const layerConfig = layer()
