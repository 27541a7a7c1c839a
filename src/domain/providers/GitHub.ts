/**
 * GitHub Models: models of many publishers, for a GitHub token. The service ended on 2026-07-30; a compatible server can
 * be called with a base URL.
 *
 * @see https://docs.github.com/en/rest/models/inference
 * @since 0.1.0
 */
import type { ProviderDefinition } from "../ProviderDefinition.ts"
import { rows } from "../rules/OpenAi.ts"
import { define } from "./OpenAiCompatible.ts"

/**
 * The definition of GitHub Models.
 *
 * @category models
 * @since 0.1.0
 */
export const definition: ProviderDefinition = define({
  id: "github",
  name: "GitHub Models",
  aliases: ["github-models"],
  documentation: "https://docs.github.com/en/rest/models/inference",
  baseUrl: "https://models.github.ai/inference",
  ended: {
    date: "2026-07-30",
    replacement: "call the publisher of the model itself (openai, mistral, cohere, deepseek, …), or deploy it at azure"
  },
  protocols: [{ protocol: "openai-chat", path: "/chat/completions" }],
  embeddings: [{ wireFormat: "openai", path: "/embeddings" }],
  keyEnv: ["GITHUB_TOKEN", "GITHUB_API_KEY", "GITHUB_MODELS_TOKEN", "GH_TOKEN"],
  byKey: { GITHUB_TOKEN: { isAmbient: true }, GH_TOKEN: { isAmbient: true } },
  baseUrlEnv: ["GITHUB_API_BASE"],
  headers: { "x-github-api-version": "2022-11-28" },
  requestIdHeader: "x-github-request-id",
  check: { path: "/catalog/models", baseUrl: "https://models.github.ai" },
  models: { wireFormat: "github", path: "/catalog/models", baseUrl: "https://models.github.ai" },
  // OpenAI's models, with its restrictions.
  quirks: { modelRules: rows }
})
