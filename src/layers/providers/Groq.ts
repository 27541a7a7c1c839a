/**
 * Groq: open models on its own chips, behind an OpenAI-compatible API.
 *
 * @see https://console.groq.com/docs/api-reference
 * @since 0.1.0
 */
import * as SingleProvider from "../registry/SingleProvider.ts"
import { definition } from "../../domain/providers/Groq.ts"

export { definition }

/**
 * Layer that provides a `ChatModel` on Groq, from explicit options.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = SingleProvider.layer(definition)

/**
 * Layer that provides a `ChatModel` on Groq, from the configuration (`GROQ_API_KEY`, …).
 *
 * @category layers
 * @since 0.1.0
 */
export const layerConfig = layer()
