/**
 * DeepInfra: open models behind an OpenAI-compatible API.
 *
 * @see https://deepinfra.com/docs/openai_api
 * @since 0.1.0
 */
import * as ProviderLayer from "../registry/ProviderLayer.ts"
import { definition } from "../../domain/providers/DeepInfra.ts"

export { definition }

/**
 * Layer that provides a `ChatModel` on DeepInfra, from explicit options.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = ProviderLayer.layer(definition, {
  protocols: {
    "openai-chat": () => import("../../streams/protocols/OpenAiChat/OpenAiChat.ts"),
    "openai-completions": () => import("../../streams/protocols/OpenAiCompletions/OpenAiCompletions.ts")
  }
})

/**
 * Layer that provides a `ChatModel` on DeepInfra, from the configuration (`DEEPINFRA_API_KEY`, …).
 *
 * @category layers
 * @since 0.1.0
 */
export const layerConfig = layer()
