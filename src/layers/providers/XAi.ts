/**
 * xAI: Grok, over Chat Completions and the Responses API.
 *
 * @see https://docs.x.ai/docs/api-reference
 * @since 0.1.0
 */
import * as SingleProvider from "../registry/SingleProvider.ts"
import { definition } from "../../domain/providers/XAi.ts"

export { definition }

/**
 * Layer that provides a `ChatModel` on xAI, from explicit options.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = SingleProvider.layer(definition)

/**
 * Layer that provides a `ChatModel` on xAI, from the configuration (`XAI_API_KEY`, …).
 *
 * @category layers
 * @since 0.1.0
 */
export const layerConfig = layer()
