/**
 * Facts about providers, as their own pages and SDKs stated them on 2026-11-28: host, first variable of the key, default
 * models, and when a service or a model ends. Written from those sources, not from the definitions.
 */

/** The facts about one provider. */
export interface ProviderFacts {
  readonly host: string
  readonly key: string
  readonly chat?: string
  readonly embeddings?: string
  readonly rerank?: string
  readonly transcription?: string
  readonly speech?: string
  readonly ended?: string
}

/** The facts about the providers that changed in 2026, by id. */
export const providers: Readonly<Record<string, ProviderFacts>> = {
  openai: {
    host: "api.openai.com",
    key: "OPENAI_API_KEY",
    chat: "gpt-6-luna",
    embeddings: "text-embedding-3-small",
    transcription: "gpt-transcribe",
    speech: "gpt-4o-mini-tts"
  },
  anthropic: { host: "api.anthropic.com", key: "ANTHROPIC_API_KEY", chat: "claude-haiku-5-5" },
  gemini: {
    host: "generativelanguage.googleapis.com",
    key: "GOOGLE_API_KEY",
    chat: "gemini-3.5-flash-lite",
    embeddings: "gemini-embedding-2"
  },
  vertexai: {
    host: "{location}-aiplatform.googleapis.com",
    key: "GOOGLE_VERTEX_API_KEY",
    chat: "gemini-3.5-flash-lite",
    embeddings: "gemini-embedding-2"
  },
  bedrock: {
    host: "bedrock-runtime.{region}.amazonaws.com",
    key: "AWS_BEARER_TOKEN_BEDROCK",
    chat: "global.amazon.nova-2-lite-v1:0"
  },
  groq: {
    host: "api.groq.com",
    key: "GROQ_API_KEY",
    chat: "openai/gpt-oss-20b",
    transcription: "whisper-large-v3-turbo",
    speech: "canopylabs/orpheus-v1-english"
  },
  openrouter: {
    host: "openrouter.ai",
    key: "OPENROUTER_API_KEY",
    chat: "openai/gpt-6-luna",
    speech: "x-ai/grok-voice-tts-1.0"
  },
  perplexity: { host: "api.perplexity.ai", key: "PERPLEXITY_API_KEY", chat: "perplexity/sonar" },
  together: { host: "api.together.ai", key: "TOGETHER_API_KEY" },
  xai: {
    host: "api.x.ai",
    key: "XAI_API_KEY",
    chat: "grok-4.3",
    transcription: "grok-voice-transcribe-2.0",
    speech: "grok-tts"
  },
  deepseek: { host: "api.deepseek.com", key: "DEEPSEEK_API_KEY", chat: "deepseek-flash" },
  ai21: { host: "api.ai21.com", key: "AI21_API_KEY", ended: "2026-08-09" },
  github: { host: "models.github.ai", key: "GITHUB_TOKEN", ended: "2026-07-30" },
  cohere: {
    host: "api.cohere.com",
    key: "COHERE_API_KEY",
    chat: "command-r7b-12-2024",
    rerank: "rerank-v4.0-fast",
    transcription: "cohere-transcribe-03-2026"
  },
  qianwen: { host: "{host}", key: "DASHSCOPE_API_KEY", chat: "qwen-plus" },
  jina: { host: "api.jina.ai", key: "JINA_API_KEY", embeddings: "jina-embeddings-v5-text-small" },
  voyageai: { host: "{host}", key: "VOYAGE_API_KEY", embeddings: "voyage-4", rerank: "rerank-2.5" },
  ernie: { host: "qianfan.baidubce.com", key: "QIANFAN_API_KEY", chat: "ernie-5.1" },
  hunyuan: { host: "tokenhub.tencentmaas.com", key: "TOKENHUB_API_KEY", chat: "hy3" },
  moonshot: { host: "{host}", key: "MOONSHOT_API_KEY", chat: "kimi-k3" },
  zhipuai: { host: "{host}", key: "ZHIPUAI_API_KEY", chat: "glm-5.3-flash" },
  minimax: { host: "{host}", key: "MINIMAX_API_KEY", chat: "MiniMax-M3" }
}

/** Variables that are read, by provider. */
export const variables: ReadonlyArray<readonly [provider: string, variable: string]> = [
  ["hunyuan", "TENCENT_TOKENHUB_API_KEY"],
  ["gemini", "GEMINI_API_KEY"],
  ["gemini", "GOOGLE_GEMINI_BASE_URL"],
  ["groq", "GROQ_BASE_URL"],
  ["together", "TOGETHER_BASE_URL"],
  ["perplexity", "PERPLEXITY_BASE_URL"],
  ["qianwen", "MODELSTUDIO_API_KEY"],
  ["qianwen", "QWEN_API_KEY"],
  ["voyageai", "VOYAGE_AI_API_KEY"],
  ["voyageai", "VOYAGE_AI_TOKEN"],
  ["zhipuai", "ZAI_API_KEY"],
  ["zhipuai", "ZAI_BASE_URL"],
  ["zhipuai", "Z_AI_API_KEY"],
  ["jina", "JINA_AI_API_KEY"],
  ["jina", "JINAAI_API_KEY"],
  ["deepinfra", "DEEPINFRA_API_TOKEN"],
  ["cloudflare", "CLOUDFLARE_API_KEY"],
  ["cohere", "CO_API_KEY"],
  ["huggingface", "HF_TOKEN"]
]

/** Protocols at addresses of their own, as the page of the provider shows them. */
export const protocols: ReadonlyArray<readonly [provider: string, protocol: string, address: string]> = [
  ["deepseek", "openai-responses", "/responses"],
  ["deepseek", "anthropic-messages", "https://api.deepseek.com/anthropic/v1/messages"],
  ["moonshot", "openai-responses", "/responses"],
  ["moonshot", "anthropic-messages", "https://{host}/anthropic/v1/messages"],
  ["bedrock", "openai-chat", "https://bedrock-runtime.{region}.amazonaws.com/openai/v1/chat/completions"],
  ["bedrock", "openai-responses", "https://bedrock-runtime.{region}.amazonaws.com/openai/v1/responses"],
  ["hunyuan", "openai-responses", "/responses"]
]

/** The days on which models end. */
export const ends: ReadonlyArray<readonly [provider: string, model: string, date: string]> = [
  ["openai", "gpt-5", "2026-12-11"],
  ["openai", "gpt-5-mini", "2026-12-11"],
  ["openai", "gpt-4", "2026-10-23"],
  ["openai", "gpt-4o", "2027-01-14"],
  ["openai", "gpt-5.1", "2027-04-01"],
  ["openai", "gpt-4o-mini-tts", "2027-01-06"],
  ["openai", "whisper-1", "2027-02-26"],
  ["gemini", "gemini-2.5-flash", "2026-12-01"],
  ["vertexai", "gemini-2.5-flash", "2026-10-16"],
  ["groq", "llama-3.1-8b-instant", "2026-08-16"],
  ["xai", "grok-code-fast-1", "2026-05-15"],
  ["xai", "grok-voice-transcribe-1.0", "2026-10-02"],
  ["moonshot", "kimi-k2.6", "2026-12"],
  ["perplexity", "sonar", "2026-09-27"]
]

/** Context, output, and prices of models: input, cached input, output. */
export const models: ReadonlyArray<
  readonly [
    provider: string,
    model: string,
    context: number,
    output: number,
    ...prices: ReadonlyArray<number | undefined>
  ]
> = [
  ["openai", "gpt-6-luna", 1_050_000, 128_000, 0.1, 0.01, 0.5],
  ["openai", "gpt-6.2-sol", 1_050_000, 128_000, 2, 0.1, 10],
  ["anthropic", "claude-haiku-5-5", 1_000_000, 128_000, 0.1, undefined, 0.5],
  ["anthropic", "claude-opus-5-5", 1_000_000, 128_000, 4, 0.2, 20],
  ["gemini", "gemini-3.5-flash-lite", 1_048_576, 65_536, 0.3, undefined, 2.5],
  ["gemini", "gemini-4-carbon", 1_048_576, 65_536, 4, undefined, 20],
  ["deepseek", "deepseek-flash", 1_000_000, 384_000, 0.15, 0.003, 0.6],
  ["minimax", "MiniMax-M3", 512_000, 128_000, 0.3, undefined, 1.2],
  ["hunyuan", "hy3", 256_000, 128_000]
]
