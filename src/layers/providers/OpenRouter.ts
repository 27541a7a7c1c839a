/**
 * OpenRouter: many providers behind one key.
 *
 * @see https://openrouter.ai/docs/api-reference/overview
 * @since 0.1.0
 */
import * as ProviderLayer from "../registry/ProviderLayer.ts"
import { definition } from "../../domain/providers/OpenRouter.ts"

export { definition }

/**
 * Layer that provides a `ChatModel` on OpenRouter, from explicit options.
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
 * Layer that provides a `ChatModel` on OpenRouter, from the configuration (`OPENROUTER_API_KEY`, …).
 *
 * @category layers
 * @since 0.1.0
 */
export const layerConfig = layer()
