/**
 * Hugging Face: the router in front of many inference providers.
 *
 * @see https://huggingface.co/docs/inference-providers/index
 * @since 0.1.0
 */
import * as ProviderLayer from "../registry/ProviderLayer.ts"
import { definition } from "../../domain/providers/HuggingFace.ts"

export { definition }

/**
 * Layer that provides a `ChatModel` on Hugging Face, from explicit options.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = ProviderLayer.layer(definition, {
  protocols: {
    "openai-chat": () => import("../../streams/protocols/OpenAiChat/OpenAiChat.ts"),
    "openai-responses": () => import("../../streams/protocols/OpenAiResponses/OpenAiResponses.ts")
  }
})

/**
 * Layer that provides a `ChatModel` on Hugging Face, from the configuration (`HF_TOKEN`, …).
 *
 * @category layers
 * @since 0.1.0
 */
export const layerConfig = layer()
