/**
 * Amazon Bedrock: the Converse API, and Claude over InvokeModel, with AWS credentials or a Bedrock key.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html
 * @since 0.1.0
 */
import * as ProviderLayer from "../registry/ProviderLayer.ts"
import { definition } from "../../domain/providers/Bedrock.ts"

export { definition }

/**
 * Layer that provides a `ChatModel` on Amazon Bedrock, from explicit options.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = ProviderLayer.layer(definition, {
  protocols: {
    "bedrock-converse": () => import("../../streams/protocols/BedrockConverse/BedrockConverse.ts"),
    "anthropic-messages": () => import("../../streams/protocols/AnthropicMessages/AnthropicMessages.ts"),
    "openai-responses": () => import("../../streams/protocols/OpenAiResponses/OpenAiResponses.ts"),
    "openai-chat": () => import("../../streams/protocols/OpenAiChat/OpenAiChat.ts")
  },
  identity: () => import("../auth/AwsIdentity.ts").then(({ fallback }) => fallback)
})

/**
 * Layer that provides a `ChatModel` on Amazon Bedrock, from the configuration (`AWS_BEARER_TOKEN_BEDROCK`, …).
 *
 * @category layers
 * @since 0.1.0
 */
export const layerConfig = layer()
