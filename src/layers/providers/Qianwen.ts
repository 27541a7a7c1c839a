/**
 * Qwen of Alibaba Cloud Model Studio (DashScope), in its OpenAI-compatible mode.
 *
 * @see https://www.alibabacloud.com/help/en/model-studio/compatibility-of-openai-with-dashscope
 * @since 0.1.0
 */
import * as ProviderLayer from "../registry/ProviderLayer.ts"
import { definition } from "../../domain/providers/Qianwen.ts"

export { definition }

/**
 * Layer that provides a `ChatModel` on Qwen (Alibaba Cloud Model Studio), from explicit options.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = ProviderLayer.layer(definition, {
  protocols: {
    "openai-chat": () => import("../../streams/protocols/OpenAiChat/OpenAiChat.ts")
  }
})

/**
 * Layer that provides a `ChatModel` on Qwen (Alibaba Cloud Model Studio), from the configuration (`DASHSCOPE_API_KEY`,
 * …).
 *
 * @category layers
 * @since 0.1.0
 */
export const layerConfig = layer()
