/**
 * Cloudflare Workers AI, at its OpenAI-compatible address.
 *
 * @see https://developers.cloudflare.com/workers-ai/configuration/open-ai-compatibility/
 * @since 0.1.0
 */
import * as ProviderLayer from "../registry/ProviderLayer.ts"
import { definition } from "../../domain/providers/Cloudflare.ts"

export { definition }

/**
 * Layer that provides a `ChatModel` on Cloudflare Workers AI, from explicit options.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = ProviderLayer.layer(definition, {
  protocols: {
    "openai-chat": () => import("../../streams/protocols/OpenAiChat/OpenAiChat.ts"),
    "openai-responses": () => import("../../streams/protocols/OpenAiResponses/OpenAiResponses.ts")
  }
})

/**
 * Layer that provides a `ChatModel` on Cloudflare Workers AI, from the configuration (`CLOUDFLARE_API_TOKEN`, …).
 *
 * @category layers
 * @since 0.1.0
 */
export const layerConfig = layer()
