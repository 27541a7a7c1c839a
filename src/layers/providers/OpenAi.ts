/**
 * OpenAI: the Responses API, and Chat Completions.
 *
 * @see https://platform.openai.com/docs/api-reference
 * @since 0.1.0
 */
import * as SingleProvider from "../registry/SingleProvider.ts"
import { definition } from "../../domain/providers/OpenAi.ts"

export { definition }

/**
 * Layer that provides a `ChatModel` on OpenAI from explicit options.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = SingleProvider.layer(definition)

/**
 * Layer that provides a `ChatModel` on OpenAI from the configuration (`OPENAI_API_KEY`, `OPENAI_BASE_URL`, …).
 *
 * @category layers
 * @since 0.1.0
 */
export const layerConfig = layer()
