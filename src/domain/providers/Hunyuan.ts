/**
 * Hunyuan of Tencent, at TokenHub, which followed the Hunyuan platform that closed on 2026-09-30.
 *
 * @see https://cloud.tencent.com/document/product/1823/131382
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
  aliases: ["tencent", "tokenhub"],
  documentation: "https://cloud.tencent.com/document/product/1823/131382",
  baseUrl: "https://tokenhub.tencentmaas.com/v1",
  formerHosts: [{ host: "api.hunyuan.cloud.tencent.com", date: "2026-09-30" }],
  protocols: [
    { protocol: "openai-chat", path: "/chat/completions" },
    { protocol: "openai-responses", path: "/responses" },
    { protocol: "anthropic-messages", path: "/messages", headers: { "anthropic-version": "2023-06-01" } }
  ],
  // Keys of the former platform are not valid here; a new one may be in a variable of the former name.
  keyEnv: ["TOKENHUB_API_KEY", "TENCENT_TOKENHUB_API_KEY", "HUNYUAN_API_KEY", "TENCENT_API_KEY"],
  baseUrlEnv: ["HUNYUAN_BASE_URL"]
})
