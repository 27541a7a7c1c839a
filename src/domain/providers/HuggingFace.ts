/**
 * Hugging Face: the router in front of many inference providers.
 *
 * @see https://huggingface.co/docs/inference-providers/index
 * @since 0.1.0
 */
import type { ProviderDefinition } from "../ProviderDefinition.ts"
import { define } from "./OpenAiCompatible.ts"

/**
 * The definition of Hugging Face.
 *
 * @category models
 * @since 0.1.0
 */
export const definition: ProviderDefinition = define({
  id: "huggingface",
  name: "Hugging Face",
  aliases: ["hf", "hugging-face"],
  documentation: "https://huggingface.co/docs/inference-providers/index",
  baseUrl: "https://router.huggingface.co/v1",
  protocols: [{ protocol: "openai-chat", path: "/chat/completions" }, {
    protocol: "openai-responses",
    path: "/responses"
  }],
  keyEnv: ["HF_TOKEN", "HUGGINGFACE_API_KEY", "HUGGING_FACE_HUB_TOKEN"],
  byKey: { HF_TOKEN: { isAmbient: true }, HUGGING_FACE_HUB_TOKEN: { isAmbient: true } },
  baseUrlEnv: ["HUGGINGFACE_BASE_URL"],
  check: { path: "/api/whoami-v2", baseUrl: "https://huggingface.co" },
  models: { wireFormat: "huggingface", path: "/models" }
})
