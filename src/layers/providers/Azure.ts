/**
 * Azure OpenAI: OpenAI's protocols at a user's own resource, with a key or with Entra ID.
 *
 * @see https://learn.microsoft.com/en-us/azure/ai-foundry/openai/reference
 * @since 0.1.0
 */
import * as ProviderLayer from "../registry/ProviderLayer.ts"
import { definition } from "../../domain/providers/Azure.ts"

export { definition }

/**
 * Layer that provides a `ChatModel` on Azure OpenAI, from explicit options.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = ProviderLayer.layer(definition, {
  protocols: {
    "openai-chat": () => import("../../streams/protocols/OpenAiChat/OpenAiChat.ts"),
    "openai-responses": () => import("../../streams/protocols/OpenAiResponses/OpenAiResponses.ts"),
    "openai-completions": () => import("../../streams/protocols/OpenAiCompletions/OpenAiCompletions.ts")
  },
  identity: () => import("../auth/EntraIdentity.ts").then(({ fallback }) => fallback)
})

/**
 * Layer that provides a `ChatModel` on Azure OpenAI, from the configuration (`AZURE_OPENAI_API_KEY`, …).
 *
 * @category layers
 * @since 0.1.0
 */
export const layerConfig = layer()
