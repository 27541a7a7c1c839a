/**
 * The definitions of the providers that are built in.
 *
 * @since 0.1.0
 */
import type { ProviderDefinition } from "./ProviderDefinition.ts"
import { definition as Ai21 } from "./providers/Ai21.ts"
import { definition as Anthropic } from "./providers/Anthropic.ts"
import { definition as Azure } from "./providers/Azure.ts"
import { definition as Bedrock } from "./providers/Bedrock.ts"
import { definition as Cloudflare } from "./providers/Cloudflare.ts"
import { definition as Cohere } from "./providers/Cohere.ts"
import { definition as DeepInfra } from "./providers/DeepInfra.ts"
import { definition as DeepSeek } from "./providers/DeepSeek.ts"
import { definition as Ernie } from "./providers/Ernie.ts"
import { definition as Gemini } from "./providers/Gemini.ts"
import { definition as GitHub } from "./providers/GitHub.ts"
import { definition as Groq } from "./providers/Groq.ts"
import { definition as HuggingFace } from "./providers/HuggingFace.ts"
import { definition as Hunyuan } from "./providers/Hunyuan.ts"
import { definition as Jina } from "./providers/Jina.ts"
import { definition as MiniMax } from "./providers/MiniMax.ts"
import { definition as Mistral } from "./providers/Mistral.ts"
import { definition as Moonshot } from "./providers/Moonshot.ts"
import { definition as Ollama } from "./providers/Ollama.ts"
import { definition as OpenAi } from "./providers/OpenAi.ts"
import { definition as OpenAiCompatible } from "./providers/OpenAiCompatible.ts"
import { definition as OpenRouter } from "./providers/OpenRouter.ts"
import { definition as Perplexity } from "./providers/Perplexity.ts"
import { definition as Qianwen } from "./providers/Qianwen.ts"
import { definition as Together } from "./providers/Together.ts"
import { definition as VertexAi } from "./providers/VertexAi.ts"
import { definition as Vllm } from "./providers/Vllm.ts"
import { definition as VoyageAi } from "./providers/VoyageAi.ts"
import { definition as XAi } from "./providers/XAi.ts"
import { definition as ZhipuAi } from "./providers/ZhipuAi.ts"

/**
 * The definitions of all built-in providers. Their order is that of lists and of ambiguous names.
 *
 * @category models
 * @since 0.1.0
 */
export const definitions: ReadonlyArray<ProviderDefinition> = [
  OpenAi,
  Anthropic,
  Azure,
  Gemini,
  VertexAi,
  Bedrock,
  Groq,
  Ollama,
  OpenRouter,
  Perplexity,
  Together,
  XAi,
  DeepSeek,
  HuggingFace,
  Vllm,
  Ai21,
  Cohere,
  GitHub,
  DeepInfra,
  Qianwen,
  Cloudflare,
  Jina,
  VoyageAi,
  Ernie,
  Hunyuan,
  Moonshot,
  ZhipuAi,
  MiniMax,
  Mistral,
  OpenAiCompatible
]
