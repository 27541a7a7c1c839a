/**
 * Any server of Chat Completions: a gateway, LM Studio, llama.cpp, a host of models.
 *
 * @since 0.1.0
 */
import type { ProviderDefinition } from "../ProviderDefinition.ts"

/**
 * The definition of an OpenAI-compatible server of which only the protocol is known.
 *
 * @category models
 * @since 0.1.0
 */
export const definition: ProviderDefinition = {
  id: "openai-compatible",
  name: "OpenAI-compatible server",
  aliases: ["custom", "generic", "lmstudio", "llamacpp", "litellm"],
  documentation: "https://platform.openai.com/docs/api-reference/chat",
  baseUrl: undefined,
  protocols: [
    { protocol: "openai-chat", path: "/chat/completions" },
    { protocol: "openai-responses", path: "/responses" },
    {
      protocol: "anthropic-messages",
      path: "/messages",
      auth: { type: "header", name: "x-api-key" },
      headers: { "anthropic-version": "2023-06-01" }
    },
    { protocol: "openai-completions", path: "/completions" }
  ],
  embeddings: [{ wireFormat: "openai", path: "/embeddings" }],
  rerank: [{ wireFormat: "cohere", path: "/rerank" }],
  transcription: [{ wireFormat: "openai", path: "/audio/transcriptions" }],
  speech: [{ wireFormat: "openai", path: "/audio/speech", voice: "alloy" }],
  auth: { type: "bearer" },
  keyEnv: ["OPENAI_COMPATIBLE_API_KEY"],
  baseUrlEnv: ["OPENAI_COMPATIBLE_BASE_URL"],
  keyOptional: true,
  headers: {},
  headerEnv: {},
  requestIdHeader: "x-request-id",
  check: { path: "/models" },
  models: { wireFormat: "openai", path: "/models" },
  quirks: { maxTokensField: "max_tokens" }
}

/**
 * Creates the definition of another OpenAI-compatible provider from its id, base URL and key variables, and its other
 * differences.
 *
 * @category constructors
 * @since 0.1.0
 */
export const define = (
  provider: Partial<ProviderDefinition> & Pick<ProviderDefinition, "id" | "baseUrl" | "keyEnv">
): ProviderDefinition => ({
  ...definition,
  name: provider.id,
  aliases: [],
  // Other operations are only those that the provider has itself.
  embeddings: undefined,
  rerank: undefined,
  transcription: undefined,
  speech: undefined,
  baseUrlEnv: [],
  keyOptional: false,
  ...provider,
  quirks: { ...definition.quirks, ...provider.quirks }
})
