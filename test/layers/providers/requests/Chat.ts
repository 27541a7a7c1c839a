/**
 * The rows of chat: every provider, in every protocol that it speaks.
 */
import { chat, claude, cloudClaude, converse, gemini, responses, type Row, text } from "./Row.ts"

const bearer = { authorization: "Bearer sk-1" }

/** A provider of Chat Completions with a bearer key and nothing that is odd about it. */
const plain = (
  provider: string,
  variable: string,
  base: string,
  model: string,
  limit: "max_tokens" | "max_completion_tokens" = "max_tokens"
): Row => ({
  provider,
  call: "openai-chat",
  model,
  env: { [variable]: "sk-1" },
  request: `POST ${base}/chat/completions`,
  headers: bearer,
  body: chat(model, limit)
})

const responsesAt = (provider: string, variable: string, base: string, model: string): Row => ({
  provider,
  call: "openai-responses",
  model,
  env: { [variable]: "sk-1" },
  request: `POST ${base}/responses`,
  headers: bearer,
  body: responses(model)
})

const claudeAt = (provider: string, variable: string, url: string, model: string): Row => ({
  provider,
  call: "anthropic-messages",
  model,
  env: { [variable]: "sk-1" },
  request: `POST ${url}`,
  headers: { "x-api-key": "sk-1", "anthropic-version": "2023-06-01" },
  body: claude(model)
})

/** The same for a model whose sampling is fixed: the temperature is left out. */
const fixedSampling = (row: Row): Row => {
  const { temperature: _, ...body } = row.body as Readonly<Record<string, unknown>>
  return { ...row, body }
}

/** The same for a model whose reasoning comes in encrypted form. */
const encryptedReasoning = (row: Row): Row => ({
  ...row,
  body: { ...row.body as Readonly<Record<string, unknown>>, include: ["reasoning.encrypted_content"] }
})

const { model: _, ...withoutModel } = chat("", "max_tokens", false)

/** The same as one text: the conversation is written turn by turn. */
const textAt = (provider: string, variable: string, url: string, model: string, usage = true): Row => ({
  provider,
  call: "openai-completions",
  model,
  env: { [variable]: "sk-1" },
  request: `POST ${url}`,
  headers: bearer,
  body: text(model, usage)
})

const vertex = { VERTEX_API_KEY: "sk-1", GOOGLE_VERTEX_PROJECT: "proj-1" }
const azure = { AZURE_OPENAI_API_KEY: "sk-1", AZURE_OPENAI_RESOURCE_NAME: "mine" }

export const rows: ReadonlyArray<Row> = [
  responsesAt("openai", "OPENAI_API_KEY", "https://api.openai.com/v1", "gpt-4.1-mini"),
  plain("openai", "OPENAI_API_KEY", "https://api.openai.com/v1", "gpt-4.1-mini", "max_completion_tokens"),
  {
    ...responsesAt("openai", "OPENAI_API_KEY", "https://api.openai.com/v1", "gpt-4.1-mini"),
    env: { OPENAI_API_KEY: "sk-1", OPENAI_ORG_ID: "org-1", OPENAI_PROJECT_ID: "proj-1" },
    headers: { ...bearer, "openai-organization": "org-1", "openai-project": "proj-1" }
  },
  claudeAt("anthropic", "ANTHROPIC_API_KEY", "https://api.anthropic.com/v1/messages", "claude-haiku-4-5"),
  {
    ...claudeAt("anthropic", "ANTHROPIC_AUTH_TOKEN", "https://api.anthropic.com/v1/messages", "claude-haiku-4-5"),
    headers: { ...bearer, "anthropic-version": "2023-06-01" }
  },
  {
    provider: "azure",
    call: "openai-chat",
    model: "my-deployment",
    env: azure,
    request: "POST https://mine.openai.azure.com/openai/v1/chat/completions",
    headers: { "api-key": "sk-1" },
    body: chat("my-deployment", "max_completion_tokens")
  },
  {
    provider: "azure",
    call: "openai-responses",
    model: "my-deployment",
    env: { ...azure, AZURE_OPENAI_API_VERSION: "preview" },
    request: "POST https://mine.openai.azure.com/openai/v1/responses?api-version=preview",
    headers: { "api-key": "sk-1" },
    body: responses("my-deployment")
  },
  {
    provider: "azure",
    call: "openai-chat",
    model: "my deployment",
    env: { ...azure, AZURE_OPENAI_API_VERSION: "2024-10-21" },
    request:
      "POST https://mine.openai.azure.com/openai/deployments/my%20deployment/chat/completions?api-version=2024-10-21",
    headers: { "api-key": "sk-1" },
    body: chat("my deployment", "max_completion_tokens")
  },
  {
    provider: "azure",
    call: "openai-chat",
    model: "my-deployment",
    env: { AZURE_TOKEN: "sk-1", AZURE_OPENAI_ENDPOINT: "https://other.cognitiveservices.azure.com/" },
    request: "POST https://other.cognitiveservices.azure.com/openai/v1/chat/completions",
    headers: bearer,
    body: chat("my-deployment", "max_completion_tokens")
  },
  {
    provider: "azure",
    call: "openai-chat",
    model: "my-deployment",
    env: { AZURE_API_KEY: "sk-1", AZURE_OPENAI_BASE_URL: "https://mine.openai.azure.com/openai/v1/" },
    request: "POST https://mine.openai.azure.com/openai/v1/chat/completions",
    headers: { "api-key": "sk-1" },
    body: chat("my-deployment", "max_completion_tokens")
  },
  {
    provider: "bedrock",
    call: "bedrock-converse",
    model: "us.anthropic.claude-haiku-4-5-20251001-v1:0",
    env: { AWS_BEARER_TOKEN_BEDROCK: "sk-1", AWS_REGION: "eu-west-1" },
    request:
      "POST https://bedrock-runtime.eu-west-1.amazonaws.com/model/us.anthropic.claude-haiku-4-5-20251001-v1%3A0/converse-stream",
    headers: bearer,
    body: converse
  },
  {
    provider: "bedrock",
    call: "bedrock-converse",
    model: "arn:aws:bedrock:us-east-1:1:inference-profile/mine",
    whole: true,
    env: { AWS_BEARER_TOKEN_BEDROCK: "sk-1" },
    request:
      "POST https://bedrock-runtime.us-east-1.amazonaws.com/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A1%3Ainference-profile%2Fmine/converse",
    headers: bearer,
    body: converse
  },
  {
    provider: "bedrock",
    call: "anthropic-messages",
    model: "anthropic.claude-haiku-4-5-20251001-v1:0",
    env: { AWS_BEARER_TOKEN_BEDROCK: "sk-1" },
    request:
      "POST https://bedrock-runtime.us-east-1.amazonaws.com/model/anthropic.claude-haiku-4-5-20251001-v1%3A0/invoke-with-response-stream",
    headers: bearer,
    body: cloudClaude({ anthropic_version: "bedrock-2023-05-31" })
  },
  plain(
    "bedrock",
    "AWS_BEARER_TOKEN_BEDROCK",
    "https://bedrock-runtime.us-east-1.amazonaws.com/openai/v1",
    "openai.gpt-oss-120b-1:0",
    "max_completion_tokens"
  ),
  {
    ...fixedSampling(
      responsesAt(
        "bedrock",
        "",
        "https://bedrock-runtime.eu-west-1.amazonaws.com/openai/v1",
        "global.openai.gpt-5.6-sol"
      )
    ),
    env: { AWS_BEARER_TOKEN_BEDROCK: "sk-1", AWS_REGION: "eu-west-1" }
  },
  // A host alone, OpenAI's base URL as the manual shows it, and the other endpoint, whose path is another.
  {
    ...responsesAt("bedrock", "", "https://vpce-1.test/openai/v1", "openai.gpt-oss-20b"),
    env: { AWS_BEARER_TOKEN_BEDROCK: "sk-1", AWS_ENDPOINT_URL_BEDROCK_RUNTIME: "https://vpce-1.test" }
  },
  {
    ...responsesAt("bedrock", "", "https://vpce-1.test/openai/v1", "openai.gpt-oss-20b"),
    env: { AWS_BEARER_TOKEN_BEDROCK: "sk-1", AWS_ENDPOINT_URL_BEDROCK_RUNTIME: "https://vpce-1.test/openai/v1" }
  },
  {
    ...responsesAt("bedrock", "", "https://bedrock-mantle.us-east-1.api.aws/v1", "openai.gpt-oss-20b"),
    env: {
      AWS_BEARER_TOKEN_BEDROCK: "sk-1",
      AWS_ENDPOINT_URL_BEDROCK_RUNTIME: "https://bedrock-mantle.us-east-1.api.aws/v1"
    }
  },
  {
    provider: "vertexai",
    call: "anthropic-messages",
    model: "claude-sonnet-4-5@20250929",
    env: vertex,
    request:
      "POST https://aiplatform.googleapis.com/v1/projects/proj-1/locations/global/publishers/anthropic/models/claude-sonnet-4-5@20250929:streamRawPredict",
    headers: bearer,
    body: cloudClaude({ anthropic_version: "vertex-2023-10-16", stream: true })
  },
  {
    provider: "gemini",
    call: "gemini",
    model: "gemini-2.5-flash",
    env: { GEMINI_API_KEY: "sk-1" },
    request:
      "POST https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse",
    headers: { "x-goog-api-key": "sk-1" },
    body: gemini
  },
  {
    provider: "gemini",
    call: "gemini",
    model: "tunedModels/mine",
    whole: true,
    env: { GOOGLE_API_KEY: "sk-1" },
    request: "POST https://generativelanguage.googleapis.com/v1beta/tunedModels/mine:generateContent",
    headers: { "x-goog-api-key": "sk-1" },
    body: gemini
  },
  {
    provider: "gemini",
    call: "gemini-interactions",
    model: "gemini-3.8-flash",
    env: { GOOGLE_API_KEY: "sk-1" },
    options: { protocol: "gemini-interactions" },
    request: "POST https://generativelanguage.googleapis.com/v1beta/interactions",
    headers: { "x-goog-api-key": "sk-1", "api-revision": "2026-05-20" },
    body: {
      model: "gemini-3.8-flash",
      system_instruction: "Be brief.",
      input: [{ type: "user_input", content: [{ type: "text", text: "Hi" }] }],
      generation_config: { temperature: 0.5, max_output_tokens: 64 },
      store: false,
      stream: true
    }
  },
  {
    ...plain(
      "gemini",
      "GOOGLE_GENERATIVE_AI_API_KEY",
      "https://generativelanguage.googleapis.com/v1beta/openai",
      "gemini-2.5-flash"
    )
  },
  {
    provider: "vertexai",
    call: "gemini",
    model: "gemini-2.5-flash",
    env: { ...vertex, GOOGLE_CLOUD_LOCATION: "europe-west4" },
    request:
      "POST https://europe-west4-aiplatform.googleapis.com/v1/projects/proj-1/locations/europe-west4/publishers/google/models/gemini-2.5-flash:streamGenerateContent?alt=sse",
    headers: bearer,
    body: gemini
  },
  {
    provider: "vertexai",
    call: "gemini",
    model: "gemini-2.5-flash",
    whole: true,
    env: vertex,
    request:
      "POST https://aiplatform.googleapis.com/v1/projects/proj-1/locations/global/publishers/google/models/gemini-2.5-flash:generateContent",
    headers: bearer,
    body: gemini
  },
  {
    provider: "vertexai",
    call: "gemini",
    model: "gemini-2.5-flash",
    env: { ...vertex, GOOGLE_CLOUD_LOCATION: "eu" },
    request:
      "POST https://aiplatform.eu.rep.googleapis.com/v1/projects/proj-1/locations/eu/publishers/google/models/gemini-2.5-flash:streamGenerateContent?alt=sse",
    headers: bearer,
    body: gemini
  },
  {
    provider: "vertexai",
    call: "gemini",
    model: "endpoints/123",
    env: { ...vertex, GOOGLE_CLOUD_LOCATION: "us-central1" },
    request:
      "POST https://us-central1-aiplatform.googleapis.com/v1/projects/proj-1/locations/us-central1/endpoints/123:streamGenerateContent?alt=sse",
    headers: bearer,
    body: gemini
  },
  // No location has the name of what every object knows.
  {
    provider: "vertexai",
    call: "gemini",
    model: "gemini-2.5-flash",
    env: { ...vertex, GOOGLE_CLOUD_LOCATION: "constructor" },
    request:
      "POST https://constructor-aiplatform.googleapis.com/v1/projects/proj-1/locations/constructor/publishers/google/models/gemini-2.5-flash:streamGenerateContent?alt=sse",
    headers: bearer,
    body: gemini
  },
  // Express mode: the key has its own project, whatever project the environment names for other programs.
  {
    provider: "vertexai",
    call: "gemini",
    model: "gemini-2.5-flash",
    env: { GOOGLE_VERTEX_API_KEY: "sk-1", GOOGLE_CLOUD_PROJECT: "proj-1", GOOGLE_CLOUD_LOCATION: "us-central1" },
    request:
      "POST https://aiplatform.googleapis.com/v1/publishers/google/models/gemini-2.5-flash:streamGenerateContent?alt=sse",
    headers: { "x-goog-api-key": "sk-1" },
    body: gemini
  },
  {
    provider: "vertexai",
    call: "openai-chat",
    model: "meta/llama-4-scout-17b-16e-instruct-maas",
    env: { ...vertex, GOOGLE_CLOUD_LOCATION: "us-east5" },
    request:
      "POST https://us-east5-aiplatform.googleapis.com/v1/projects/proj-1/locations/us-east5/endpoints/openapi/chat/completions",
    headers: bearer,
    body: chat("meta/llama-4-scout-17b-16e-instruct-maas", "max_tokens")
  },
  textAt("openai", "OPENAI_API_KEY", "https://api.openai.com/v1/completions", "gpt-3.5-turbo-instruct"),
  {
    ...textAt("azure", "", "https://mine.openai.azure.com/openai/v1/completions", "my-deployment"),
    env: azure,
    headers: { "api-key": "sk-1" }
  },
  {
    ...textAt(
      "azure",
      "",
      "https://mine.openai.azure.com/openai/deployments/my-deployment/completions?api-version=2024-10-21",
      "my-deployment"
    ),
    env: { ...azure, OPENAI_API_VERSION: "2024-10-21" },
    headers: { "api-key": "sk-1" }
  },
  textAt("together", "TOGETHER_API_KEY", "https://api.together.ai/v1/completions", "meta-llama/Meta-Llama-3-70B"),
  textAt("deepseek", "DEEPSEEK_API_KEY", "https://api.deepseek.com/beta/completions", "deepseek-v4-flash"),
  textAt("vllm", "VLLM_API_KEY", "http://localhost:8000/v1/completions", "Qwen/Qwen3-8B-Base"),
  textAt(
    "deepinfra",
    "DEEPINFRA_API_KEY",
    "https://api.deepinfra.com/v1/openai/completions",
    "meta-llama/Meta-Llama-3-70B"
  ),
  textAt("mistral", "CODESTRAL_API_KEY", "https://codestral.mistral.ai/v1/fim/completions", "codestral-latest", false),
  {
    ...textAt("openai-compatible", "", "https://host.test/v1/completions", "any"),
    env: { OPENAI_COMPATIBLE_BASE_URL: "https://host.test/v1", OPENAI_COMPATIBLE_API_KEY: "sk-1" }
  },
  {
    provider: "cohere",
    call: "cohere",
    model: "command-r7b-12-2024",
    env: { CO_API_KEY: "sk-1" },
    request: "POST https://api.cohere.com/v2/chat",
    headers: bearer,
    body: {
      model: "command-r7b-12-2024",
      messages: [{ role: "system", content: "Be brief." }, { role: "user", content: "Hi" }],
      max_tokens: 64,
      temperature: 0.5,
      stream: true
    }
  },
  {
    provider: "ollama",
    call: "ollama",
    model: "llama3.2",
    env: { OLLAMA_HOST: "0.0.0.0" },
    request: "POST http://localhost:11434/api/chat",
    headers: {},
    body: {
      model: "llama3.2",
      messages: [{ role: "system", content: "Be brief." }, { role: "user", content: "Hi" }],
      options: { num_predict: 64, temperature: 0.5 },
      stream: true
    }
  },
  {
    ...plain("ollama", "OLLAMA_API_KEY", "http://gpu:11434/v1", "llama3.2"),
    env: { OLLAMA_API_KEY: "sk-1", OLLAMA_BASE_URL: "http://gpu:11434" }
  },
  plain("groq", "GROQ_API_KEY", "https://api.groq.com/openai/v1", "llama-3.3-70b-versatile", "max_completion_tokens"),
  responsesAt("groq", "GROQ_API_KEY", "https://api.groq.com/openai/v1", "llama-3.3-70b-versatile"),
  {
    ...plain("openrouter", "OPENROUTER_API_KEY", "https://openrouter.ai/api/v1", "meta-llama/llama-3.3-70b-instruct"),
    env: {
      OPEN_ROUTER_API_KEY: "sk-1",
      OPENROUTER_HTTP_REFERER: "https://my.app",
      OPENROUTER_X_TITLE: "My app"
    },
    headers: { ...bearer, "http-referer": "https://my.app", "x-title": "My app" },
    body: { ...chat("meta-llama/llama-3.3-70b-instruct", "max_tokens", false), usage: { include: true } }
  },
  responsesAt("openrouter", "OPENROUTER_API_KEY", "https://openrouter.ai/api/v1", "openai/gpt-5-mini"),
  responsesAt("perplexity", "PERPLEXITY_API_KEY", "https://api.perplexity.ai/v1", "perplexity/sonar"),
  {
    ...plain("perplexity", "PERPLEXITY_API_KEY", "https://api.perplexity.ai", "sonar"),
    body: chat("sonar", "max_tokens", false)
  },
  plain("together", "TOGETHER_API_KEY", "https://api.together.ai/v1", "meta-llama/Llama-3.3-70B-Instruct-Turbo"),
  plain("xai", "XAI_API_KEY", "https://api.x.ai/v1", "grok-4-fast-non-reasoning", "max_completion_tokens"),
  responsesAt("xai", "XAI_API_KEY", "https://api.x.ai/v1", "grok-4-fast-non-reasoning"),
  plain("deepseek", "DEEPSEEK_API_KEY", "https://api.deepseek.com", "deepseek-v4-flash"),
  responsesAt("deepseek", "DEEPSEEK_API_KEY", "https://api.deepseek.com", "deepseek-flash"),
  claudeAt("deepseek", "DEEPSEEK_API_KEY", "https://api.deepseek.com/anthropic/v1/messages", "deepseek-flash"),
  // A base URL of one's own: with other paths of the provider's, as a host, and with a path that is all of it.
  {
    ...claudeAt("deepseek", "", "https://api.deepseek.com/anthropic/v1/messages", "deepseek-flash"),
    env: { DEEPSEEK_API_KEY: "sk-1", DEEPSEEK_API_BASE: "https://api.deepseek.com/beta" }
  },
  {
    ...responsesAt("deepseek", "", "https://api.deepseek.com/v1", "deepseek-flash"),
    env: { DEEPSEEK_API_KEY: "sk-1", DEEPSEEK_BASE_URL: "https://api.deepseek.com/v1" }
  },
  {
    ...claudeAt("deepseek", "", "https://api.deepseek.com/anthropic/v1/messages", "deepseek-flash"),
    env: { DEEPSEEK_API_KEY: "sk-1", DEEPSEEK_BASE_URL: "https://api.deepseek.com/v1" }
  },
  {
    ...claudeAt("deepseek", "", "https://proxy.test/anthropic/v1/messages", "deepseek-flash"),
    env: { DEEPSEEK_API_KEY: "sk-1", DEEPSEEK_BASE_URL: "https://proxy.test" }
  },
  {
    ...claudeAt("deepseek", "", "https://api.deepseek.com/anthropic/v1/messages", "deepseek-flash"),
    env: { DEEPSEEK_API_KEY: "sk-1", DEEPSEEK_BASE_URL: "https://api.deepseek.com/anthropic" }
  },
  plain("huggingface", "HF_TOKEN", "https://router.huggingface.co/v1", "openai/gpt-oss-120b:fastest"),
  responsesAt("huggingface", "HUGGINGFACE_API_KEY", "https://router.huggingface.co/v1", "openai/gpt-oss-120b"),
  { ...plain("vllm", "VLLM_API_KEY", "http://localhost:8000/v1", "Qwen/Qwen3-8B") },
  {
    ...plain("vllm", "", "http://gpu:8000/v1", "Qwen/Qwen3-8B"),
    env: { HOSTED_VLLM_API_BASE: "http://gpu:8000/v1/" },
    headers: {}
  },
  responsesAt("vllm", "VLLM_API_KEY", "http://localhost:8000/v1", "Qwen/Qwen3-8B"),
  {
    ...plain("ai21", "AI21_API_KEY", "https://jamba.test/studio/v1", "jamba-mini"),
    body: chat("jamba-mini", "max_tokens", false)
  },
  {
    ...plain("github", "GITHUB_TOKEN", "https://models.test/inference", "openai/gpt-4.1-mini"),
    headers: { ...bearer, "x-github-api-version": "2022-11-28" }
  },
  plain(
    "deepinfra",
    "DEEPINFRA_API_KEY",
    "https://api.deepinfra.com/v1/openai",
    "meta-llama/Llama-3.3-70B-Instruct"
  ),
  plain("qianwen", "DASHSCOPE_API_KEY", "https://dashscope.aliyuncs.com/compatible-mode/v1", "qwen-plus"),
  plain("qianwen", "QWEN_CLOUD_API_KEY", "https://dashscope-intl.aliyuncs.com/compatible-mode/v1", "qwen-plus"),
  {
    ...plain(
      "cloudflare",
      "",
      "https://api.cloudflare.com/client/v4/accounts/acc-1/ai/v1",
      "@cf/meta/llama-3.3-70b-instruct-fp8-fast"
    ),
    env: { CLOUDFLARE_API_TOKEN: "sk-1", CLOUDFLARE_ACCOUNT_ID: "acc-1" }
  },
  {
    ...plain("cloudflare", "", "", "@cf/meta/llama-3.3-70b-instruct-fp8-fast"),
    env: { CLOUDFLARE_API_TOKEN: "sk-1", CLOUDFLARE_ACCOUNT_ID: "acc-1", CLOUDFLARE_AI_API: "run" },
    request: "POST https://api.cloudflare.com/client/v4/accounts/acc-1/ai/run/@cf/meta/llama-3.3-70b-instruct-fp8-fast",
    body: withoutModel
  },
  {
    ...responsesAt(
      "cloudflare",
      "",
      "https://api.cloudflare.com/client/v4/accounts/acc-1/ai/v1",
      "@cf/openai/gpt-oss-120b"
    ),
    env: { CLOUDFLARE_API_TOKEN: "sk-1", CLOUDFLARE_ACCOUNT_ID: "acc-1" }
  },
  {
    ...plain("ernie", "", "https://qianfan.baidubce.com/v2", "ernie-4.5-turbo-128k"),
    env: { QIANFAN_API_KEY: "sk-1", QIANFAN_APP_ID: "app-1" },
    headers: { ...bearer, appid: "app-1" }
  },
  plain("hunyuan", "TOKENHUB_API_KEY", "https://tokenhub.tencentmaas.com/v1", "hy3"),
  responsesAt("hunyuan", "TENCENT_TOKENHUB_API_KEY", "https://tokenhub.tencentmaas.com/v1", "hy3"),
  {
    ...claudeAt("hunyuan", "TOKENHUB_API_KEY", "https://tokenhub.tencentmaas.com/v1/messages", "hy3"),
    headers: { ...bearer, "anthropic-version": "2023-06-01" }
  },
  fixedSampling(plain("moonshot", "KIMI_API_KEY", "https://api.moonshot.ai/v1", "kimi-k2.6", "max_completion_tokens")),
  {
    ...fixedSampling(
      plain("moonshot", "MOONSHOT_API_KEY", "https://api.moonshot.cn/v1", "kimi-k2.6", "max_completion_tokens")
    ),
    options: { variables: { host: "api.moonshot.cn" } }
  },
  fixedSampling(
    claudeAt("moonshot", "MOONSHOT_API_KEY", "https://api.moonshot.ai/anthropic/v1/messages", "kimi-k2.6")
  ),
  encryptedReasoning(
    fixedSampling(responsesAt("moonshot", "MOONSHOT_API_KEY", "https://api.moonshot.ai/v1", "kimi-k3"))
  ),
  {
    ...encryptedReasoning(fixedSampling(responsesAt("moonshot", "", "https://api.moonshot.cn/v1", "kimi-k3"))),
    env: { MOONSHOT_API_KEY: "sk-1", MOONSHOT_BASE_URL: "https://api.moonshot.cn/v1" }
  },
  {
    ...plain("zhipuai", "ZHIPUAI_API_KEY", "https://open.bigmodel.cn/api/paas/v4", "glm-4.6"),
    body: chat("glm-4.6", "max_tokens", false)
  },
  {
    ...plain("zhipuai", "ZAI_API_KEY", "https://api.z.ai/api/paas/v4", "glm-4.6"),
    body: chat("glm-4.6", "max_tokens", false)
  },
  claudeAt("zhipuai", "ZAI_API_KEY", "https://api.z.ai/api/anthropic/v1/messages", "glm-4.6"),
  claudeAt("minimax", "MINIMAX_API_KEY", "https://api.minimax.io/anthropic/v1/messages", "MiniMax-M2"),
  {
    ...plain("minimax", "MINIMAX_CN_API_KEY", "https://api.minimaxi.com/v1", "MiniMax-M2"),
    body: { ...chat("MiniMax-M2", "max_tokens"), reasoning_split: true }
  },
  {
    ...plain("minimax", "", "https://proxy.test/v1", "MiniMax-M2"),
    env: { MINIMAX_API_KEY: "sk-1", MINIMAX_BASE_URL: "https://proxy.test/v1" },
    body: { ...chat("MiniMax-M2", "max_tokens"), reasoning_split: true }
  },
  {
    ...plain("mistral", "MISTRAL_API_KEY", "https://api.mistral.ai/v1", "mistral-small-latest"),
    body: chat("mistral-small-latest", "max_tokens", false)
  },
  {
    ...plain("mistral", "CODESTRAL_API_KEY", "https://codestral.mistral.ai/v1", "codestral-latest"),
    body: chat("codestral-latest", "max_tokens", false)
  },
  {
    ...plain("openai-compatible", "", "https://host.test/v1", "any"),
    env: { OPENAI_COMPATIBLE_BASE_URL: "https://host.test/v1" },
    headers: {}
  },
  {
    ...responsesAt("openai-compatible", "", "https://host.test/v1", "any"),
    env: { OPENAI_COMPATIBLE_BASE_URL: "https://host.test/v1", OPENAI_COMPATIBLE_API_KEY: "sk-1" }
  },
  {
    ...claudeAt("openai-compatible", "", "https://host.test/v1/messages", "any"),
    env: { OPENAI_COMPATIBLE_BASE_URL: "https://host.test/v1", OPENAI_COMPATIBLE_API_KEY: "sk-1" }
  }
]
