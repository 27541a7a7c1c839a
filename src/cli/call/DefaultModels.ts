/**
 * The model of each operation and provider when none is named.
 */

/** An operation that a command calls. */
export type Operation = "chat" | "embeddings" | "rerank" | "transcription" | "speech"

const models: Readonly<Record<Operation, Readonly<Record<string, string>>>> = {
  // Azure has none: its customers name their deployments. Those that ended have none either.
  chat: {
    openai: "gpt-6-luna",
    anthropic: "claude-haiku-5-5",
    gemini: "gemini-3.5-flash-lite",
    vertexai: "gemini-3.5-flash-lite",
    bedrock: "global.amazon.nova-2-lite-v1:0",
    groq: "openai/gpt-oss-20b",
    ollama: "llama3.2",
    openrouter: "openai/gpt-6-luna",
    perplexity: "perplexity/sonar",
    together: "openai/gpt-oss-20b",
    xai: "grok-4.3",
    deepseek: "deepseek-flash",
    huggingface: "openai/gpt-oss-120b",
    cohere: "command-r7b-12-2024",
    deepinfra: "meta-llama/Llama-3.3-70B-Instruct",
    qianwen: "qwen-plus",
    cloudflare: "@cf/meta/llama-3.1-8b-instruct-fp8",
    ernie: "ernie-5.1",
    hunyuan: "hy3",
    moonshot: "kimi-k3",
    zhipuai: "glm-5.3-flash",
    minimax: "MiniMax-M3",
    mistral: "mistral-small-latest"
  },
  embeddings: {
    openai: "text-embedding-3-small",
    gemini: "gemini-embedding-2",
    vertexai: "gemini-embedding-2",
    bedrock: "amazon.titan-embed-text-v2:0",
    ollama: "nomic-embed-text",
    openrouter: "openai/text-embedding-3-small",
    perplexity: "pplx-embed-v1-0.6b",
    together: "intfloat/multilingual-e5-large-instruct",
    cohere: "embed-v4.0",
    deepinfra: "BAAI/bge-m3",
    qianwen: "text-embedding-v4",
    cloudflare: "@cf/baai/bge-m3",
    jina: "jina-embeddings-v5-text-small",
    voyageai: "voyage-4",
    ernie: "embedding-v1",
    zhipuai: "embedding-3",
    mistral: "mistral-embed"
  },
  rerank: {
    cohere: "rerank-v4.0-fast",
    jina: "jina-reranker-v2-base-multilingual",
    voyageai: "rerank-2.5",
    together: "Salesforce/Llama-Rank-V1",
    openrouter: "cohere/rerank-v3.5",
    bedrock: "cohere.rerank-v3-5:0"
  },
  transcription: {
    openai: "gpt-transcribe",
    groq: "whisper-large-v3-turbo",
    openrouter: "openai/whisper-1",
    xai: "grok-voice-transcribe-2.0",
    cohere: "cohere-transcribe-03-2026",
    mistral: "voxtral-mini-latest"
  },
  speech: {
    openai: "gpt-4o-mini-tts",
    groq: "canopylabs/orpheus-v1-english",
    openrouter: "x-ai/grok-voice-tts-1.0",
    // xAI's API takes no model: this is the name that its resellers use.
    xai: "grok-tts",
    mistral: "voxtral-mini-tts-latest"
  }
}

/**
 * Returns the model of an operation when none is named. It is `"default"` for a provider without one: a private server
 * usually serves one model and accepts any name for it.
 */
export const of = (operation: Operation, provider: string): string => models[operation][provider] ?? "default"

/** Returns the models of a provider by operation, without the operations that have none. */
export const allOf = (provider: string): Readonly<Partial<Record<Operation, string>>> =>
  Object.fromEntries(
    Object.entries(models).flatMap(([operation, byProvider]) =>
      byProvider[provider] === undefined ? [] : [[operation, byProvider[provider]]]
    )
  )
