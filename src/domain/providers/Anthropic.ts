/**
 * Anthropic: the Messages API.
 *
 * @see https://docs.anthropic.com/en/api/messages
 * @since 0.1.0
 */
import type { ProviderDefinition } from "../ProviderDefinition.ts"

/**
 * The definition of Anthropic.
 *
 * @category models
 * @since 0.1.0
 */
export const definition: ProviderDefinition = {
  id: "anthropic",
  name: "Anthropic",
  aliases: ["claude"],
  documentation: "https://docs.anthropic.com/en/api/messages",
  baseUrl: "https://api.anthropic.com/v1",
  protocols: [{ protocol: "anthropic-messages", path: "/messages" }],
  auth: { type: "header", name: "x-api-key" },
  keyEnv: ["ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_OAUTH_TOKEN"],
  byKey: {
    ANTHROPIC_AUTH_TOKEN: { auth: { type: "bearer" } },
    ANTHROPIC_OAUTH_TOKEN: { auth: { type: "bearer" } }
  },
  baseUrlEnv: ["ANTHROPIC_BASE_URL"],
  appendedTo: { ANTHROPIC_BASE_URL: "/v1" },
  keyOptional: false,
  headers: { "anthropic-version": "2023-06-01" },
  headerEnv: {},
  requestIdHeader: "request-id",
  check: { path: "/models" },
  models: { wireFormat: "anthropic", path: "/models?limit=1000" },
  quirks: { fallbackBlocks: true, replaysFrom: ["bedrock", "vertexai"] }
}
