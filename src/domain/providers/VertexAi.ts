/**
 * Vertex AI: Gemini, Claude and open models at Google Cloud, with a Google identity or an express-mode key.
 *
 * @see https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/inference
 * @since 0.1.0
 */
import type { ProviderDefinition } from "../ProviderDefinition.ts"
import { define } from "./OpenAiCompatible.ts"

const place = "/v1/projects/{project}/locations/{location}"

/** A key of express mode implies its project, and is sent to the host of all regions. */
const express = { variables: { project: undefined, location: "global" } }

/**
 * The definition of Vertex AI.
 *
 * **Details**
 *
 * The model decides the protocol: `claude-…` is Anthropic's, `publisher/model` an open model behind Chat Completions,
 * `endpoints/…` a tuned one, and all others are Google's.
 *
 * @category models
 * @since 0.1.0
 */
export const definition: ProviderDefinition = define({
  id: "vertexai",
  name: "Google Vertex AI",
  aliases: ["vertex", "google-vertex", "vertex-ai"],
  documentation: "https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/inference",
  baseUrl: "https://{location}-aiplatform.googleapis.com",
  baseUrlBy: {
    variable: "location",
    urls: {
      global: "https://aiplatform.googleapis.com",
      us: "https://aiplatform.us.rep.googleapis.com",
      eu: "https://aiplatform.eu.rep.googleapis.com"
    }
  },
  variables: {
    project: {
      env: ["GOOGLE_VERTEX_PROJECT", "GOOGLE_CLOUD_PROJECT", "GCLOUD_PROJECT", "VERTEX_PROJECT_ID"],
      neededWithoutKey: true
    },
    location: { env: ["GOOGLE_VERTEX_LOCATION", "GOOGLE_CLOUD_LOCATION", "VERTEX_LOCATION"], default: "global" }
  },
  protocols: [
    {
      protocol: "anthropic-messages",
      models: /^claude/,
      path: `${place}/publishers/anthropic/models/{model}:streamRawPredict`,
      wholePath: `${place}/publishers/anthropic/models/{model}:rawPredict`,
      quirks: {
        anthropicVersion: "vertex-2023-10-16",
        modelInBody: false,
        fileReferences: false
      }
    },
    {
      protocol: "gemini",
      models: /^endpoints\//,
      path: `${place}/{+model}:streamGenerateContent?alt=sse`,
      wholePath: `${place}/{+model}:generateContent`
    },
    { protocol: "openai-chat", models: /\//, path: `${place}/endpoints/openapi/chat/completions` },
    {
      protocol: "gemini",
      path:
        "/v1[/projects/{project}/locations/{location}]/publishers/google/models/{model}:streamGenerateContent?alt=sse",
      wholePath: "/v1[/projects/{project}/locations/{location}]/publishers/google/models/{model}:generateContent"
    }
  ],
  embeddings: [
    {
      wireFormat: "vertex-embed-content",
      models: /^gemini-embedding-[2-9]/,
      path: "/v1[/projects/{project}/locations/{location}]/publishers/google/models/{model}:embedContent"
    },
    {
      wireFormat: "vertex-predict",
      models: /^gemini-embedding/,
      path: "/v1[/projects/{project}/locations/{location}]/publishers/google/models/{model}:predict",
      maxInputs: 1
    },
    {
      wireFormat: "vertex-predict",
      path: "/v1[/projects/{project}/locations/{location}]/publishers/google/models/{model}:predict"
    }
  ],
  auth: { type: "header", name: "x-goog-api-key" },
  keyEnv: ["GOOGLE_VERTEX_API_KEY", "GOOGLE_CLOUD_API_KEY", "VERTEX_API_KEY"],
  byKey: {
    GOOGLE_VERTEX_API_KEY: express,
    GOOGLE_CLOUD_API_KEY: express,
    // Not a key but an access token.
    VERTEX_API_KEY: { auth: { type: "bearer" } }
  },
  identity: {
    type: "google",
    scopes: ["https://www.googleapis.com/auth/cloud-platform"],
    env: ["GOOGLE_APPLICATION_CREDENTIALS", "GOOGLE_CLIENT_EMAIL"]
  },
  baseUrlEnv: ["VERTEX_BASE_URL"],
  check: {
    path:
      "/v1[/projects/{project}/locations/{location}]/publishers/google/models/gemini-3.5-flash-lite:generateContent",
    body: { contents: [{ role: "user", parts: [{ text: "Hi" }] }], generationConfig: { maxOutputTokens: 1 } }
  },
  models: undefined,
  // It does not report which tools it ran by itself.
  quirks: {
    labels: true,
    mixedTools: false,
    replaysFrom: ["anthropic", "bedrock", "gemini"]
  }
})
