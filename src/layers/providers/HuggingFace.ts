/**
 * Hugging Face: the router in front of many inference providers.
 *
 * @see https://huggingface.co/docs/inference-providers/index
 * @since 0.1.0
 */
import * as SingleProvider from "../registry/SingleProvider.ts"
import { definition } from "../../domain/providers/HuggingFace.ts"

export { definition }

/**
 * Layer that provides a `ChatModel` on Hugging Face, from explicit options.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = SingleProvider.layer(definition)

/**
 * Layer that provides a `ChatModel` on Hugging Face, from the configuration (`HF_TOKEN`, …).
 *
 * @category layers
 * @since 0.1.0
 */
export const layerConfig = layer()
