/**
 * Perplexity: completions with the pages that they are based on, by the Agent API, a dialect of Responses.
 *
 * @see https://docs.perplexity.ai/api-reference/agent-post
 * @since 0.1.0
 */
import type { ProviderDefinition } from "../ProviderDefinition.ts"
import { define } from "./OpenAiCompatible.ts"

/**
 * The definition of Perplexity.
 *
 * @category models
 * @since 0.1.0
 */
export const definition: ProviderDefinition = define({
  id: "perplexity",
  name: "Perplexity",
  aliases: ["pplx"],
  documentation: "https://docs.perplexity.ai/api-reference/agent-post",
  baseUrl: "https://api.perplexity.ai",
  protocols: [
    { protocol: "openai-responses", path: "/v1/responses" },
    // It ended there on 2026-09-27, and is for compatible servers.
    { protocol: "openai-chat", path: "/chat/completions" }
  ],
  embeddings: [{ wireFormat: "perplexity", path: "/v1/embeddings" }],
  keyEnv: ["PERPLEXITY_API_KEY", "PPLX_API_KEY", "PERPLEXITYAI_API_KEY"],
  baseUrlEnv: ["PERPLEXITY_BASE_URL"],
  check: {
    path: "/v1/responses",
    body: { model: "perplexity/sonar", input: "Hi", max_output_tokens: 16 }
  },
  quirks: {
    includeUsage: false,
    topK: true,
    tools: false,
    alternatingRoles: true,
    namedSchema: false,
    documents: "file_url",
    unknownFields: {
      stop: "reject",
      seed: "omit",
      user: "omit",
      metadata: "omit",
      verbosity: "omit",
      prompt_cache_key: "omit",
      prompt_cache_retention: "omit"
    }
  },
  models: undefined
})
