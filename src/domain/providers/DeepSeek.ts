/**
 * DeepSeek: chat and reasoning models.
 *
 * @see https://api-docs.deepseek.com/api/create-chat-completion
 * @since 0.1.0
 */
import type { ProviderDefinition } from "../ProviderDefinition.ts"
import { rows } from "../rules/DeepSeek.ts"
import { define } from "./OpenAiCompatible.ts"

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
  protocols: [{ protocol: "openai-chat", path: "/chat/completions" }, {
    protocol: "openai-completions",
    path: "/completions",
    baseUrl: "https://api.deepseek.com/beta"
  }],
  keyEnv: ["DEEPSEEK_API_KEY"],
  baseUrlEnv: ["DEEPSEEK_API_BASE", "DEEPSEEK_BASE_URL"],
  check: { path: "/user/balance" },
  quirks: {
    structuredOutput: "json_object",
    modelRules: rows,
    reasoningFields: { switch: "thinking" },
    unknownFields: {
      seed: "omit",
      user: "omit",
      metadata: "omit",
      verbosity: "omit",
      parallel_tool_calls: "reject",
      prompt_cache_key: "omit",
      prompt_cache_retention: "omit"
    },
    // V4 and later require the reasoning of every step back; R1 rejects it.
    byModel: [{
      models: /^deepseek-(v[4-9]|flash|pro)/,
      quirks: { reasoningReplayField: "reasoning_content", reasoningReplayAlways: true }
    }]
  }
})
