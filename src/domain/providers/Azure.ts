/**
 * Azure OpenAI: OpenAI's protocols at a resource of the user's own, with a key or with Entra ID.
 *
 * @see https://learn.microsoft.com/en-us/azure/ai-foundry/openai/reference
 * @since 0.1.0
 */
import type { ProviderDefinition } from "../ProviderDefinition.ts"
import { definition as OpenAi } from "./OpenAi.ts"

/** `v1` and `preview` are no dates: they are versions of the addresses without deployments. */
const dated = { variable: "apiVersion", matching: /^\d{4}-\d{2}/ }

/**
 * The definition of Azure OpenAI.
 *
 * **Details**
 *
 * The model is the name of a deployment. Without an API version, or with `v1` or `preview`, requests go to the `v1`
 * addresses and name the deployment in the body; with a dated version (`2024-10-21`), to `/deployments/{deployment}`.
 *
 * @category models
 * @since 0.1.0
 */
export const definition: ProviderDefinition = {
  id: "azure",
  name: "Azure OpenAI",
  aliases: ["azure-openai", "azure_openai"],
  documentation: "https://learn.microsoft.com/en-us/azure/ai-foundry/openai/reference",
  baseUrl: "https://{resource}.openai.azure.com/openai",
  variables: {
    resource: { env: ["AZURE_OPENAI_RESOURCE_NAME", "AZURE_RESOURCE_NAME"] },
    apiVersion: { env: ["AZURE_OPENAI_API_VERSION", "AZURE_API_VERSION", "OPENAI_API_VERSION"] }
  },
  protocols: [
    {
      protocol: "openai-chat",
      path: "/deployments/{model}/chat/completions?api-version={apiVersion}",
      requires: dated
    },
    { protocol: "openai-responses", path: "/responses?api-version={apiVersion}", requires: dated },
    { protocol: "openai-responses", path: "/v1/responses[?api-version={apiVersion}]" },
    { protocol: "openai-chat", path: "/v1/chat/completions[?api-version={apiVersion}]" },
    {
      protocol: "openai-completions",
      path: "/deployments/{model}/completions?api-version={apiVersion}",
      requires: dated
    },
    { protocol: "openai-completions", path: "/v1/completions[?api-version={apiVersion}]" }
  ],
  embeddings: [
    {
      wireFormat: "openai",
      path: "/deployments/{model}/embeddings?api-version={apiVersion}",
      requires: dated,
      encodings: ["base64", "float"]
    },
    { wireFormat: "openai", path: "/v1/embeddings[?api-version={apiVersion}]", encodings: ["base64", "float"] }
  ],
  transcription: [
    {
      wireFormat: "openai",
      path: "/deployments/{model}/audio/transcriptions?api-version={apiVersion}",
      requires: dated
    },
    {
      wireFormat: "openai",
      task: "translate",
      path: "/deployments/{model}/audio/translations?api-version={apiVersion}",
      requires: dated
    },
    { wireFormat: "openai", path: "/v1/audio/transcriptions[?api-version={apiVersion}]" },
    { wireFormat: "openai", task: "translate", path: "/v1/audio/translations[?api-version={apiVersion}]" }
  ],
  speech: [
    {
      wireFormat: "openai",
      path: "/deployments/{model}/audio/speech?api-version={apiVersion}",
      requires: dated,
      voice: "alloy"
    },
    { wireFormat: "openai", path: "/v1/audio/speech[?api-version={apiVersion}]", voice: "alloy" }
  ],
  auth: { type: "header", name: "api-key" },
  identity: {
    type: "entra",
    scope: "https://cognitiveservices.azure.com/.default",
    env: ["AZURE_CLIENT_ID", "AZURE_FEDERATED_TOKEN_FILE", "IDENTITY_ENDPOINT", "MSI_ENDPOINT"]
  },
  keyEnv: ["AZURE_OPENAI_API_KEY", "AZURE_API_KEY", "AZURE_TOKEN"],
  byKey: { AZURE_TOKEN: { auth: { type: "bearer" } } },
  baseUrlEnv: ["AZURE_OPENAI_BASE_URL", "AZURE_OPENAI_ENDPOINT", "AZURE_ENDPOINT"],
  appendedTo: { AZURE_OPENAI_ENDPOINT: "/openai" },
  keyOptional: false,
  headers: {},
  headerEnv: {},
  requestIdHeader: "apim-request-id",
  check: { path: "/v1/models" },
  models: { wireFormat: "openai", path: "/v1/models" },
  deployments: true,
  quirks: OpenAi.quirks
}
