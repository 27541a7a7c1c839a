/**
 * xAI: Grok, over Chat Completions and the Responses API.
 *
 * @see https://docs.x.ai/docs/api-reference
 * @since 0.1.0
 */
import type { ProviderDefinition } from "../../../domain/ProviderDefinition.ts"
import { define } from "./OpenAiCompatible.ts"

/**
 * What xAI is.
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
  keyEnv: ["XAI_API_KEY", "GROK_API_KEY"],
  baseUrlEnv: ["XAI_BASE_URL"],
  check: { path: "/api-key" },
  quirks: { maxTokensField: "max_completion_tokens" }
})
