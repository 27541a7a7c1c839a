/**
 * OpenAI: the Responses API, and Chat Completions.
 *
 * @see https://platform.openai.com/docs/api-reference
 * @since 0.1.0
 */
import * as ProviderLayer from "../registry/ProviderLayer.ts"
import { definition } from "../../domain/providers/OpenAi.ts"

export { definition }

/**
 * Layer that provides a `ChatModel` on OpenAI from explicit options.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = ProviderLayer.layer(definition, {
  protocols: {
    "openai-responses": () => import("../../streams/protocols/OpenAiResponses/OpenAiResponses.ts"),
    "openai-chat": () => import("../../streams/protocols/OpenAiChat/OpenAiChat.ts"),
    "openai-completions": () => import("../../streams/protocols/OpenAiCompletions/OpenAiCompletions.ts")
  }
})

/**
 * Layer that provides a `ChatModel` on OpenAI from the configuration (`OPENAI_API_KEY`, `OPENAI_BASE_URL`, …).
 *
 * @category layers
 * @since 0.1.0
 */
export const layerConfig = layer()
