/**
 * The table of providers.
 *
 * @since 0.1.0
 */
import type { ProviderDefinition } from "../../domain/ProviderDefinition.ts"
import { definition as Ai21 } from "../providers/definitions/Ai21.ts"
import { definition as Anthropic } from "../providers/definitions/Anthropic.ts"
import { definition as Azure } from "../providers/definitions/Azure.ts"
import { definition as Bedrock } from "../providers/definitions/Bedrock.ts"
import { definition as Cloudflare } from "../providers/definitions/Cloudflare.ts"
import { definition as Cohere } from "../providers/definitions/Cohere.ts"
import { definition as DeepInfra } from "../providers/definitions/DeepInfra.ts"
import { definition as DeepSeek } from "../providers/definitions/DeepSeek.ts"
import { definition as Ernie } from "../providers/definitions/Ernie.ts"
import { definition as Gemini } from "../providers/definitions/Gemini.ts"
import { definition as GitHub } from "../providers/definitions/GitHub.ts"
import { definition as Groq } from "../providers/definitions/Groq.ts"
import { definition as HuggingFace } from "../providers/definitions/HuggingFace.ts"
import { definition as Hunyuan } from "../providers/definitions/Hunyuan.ts"
import { definition as Jina } from "../providers/definitions/Jina.ts"
import { definition as MiniMax } from "../providers/definitions/MiniMax.ts"
import { definition as Mistral } from "../providers/definitions/Mistral.ts"
import { definition as Moonshot } from "../providers/definitions/Moonshot.ts"
import { definition as Ollama } from "../providers/definitions/Ollama.ts"
import { definition as OpenAi } from "../providers/definitions/OpenAi.ts"
import { definition as OpenAiCompatible } from "../providers/definitions/OpenAiCompatible.ts"
import { definition as OpenRouter } from "../providers/definitions/OpenRouter.ts"
import { definition as Perplexity } from "../providers/definitions/Perplexity.ts"
import { definition as Qianwen } from "../providers/definitions/Qianwen.ts"
import { definition as Together } from "../providers/definitions/Together.ts"
import { definition as VertexAi } from "../providers/definitions/VertexAi.ts"
import { definition as Vllm } from "../providers/definitions/Vllm.ts"
import { definition as VoyageAi } from "../providers/definitions/VoyageAi.ts"
import { definition as XAi } from "../providers/definitions/XAi.ts"
import { definition as ZhipuAi } from "../providers/definitions/ZhipuAi.ts"

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
