/**
 * Amazon Bedrock: the Converse API, Claude over InvokeModel, and OpenAI's protocols where one is chosen, with AWS
 * credentials or a Bedrock key.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/inference-responses-api.html
 * @since 0.1.0
 */
import type { ProviderDefinition } from "../ProviderDefinition.ts"
import { claude, converse } from "../rules/Bedrock.ts"
import { rows } from "../rules/OpenAi.ts"
import { define } from "./OpenAiCompatible.ts"

/** Models are listed at the control plane. */
const control = "https://bedrock.{region}.amazonaws.com"

/** OpenAI's protocols. A base URL of the user's that is more than a host is the whole of this one. */
const openAi = "https://bedrock-runtime.{region}.amazonaws.com/openai/v1"

const accept = "application/vnd.amazon.eventstream, application/json"

/**
 * The definition of Amazon Bedrock. The model is its id, the id of an inference profile (`us.…`, `global.…`), or an
 * ARN.
 *
 * @category models
 * @since 0.1.0
 */
export const definition: ProviderDefinition = define({
  id: "bedrock",
  name: "Amazon Bedrock",
  aliases: ["aws", "aws-bedrock", "amazon-bedrock"],
  documentation: "https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html",
  baseUrl: "https://bedrock-runtime.{region}.amazonaws.com",
  variables: { region: { env: ["AWS_REGION", "AWS_DEFAULT_REGION"], default: "us-east-1" } },
  protocols: [
    {
      protocol: "bedrock-converse",
      path: "/model/{model}/converse-stream",
      wholePath: "/model/{model}/converse",
      headers: { accept },
      quirks: { modelRules: converse }
    },
    {
      protocol: "anthropic-messages",
      path: "/model/{model}/invoke-with-response-stream",
      wholePath: "/model/{model}/invoke",
      headers: { accept },
      quirks: {
        framing: "event-stream",
        anthropicVersion: "bedrock-2023-05-31",
        modelInBody: false,
        streamInBody: false,
        betasInBody: true,
        fileReferences: false,
        // Amazon's own server still takes the earlier tools.
        modelRules: [{ models: /^claude/, refusedTools: {} }, ...claude]
      }
    },
    {
      protocol: "openai-responses",
      path: "/responses",
      baseUrl: openAi,
      quirks: { modelRules: rows }
    },
    {
      protocol: "openai-chat",
      path: "/chat/completions",
      baseUrl: openAi,
      quirks: { modelRules: rows, maxTokensField: "max_completion_tokens" }
    }
  ],
  embeddings: [
    { wireFormat: "bedrock-cohere", models: /cohere\.embed/, path: "/model/{model}/invoke" },
    { wireFormat: "bedrock-nova", models: /nova.*embed/, path: "/model/{model}/invoke" },
    { wireFormat: "bedrock-titan", path: "/model/{model}/invoke" }
  ],
  rerank: [
    { wireFormat: "bedrock-agent", baseUrl: "https://bedrock-agent-runtime.{region}.amazonaws.com", path: "/rerank" },
    { wireFormat: "bedrock-cohere", path: "/model/{model}/invoke" }
  ],
  keyEnv: ["AWS_BEARER_TOKEN_BEDROCK"],
  identity: {
    type: "aws",
    service: "bedrock",
    env: [
      "AWS_ACCESS_KEY_ID",
      "AWS_PROFILE",
      "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
      "AWS_CONTAINER_CREDENTIALS_FULL_URI",
      "AWS_WEB_IDENTITY_TOKEN_FILE"
    ]
  },
  baseUrlEnv: ["AWS_ENDPOINT_URL_BEDROCK_RUNTIME"],
  requestIdHeader: "x-amzn-requestid",
  check: { path: "/foundation-models", baseUrl: control },
  models: { wireFormat: "bedrock", path: "/foundation-models", baseUrl: control },
  quirks: { replaysFrom: ["anthropic", "vertexai"] }
})
