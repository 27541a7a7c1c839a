/**
 * vLLM: a self-hosted OpenAI-compatible server.
 *
 * @see https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html
 * @since 0.1.0
 */
import * as ProviderLayer from "../registry/ProviderLayer.ts"
import { definition } from "../../domain/providers/Vllm.ts"

export { definition }

/**
 * Layer that provides a `ChatModel` on a vLLM server from explicit options. Without a `baseUrl` it is the one on this
 * machine, `http://localhost:8000/v1`.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = ProviderLayer.layer(definition, {
  protocols: {
    "openai-chat": () => import("../../streams/protocols/OpenAiChat/OpenAiChat.ts"),
    "openai-responses": () => import("../../streams/protocols/OpenAiResponses/OpenAiResponses.ts"),
    "openai-completions": () => import("../../streams/protocols/OpenAiCompletions/OpenAiCompletions.ts")
  }
})

/**
 * Layer that provides a `ChatModel` on a vLLM server from the configuration (`VLLM_BASE_URL`, `VLLM_API_KEY`).
 *
 * @category layers
 * @since 0.1.0
 */
export const layerConfig = layer()
