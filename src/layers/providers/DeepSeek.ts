/**
 * DeepSeek: chat and reasoning models.
 *
 * @see https://api-docs.deepseek.com/api/create-chat-completion
 * @since 0.1.0
 */
import * as ProviderLayer from "../registry/ProviderLayer.ts"
import { definition } from "../../domain/providers/DeepSeek.ts"

export { definition }

/**
 * Layer that provides a `ChatModel` on DeepSeek, from explicit options.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = ProviderLayer.layer(definition, {
  protocols: {
    "openai-chat": () => import("../../streams/protocols/OpenAiChat/OpenAiChat.ts"),
    "openai-responses": () => import("../../streams/protocols/OpenAiResponses/OpenAiResponses.ts"),
    "anthropic-messages": () => import("../../streams/protocols/AnthropicMessages/AnthropicMessages.ts"),
    "openai-completions": () => import("../../streams/protocols/OpenAiCompletions/OpenAiCompletions.ts")
  }
})

/**
 * Layer that provides a `ChatModel` on DeepSeek, from the configuration (`DEEPSEEK_API_KEY`, …).
 *
 * @category layers
 * @since 0.1.0
 */
export const layerConfig = layer()
