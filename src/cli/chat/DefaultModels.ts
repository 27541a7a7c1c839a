/**
 * The model that is asked when none is named.
 *
 * @since 0.1.0
 */

/** A small current one of each provider. Azure's are named by those who deploy them. */
const models: Readonly<Record<string, string>> = {
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
}

/**
 * The model that is asked when none is named. A server of one's own mostly serves one model and takes any name for it; one
 * that does not says so.
 *
 * @category accessors
 * @since 0.1.0
 */
export const of = (provider: string): string => models[provider] ?? "default"
