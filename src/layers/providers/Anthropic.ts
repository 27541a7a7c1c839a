/**
 * Anthropic: the Messages API.
 *
 * @see https://docs.anthropic.com/en/api/messages
 * @since 0.1.0
 */
import * as ProviderLayer from "../registry/ProviderLayer.ts"
import { definition } from "../../domain/providers/Anthropic.ts"

export { definition }

/**
 * Layer that provides a `ChatModel` on Anthropic from explicit options.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = ProviderLayer.layer(definition, {
  protocols: {
    "anthropic-messages": () => import("../../streams/protocols/AnthropicMessages/AnthropicMessages.ts")
  }
})

/**
 * Layer that provides a `ChatModel` on Anthropic from the configuration (`ANTHROPIC_API_KEY`, `ANTHROPIC_BASE_URL`).
 *
 * @category layers
 * @since 0.1.0
 */
export const layerConfig = layer()
