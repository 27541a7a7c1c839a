/**
 * Cohere: chat in its own protocol, embeddings, reranking and transcription.
 *
 * @see https://docs.cohere.com/reference/chat
 * @since 0.1.0
 */
import type { ProviderDefinition } from "../ProviderDefinition.ts"
import { define } from "./OpenAiCompatible.ts"

/**
 * The definition of Cohere.
 *
 * @category models
 * @since 0.1.0
 */
export const definition: ProviderDefinition = define({
  id: "cohere",
  name: "Cohere",
  aliases: [],
  documentation: "https://docs.cohere.com/reference/chat",
  baseUrl: "https://api.cohere.com/v2",
  protocols: [{ protocol: "cohere", path: "/chat" }],
  embeddings: [{ wireFormat: "cohere", path: "/embed" }],
  rerank: [{ wireFormat: "cohere", path: "/rerank" }],
  transcription: [{ wireFormat: "cohere", path: "/audio/transcriptions", streams: false }],
  keyEnv: ["COHERE_API_KEY", "CO_API_KEY"],
  baseUrlEnv: ["CO_API_URL", "COHERE_BASE_URL"],
  headerEnv: { "x-client-name": ["COHERE_CLIENT_NAME"] },
  requestIdHeader: "x-debug-trace-id",
  check: { path: "/v1/models", baseUrl: "https://api.cohere.com" },
  models: { wireFormat: "cohere", path: "/v1/models?page_size=1000", baseUrl: "https://api.cohere.com" },
  // 498: an invalid token.
  quirks: {
    errorCodes: { "498": "authentication" },
    modelRules: [{ models: /./, outputFormBesideTools: "tool" }]
  }
})
