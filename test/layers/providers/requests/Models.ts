/**
 * The rows of lists of models: every provider that has one.
 */
import * as Row from "./Row.ts"

const get = Row.get("models")

export const rows: ReadonlyArray<Row.Row> = [
  get("openai", "OPENAI_API_KEY", "https://api.openai.com/v1/models"),
  get("anthropic", "ANTHROPIC_API_KEY", "https://api.anthropic.com/v1/models?limit=1000", {
    headers: { "x-api-key": "sk-1", "anthropic-version": "2023-06-01" }
  }),
  get("azure", "", "https://mine.openai.azure.com/openai/v1/models", {
    env: { AZURE_OPENAI_API_KEY: "sk-1", AZURE_OPENAI_RESOURCE_NAME: "mine" },
    headers: { "api-key": "sk-1" }
  }),
  get("gemini", "GEMINI_API_KEY", "https://generativelanguage.googleapis.com/v1beta/models?pageSize=1000", {
    headers: { "x-goog-api-key": "sk-1" }
  }),
  get("bedrock", "AWS_BEARER_TOKEN_BEDROCK", "https://bedrock.us-east-1.amazonaws.com/foundation-models"),
  get("ollama", "", "http://localhost:11434/api/tags", { env: {}, headers: {} }),
  get("cohere", "COHERE_API_KEY", "https://api.cohere.com/v1/models?page_size=1000"),
  get("groq", "GROQ_API_KEY", "https://api.groq.com/openai/v1/models"),
  get("openrouter", "OPENROUTER_API_KEY", "https://openrouter.ai/api/v1/models"),
  get("together", "TOGETHER_API_KEY", "https://api.together.ai/v1/models"),
  get("xai", "XAI_API_KEY", "https://api.x.ai/v1/models"),
  get("deepseek", "DEEPSEEK_API_KEY", "https://api.deepseek.com/models"),
  get("huggingface", "HF_TOKEN", "https://router.huggingface.co/v1/models"),
  get("vllm", "VLLM_API_KEY", "http://localhost:8000/v1/models"),
  get("ai21", "AI21_API_KEY", "https://jamba.test/studio/v1/models"),
  get("github", "GITHUB_TOKEN", "https://models.test/catalog/models"),
  get("deepinfra", "DEEPINFRA_API_KEY", "https://api.deepinfra.com/v1/openai/models"),
  get("qianwen", "DASHSCOPE_API_KEY", "https://dashscope.aliyuncs.com/compatible-mode/v1/models"),
  get("cloudflare", "", "https://api.cloudflare.com/client/v4/accounts/acc-1/ai/models/search?per_page=100", {
    env: { CLOUDFLARE_API_TOKEN: "sk-1", CLOUDFLARE_ACCOUNT_ID: "acc-1" }
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
