/**
 * What is particular of single bindings and providers: how a binding is reached, what its dialect is, what it cannot
 * carry, and how the provider sends a retry hint. Everything that is not here is as usual.
 */
import type { AuthStyle, ProtocolName } from "sluice"
import type { Fault, SimulatorQuirks } from "sluice/testing"
import * as Dialects from "../../../support/Dialects.ts"

/** How a binding is reached that is not the first for any model. */
export interface Reach {
  readonly model?: string
  readonly variables?: Readonly<Record<string, string>>
  readonly auth?: AuthStyle
  /** Only at an address of one's own. */
  readonly ownAddress?: true
}

const dated = { variables: { resource: "mine", apiVersion: "2024-10-21" } }
const undated = { variables: { resource: "mine" } }
const google = { project: "proj-1", location: "europe-west4" }
const bearer = { type: "bearer" } as const
const account = { account: "acc-1" }

/** By the provider, the kind of call, and the place of the binding among those of its kind. */
export const reach: Readonly<Record<string, Reach>> = {
  "azure protocols 0": dated,
  "azure protocols 1": dated,
  "azure protocols 2": undated,
  "azure protocols 3": undated,
  "azure protocols 4": dated,
  "azure protocols 5": undated,
  "azure embeddings 0": dated,
  "azure embeddings 1": undated,
  "azure transcription 0": dated,
  "azure transcription 1": dated,
  "azure transcription 2": undated,
  "azure transcription 3": undated,
  "azure speech 0": dated,
  "azure speech 1": undated,
  // Its newer models take functions over this protocol only without reasoning.
  "openai protocols 1": { model: "gpt-5.1" },
  "gemini protocols 0": { model: "models/gemini-2.5-flash" },
  "gemini embeddings 0": { model: "gemini-embedding-exp-03-07" },
  "gemini embeddings 1": { model: "models/gemini-embedding-001" },
  "vertexai protocols 0": { model: "claude-sonnet-4-5@20250929", variables: google, auth: bearer },
  "vertexai protocols 1": { model: "endpoints/123", variables: google, auth: bearer },
  "vertexai protocols 2": { model: "meta/llama-4-scout-17b-16e-instruct-maas", variables: google, auth: bearer },
  "vertexai protocols 3": { model: "gemini-2.5-flash", variables: google },
  "vertexai embeddings 0": { model: "gemini-embedding-2-preview", variables: google },
  "vertexai embeddings 1": { model: "gemini-embedding-001", variables: google },
  "vertexai embeddings 2": { model: "text-embedding-005", variables: google },
  "vertexai check": { variables: google },
  "cloudflare check": { variables: account },
  "bedrock embeddings 0": { model: "cohere.embed-english-v3" },
  "bedrock embeddings 1": { model: "amazon.nova-2-multimodal-embeddings-v1:0" },
  "bedrock embeddings 2": { model: "amazon.titan-embed-text-v2:0" },
  "bedrock rerank 0": { model: "cohere.rerank-v3-5:0" },
  "bedrock rerank 1": { model: "cohere.rerank-v3-5:0", ownAddress: true },
  "bedrock protocols 1": { model: "us.anthropic.claude-haiku-4-5-20251001-v1:0" },
  "cloudflare protocols 0": { variables: { ...account, api: "run" } },
  "cloudflare protocols 1": { variables: account },
  "cloudflare protocols 2": { variables: account },
  "cloudflare embeddings 0": { model: "@cf/baai/bge-m3", variables: { ...account, api: "run" } },
  "cloudflare embeddings 1": { model: "@cf/baai/bge-m3", variables: account },
  "openai transcription 0": { model: "whisper-1" },
  "openai transcription 1": { model: "gpt-4o-transcribe" },
  "voyageai embeddings 0": { model: "voyage-3.5-lite" },
  "voyageai embeddings 1": { model: "voyage-3-large" }
}

/** What a provider sends in Chat Completions, and what its dialect cannot carry. */
export interface Dialect {
  readonly quirks: SimulatorQuirks.SimulatorQuirks
  readonly text?: string
  readonly reasoning?: string
  readonly tools?: false
}

export const dialects: Readonly<Record<string, Dialect>> = {
  mistral: { quirks: Dialects.mistral },
  groq: { quirks: Dialects.groq },
  xai: { quirks: Dialects.xai },
  openrouter: { quirks: Dialects.openrouter },
  perplexity: {
    quirks: Dialects.perplexity,
    text: "<think>Let me think.</think>\n\nHello there",
    reasoning: "",
    tools: false
  },
  deepseek: { quirks: Dialects.deepseek },
  moonshot: { quirks: Dialects.moonshot },
  zhipuai: { quirks: Dialects.zhipuai },
  // Separate reasoning is requested.
  minimax: { quirks: { ...Dialects.minimax, reasoningField: "reasoning_details" } },
  azure: { quirks: Dialects.azure },
  together: { quirks: Dialects.together },
  ai21: { quirks: Dialects.ai21 },
  "cloudflare protocols 0": { quirks: Dialects.cloudflare, reasoning: "" },
  cloudflare: { quirks: { errors: "envelope" } }
}

/** What the protocols cannot carry. */
export const mute: Readonly<Partial<Record<ProtocolName, Omit<Dialect, "quirks">>>> = {
  "openai-completions": { reasoning: "", tools: false }
}

const seven = 7000

const inForm: Fault.Fault = { _tag: "ProviderError", kind: "rate-limit", retryAfterMillis: seven }

/** An error response with a hint of seven seconds, in the provider's own format. */
const hints: Readonly<Record<string, Fault.Fault>> = {
  // https://docs.github.com/en/github-models/use-github-models/prototyping-with-ai-models#rate-limits
  github: {
    _tag: "Status",
    status: 429,
    headers: { "x-ratelimit-type": "UserByMinute", "x-ratelimit-timeremaining": "7" },
    body: { error: { code: "RateLimitReached", message: "Rate limit of 10 per 60s exceeded for UserByMinute." } }
  },
  // https://console.groq.com/docs/rate-limits: the message has it too.
  groq: {
    _tag: "Status",
    status: 429,
    body: {
      error: {
        message: "Rate limit reached for model `m` on tokens per minute (TPM): Please try again in 7s.",
        type: "tokens",
        code: "rate_limit_exceeded"
      }
    }
  },
  // https://learn.microsoft.com/en-us/azure/ai-foundry/openai/how-to/quota
  azure: {
    _tag: "Status",
    status: 429,
    headers: { "retry-after": "7", "retry-after-ms": "7000", "x-ratelimit-reset-tokens": "7" },
    body: { error: { code: "429", message: "Requests have exceeded the token rate limit of your pricing tier." } }
  },
  // https://openrouter.ai/docs/api-reference/errors
  openrouter: {
    _tag: "Status",
    status: 429,
    headers: { "retry-after": "7" },
    body: { error: { code: 429, message: "Provider returned error", metadata: { provider_name: "OpenAI" } } }
  }
}

export const hintOf = (provider: string): Fault.Fault => hints[provider] ?? inForm

/** Models of embeddings whose names matter nowhere. */
export const models: Readonly<Record<string, string>> = {
  embeddings: "embedding-1",
  rerank: "rerank-1",
  transcription: "listener-1",
  speech: "speaker-1"
}
