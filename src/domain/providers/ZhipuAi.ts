/**
 * Zhipu AI: GLM, at BigModel in China and at Z.ai elsewhere.
 *
 * @see https://docs.z.ai/api-reference/llm/chat-completion
 * @since 0.1.0
 */
import type { ProviderDefinition } from "../ProviderDefinition.ts"
import type { Quirks } from "../Quirks.ts"
import { rows } from "../rules/ZhipuAi.ts"
import { define } from "./OpenAiCompatible.ts"

/** https://docs.bigmodel.cn/cn/api/api-code: an account without money fails with 429, like a rate limit. */
const errorCodes: Quirks["errorCodes"] = {
  434: "permission",
  435: "invalid",
  1000: "authentication",
  1001: "authentication",
  1002: "authentication",
  1003: "authentication",
  1004: "authentication",
  1110: "permission",
  1111: "permission",
  1112: "permission",
  1113: "quota",
  1120: "permission",
  1121: "permission",
  1200: "server",
  1210: "invalid",
  1211: "not-found",
  1212: "invalid",
  1213: "invalid",
  1214: "invalid",
  1215: "invalid",
  1220: "permission",
  1221: "permission",
  1222: "permission",
  1230: "server",
  1231: "invalid",
  1234: "server",
  1261: "context-length",
  1300: "content-filter",
  1301: "content-filter",
  1302: "rate-limit",
  1303: "rate-limit",
  1304: "quota",
  1305: "rate-limit",
  1308: "quota",
  1309: "quota",
  1310: "quota",
  1311: "permission",
  1312: "overloaded",
  1313: "rate-limit"
}

/**
 * The definition of Zhipu AI.
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
  embeddings: [{ wireFormat: "openai", path: "/embeddings", maxInputs: 64 }],
  keyEnv: ["ZHIPUAI_API_KEY", "ZHIPU_API_KEY", "BIGMODEL_API_KEY", "ZAI_API_KEY", "Z_AI_API_KEY"],
  baseUrlEnv: ["ZHIPUAI_BASE_URL", "ZAI_BASE_URL"],
  // Keys of Z.ai are for its own host.
  variables: { host: { env: [], default: "open.bigmodel.cn" } },
  byKey: {
    ZAI_API_KEY: { variables: { host: "api.z.ai" } },
    Z_AI_API_KEY: { variables: { host: "api.z.ai" } }
  },
  requestIdHeader: "x-log-id",
  quirks: {
    includeUsage: false,
    structuredOutput: "json_object",
    toolChoice: "auto",
    zeroTemperature: "do_sample",
    reasoningReplayField: "reasoning_content",
    modelRules: rows,
    reasoningFields: { switch: "thinking", effort: "none" },
    fieldNames: { user: "user_id" },
    unknownFields: {
      seed: "omit",
      metadata: "omit",
      verbosity: "omit",
      parallel_tool_calls: "reject",
      prompt_cache_key: "omit",
      prompt_cache_retention: "omit"
    },
    errorCodes,
    byModel: [
      { models: /^glm-(4\.[6-9]|[5-9])/i, quirks: { toolStream: true } },
      { models: /^glm-[5-9]/i, quirks: { reasoningFields: { switch: "thinking" } } }
    ]
  }
})
