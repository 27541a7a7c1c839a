/**
 * Moonshot AI: Kimi, over Chat Completions, and over Anthropic's protocol where that is asked for.
 *
 * @see https://platform.moonshot.ai/docs/api/chat
 * @since 0.1.0
 */
import type { ProviderDefinition } from "../../../domain/ProviderDefinition.ts"
import { define } from "./OpenAiCompatible.ts"

/**
 * What Moonshot AI is.
 *
 * @category models
 * @since 0.1.0
 */
export const definition: ProviderDefinition = define({
  id: "moonshot",
  name: "Moonshot AI",
  aliases: ["kimi", "moonshotai"],
  documentation: "https://platform.moonshot.ai/docs/api/chat",
  baseUrl: "https://api.moonshot.ai/v1",
  protocols: [{ protocol: "openai-chat", path: "/chat/completions" }, {
    protocol: "anthropic-messages",
    path: "/v1/messages",
    baseUrl: "https://api.moonshot.ai/anthropic",
    auth: { type: "header", name: "x-api-key" },
    headers: { "anthropic-version": "2023-06-01" }
  }],
  keyEnv: ["MOONSHOT_API_KEY", "KIMI_API_KEY"],
  baseUrlEnv: ["MOONSHOT_BASE_URL"],
  variables: { region: { env: ["MOONSHOT_REGION"] } },
  baseUrlBy: { variable: "region", urls: { cn: "https://api.moonshot.cn/v1" } },
  quirks: { reasoningReplayField: "reasoning_content" }
})
