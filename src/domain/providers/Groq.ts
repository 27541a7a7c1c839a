/**
 * Groq: open models on its own chips, behind an OpenAI-compatible API.
 *
 * @see https://console.groq.com/docs/api-reference
 * @since 0.1.0
 */
import type { ProviderDefinition } from "../ProviderDefinition.ts"
import { define } from "./OpenAiCompatible.ts"

/**
 * The definition of Groq.
 *
 * @category models
 * @since 0.1.0
 */
export const definition: ProviderDefinition = define({
  id: "groq",
  name: "Groq",
  aliases: [],
  documentation: "https://console.groq.com/docs/api-reference",
  baseUrl: "https://api.groq.com/openai/v1",
  protocols: [{ protocol: "openai-chat", path: "/chat/completions" }, {
    protocol: "openai-responses",
    path: "/responses"
  }],
  transcription: [
    { wireFormat: "openai", path: "/audio/transcriptions", streams: false },
    { wireFormat: "openai", task: "translate", path: "/audio/translations", streams: false }
  ],
  speech: [{ wireFormat: "openai", path: "/audio/speech", voice: "hannah", format: "wav" }],
  keyEnv: ["GROQ_API_KEY"],
  baseUrlEnv: ["GROQ_BASE_URL"],
  appendedTo: { GROQ_BASE_URL: "/openai/v1" },
  quirks: {
    maxTokensField: "max_completion_tokens",
    schemas: "groq",
    modelRules: [
      { models: /./, outputFormBesideTools: "tool" },
      { models: /^(?!gpt-oss|qwen|llama-4|kimi)/, outputForm: "tool" }
    ],
    reasoningReplayField: "reasoning",
    reasoningFields: { efforts: { minimal: "low", xhigh: "high", max: "high" } },
    unknownFields: { verbosity: "omit", prompt_cache_key: "omit", prompt_cache_retention: "omit" },
    // Qwen's models can reason or not; their reasoning is between tags unless it is requested as a field.
    byModel: [{
      models: /qwen3/,
      quirks: {
        reasoningFields: {
          efforts: {
            minimal: "default",
            low: "default",
            medium: "default",
            high: "default",
            xhigh: "default",
            max: "default"
          }
        },
        body: { reasoning_format: "parsed" }
      }
    }]
  }
})
