/**
 * AI21: the Jamba models. The service ended on 2026-08-09; Jamba on a server of one's own can be called with a base URL.
 *
 * @see https://docs.ai21.com/reference/jamba-1-6-api-ref
 * @since 0.1.0
 */
import type { ProviderDefinition } from "../ProviderDefinition.ts"
import { define } from "./OpenAiCompatible.ts"

/**
 * The definition of AI21.
 *
 * @category models
 * @since 0.1.0
 */
export const definition: ProviderDefinition = define({
  id: "ai21",
  name: "AI21",
  aliases: [],
  documentation: "https://docs.ai21.com/reference/jamba-1-6-api-ref",
  baseUrl: "https://api.ai21.com/studio/v1",
  ended: {
    date: "2026-08-09",
    replacement: "serve the open weights of Jamba yourself, for example with vllm; AI21 has announced a new platform"
  },
  protocols: [{ protocol: "openai-chat", path: "/chat/completions" }],
  keyEnv: ["AI21_API_KEY"],
  baseUrlEnv: ["AI21_API_BASE"],
  quirks: {
    includeUsage: false,
    reasoningFields: { effort: "none" },
    unknownFields: { verbosity: "omit", metadata: "omit", prompt_cache_key: "omit", prompt_cache_retention: "omit" }
  }
})
