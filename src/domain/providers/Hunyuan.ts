/**
 * Hunyuan of Tencent, over its OpenAI-compatible API.
 *
 * @see https://cloud.tencent.com/document/product/1729/111007
 * @since 0.1.0
 */
import type { ProviderDefinition } from "../ProviderDefinition.ts"
import { define } from "./OpenAiCompatible.ts"

/**
 * The definition of Hunyuan (Tencent).
 *
 * @category models
 * @since 0.1.0
 */
export const definition: ProviderDefinition = define({
  id: "hunyuan",
  name: "Hunyuan (Tencent)",
  aliases: ["tencent"],
  documentation: "https://cloud.tencent.com/document/product/1729/111007",
  baseUrl: "https://api.hunyuan.cloud.tencent.com/v1",
  protocols: [{ protocol: "openai-chat", path: "/chat/completions" }],
  embeddings: [{ wireFormat: "openai", path: "/embeddings", maxInputs: 200 }],
  keyEnv: ["HUNYUAN_API_KEY", "TENCENT_API_KEY"],
  baseUrlEnv: ["HUNYUAN_BASE_URL"]
})
