/**
 * Vertex AI: Gemini, Claude and open models at Google Cloud, with a Google identity or an express-mode key.
 *
 * @see https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/inference
 * @since 0.1.0
 */
import * as SingleProvider from "../registry/SingleProvider.ts"
import { definition } from "../../domain/providers/VertexAi.ts"

export { definition }

/**
 * Layer that provides a `ChatModel` on Google Vertex AI, from explicit options.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = SingleProvider.layer(definition)

/**
 * Layer that provides a `ChatModel` on Google Vertex AI, from the configuration (`GOOGLE_VERTEX_API_KEY`, …).
 *
 * @category layers
 * @since 0.1.0
 */
export const layerConfig = layer()
