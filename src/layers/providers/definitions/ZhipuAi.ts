/**
 * Zhipu AI: GLM, at BigModel in China and at Z.ai elsewhere.
 *
 * @see https://docs.z.ai/api-reference/llm/chat-completion
 * @since 0.1.0
 */
import type { ProviderDefinition } from "../../../domain/ProviderDefinition.ts"
import { define } from "./OpenAiCompatible.ts"

/**
 * What Zhipu AI is.
 *
 * @category models
 * @since 0.1.0
 */
export const definition: ProviderDefinition = define({
  id: "zhipuai",
  name: "Zhipu AI",
  aliases: ["zhipu", "bigmodel", "glm", "zai", "z-ai"],
  documentation: "https://docs.z.ai/api-reference/llm/chat-completion",
  baseUrl: "https://{host}/api/paas/v4",
  protocols: [{ protocol: "openai-chat", path: "/chat/completions" }, {
    protocol: "anthropic-messages",
    path: "/v1/messages",
    baseUrl: "https://{host}/api/anthropic",
    auth: { type: "header", name: "x-api-key" },
    headers: { "anthropic-version": "2023-06-01" }
  }],
  keyEnv: ["ZHIPUAI_API_KEY", "ZHIPU_API_KEY", "BIGMODEL_API_KEY", "ZAI_API_KEY"],
  baseUrlEnv: ["ZHIPUAI_BASE_URL", "ZAI_BASE_URL"],
  // Keys of Z.ai are for its own host.
  variables: { host: { env: [], default: "open.bigmodel.cn" } },
  byKey: { ZAI_API_KEY: { variables: { host: "api.z.ai" } } },
  requestIdHeader: "x-log-id",
  quirks: { reasoningReplayField: "reasoning_content" }
})
