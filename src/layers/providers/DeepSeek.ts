/**
 * DeepSeek: chat and reasoning models.
 *
 * @see https://api-docs.deepseek.com/api/create-chat-completion
 * @since 0.1.0
 */
import * as SingleProvider from "../registry/SingleProvider.ts"
import { definition } from "../../domain/providers/DeepSeek.ts"

export { definition }

/**
 * Layer that provides a `ChatModel` on DeepSeek, from explicit options.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = SingleProvider.layer(definition)

/**
 * Layer that provides a `ChatModel` on DeepSeek, from the configuration (`DEEPSEEK_API_KEY`, …).
 *
 * @category layers
 * @since 0.1.0
 */
export const layerConfig = layer()
