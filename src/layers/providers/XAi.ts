/**
 * xAI: Grok, over Chat Completions and the Responses API.
 *
 * @see https://docs.x.ai/docs/api-reference
 * @since 0.1.0
 */
import * as ProviderLayer from "../registry/ProviderLayer.ts"
import { definition } from "../../domain/providers/XAi.ts"

export { definition }

/**
 * Layer that provides a `ChatModel` on xAI, from explicit options.
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
 * Layer that provides a `ChatModel` on xAI, from the configuration (`XAI_API_KEY`, …).
 *
 * @category layers
 * @since 0.1.0
 */
export const layerConfig = layer()
