/**
 * MiniMax: over Anthropic's protocol, which it recommends, and over Chat Completions.
 *
 * @see https://platform.minimax.io/docs/api-reference/text-anthropic-api
 * @since 0.1.0
 */
import * as SingleProvider from "../registry/SingleProvider.ts"
import { definition } from "../../domain/providers/MiniMax.ts"

export { definition }

/**
 * Layer that provides a `ChatModel` on MiniMax, from explicit options.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = SingleProvider.layer(definition)

/**
 * Layer that provides a `ChatModel` on MiniMax, from the configuration (`MINIMAX_API_KEY`, …).
 *
 * @category layers
 * @since 0.1.0
 */
export const layerConfig = layer()
