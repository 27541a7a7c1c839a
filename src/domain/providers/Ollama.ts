/**
 * Ollama: local models, in Ollama's own protocol.
 *
 * @see https://github.com/ollama/ollama/blob/main/docs/api.md
 * @since 0.1.0
 */
import type { ProviderDefinition } from "../ProviderDefinition.ts"
import { define } from "./OpenAiCompatible.ts"

/**
 * The definition of Ollama.
 *
 * @category models
 * @since 0.1.0
 */
export const definition: ProviderDefinition = define({
  id: "ollama",
  name: "Ollama",
  aliases: [],
  documentation: "https://github.com/ollama/ollama/blob/main/docs/api.md",
  baseUrl: "http://localhost:11434",
  bareHosts: true,
  protocols: [
    // It has no field for the choice of a tool.
    { protocol: "ollama", path: "/api/chat", quirks: { modelRules: [{ models: /./, forcedTools: "never" }] } },
    { protocol: "openai-chat", path: "/v1/chat/completions" }
  ],
  embeddings: [{ wireFormat: "ollama", path: "/api/embed" }],
  keyEnv: ["OLLAMA_API_KEY"],
  keyOptional: true,
  baseUrlEnv: ["OLLAMA_HOST", "OLLAMA_BASE_URL"],
  check: { path: "/api/tags" },
  models: { wireFormat: "ollama", path: "/api/tags" }
})
