/**
 * The rows of rankings, transcripts and speech. The documents are "a" and "b" and the query "q", of which the best one
 * is wanted; the recording is `talk.mp3` with the bytes `sound`, in English; the text is "Hi", as WAV.
 */
import { post, type Row } from "./Row.ts"

const documents = ["a", "b"]
const recording = "talk.mp3 (audio/mpeg): sound"

const transcription = (provider: string, model: string, variable: string, url: string, more: Partial<Row> = {}) =>
  post(provider, "transcription:openai", model, variable, url, { model, language: "en", file: recording }, more)

const speech = (
  provider: string,
  model: string,
  variable: string,
  url: string,
  body: object,
  more: Partial<Row> = {}
) =>
  post(provider, "speech:openai", model, variable, url, { model, input: "Hi", response_format: "wav", ...body }, more)

const azure = "https://mine.openai.azure.com/openai"
const azureV1 = {
  env: { AZURE_OPENAI_API_KEY: "sk-1", AZURE_OPENAI_RESOURCE_NAME: "mine" },
  headers: { "api-key": "sk-1" }
}
const azureDated = { ...azureV1, env: { ...azureV1.env, AZURE_OPENAI_API_VERSION: "2024-10-21" } }
const dated = `${azure}/deployments/dep/audio`
const compatible = { env: { OPENAI_COMPATIBLE_BASE_URL: "https://host.test/v1" } }

export const rows: ReadonlyArray<Row> = [
  post("cohere", "rerank:cohere", "rerank-v3.5", "COHERE_API_KEY", "https://api.cohere.com/v2/rerank", {
    model: "rerank-v3.5",
    query: "q",
    documents,
    top_n: 1
  }),
  post("jina", "rerank:jina", "jina-reranker-v2", "JINA_API_KEY", "https://api.jina.ai/v1/rerank", {
    model: "jina-reranker-v2",
    query: "q",
    documents,
    top_n: 1,
    return_documents: false
  }),
  post("voyageai", "rerank:voyage", "rerank-2.5", "VOYAGE_API_KEY", "https://api.voyageai.com/v1/rerank", {
    model: "rerank-2.5",
    query: "q",
    documents,
    top_k: 1
  }),
  post(
    "together",
    "rerank:together",
    "Salesforce/Llama-Rank-v1",
    "TOGETHER_API_KEY",
    "https://api.together.ai/v1/rerank",
    { model: "Salesforce/Llama-Rank-v1", query: "q", documents, top_n: 1, return_documents: false }
  ),
  post(
    "openrouter",
    "rerank:cohere",
    "cohere/rerank-v3.5",
    "OPENROUTER_API_KEY",
    "https://openrouter.ai/api/v1/rerank",
    {
      model: "cohere/rerank-v3.5",
      query: "q",
      documents,
      top_n: 1
    }
  ),
  post("vllm", "rerank:cohere", "bge-reranker", "VLLM_API_KEY", "http://localhost:8000/v1/rerank", {
    model: "bge-reranker",
    query: "q",
    documents,
    top_n: 1
  }),
  post("openai-compatible", "rerank:cohere", "m", "", "https://host.test/v1/rerank", {
    model: "m",
    query: "q",
    documents,
    top_n: 1
  }, compatible),
  post(
    "bedrock",
    "rerank:bedrock-agent",
    "cohere.rerank-v3-5:0",
    "AWS_BEARER_TOKEN_BEDROCK",
    "https://bedrock-agent-runtime.us-east-1.amazonaws.com/rerank",
    {
      queries: [{ type: "TEXT", textQuery: { text: "q" } }],
      sources: documents.map((text) => ({
        type: "INLINE",
        inlineDocumentSource: { type: "TEXT", textDocument: { text } }
      })),
      rerankingConfiguration: {
        type: "BEDROCK_RERANKING_MODEL",
        bedrockRerankingConfiguration: {
          numberOfResults: 1,
          modelConfiguration: { modelArn: "arn:aws:bedrock:us-east-1::foundation-model/cohere.rerank-v3-5:0" }
        }
      }
    }
  ),
  post(
    "bedrock",
    "rerank:bedrock-cohere",
    "cohere.rerank-v3-5:0",
    "",
    "https://proxy.test/model/cohere.rerank-v3-5%3A0/invoke",
    { api_version: 2, query: "q", documents, top_n: 1 },
    {
      env: { AWS_BEARER_TOKEN_BEDROCK: "sk-1", AWS_ENDPOINT_URL_BEDROCK_RUNTIME: "https://proxy.test" },
      headers: { authorization: "Bearer sk-1" }
    }
  ),

  transcription("openai", "whisper-1", "OPENAI_API_KEY", "https://api.openai.com/v1/audio/transcriptions"),
  {
    ...transcription("openai", "whisper-1", "OPENAI_API_KEY", "https://api.openai.com/v1/audio/translations"),
    call: "translation:openai"
  },
  transcription("azure", "dep", "", `${azure}/v1/audio/transcriptions`, azureV1),
  transcription("azure", "dep", "", `${dated}/transcriptions?api-version=2024-10-21`, azureDated),
  { ...transcription("azure", "dep", "", `${azure}/v1/audio/translations`, azureV1), call: "translation:openai" },
  {
    ...transcription("azure", "dep", "", `${dated}/translations?api-version=2024-10-21`, azureDated),
    call: "translation:openai"
  },
  transcription("groq", "whisper-large-v3", "GROQ_API_KEY", "https://api.groq.com/openai/v1/audio/transcriptions"),
  {
    ...transcription("groq", "whisper-large-v3", "GROQ_API_KEY", "https://api.groq.com/openai/v1/audio/translations"),
    call: "translation:openai"
  },
  {
    ...transcription("mistral", "voxtral-mini", "MISTRAL_API_KEY", "https://api.mistral.ai/v1/audio/transcriptions"),
    call: "transcription:mistral"
  },
  post(
    "openrouter",
    "transcription:openrouter",
    "openai/whisper-1",
    "OPENROUTER_API_KEY",
    "https://openrouter.ai/api/v1/audio/transcriptions",
    {
      model: "openai/whisper-1",
      language: "en",
      input_audio: { format: "mp3", data: Buffer.from("sound").toString("base64") }
    }
  ),
  post(
    "cohere",
    "transcription:cohere",
    "cohere-transcribe-03-2026",
    "COHERE_API_KEY",
    "https://api.cohere.com/v2/audio/transcriptions",
    { model: "cohere-transcribe-03-2026", language: "en", file: recording }
  ),
  post("xai", "transcription:xai", "grok-voice-transcribe-2.0", "XAI_API_KEY", "https://api.x.ai/v1/stt", {
    model: "grok-voice-transcribe-2.0",
    language: "en",
    file: recording
  }),
  transcription("vllm", "whisper", "VLLM_API_KEY", "http://localhost:8000/v1/audio/transcriptions"),
  {
    ...transcription("vllm", "whisper", "VLLM_API_KEY", "http://localhost:8000/v1/audio/translations"),
    call: "translation:openai"
  },
  transcription("openai-compatible", "m", "", "https://host.test/v1/audio/transcriptions", compatible),

  speech("openai", "gpt-4o-mini-tts", "OPENAI_API_KEY", "https://api.openai.com/v1/audio/speech", { voice: "alloy" }),
  speech("azure", "dep", "", `${azure}/v1/audio/speech`, { voice: "alloy" }, azureV1),
  speech("azure", "dep", "", `${dated}/speech?api-version=2024-10-21`, { voice: "alloy" }, azureDated),
  speech(
    "groq",
    "canopylabs/orpheus-v1-english",
    "GROQ_API_KEY",
    "https://api.groq.com/openai/v1/audio/speech",
    { voice: "hannah" }
  ),
  post("mistral", "speech:mistral", "voxtral-mini-tts", "MISTRAL_API_KEY", "https://api.mistral.ai/v1/audio/speech", {
    model: "voxtral-mini-tts",
    input: "Hi",
    response_format: "wav",
    stream: true
  }),
  ...([
    ["openai/gpt-4o-mini-tts-2025-12-15", { voice: "alloy" }],
    ["x-ai/grok-voice-tts-1.0", { voice: "eve" }],
    ["hexgrad/kokoro-82m", {}]
  ] as const).map(([model, voice]) =>
    post(
      "openrouter",
      "speech:openrouter",
      model,
      "OPENROUTER_API_KEY",
      "https://openrouter.ai/api/v1/audio/speech",
      { model, input: "Hi", ...voice, response_format: "mp3" },
      { overrides: { format: undefined } }
    )
  ),
  post("xai", "speech:xai", "grok-tts", "XAI_API_KEY", "https://api.x.ai/v1/tts", {
    text: "Hi",
    language: "auto",
    output_format: { codec: "wav" }
  }),
  speech("openai-compatible", "m", "", "https://host.test/v1/audio/speech", { voice: "alloy" }, compatible)
]
