/**
 * Ollama: models on this machine, in Ollama's own protocol.
 *
 * @see https://github.com/ollama/ollama/blob/main/docs/api.md
 * @since 0.1.0
 */
import * as SingleProvider from "../registry/SingleProvider.ts"
import { definition } from "../../domain/providers/Ollama.ts"

export { definition }

/**
 * Layer that provides a `ChatModel` on Ollama, from explicit options.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = SingleProvider.layer(definition)

/**
 * Layer that provides a `ChatModel` on Ollama, from the configuration (`OLLAMA_API_KEY`, …).
 *
 * @category layers
 * @since 0.1.0
 */
export const layerConfig = layer()
