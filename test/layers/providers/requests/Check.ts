/**
 * The rows of checks: the cheapest call of every provider that needs a valid key.
 */
import * as Row from "./Row.ts"

const get = Row.get("check")

const post = (provider: string, variable: string, url: string, body: unknown): Row.Row => ({
  ...get(provider, variable, ""),
  request: `POST ${url}`,
  body
})

export const rows: ReadonlyArray<Row.Row> = [
  get("openai", "OPENAI_API_KEY", "https://api.openai.com/v1/models"),
  get("anthropic", "ANTHROPIC_API_KEY", "https://api.anthropic.com/v1/models", {
    headers: { "x-api-key": "sk-1", "anthropic-version": "2023-06-01" }
  }),
  get("azure", "", "https://mine.openai.azure.com/openai/v1/models", {
    env: { AZURE_OPENAI_API_KEY: "sk-1", AZURE_OPENAI_RESOURCE_NAME: "mine" },
    headers: { "api-key": "sk-1" }
  }),
  get("gemini", "GEMINI_API_KEY", "https://generativelanguage.googleapis.com/v1beta/models", {
    headers: { "x-goog-api-key": "sk-1" }
  }),
  {
    ...post(
      "vertexai",
      "",
      "https://aiplatform.googleapis.com/v1/projects/proj-1/locations/global/publishers/google/models/gemini-3.5-flash-lite:generateContent",
      { contents: [{ role: "user", parts: [{ text: "Hi" }] }], generationConfig: { maxOutputTokens: 1 } }
    ),
    env: { VERTEX_API_KEY: "sk-1", VERTEX_PROJECT_ID: "proj-1" }
  },
  get("bedrock", "AWS_BEARER_TOKEN_BEDROCK", "https://bedrock.us-east-1.amazonaws.com/foundation-models"),
  get("cohere", "COHERE_API_KEY", "https://api.cohere.com/v1/models"),
  get("ollama", "", "http://localhost:11434/api/tags", { env: {}, headers: {} }),
  get("groq", "GROQ_API_KEY", "https://api.groq.com/openai/v1/models"),
  get("openrouter", "OPENROUTER_API_KEY", "https://openrouter.ai/api/v1/key"),
  post("perplexity", "PPLX_API_KEY", "https://api.perplexity.ai/v1/responses", {
    model: "perplexity/sonar",
    input: "Hi",
    max_output_tokens: 16
  }),
  get("together", "TOGETHER_API_KEY", "https://api.together.ai/v1/models"),
  get("xai", "XAI_API_KEY", "https://api.x.ai/v1/api-key"),
  get("deepseek", "DEEPSEEK_API_KEY", "https://api.deepseek.com/user/balance"),
  get("huggingface", "HF_TOKEN", "https://huggingface.co/api/whoami-v2"),
  get("vllm", "VLLM_API_KEY", "http://localhost:8000/v1/models"),
  get("ai21", "AI21_API_KEY", "https://jamba.test/studio/v1/models"),
  get("github", "GITHUB_TOKEN", "https://models.test/catalog/models"),
  get("deepinfra", "DEEPINFRA_API_KEY", "https://api.deepinfra.com/v1/openai/models"),
  get("qianwen", "DASHSCOPE_API_KEY", "https://dashscope.aliyuncs.com/compatible-mode/v1/models"),
  get("cloudflare", "", "https://api.cloudflare.com/client/v4/accounts/acc-1/ai/models/search", {
    env: { CLOUDFLARE_API_TOKEN: "sk-1", CLOUDFLARE_ACCOUNT_ID: "acc-1" }
  }),
  post("jina", "JINA_API_KEY", "https://api.jina.ai/v1/embeddings", {
    model: "jina-embeddings-v5-text-small",
    input: ["Hi"]
  }),
  post("voyageai", "VOYAGE_API_KEY", "https://api.voyageai.com/v1/embeddings", {
    model: "voyage-4-lite",
    input: ["Hi"]
  }),
  get("ernie", "QIANFAN_API_KEY", "https://qianfan.baidubce.com/v2/models"),
  get("hunyuan", "TOKENHUB_API_KEY", "https://tokenhub.tencentmaas.com/v1/models"),
  get("moonshot", "MOONSHOT_API_KEY", "https://api.moonshot.ai/v1/models"),
  get("zhipuai", "ZHIPUAI_API_KEY", "https://open.bigmodel.cn/api/paas/v4/models"),
  get("minimax", "MINIMAX_API_KEY", "https://api.minimax.io/v1/models"),
  get("mistral", "MISTRAL_API_KEY", "https://api.mistral.ai/v1/models"),
  get("openai-compatible", "", "https://host.test/v1/models", {
    env: { OPENAI_COMPATIBLE_BASE_URL: "https://host.test/v1" },
    headers: {}
  })
]
