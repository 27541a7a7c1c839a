/**
 * The rows of embeddings: of the text "Hi" for a query, in 256 dimensions, in every form of every provider.
 */
import { post, type Row } from "./Row.ts"

const row = (
  provider: string,
  form: string,
  model: string,
  variable: string,
  url: string,
  body: unknown,
  more: Partial<Row> = {}
): Row => post(provider, `embed:${form}`, model, variable, url, body, more)

/** OpenAI's form, which knows no purposes. */
const openAi = (provider: string, model: string, variable: string, url: string, more: Partial<Row> = {}): Row =>
  row(provider, "openai", model, variable, `${url}/embeddings`, { model, input: ["Hi"], dimensions: 256 }, more)

const vertex =
  "https://europe-west4-aiplatform.googleapis.com/v1/projects/proj/locations/europe-west4/publishers/google"
const vertexEnv = {
  env: { VERTEX_API_KEY: "sk-1", GOOGLE_CLOUD_PROJECT: "proj", GOOGLE_CLOUD_LOCATION: "europe-west4" }
}
const bedrock = "https://bedrock-runtime.us-east-1.amazonaws.com/model"
const azure = { AZURE_OPENAI_API_KEY: "sk-1", AZURE_OPENAI_RESOURCE_NAME: "mine" }
const azureBody = { model: "emb", input: ["Hi"], encoding_format: "base64", dimensions: 256 }

export const rows: ReadonlyArray<Row> = [
  row("openai", "openai", "text-embedding-3-small", "OPENAI_API_KEY", "https://api.openai.com/v1/embeddings", {
    model: "text-embedding-3-small",
    input: ["Hi"],
    encoding_format: "base64",
    dimensions: 256
  }),
  row("azure", "openai", "emb", "", "https://mine.openai.azure.com/openai/v1/embeddings", azureBody, {
    env: azure,
    headers: { "api-key": "sk-1" }
  }),
  row(
    "azure",
    "openai",
    "emb",
    "",
    "https://mine.openai.azure.com/openai/deployments/emb/embeddings?api-version=2024-10-21",
    azureBody,
    { env: { ...azure, AZURE_OPENAI_API_VERSION: "2024-10-21" }, headers: { "api-key": "sk-1" } }
  ),
  row(
    "gemini",
    "gemini-batch",
    "gemini-embedding-001",
    "GEMINI_API_KEY",
    "https://generativelanguage.googleapis.com/v1beta/models/gemini-embedding-001:batchEmbedContents",
    {
      requests: [{
        model: "models/gemini-embedding-001",
        content: { parts: [{ text: "Hi" }] },
        taskType: "RETRIEVAL_QUERY",
        outputDimensionality: 256
      }]
    },
    { headers: { "x-goog-api-key": "sk-1" } }
  ),
  row(
    "gemini",
    "gemini-batch",
    "models/gemini-embedding-001",
    "GEMINI_API_KEY",
    "https://generativelanguage.googleapis.com/v1beta/models/gemini-embedding-001:batchEmbedContents",
    {
      requests: [{
        model: "models/gemini-embedding-001",
        content: { parts: [{ text: "Hi" }] },
        taskType: "RETRIEVAL_QUERY",
        outputDimensionality: 256
      }]
    },
    { headers: { "x-goog-api-key": "sk-1" } }
  ),
  row(
    "gemini",
    "gemini",
    "gemini-embedding-exp-03-07",
    "GEMINI_API_KEY",
    "https://generativelanguage.googleapis.com/v1beta/models/gemini-embedding-exp-03-07:embedContent",
    {
      model: "models/gemini-embedding-exp-03-07",
      content: { parts: [{ text: "Hi" }] },
      taskType: "RETRIEVAL_QUERY",
      outputDimensionality: 256
    },
    { headers: { "x-goog-api-key": "sk-1" } }
  ),
  row("vertexai", "vertex-predict", "text-embedding-005", "", `${vertex}/models/text-embedding-005:predict`, {
    instances: [{ content: "Hi", task_type: "RETRIEVAL_QUERY" }],
    parameters: { outputDimensionality: 256 }
  }, { ...vertexEnv, headers: { authorization: "Bearer sk-1" } }),
  row(
    "vertexai",
    "vertex-embed-content",
    "gemini-embedding-2",
    "",
    `${vertex}/models/gemini-embedding-2:embedContent`,
    {
      content: { parts: [{ text: "Hi" }] },
      embedContentConfig: { taskType: "RETRIEVAL_QUERY", outputDimensionality: 256 }
    },
    { ...vertexEnv, headers: { authorization: "Bearer sk-1" } }
  ),
  row(
    "bedrock",
    "bedrock-cohere",
    "us.cohere.embed-v4:0",
    "AWS_BEARER_TOKEN_BEDROCK",
    `${bedrock}/us.cohere.embed-v4%3A0/invoke`,
    { texts: ["Hi"], input_type: "search_query", output_dimension: 256 }
  ),
  row(
    "bedrock",
    "bedrock-titan",
    "amazon.titan-embed-text-v2:0",
    "AWS_BEARER_TOKEN_BEDROCK",
    `${bedrock}/amazon.titan-embed-text-v2%3A0/invoke`,
    { inputText: "Hi", dimensions: 256 }
  ),
  row(
    "bedrock",
    "bedrock-nova",
    "amazon.nova-2-multimodal-embeddings-v1:0",
    "AWS_BEARER_TOKEN_BEDROCK",
    `${bedrock}/amazon.nova-2-multimodal-embeddings-v1%3A0/invoke`,
    {
      taskType: "SINGLE_EMBEDDING",
      singleEmbeddingParams: {
        embeddingPurpose: "TEXT_RETRIEVAL",
        embeddingDimension: 256,
        text: { truncationMode: "NONE", value: "Hi" }
      }
    }
  ),
  row("ollama", "ollama", "mxbai-embed-large", "", "http://localhost:11434/api/embed", {
    model: "mxbai-embed-large",
    input: ["Hi"],
    dimensions: 256
  }),
  openAi("openrouter", "openai/text-embedding-3-small", "OPENROUTER_API_KEY", "https://openrouter.ai/api/v1"),
  row("perplexity", "perplexity", "pplx-embed-v1-4b", "PPLX_API_KEY", "https://api.perplexity.ai/v1/embeddings", {
    model: "pplx-embed-v1-4b",
    input: ["Hi"],
    dimensions: 256,
    encoding_format: "base64_int8"
  }),
  openAi("together", "BAAI/bge-base-en-v1.5", "TOGETHER_API_KEY", "https://api.together.ai/v1"),
  openAi("vllm", "qwen3-embedding", "VLLM_API_KEY", "http://localhost:8000/v1"),
  row("cohere", "cohere", "embed-v4.0", "COHERE_API_KEY", "https://api.cohere.com/v2/embed", {
    model: "embed-v4.0",
    texts: ["Hi"],
    input_type: "search_query",
    embedding_types: ["float"],
    output_dimension: 256
  }),
  openAi("github", "openai/text-embedding-3-small", "GITHUB_TOKEN", "https://models.test/inference"),
  openAi("deepinfra", "BAAI/bge-m3", "DEEPINFRA_API_KEY", "https://api.deepinfra.com/v1/openai"),
  row(
    "qianwen",
    "qianwen",
    "text-embedding-v4",
    "DASHSCOPE_API_KEY",
    "https://dashscope.aliyuncs.com/api/v1/services/embeddings/text-embedding/text-embedding",
    { model: "text-embedding-v4", input: { texts: ["Hi"] }, parameters: { text_type: "query", dimension: 256 } }
  ),
  openAi(
    "qianwen",
    "text-embedding-v4",
    "QWEN_CLOUD_API_KEY",
    "https://dashscope-intl.aliyuncs.com/compatible-mode/v1",
    { overrides: { purpose: undefined } }
  ),
  openAi(
    "cloudflare",
    "@cf/baai/bge-m3",
    "",
    "https://api.cloudflare.com/client/v4/accounts/acc-1/ai/v1",
    {
      env: { CLOUDFLARE_API_TOKEN: "sk-1", CLOUDFLARE_ACCOUNT_ID: "acc-1" },
      headers: { authorization: "Bearer sk-1" }
    }
  ),
  row(
    "cloudflare",
    "cloudflare",
    "@cf/baai/bge-m3",
    "",
    "https://api.cloudflare.com/client/v4/accounts/acc-1/ai/run/@cf/baai/bge-m3",
    { text: ["Hi"] },
    {
      env: { CLOUDFLARE_API_TOKEN: "sk-1", CLOUDFLARE_ACCOUNT_ID: "acc-1", CLOUDFLARE_AI_API: "run" },
      headers: { authorization: "Bearer sk-1" },
      overrides: { dimensions: undefined }
    }
  ),
  row("jina", "jina", "jina-embeddings-v3", "JINA_API_KEY", "https://api.jina.ai/v1/embeddings", {
    model: "jina-embeddings-v3",
    input: ["Hi"],
    task: "retrieval.query",
    dimensions: 256
  }),
  row("voyageai", "voyage", "voyage-3.5", "VOYAGE_API_KEY", "https://api.voyageai.com/v1/embeddings", {
    model: "voyage-3.5",
    input: ["Hi"],
    input_type: "query",
    output_dimension: 256
  }),
  openAi("ernie", "embedding-v1", "QIANFAN_API_KEY", "https://qianfan.baidubce.com/v2"),
  openAi("zhipuai", "embedding-3", "ZHIPUAI_API_KEY", "https://open.bigmodel.cn/api/paas/v4"),
  row("mistral", "mistral", "mistral-embed", "MISTRAL_API_KEY", "https://api.mistral.ai/v1/embeddings", {
    model: "mistral-embed",
    input: ["Hi"],
    encoding_format: "float",
    output_dimension: 256
  }),
  openAi("openai-compatible", "m", "", "https://host.test/v1", {
    env: { OPENAI_COMPATIBLE_BASE_URL: "https://host.test/v1" }
  })
]
