/**
 * Gemini at Google AI: the Gemini API, with a key.
 *
 * @see https://ai.google.dev/api/generate-content
 * @since 0.1.0
 */
import * as ProviderLayer from "../registry/ProviderLayer.ts"
import { definition } from "../../domain/providers/Gemini.ts"

export { definition }

/**
 * Layer that provides a `ChatModel` on Google Gemini, from explicit options.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = ProviderLayer.layer(definition, {
  protocols: {
    gemini: () => import("../../streams/protocols/Gemini/Gemini.ts"),
    "gemini-interactions": () => import("../../streams/protocols/GeminiInteractions/GeminiInteractions.ts"),
    "openai-chat": () => import("../../streams/protocols/OpenAiChat/OpenAiChat.ts")
  }
})

/**
 * Layer that provides a `ChatModel` on Google Gemini, from the configuration (`GEMINI_API_KEY`, …).
 *
 * @category layers
 * @since 0.1.0
 */
export const layerConfig = layer()
