/**
 * OpenRouter: many providers behind one key.
 *
 * @see https://openrouter.ai/docs/api-reference/overview
 * @since 0.1.0
 */
import type { SpeechBinding } from "../Operations.ts"
import type { ProviderDefinition } from "../ProviderDefinition.ts"
import { define } from "./OpenAiCompatible.ts"

const speech: SpeechBinding = {
  wireFormat: "openrouter",
  path: "/audio/speech",
  format: "mp3",
  formats: ["mp3", "pcm"]
}

/**
 * The definition of OpenRouter.
 *
 * @category models
 * @since 0.1.0
 */
export const definition: ProviderDefinition = define({
  id: "openrouter",
  name: "OpenRouter",
  aliases: ["open-router"],
  documentation: "https://openrouter.ai/docs/api-reference/overview",
  baseUrl: "https://openrouter.ai/api/v1",
  protocols: [{ protocol: "openai-chat", path: "/chat/completions" }, {
    protocol: "openai-responses",
    path: "/responses"
  }],
  embeddings: [{ wireFormat: "openai", path: "/embeddings" }],
  rerank: [{ wireFormat: "cohere", path: "/rerank" }],
  transcription: [{ wireFormat: "openrouter", path: "/audio/transcriptions", streams: false }],
  speech: [
    // Voices are those of the model's vendor. Without a format OpenRouter sends samples without a header.
    { ...speech, models: /^openai\//, voice: "alloy" },
    { ...speech, models: /^x-ai\//, voice: "eve" },
    speech
  ],
  keyEnv: ["OPENROUTER_API_KEY", "OPEN_ROUTER_API_KEY"],
  baseUrlEnv: ["OPENROUTER_BASE_URL"],
  headerEnv: {
    "http-referer": ["OPENROUTER_HTTP_REFERER", "OPENROUTER_SITE_URL"],
    "x-title": ["OPENROUTER_X_TITLE", "OPENROUTER_APP_NAME"]
  },
  requestIdHeader: "x-generation-id",
  check: { path: "/key" },
  quirks: {
    topK: true,
    cacheControl: true,
    includeUsage: "usage",
    reasoningReplayField: "reasoning",
    reasoningFields: { effort: "reasoning", budget: "reasoning" },
    reasoningTokens: "within",
    // After a failure of one provider another one can be tried; the limit of concurrent requests recovers by itself.
    errorCodes: {
      502: "overloaded",
      503: "overloaded",
      openrouter_in_flight_budget: "rate-limit",
      openrouter_free_tier_daily: "quota"
    }
  },
  models: { wireFormat: "openrouter", path: "/models" }
})
