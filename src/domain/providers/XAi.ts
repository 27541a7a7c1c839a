/**
 * xAI: Grok, over Chat Completions and the Responses API, transcription and speech.
 *
 * @see https://docs.x.ai/docs/api-reference
 * @since 0.1.0
 */
import type { ProviderDefinition } from "../ProviderDefinition.ts"
import { rows } from "../rules/XAi.ts"
import { define } from "./OpenAiCompatible.ts"

const omitted = { verbosity: "omit", prompt_cache_retention: "omit" } as const

/**
 * The definition of xAI.
 *
 * @category models
 * @since 0.1.0
 */
export const definition: ProviderDefinition = define({
  id: "xai",
  name: "xAI",
  aliases: ["grok", "x-ai"],
  documentation: "https://docs.x.ai/docs/api-reference",
  baseUrl: "https://api.x.ai/v1",
  protocols: [{ protocol: "openai-chat", path: "/chat/completions" }, {
    protocol: "openai-responses",
    path: "/responses"
  }],
  transcription: [{ wireFormat: "xai", path: "/stt", streams: false }],
  speech: [{ wireFormat: "xai", path: "/tts", formats: ["mp3", "wav", "pcm"] }],
  keyEnv: ["XAI_API_KEY", "GROK_API_KEY"],
  baseUrlEnv: ["XAI_BASE_URL"],
  check: { path: "/api-key" },
  quirks: {
    maxTokensField: "max_completion_tokens",
    fieldNames: { parallel_tool_calls: "parallel_function_calling" },
    schemas: "xai",
    reasoningTokens: "beside",
    modelRules: rows,
    unknownFields: omitted,
    // https://docs.x.ai/docs/guides/reasoning: models that reason take no `stop`, and not all of them an effort.
    byModel: [
      { models: /^grok-(?!.*non-reasoning)(3-mini|4|code)/, quirks: { unknownFields: { ...omitted, stop: "reject" } } },
      { models: /^grok-4\.20-non-reasoning/, quirks: { unknownFields: { ...omitted, reasoning_effort: "omit" } } },
      {
        models: /^grok-(4\.20-reasoning|code-fast)/,
        quirks: { unknownFields: { ...omitted, stop: "reject", reasoning_effort: "omit" } }
      }
    ]
  }
})
