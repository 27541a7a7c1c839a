/**
 * ERNIE of Baidu Qianfan, over version 2 of its API, which is OpenAI-compatible.
 *
 * @see https://cloud.baidu.com/doc/qianfan-api/index.html
 * @since 0.1.0
 */
import type { ProviderDefinition } from "../ProviderDefinition.ts"
import { define } from "./OpenAiCompatible.ts"

/**
 * The definition of ERNIE (Baidu Qianfan).
 *
 * @category models
 * @since 0.1.0
 */
export const definition: ProviderDefinition = define({
  id: "ernie",
  name: "ERNIE (Baidu Qianfan)",
  aliases: ["baidu", "qianfan", "wenxin"],
  documentation: "https://cloud.baidu.com/doc/qianfan-api/index.html",
  baseUrl: "https://qianfan.baidubce.com/v2",
  protocols: [{ protocol: "openai-chat", path: "/chat/completions" }],
  embeddings: [{ wireFormat: "openai", path: "/embeddings", maxInputs: 16 }],
  keyEnv: ["QIANFAN_API_KEY", "ERNIE_API_KEY", "BAIDU_API_KEY", "QIANFAN_BEARER_TOKEN"],
  baseUrlEnv: ["QIANFAN_BASE_URL"],
  headerEnv: { appid: ["QIANFAN_APP_ID"] },
  quirks: {
    errorCodes: {
      tokens_too_long: "context-length",
      characters_too_long: "context-length",
      invalid_messages: "invalid",
      invalid_argument: "invalid",
      malformed_json: "invalid",
      no_parameter_permission: "permission"
    }
  }
})
