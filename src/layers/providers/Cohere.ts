/**
 * Cohere: chat in its own protocol, embeddings and reranking.
 *
 * @see https://docs.cohere.com/reference/chat
 * @since 0.1.0
 */
import * as ProviderLayer from "../registry/ProviderLayer.ts"
import { definition } from "../../domain/providers/Cohere.ts"

export { definition }

/**
 * Layer that provides a `ChatModel` on Cohere, from explicit options.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = ProviderLayer.layer(definition, {
  protocols: {
    cohere: () => import("../../streams/protocols/Cohere/Cohere.ts")
  }
})

/**
 * Layer that provides a `ChatModel` on Cohere, from the configuration (`COHERE_API_KEY`, …).
 *
 * @category layers
 * @since 0.1.0
 */
export const layerConfig = layer()
