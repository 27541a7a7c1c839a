/**
 * vLLM: a self-hosted, OpenAI-compatible server.
 *
 * @see https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html
 * @since 0.1.0
 */
import type { ProviderDefinition } from "../ProviderDefinition.ts"

/**
 * The definition of vLLM.
 *
 * @category models
 * @since 0.1.0
 */
export const definition: ProviderDefinition = {
  id: "vllm",
  name: "vLLM",
  aliases: ["hosted_vllm"],
  documentation: "https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html",
  baseUrl: "http://localhost:8000/v1",
  protocols: [
    { protocol: "openai-chat", path: "/chat/completions" },
    { protocol: "openai-responses", path: "/responses" },
    { protocol: "openai-completions", path: "/completions" }
  ],
  embeddings: [{ wireFormat: "openai", path: "/embeddings" }],
  rerank: [{ wireFormat: "cohere", path: "/rerank" }],
  transcription: [
    { wireFormat: "openai", path: "/audio/transcriptions", streams: false },
    { wireFormat: "openai", task: "translate", path: "/audio/translations", streams: false }
  ],
  auth: { type: "bearer" },
  keyEnv: ["VLLM_API_KEY", "HOSTED_VLLM_API_KEY"],
  baseUrlEnv: ["VLLM_BASE_URL", "HOSTED_VLLM_API_BASE"],
  keyOptional: true,
  headers: {},
  headerEnv: {},
  requestIdHeader: "x-request-id",
  check: { path: "/models" },
  models: { wireFormat: "openai", path: "/models" },
  // Whether a model reasons depends on its chat template.
  quirks: { maxTokensField: "max_tokens", topK: true, reasoningFields: { switch: "chat_template_kwargs" } }
}
