/**
 * Mistral AI: its own dialect of Chat Completions.
 *
 * @see https://docs.mistral.ai/api/
 * @since 0.1.0
 */
import * as ProviderLayer from "../registry/ProviderLayer.ts"
import { definition } from "../../domain/providers/Mistral.ts"

export { definition }

/**
 * Layer that provides a `ChatModel` on Mistral AI, from explicit options.
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
 * Layer that provides a `ChatModel` on Mistral AI, from the configuration (`MISTRAL_API_KEY`, …).
 *
 * @category layers
 * @since 0.1.0
 */
export const layerConfig = layer()
