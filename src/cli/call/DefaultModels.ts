/**
 * The model of each operation and provider when none is named.
 */

/** An operation that a command calls. */
export type Operation = "chat" | "embeddings" | "rerank" | "transcription" | "speech"

const models: Readonly<Record<Operation, Readonly<Record<string, string>>>> = {
  // Azure has none: its customers name their deployments.
  chat: {
    openai: "gpt-5-mini",
    anthropic: "claude-haiku-4-5",
    gemini: "gemini-2.5-flash",
    vertexai: "gemini-2.5-flash",
    bedrock: "amazon.nova-lite-v1:0",
    groq: "llama-3.1-8b-instant",
    ollama: "llama3.2",
    openrouter: "openai/gpt-5-mini",
    perplexity: "sonar",
    together: "openai/gpt-oss-20b",
    xai: "grok-4-fast-non-reasoning",
    deepseek: "deepseek-v4-flash",
    huggingface: "openai/gpt-oss-120b",
    ai21: "jamba-mini",
    cohere: "command-r7b-12-2024",
    github: "openai/gpt-4.1-mini",
    deepinfra: "meta-llama/Llama-3.3-70B-Instruct",
    qianwen: "qwen-plus",
    cloudflare: "@cf/meta/llama-3.1-8b-instruct-fp8",
    ernie: "ernie-4.5-turbo-128k",
    hunyuan: "hunyuan-turbos-latest",
    moonshot: "kimi-k2.6",
    zhipuai: "glm-4.5-air",
    minimax: "MiniMax-M2",
    mistral: "mistral-small-latest"
  },
  embeddings: {
    openai: "text-embedding-3-small",
    gemini: "gemini-embedding-001",
    vertexai: "text-embedding-005",
    bedrock: "amazon.titan-embed-text-v2:0",
    ollama: "nomic-embed-text",
    openrouter: "openai/text-embedding-3-small",
    perplexity: "pplx-embed-v1-0.6b",
    together: "intfloat/multilingual-e5-large-instruct",
    cohere: "embed-v4.0",
    github: "openai/text-embedding-3-small",
    deepinfra: "BAAI/bge-m3",
    qianwen: "text-embedding-v4",
    cloudflare: "@cf/baai/bge-m3",
    jina: "jina-embeddings-v3",
    voyageai: "voyage-3.5",
    ernie: "embedding-v1",
    hunyuan: "hunyuan-embedding",
    zhipuai: "embedding-3",
    mistral: "mistral-embed"
  },
  rerank: {
    cohere: "rerank-v3.5",
    jina: "jina-reranker-v2-base-multilingual",
    voyageai: "rerank-2.5",
    together: "Salesforce/Llama-Rank-V1",
    openrouter: "cohere/rerank-v3.5",
    bedrock: "cohere.rerank-v3-5:0"
  },
  transcription: {
    openai: "gpt-4o-mini-transcribe",
    groq: "whisper-large-v3-turbo",
    openrouter: "openai/whisper-1",
    mistral: "voxtral-mini-latest"
  },
  speech: {
    openai: "gpt-4o-mini-tts",
    groq: "playai-tts",
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
