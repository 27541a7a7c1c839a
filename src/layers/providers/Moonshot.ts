/**
 * Moonshot AI: Kimi, over Chat Completions, or over Anthropic's protocol.
 *
 * @see https://platform.moonshot.ai/docs/api/chat
 * @since 0.1.0
 */
import * as ProviderLayer from "../registry/ProviderLayer.ts"
import { definition } from "../../domain/providers/Moonshot.ts"

export { definition }

/**
 * Layer that provides a `ChatModel` on Moonshot AI, from explicit options.
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
 * Layer that provides a `ChatModel` on Moonshot AI, from the configuration (`MOONSHOT_API_KEY`, …).
 *
 * @category layers
 * @since 0.1.0
 */
export const layerConfig = layer()
