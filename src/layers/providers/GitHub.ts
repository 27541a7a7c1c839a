/**
 * GitHub Models: models of many publishers, for a GitHub token.
 *
 * @see https://docs.github.com/en/rest/models/inference
 * @since 0.1.0
 */
import * as ProviderLayer from "../registry/ProviderLayer.ts"
import { definition } from "../../domain/providers/GitHub.ts"

export { definition }

/**
 * Layer that provides a `ChatModel` on GitHub Models, from explicit options.
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
 * Layer that provides a `ChatModel` on GitHub Models, from the configuration (`GITHUB_TOKEN`, …).
 *
 * @category layers
 * @since 0.1.0
 */
export const layerConfig = layer()
