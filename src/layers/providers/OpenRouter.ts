/**
 * OpenRouter: many providers behind one key.
 *
 * @see https://openrouter.ai/docs/api-reference/overview
 * @since 0.1.0
 */
import * as SingleProvider from "../registry/SingleProvider.ts"
import { definition } from "../../domain/providers/OpenRouter.ts"

export { definition }

/**
 * Layer that provides a `ChatModel` on OpenRouter, from explicit options.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = SingleProvider.layer(definition)

/**
 * Layer that provides a `ChatModel` on OpenRouter, from the configuration (`OPENROUTER_API_KEY`, …).
 *
 * @category layers
 * @since 0.1.0
 */
export const layerConfig = layer()
