/**
 * Any server that speaks OpenAI's Chat Completions: a gateway, LM Studio, llama.cpp, one of the many hosts.
 *
 * @since 0.1.0
 */
import * as ProviderLayer from "../registry/ProviderLayer.ts"
import { define, definition } from "../../domain/providers/OpenAiCompatible.ts"

export { define, definition }

/**
 * Layer that provides a `ChatModel` on the server at `baseUrl`.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = ProviderLayer.layer(definition, {
  protocols: {
    "openai-chat": () => import("../../streams/protocols/OpenAiChat/OpenAiChat.ts"),
    "openai-responses": () => import("../../streams/protocols/OpenAiResponses/OpenAiResponses.ts"),
    "anthropic-messages": () => import("../../streams/protocols/AnthropicMessages/AnthropicMessages.ts"),
    "openai-completions": () => import("../../streams/protocols/OpenAiCompletions/OpenAiCompletions.ts")
  }
})

/**
 * Layer that provides a `ChatModel` on the server at `OPENAI_COMPATIBLE_BASE_URL`, with `OPENAI_COMPATIBLE_API_KEY`
 * where set.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerConfig = layer()
