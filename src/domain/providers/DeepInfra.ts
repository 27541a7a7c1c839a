/**
 * DeepInfra: open models behind an OpenAI-compatible API.
 *
 * @see https://deepinfra.com/docs/openai_api
 * @since 0.1.0
 */
import type { ProviderDefinition } from "../ProviderDefinition.ts"
import { define } from "./OpenAiCompatible.ts"

/**
 * The definition of DeepInfra.
 *
 * @category models
 * @since 0.1.0
 */
export const definition: ProviderDefinition = define({
  id: "deepinfra",
  name: "DeepInfra",
  aliases: [],
  documentation: "https://deepinfra.com/docs/openai_api",
  baseUrl: "https://api.deepinfra.com/v1/openai",
  protocols: [{ protocol: "openai-chat", path: "/chat/completions" }, {
    protocol: "openai-completions",
    path: "/completions"
  }],
  embeddings: [{ wireFormat: "openai", path: "/embeddings" }],
  keyEnv: ["DEEPINFRA_API_KEY", "DEEPINFRA_API_TOKEN", "DEEPINFRA_TOKEN"],
  baseUrlEnv: ["DEEPINFRA_API_BASE"],
  // Reasoning of Gemini and Gemma models is counted beside the completion.
  quirks: { topK: true, reasoningTokens: "beside-if-more" },
  models: { wireFormat: "deepinfra", path: "/models" }
})
