/**
 * Vertex AI: Gemini, Claude and open models at Google Cloud, with a Google identity or an express-mode key.
 *
 * @see https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/inference
 * @since 0.1.0
 */
import * as ProviderLayer from "../registry/ProviderLayer.ts"
import { definition } from "../../domain/providers/VertexAi.ts"

export { definition }

/**
 * Layer that provides a `ChatModel` on Google Vertex AI, from explicit options.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = ProviderLayer.layer(definition, {
  protocols: {
    "anthropic-messages": () => import("../../streams/protocols/AnthropicMessages/AnthropicMessages.ts"),
    gemini: () => import("../../streams/protocols/Gemini/Gemini.ts"),
    "openai-chat": () => import("../../streams/protocols/OpenAiChat/OpenAiChat.ts")
  },
  identity: () => import("../auth/GoogleIdentity.ts").then(({ fallback }) => fallback)
})

/**
 * Layer that provides a `ChatModel` on Google Vertex AI, from the configuration (`GOOGLE_VERTEX_API_KEY`, …).
 *
 * @category layers
 * @since 0.1.0
 */
export const layerConfig = layer()
