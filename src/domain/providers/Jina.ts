/**
 * Jina AI: embeddings and reranking.
 *
 * @see https://jina.ai/embeddings/
 * @since 0.1.0
 */
import type { ProviderDefinition } from "../ProviderDefinition.ts"
import { define } from "./OpenAiCompatible.ts"

/**
 * The definition of Jina AI. It has no chat.
 *
 * @category models
 * @since 0.1.0
 */
export const definition: ProviderDefinition = define({
  id: "jina",
  name: "Jina AI",
  aliases: ["jina-ai"],
  documentation: "https://jina.ai/embeddings/",
  baseUrl: "https://api.jina.ai/v1",
  protocols: [],
  embeddings: [{ wireFormat: "jina", path: "/embeddings" }],
  rerank: [{ wireFormat: "jina", path: "/rerank" }],
  keyEnv: ["JINA_API_KEY", "JINA_AI_API_KEY", "JINAAI_API_KEY"],
  baseUrlEnv: ["JINA_BASE_URL"],
  check: { path: "/embeddings", body: { model: "jina-embeddings-v5-text-small", input: ["Hi"] } },
  models: undefined
})
