/**
 * Azure OpenAI: OpenAI's protocols at a user's own resource, with a key or with Entra ID.
 *
 * @see https://learn.microsoft.com/en-us/azure/ai-foundry/openai/reference
 * @since 0.1.0
 */
import * as SingleProvider from "../registry/SingleProvider.ts"
import { definition } from "../../domain/providers/Azure.ts"

export { definition }

/**
 * Layer that provides a `ChatModel` on Azure OpenAI, from explicit options.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = SingleProvider.layer(definition)

/**
 * Layer that provides a `ChatModel` on Azure OpenAI, from the configuration (`AZURE_OPENAI_API_KEY`, …).
 *
 * @category layers
 * @since 0.1.0
 */
export const layerConfig = layer()
