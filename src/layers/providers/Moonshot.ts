/**
 * Moonshot AI: Kimi, over Chat Completions, or over Anthropic's protocol.
 *
 * @see https://platform.moonshot.ai/docs/api/chat
 * @since 0.1.0
 */
import * as SingleProvider from "../registry/SingleProvider.ts"
import { definition } from "../../domain/providers/Moonshot.ts"

export { definition }

/**
 * Layer that provides a `ChatModel` on Moonshot AI, from explicit options.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = SingleProvider.layer(definition)

/**
 * Layer that provides a `ChatModel` on Moonshot AI, from the configuration (`MOONSHOT_API_KEY`, …).
 *
 * @category layers
 * @since 0.1.0
 */
export const layerConfig = layer()
