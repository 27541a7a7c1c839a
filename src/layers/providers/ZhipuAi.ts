/**
 * Zhipu AI: GLM, at BigModel in China and at Z.ai elsewhere.
 *
 * @see https://docs.z.ai/api-reference/llm/chat-completion
 * @since 0.1.0
 */
import * as ProviderLayer from "../registry/ProviderLayer.ts"
import { definition } from "../../domain/providers/ZhipuAi.ts"

export { definition }

/**
 * Layer that provides a `ChatModel` on Zhipu AI, from explicit options.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = ProviderLayer.layer(definition, {
  protocols: {
    "openai-chat": () => import("../../streams/protocols/OpenAiChat/OpenAiChat.ts"),
    "anthropic-messages": () => import("../../streams/protocols/AnthropicMessages/AnthropicMessages.ts")
  }
})

/**
 * Layer that provides a `ChatModel` on Zhipu AI, from the configuration (`ZHIPUAI_API_KEY`, …).
 *
 * @category layers
 * @since 0.1.0
 */
export const layerConfig = layer()
