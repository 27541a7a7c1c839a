/**
 * Groq: open models on its own chips, behind an OpenAI-compatible API.
 *
 * @see https://console.groq.com/docs/api-reference
 * @since 0.1.0
 */
import * as ProviderLayer from "../registry/ProviderLayer.ts"
import { definition } from "../../domain/providers/Groq.ts"

export { definition }

/**
 * Layer that provides a `ChatModel` on Groq, from explicit options.
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
 * Layer that provides a `ChatModel` on Groq, from the configuration (`GROQ_API_KEY`, …).
 *
 * @category layers
 * @since 0.1.0
 */
export const layerConfig = layer()
