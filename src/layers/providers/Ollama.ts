/**
 * Ollama: models on this machine, in Ollama's own protocol.
 *
 * @see https://github.com/ollama/ollama/blob/main/docs/api.md
 * @since 0.1.0
 */
import * as ProviderLayer from "../registry/ProviderLayer.ts"
import { definition } from "../../domain/providers/Ollama.ts"

export { definition }

/**
 * Layer that provides a `ChatModel` on Ollama, from explicit options.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = ProviderLayer.layer(definition, {
  protocols: {
    ollama: () => import("../../streams/protocols/Ollama/Ollama.ts"),
    "openai-chat": () => import("../../streams/protocols/OpenAiChat/OpenAiChat.ts")
  }
})

/**
 * Layer that provides a `ChatModel` on Ollama, from the configuration (`OLLAMA_API_KEY`, …).
 *
 * @category layers
 * @since 0.1.0
 */
export const layerConfig = layer()
