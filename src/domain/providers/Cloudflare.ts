/**
 * Cloudflare Workers AI, at its OpenAI-compatible address.
 *
 * @see https://developers.cloudflare.com/workers-ai/configuration/open-ai-compatibility/
 * @since 0.1.0
 */
import type { ProviderDefinition } from "../ProviderDefinition.ts"
import { define } from "./OpenAiCompatible.ts"

/**
 * What Cloudflare Workers AI is.
 *
 * @category models
 * @since 0.1.0
 */
export const definition: ProviderDefinition = define({
  id: "cloudflare",
  name: "Cloudflare Workers AI",
  aliases: ["workers-ai", "cloudflare-workers-ai"],
  documentation: "https://developers.cloudflare.com/workers-ai/configuration/open-ai-compatibility/",
  baseUrl: "https://api.cloudflare.com/client/v4/accounts/{account}/ai/v1",
  protocols: [
    // The older API, whose responses have no choices.
    {
      protocol: "openai-chat",
      path: "/run/{+model}",
      baseUrl: "https://api.cloudflare.com/client/v4/accounts/{account}/ai",
      requires: { variable: "api", matching: /^run$/ },
      quirks: { unknownFields: { model: "omit", stream_options: "omit" } }
    },
    { protocol: "openai-chat", path: "/chat/completions" },
    {
      protocol: "openai-responses",
      path: "/responses"
    }
  ],
  embeddings: [
    {
      wireFormat: "cloudflare",
      path: "/run/{+model}",
      baseUrl: "https://api.cloudflare.com/client/v4/accounts/{account}/ai",
      requires: { variable: "api", matching: /^run$/ }
    },
    { wireFormat: "openai", path: "/embeddings" }
  ],
  keyEnv: ["CLOUDFLARE_API_TOKEN", "CLOUDFLARE_API_KEY"],
  byKey: { CLOUDFLARE_API_TOKEN: { isAmbient: true }, CLOUDFLARE_API_KEY: { isAmbient: true } },
  baseUrlEnv: ["CLOUDFLARE_BASE_URL"],
  variables: { account: { env: ["CLOUDFLARE_ACCOUNT_ID"] }, api: { env: ["CLOUDFLARE_AI_API"] } },
  requestIdHeader: "cf-ray",
  check: { path: "/ai/models/search", baseUrl: "https://api.cloudflare.com/client/v4/accounts/{account}" },
  models: {
    wireFormat: "cloudflare",
    path: "/ai/models/search?per_page=100",
    baseUrl: "https://api.cloudflare.com/client/v4/accounts/{account}"
  },
  // https://developers.cloudflare.com/workers-ai/platform/errors/
  quirks: {
    topK: true,
    bareResponses: true,
    doneMarkerCompletes: true,
    errorCodes: {
      3006: "invalid",
      3007: "timeout",
      3036: "quota",
      3040: "overloaded",
      5004: "invalid",
      5007: "not-found",
      5016: "permission",
      5018: "permission",
      10000: "authentication"
    }
  }
})
