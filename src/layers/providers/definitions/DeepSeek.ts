/**
 * DeepSeek: chat and reasoning models.
 *
 * @see https://api-docs.deepseek.com/api/create-chat-completion
 * @since 0.1.0
 */
import type { ProviderDefinition } from "../../../domain/ProviderDefinition.ts"
import { define } from "./OpenAiCompatible.ts"

/**
 * What DeepSeek is.
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
  protocols: [{ protocol: "openai-chat", path: "/chat/completions" }],
  keyEnv: ["DEEPSEEK_API_KEY"],
  baseUrlEnv: ["DEEPSEEK_API_BASE", "DEEPSEEK_BASE_URL"],
  check: { path: "/user/balance" },
  quirks: { structuredOutput: "json_object" }
})
