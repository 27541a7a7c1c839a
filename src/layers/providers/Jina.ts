/**
 * Jina AI: embeddings and reranking.
 *
 * @see https://jina.ai/embeddings/
 * @since 0.1.0
 */
import * as ProviderLayer from "../registry/ProviderLayer.ts"
import { definition } from "../../domain/providers/Jina.ts"

export { definition }

/**
 * Layer that provides the registry with Jina AI alone, from explicit options. `HttpEmbeddings.layer` and
 * `HttpReranker.layer` need it.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = ProviderLayer.registry(definition, { protocols: {} })

/**
 * Layer that provides the registry with Jina AI alone, from the configuration (`JINA_API_KEY`, …).
 *
 * @category layers
 * @since 0.1.0
 */
export const layerConfig = layer()
