/**
 * Together AI: open models, chat and text completions.
 *
 * @see https://docs.together.ai/reference/chat-completions-1
 * @since 0.1.0
 */
import * as ProviderLayer from "../registry/ProviderLayer.ts"
import { definition } from "../../domain/providers/Together.ts"

export { definition }

/**
 * Layer that provides a `ChatModel` on Together AI, from explicit options.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = ProviderLayer.layer(definition, {
  protocols: {
    "openai-chat": () => import("../../streams/protocols/OpenAiChat/OpenAiChat.ts"),
    "openai-completions": () => import("../../streams/protocols/OpenAiCompletions/OpenAiCompletions.ts")
  }
})

/**
 * Layer that provides a `ChatModel` on Together AI, from the configuration (`TOGETHER_API_KEY`, …).
 *
 * @category layers
 * @since 0.1.0
 */
export const layerConfig = layer()
