/**
 * The table of providers.
 *
 * @since 0.1.0
 */
import type { ProviderDefinition } from "../../domain/ProviderDefinition.ts"
import { definition as Ai21 } from "./definitions/Ai21.ts"
import { definition as Anthropic } from "./definitions/Anthropic.ts"
import { definition as Azure } from "./definitions/Azure.ts"
import { definition as Bedrock } from "./definitions/Bedrock.ts"
import { definition as Cloudflare } from "./definitions/Cloudflare.ts"
import { definition as Cohere } from "./definitions/Cohere.ts"
import { definition as DeepInfra } from "./definitions/DeepInfra.ts"
import { definition as DeepSeek } from "./definitions/DeepSeek.ts"
import { definition as Ernie } from "./definitions/Ernie.ts"
import { definition as Gemini } from "./definitions/Gemini.ts"
import { definition as GitHub } from "./definitions/GitHub.ts"
import { definition as Groq } from "./definitions/Groq.ts"
import { definition as HuggingFace } from "./definitions/HuggingFace.ts"
import { definition as Hunyuan } from "./definitions/Hunyuan.ts"
import { definition as Jina } from "./definitions/Jina.ts"
import { definition as MiniMax } from "./definitions/MiniMax.ts"
import { definition as Mistral } from "./definitions/Mistral.ts"
import { definition as Moonshot } from "./definitions/Moonshot.ts"
import { definition as Ollama } from "./definitions/Ollama.ts"
import { definition as OpenAi } from "./definitions/OpenAi.ts"
import { definition as OpenAiCompatible } from "./definitions/OpenAiCompatible.ts"
import { definition as OpenRouter } from "./definitions/OpenRouter.ts"
import { definition as Perplexity } from "./definitions/Perplexity.ts"
import { definition as Qianwen } from "./definitions/Qianwen.ts"
import { definition as Together } from "./definitions/Together.ts"
import { definition as VertexAi } from "./definitions/VertexAi.ts"
import { definition as Vllm } from "./definitions/Vllm.ts"
import { definition as VoyageAi } from "./definitions/VoyageAi.ts"
import { definition as XAi } from "./definitions/XAi.ts"
import { definition as ZhipuAi } from "./definitions/ZhipuAi.ts"

/**
 * Every provider that Sluice knows by name.
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
