/**
 * Hunyuan of Tencent, over its OpenAI-compatible API.
 *
 * @see https://cloud.tencent.com/document/product/1729/111007
 * @since 0.1.0
 */
import * as SingleProvider from "../registry/SingleProvider.ts"
import { definition } from "../../domain/providers/Hunyuan.ts"

export { definition }

/**
 * Layer that provides a `ChatModel` on Hunyuan (Tencent), from explicit options.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = SingleProvider.layer(definition)

/**
 * Layer that provides a `ChatModel` on Hunyuan (Tencent), from the configuration (`HUNYUAN_API_KEY`, …).
 *
 * @category layers
 * @since 0.1.0
 */
export const layerConfig = layer()
