/**
 * Cohere: chat in its own protocol, embeddings and reranking.
 *
 * @see https://docs.cohere.com/reference/chat
 * @since 0.1.0
 */
import * as SingleProvider from "../registry/SingleProvider.ts"
import { definition } from "../../domain/providers/Cohere.ts"

export { definition }

/**
 * Layer that provides a `ChatModel` on Cohere, from explicit options.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = SingleProvider.layer(definition)

/**
 * Layer that provides a `ChatModel` on Cohere, from the configuration (`COHERE_API_KEY`, …).
 *
 * @category layers
 * @since 0.1.0
 */
export const layerConfig = layer()
