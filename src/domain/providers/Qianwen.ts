/**
 * Qwen of Alibaba Cloud Model Studio (DashScope), in its OpenAI-compatible mode.
 *
 * @see https://www.alibabacloud.com/help/en/model-studio/compatibility-of-openai-with-dashscope
 * @since 0.1.0
 */
import type { ProviderDefinition } from "../ProviderDefinition.ts"
import { define } from "./OpenAiCompatible.ts"

/**
 * The definition of Qwen (Alibaba Cloud Model Studio).
 *
 * @category models
 * @since 0.1.0
 */
export const definition: ProviderDefinition = define({
  id: "qianwen",
  name: "Qwen (Alibaba Cloud Model Studio)",
  aliases: ["dashscope", "qwen", "alibaba", "aliyun", "tongyi"],
  documentation: "https://www.alibabacloud.com/help/en/model-studio/compatibility-of-openai-with-dashscope",
  baseUrl: "https://{host}/compatible-mode/v1",
  protocols: [{ protocol: "openai-chat", path: "/chat/completions" }],
  embeddings: [
    // Only the native wire format has a purpose.
    {
      wireFormat: "qianwen",
      baseUrl: "https://{host}",
      path: "/api/v1/services/embeddings/text-embedding/text-embedding",
      when: "purpose"
    },
    { wireFormat: "openai", path: "/embeddings", maxInputs: 10 }
  ],
  keyEnv: [
    "DASHSCOPE_API_KEY",
    "ALIBABA_API_KEY",
    "ALIYUN_API_KEY",
    "MODELSTUDIO_API_KEY",
    "QWEN_CLOUD_API_KEY",
    "QWEN_API_KEY"
  ],
  baseUrlEnv: ["DASHSCOPE_BASE_URL"],
  // Keys of the cloud outside China are for the host outside China.
  variables: { host: { env: [], default: "dashscope.aliyuncs.com" } },
  byKey: { QWEN_CLOUD_API_KEY: { variables: { host: "dashscope-intl.aliyuncs.com" } } },
  quirks: {
    topK: true,
    cacheControl: true,
    reasoningFields: { switch: "enable_thinking", effort: "none", budget: "thinking_budget" },
    toolChoice: "named"
  }
})
