/**
 * MiniMax: over Anthropic's protocol, which it recommends, and over Chat Completions.
 *
 * @see https://platform.minimax.io/docs/api-reference/text-anthropic-api
 * @since 0.1.0
 */
import * as ProviderLayer from "../registry/ProviderLayer.ts"
import { definition } from "../../domain/providers/MiniMax.ts"

export { definition }

/**
 * Layer that provides a `ChatModel` on MiniMax, from explicit options.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = ProviderLayer.layer(definition, {
  protocols: {
    "anthropic-messages": () => import("../../streams/protocols/AnthropicMessages/AnthropicMessages.ts"),
    "openai-chat": () => import("../../streams/protocols/OpenAiChat/OpenAiChat.ts")
  }
})

/**
 * Layer that provides a `ChatModel` on MiniMax, from the configuration (`MINIMAX_API_KEY`, …).
 *
 * @category layers
 * @since 0.1.0
 */
export const layerConfig = layer()
