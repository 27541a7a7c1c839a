/**
 * OpenAI: the Responses API, and Chat Completions.
 *
 * @see https://platform.openai.com/docs/api-reference
 * @since 0.1.0
 */
import type { ProviderDefinition } from "../ProviderDefinition.ts"
import { rows } from "../rules/OpenAi.ts"

/**
 * The definition of OpenAI.
 *
 * @category models
 * @since 0.1.0
 */
export const definition: ProviderDefinition = {
  id: "openai",
  name: "OpenAI",
  aliases: ["gpt", "chatgpt"],
  documentation: "https://platform.openai.com/docs/api-reference",
  baseUrl: "https://api.openai.com/v1",
  protocols: [
    { protocol: "openai-responses", path: "/responses" },
    { protocol: "openai-chat", path: "/chat/completions" },
    { protocol: "openai-completions", path: "/completions" }
  ],
  embeddings: [{ wireFormat: "openai", path: "/embeddings", encodings: ["base64", "float"] }],
  transcription: [
    // Whisper does not stream.
    { wireFormat: "openai", path: "/audio/transcriptions", models: /whisper/i, streams: false },
    { wireFormat: "openai", path: "/audio/transcriptions" },
    { wireFormat: "openai", task: "translate", path: "/audio/translations", streams: false }
  ],
  speech: [{ wireFormat: "openai", path: "/audio/speech", voice: "alloy" }],
  auth: { type: "bearer" },
  keyEnv: ["OPENAI_API_KEY"],
  baseUrlEnv: ["OPENAI_BASE_URL"],
  keyOptional: false,
  headers: {},
  headerEnv: {
    "openai-organization": ["OPENAI_ORG_ID", "OPENAI_ORGANIZATION"],
    "openai-project": ["OPENAI_PROJECT_ID", "OPENAI_PROJECT"]
  },
  requestIdHeader: "x-request-id",
  check: { path: "/models" },
  models: { wireFormat: "openai", path: "/models" },
  quirks: {
    schemas: "openai",
    modelRules: rows,
    byModel: [{ models: /^gpt-4o(-mini)?-search-preview/, quirks: { unknownFields: { temperature: "omit" } } }]
  }
}
