/**
 * The models that are asked for what is no chat when none is named: common ones of each provider.
 *
 * @since 0.1.0
 */

/**
 * What a command asks of a provider.
 *
 * @category models
 * @since 0.1.0
 */
export type Operation = "embeddings" | "rerank" | "transcription" | "speech"

const models: Readonly<Record<Operation, Readonly<Record<string, string>>>> = {
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
 * The model that is asked when none is named. A server of one's own mostly serves one model and takes any name for it.
 *
 * @category accessors
 * @since 0.1.0
 */
export const of = (operation: Operation, provider: string): string => models[operation][provider] ?? "default"
