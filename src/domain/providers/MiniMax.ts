/**
 * MiniMax: over Anthropic's protocol, which it recommends, and over Chat Completions.
 *
 * @see https://platform.minimax.io/docs/api-reference/text-anthropic-api
 * @since 0.1.0
 */
import type { ProviderDefinition } from "../ProviderDefinition.ts"
import type { Quirks } from "../Quirks.ts"
import { define } from "./OpenAiCompatible.ts"

/** https://platform.minimax.io/docs/api-reference/errorcode: the codes of `base_resp`, in responses with status 200. */
const errorCodes: Quirks["errorCodes"] = {
  1000: "server",
  1001: "timeout",
  1002: "rate-limit",
  1004: "authentication",
  1008: "quota",
  1013: "server",
  1024: "server",
  1026: "content-filter",
  1027: "content-filter",
  1033: "server",
  1039: "context-length",
  1041: "rate-limit",
  2013: "invalid",
  2045: "rate-limit",
  2049: "authentication",
  2056: "quota"
}

/**
 * The definition of MiniMax.
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
  models: { wireFormat: "openai", path: "/v1/models" },
  quirks: {
    // Without it, reasoning is between tags in the content.
    body: { reasoning_split: true },
    zeroTemperature: 0.01,
    modelRules: [{ models: /./, outputForm: "tool" }],
    reasoningFields: { effort: "none" },
    errorCodes
  }
})
