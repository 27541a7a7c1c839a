/**
 * Voyage AI: embeddings and reranking.
 *
 * @see https://docs.voyageai.com/reference/embeddings-api
 * @since 0.1.0
 */
import * as ProviderLayer from "../registry/ProviderLayer.ts"
import { definition } from "../../domain/providers/VoyageAi.ts"

export { definition }

/**
 * Layer that provides the registry with Voyage AI alone, from explicit options. `HttpEmbeddings.layer` and
 * `HttpReranker.layer` need it.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = ProviderLayer.registry(definition, { protocols: {} })

/**
 * Layer that provides the registry with Voyage AI alone: its `Embeddings` and `Reranker` stand on it, from the
 * configuration (`VOYAGE_API_KEY`, …).
 *
 * @category layers
 * @since 0.1.0
 */
export const layerConfig = layer()
