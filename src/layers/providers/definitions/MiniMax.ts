/**
 * MiniMax: over Anthropic's protocol, which it recommends, and over Chat Completions.
 *
 * @see https://platform.minimax.io/docs/api-reference/text-anthropic-api
 * @since 0.1.0
 */
import type { ProviderDefinition } from "../../../domain/ProviderDefinition.ts"
import { define } from "./OpenAiCompatible.ts"

/**
 * What MiniMax is.
 *
 * @category models
 * @since 0.1.0
 */
export const definition: ProviderDefinition = define({
  id: "minimax",
  name: "MiniMax",
  aliases: [],
  documentation: "https://platform.minimax.io/docs/api-reference/text-anthropic-api",
  baseUrl: "https://{host}",
  protocols: [
    {
      protocol: "anthropic-messages",
      path: "/anthropic/v1/messages",
      auth: { type: "header", name: "x-api-key" },
      headers: { "anthropic-version": "2023-06-01" }
    },
    { protocol: "openai-chat", path: "/v1/chat/completions" }
  ],
  keyEnv: ["MINIMAX_API_KEY", "MINIMAX_CN_API_KEY"],
  // Keys of mainland China are for the host there.
  variables: { host: { env: [], default: "api.minimax.io" } },
  byKey: { MINIMAX_CN_API_KEY: { variables: { host: "api.minimaxi.com" } } },
  baseUrlEnv: ["MINIMAX_BASE_URL"],
  check: { path: "/v1/models" },
  models: { form: "openai", path: "/v1/models" }
})
