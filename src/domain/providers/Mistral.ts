/**
 * Mistral AI: its own dialect of Chat Completions.
 *
 * @see https://docs.mistral.ai/api/
 * @since 0.1.0
 */
import type { ProviderDefinition } from "../ProviderDefinition.ts"
import { define } from "./OpenAiCompatible.ts"

/**
 * The definition of Mistral AI.
 *
 * @category models
 * @since 0.1.0
 */
export const definition: ProviderDefinition = define({
  id: "mistral",
  name: "Mistral AI",
  aliases: ["mistralai"],
  documentation: "https://docs.mistral.ai/api/",
  baseUrl: "https://{host}/v1",
  protocols: [{ protocol: "openai-chat", path: "/chat/completions" }, {
    protocol: "openai-completions",
    path: "/fim/completions"
  }],
  embeddings: [{ wireFormat: "mistral", path: "/embeddings" }],
  transcription: [{ wireFormat: "mistral", path: "/audio/transcriptions" }],
  speech: [{ wireFormat: "mistral", path: "/audio/speech" }],
  keyEnv: ["MISTRAL_API_KEY", "CODESTRAL_API_KEY"],
  baseUrlEnv: ["MISTRAL_BASE_URL"],
  // Codestral has its own keys and its own host.
  variables: { host: { env: [], default: "api.mistral.ai" } },
  byKey: { CODESTRAL_API_KEY: { variables: { host: "codestral.mistral.ai" } } },
  requestIdHeader: "mistral-correlation-id",
  quirks: {
    seedField: "random_seed",
    includeUsage: false,
    toolChoice: "any",
    toolIds: "nine-letters",
    // https://github.com/mistralai/mistral-common: only assistant and tool may follow a tool, and no system later.
    assistantAfterResults: true,
    oneSystemMessage: true,
    toolResultName: true,
    prefill: "prefix",
    images: "string",
    documents: "document_url",
    thinkingParts: true,
    reasoningFields: { efforts: { minimal: "none", low: "high", medium: "high", xhigh: "high", max: "high" } },
    unknownFields: { user: "omit", verbosity: "omit", prompt_cache_retention: "omit" },
    errorCodes: { 1500: "not-found" }
  },
  models: { wireFormat: "mistral", path: "/models" }
})
