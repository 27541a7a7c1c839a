/**
 * Voyage AI: embeddings and reranking.
 *
 * @see https://docs.voyageai.com/reference/embeddings-api
 * @since 0.1.0
 */
import type { ProviderDefinition } from "../ProviderDefinition.ts"
import { define } from "./OpenAiCompatible.ts"

/**
 * The definition of Voyage AI. It has no chat.
 *
 * @category models
 * @since 0.1.0
 */
export const definition: ProviderDefinition = define({
  id: "voyageai",
  name: "Voyage AI",
  aliases: ["voyage"],
  documentation: "https://docs.voyageai.com/reference/embeddings-api",
  baseUrl: "https://{host}/v1",
  variables: { host: { env: [], default: "api.voyageai.com" } },
  // Keys of MongoDB Atlas are for a host of its own; the other one rejects them with 403.
  byKeyPrefix: { "al-": { host: "ai.mongodb.com" } },
  protocols: [],
  // A thousand texts a request, and a million, 320,000 or 120,000 tokens by the model.
  embeddings: [
    { wireFormat: "voyage", path: "/embeddings", models: /lite/i, maxInputs: 1000, maxBytes: 2_000_000 },
    {
      wireFormat: "voyage",
      path: "/embeddings",
      models: /large|code|finance|law|multilingual/i,
      maxInputs: 1000,
      maxBytes: 240_000
    },
    { wireFormat: "voyage", path: "/embeddings", maxInputs: 1000, maxBytes: 640_000 }
  ],
  rerank: [{ wireFormat: "voyage", path: "/rerank" }],
  keyEnv: ["VOYAGE_API_KEY", "VOYAGEAI_API_KEY", "VOYAGE_AI_API_KEY", "VOYAGE_AI_TOKEN"],
  baseUrlEnv: ["VOYAGE_BASE_URL"],
  check: { path: "/embeddings", body: { model: "voyage-4-lite", input: ["Hi"] } },
  models: undefined
})
