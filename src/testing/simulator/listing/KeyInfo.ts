/**
 * What the providers return for questions about a valid key.
 */
import type { Json } from "../Json.ts"

/**
 * OpenRouter: limits and usage of the key.
 *
 * @see https://openrouter.ai/docs/api-reference/get-current-api-key
 */
export const openRouter: Json = {
  data: {
    label: "sk-or-v1-sim...ted",
    limit: null,
    limit_remaining: null,
    usage: 0,
    usage_daily: 0,
    is_free_tier: false,
    is_provisioning_key: false,
    rate_limit: { requests: -1, interval: "10s", note: "This field is deprecated and safe to ignore." }
  }
}

const time = "2026-01-01T00:00:00Z"

/**
 * xAI: the permissions of the key.
 *
 * @see https://docs.x.ai/docs/api-reference#get-api-key-information
 */
export const xAi: Json = {
  redacted_api_key: "xai-...ted",
  user_id: "user-simulated",
  name: "simulated",
  create_time: time,
  modify_time: time,
  modified_by: "user-simulated",
  team_id: "team-simulated",
  acls: ["api-key:model:*", "api-key:endpoint:*"],
  api_key_id: "key-simulated",
  team_blocked: false,
  api_key_blocked: false,
  api_key_disabled: false
}

/**
 * DeepSeek: the balance of the account.
 *
 * @see https://api-docs.deepseek.com/api/get-user-balance
 */
export const deepSeek: Json = {
  is_available: true,
  balance_infos: [{ currency: "USD", total_balance: "10.00", granted_balance: "0.00", topped_up_balance: "10.00" }]
}

/**
 * Hugging Face: the account of the token.
 *
 * @see https://huggingface.co/docs/hub/api#get-apiwhoami-v2
 */
export const huggingFace: Json = {
  type: "user",
  id: "simulated",
  name: "simulated",
  fullname: "Simulated",
  canPay: false,
  isPro: false,
  orgs: [],
  auth: { type: "access_token", accessToken: { displayName: "simulated", role: "fineGrained" } }
}
