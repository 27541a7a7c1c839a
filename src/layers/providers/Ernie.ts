/**
 * ERNIE of Baidu Qianfan, over its version 2, which is OpenAI-shaped.
 *
 * @see https://cloud.baidu.com/doc/qianfan-api/index.html
 * @since 0.1.0
 */
import * as ProviderLayer from "../registry/ProviderLayer.ts"
import { definition } from "../../domain/providers/Ernie.ts"

export { definition }

/**
 * Layer that provides a `ChatModel` on ERNIE (Baidu Qianfan), from explicit options.
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
 * Layer that provides a `ChatModel` on ERNIE (Baidu Qianfan), from the configuration (`QIANFAN_API_KEY`, …).
 *
 * @category layers
 * @since 0.1.0
 */
export const layerConfig = layer()
