/**
 * AI21: the Jamba models.
 *
 * @see https://docs.ai21.com/reference/jamba-1-6-api-ref
 * @since 0.1.0
 */
import * as ProviderLayer from "../registry/ProviderLayer.ts"
import { definition } from "../../domain/providers/Ai21.ts"

export { definition }

/**
 * Layer that provides a `ChatModel` on AI21, from explicit options.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = ProviderLayer.layer(definition, {
  protocols: {
    "openai-chat": () => import("../../streams/protocols/OpenAiChat/OpenAiChat.ts")
  }
})

/**
 * Layer that provides a `ChatModel` on AI21, from the configuration (`AI21_API_KEY`, …).
 *
 * @category layers
 * @since 0.1.0
 */
export const layerConfig = layer()
