/**
 * Together AI: open models, chat and text completions.
 *
 * @see https://docs.together.ai/reference/chat-completions-1
 * @since 0.1.0
 */
import type { ProviderDefinition } from "../ProviderDefinition.ts"
import { define } from "./OpenAiCompatible.ts"

/**
 * The definition of Together AI.
 *
 * @category models
 * @since 0.1.0
 */
export const definition: ProviderDefinition = define({
  id: "together",
  name: "Together AI",
  aliases: ["togetherai", "together-ai"],
  documentation: "https://docs.together.ai/reference/chat-completions-1",
  baseUrl: "https://api.together.ai/v1",
  protocols: [{ protocol: "openai-chat", path: "/chat/completions" }, {
    protocol: "openai-completions",
    path: "/completions"
  }],
  embeddings: [{ wireFormat: "openai", path: "/embeddings" }],
  rerank: [{ wireFormat: "together", path: "/rerank" }],
  keyEnv: ["TOGETHER_API_KEY", "TOGETHER_AI_API_KEY", "TOGETHERAI_API_KEY", "TOGETHER_AI_TOKEN"],
  baseUrlEnv: ["TOGETHER_AI_API_BASE", "TOGETHER_BASE_URL"],
  quirks: { topK: true },
  models: { wireFormat: "together", path: "/models" }
})
