/**
 * Moonshot AI: Kimi, over Chat Completions, and over the Responses API and Anthropic's protocol where one is chosen.
 *
 * @see https://platform.kimi.ai/docs/api/chat
 * @since 0.1.0
 */
import type { ProviderDefinition } from "../ProviderDefinition.ts"
import { rows } from "../rules/Moonshot.ts"
import { define } from "./OpenAiCompatible.ts"

/**
 * The definition of Moonshot AI.
 *
 * @category models
 * @since 0.1.0
 */
export const definition: ProviderDefinition = define({
  id: "moonshot",
  name: "Moonshot AI",
  aliases: ["kimi", "moonshotai"],
  documentation: "https://platform.kimi.ai/docs/api/chat",
  baseUrl: "https://{host}/v1",
  protocols: [
    { protocol: "openai-chat", path: "/chat/completions" },
    {
      protocol: "openai-responses",
      path: "/responses",
      quirks: { storesResponses: false, encryptedReasoning: true }
    },
    {
      protocol: "anthropic-messages",
      path: "/v1/messages",
      baseUrl: "https://{host}/anthropic",
      auth: { type: "header", name: "x-api-key" },
      headers: { "anthropic-version": "2023-06-01" }
    }
  ],
  keyEnv: ["MOONSHOT_API_KEY", "KIMI_API_KEY"],
  baseUrlEnv: ["MOONSHOT_BASE_URL"],
  // In mainland China: api.moonshot.cn.
  variables: { host: { env: [], default: "api.moonshot.ai" } },
  quirks: {
    modelRules: rows,
    maxTokensField: "max_completion_tokens",
    reasoningReplayField: "reasoning_content",
    reasoningFields: { switch: "thinking", effort: "none", budget: "thinking" },
    toolChoice: "named",
    images: "inline",
    schemas: "moonshot",
    prefill: "partial",
    thinkingFields: "switch",
    fieldNames: { user: "safety_identifier" },
    unknownFields: { metadata: "omit", verbosity: "omit", prompt_cache_retention: "omit" },
    byModel: [
      // It has an effort instead of the switch.
      { models: /^kimi-k[3-9]/, quirks: { reasoningFields: {}, thinkingFields: "effort" } },
      // Models that think want reasoning beside each tool call, also where another model made the call.
      { models: /^kimi-(k2\.[5-9]|k2-thinking|k[3-9])/, quirks: { reasoningReplayAlways: "calls" } }
    ]
  }
})
