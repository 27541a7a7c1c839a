/**
 * DeepSeek: chat and reasoning models, over Chat Completions, and over Responses and Messages where one is chosen.
 *
 * @see https://api-docs.deepseek.com/api/create-chat-completion
 * @see https://api-docs.deepseek.com/guides/responses_api
 * @see https://api-docs.deepseek.com/guides/anthropic_api
 * @since 0.1.0
 */
import type { ProviderDefinition } from "../ProviderDefinition.ts"
import { rows } from "../rules/DeepSeek.ts"
import { define } from "./OpenAiCompatible.ts"

const unknownFields = {
  seed: "omit",
  user: "omit",
  metadata: "omit",
  verbosity: "omit",
  parallel_tool_calls: "reject",
  prompt_cache_key: "omit",
  prompt_cache_retention: "omit"
} as const

const { user: _, ...unknownToResponses } = unknownFields

/**
 * The definition of DeepSeek.
 *
 * @category models
 * @since 0.1.0
 */
export const definition: ProviderDefinition = define({
  id: "deepseek",
  name: "DeepSeek",
  aliases: [],
  documentation: "https://api-docs.deepseek.com/api/create-chat-completion",
  baseUrl: "https://api.deepseek.com",
  otherBasePaths: ["/v1", "/beta"],
  protocols: [
    { protocol: "openai-chat", path: "/chat/completions" },
    {
      protocol: "openai-responses",
      path: "/responses",
      quirks: {
        storesResponses: false,
        callsLast: true,
        unknownFields: unknownToResponses,
        fieldNames: { user: "user" }
      }
    },
    {
      protocol: "anthropic-messages",
      path: "/v1/messages",
      baseUrl: "https://api.deepseek.com/anthropic",
      auth: { type: "header", name: "x-api-key" },
      headers: { "anthropic-version": "2023-06-01" },
      // The documents list the effort alone in `output_config`, and nothing for one tool call at a time; not verified.
      quirks: {
        thinkingFields: "switch-and-effort",
        outputSchemas: false,
        oneCallAtATime: false,
        modelRules: [...rows, { models: /./, outputForm: "prompt" }]
      }
    },
    { protocol: "openai-completions", path: "/completions", baseUrl: "https://api.deepseek.com/beta" }
  ],
  keyEnv: ["DEEPSEEK_API_KEY"],
  baseUrlEnv: ["DEEPSEEK_API_BASE", "DEEPSEEK_BASE_URL"],
  check: { path: "/user/balance" },
  quirks: {
    structuredOutput: "json_object",
    modelRules: rows,
    reasoningFields: { switch: "thinking" },
    unknownFields,
    // V4 and later require the reasoning of every step back; R1 rejects it.
    byModel: [{
      models: /^deepseek-(v[4-9]|flash|pro)/,
      quirks: { reasoningReplayField: "reasoning_content", reasoningReplayAlways: true }
    }]
  }
})
