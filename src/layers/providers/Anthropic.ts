/**
 * Anthropic: the Messages API.
 *
 * @see https://docs.anthropic.com/en/api/messages
 * @since 0.1.0
 */
import * as SingleProvider from "../registry/SingleProvider.ts"
import { definition } from "../../domain/providers/Anthropic.ts"

export { definition }

/**
 * Layer that provides a `ChatModel` on Anthropic from explicit options.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = SingleProvider.layer(definition)

/**
 * Layer that provides a `ChatModel` on Anthropic from the configuration (`ANTHROPIC_API_KEY`, `ANTHROPIC_BASE_URL`).
 *
 * @category layers
 * @since 0.1.0
 */
export const layerConfig = layer()
