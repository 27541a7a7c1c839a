/**
 * Gemini at Google AI: the Gemini API, with a key.
 *
 * @see https://ai.google.dev/api/generate-content
 * @since 0.1.0
 */
import type { ProviderDefinition } from "../ProviderDefinition.ts"
import { define } from "./OpenAiCompatible.ts"

/**
 * The definition of Gemini at Google AI.
 *
 * @category models
 * @since 0.1.0
 */
export const definition: ProviderDefinition = define({
  id: "gemini",
  name: "Google Gemini",
  aliases: ["google", "google-ai", "googleai", "google-genai"],
  documentation: "https://ai.google.dev/api/generate-content",
  baseUrl: "https://generativelanguage.googleapis.com/v1beta",
  protocols: [
    {
      protocol: "gemini",
      models: /^(models|tunedModels)\//,
      path: "/{+model}:streamGenerateContent?alt=sse",
      wholePath: "/{+model}:generateContent"
    },
    {
      protocol: "gemini",
      path: "/models/{model}:streamGenerateContent?alt=sse",
      wholePath: "/models/{model}:generateContent"
    },
    {
      protocol: "gemini-interactions",
      path: "/interactions",
      headers: { "api-revision": "2026-05-20" },
      quirks: { errorCodes: { gateway_timeout: "timeout", service_unavailable: "overloaded" } }
    },
    { protocol: "openai-chat", path: "/openai/chat/completions", auth: { type: "bearer" } }
  ],
  embeddings: [
    // The experimental models take one text at a time.
    { wireFormat: "gemini", models: /-exp\b/, path: "/models/{model}:embedContent" },
    { wireFormat: "gemini-batch", models: /^(models|tunedModels)\//, path: "/{+model}:batchEmbedContents" },
    { wireFormat: "gemini-batch", path: "/models/{model}:batchEmbedContents" }
  ],
  auth: { type: "header", name: "x-goog-api-key" },
  keyEnv: ["GOOGLE_API_KEY", "GEMINI_API_KEY", "GOOGLE_GENERATIVE_AI_API_KEY"],
  baseUrlEnv: ["GOOGLE_GEMINI_BASE_URL", "GEMINI_BASE_URL"],
  appendedTo: { GOOGLE_GEMINI_BASE_URL: "/v1beta" },
  check: { path: "/models" },
  models: { wireFormat: "gemini", path: "/models?pageSize=1000" },
  quirks: { replaysFrom: ["vertexai"] }
})
