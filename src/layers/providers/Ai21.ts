/**
 * AI21: the Jamba models.
 *
 * @see https://docs.ai21.com/reference/jamba-1-6-api-ref
 * @since 0.1.0
 */
import * as SingleProvider from "../registry/SingleProvider.ts"
import { definition } from "../../domain/providers/Ai21.ts"

export { definition }

/**
 * Layer that provides a `ChatModel` on AI21, from explicit options.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = SingleProvider.layer(definition)

/**
 * Layer that provides a `ChatModel` on AI21, from the configuration (`AI21_API_KEY`, …).
 *
 * @category layers
 * @since 0.1.0
 */
export const layerConfig = layer()
