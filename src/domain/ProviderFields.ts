/**
 * Fields that providers have beside the common ones, for a request's `providerOptions`.
 *
 * They have the providers' own names and are sent as they are. A field that is missing here can be given too.
 *
 * @since 0.1.0
 */
import type {
  Ai21,
  DeepSeek,
  Ernie,
  Groq,
  Hunyuan,
  MiniMax,
  Mistral,
  Moonshot,
  OpenAi,
  Qianwen,
  Vllm,
  ZhipuAi
} from "./fields/ChatProviders.ts"
import type { Common, Fields, TextCompletions } from "./fields/Common.ts"
import type { Cohere, Ollama } from "./fields/OwnProtocols.ts"
import type { OpenRouter, Perplexity, XAi } from "./fields/SearchProviders.ts"

export type * from "./fields/ChatProviders.ts"
export type * from "./fields/Common.ts"
export type * from "./fields/OwnProtocols.ts"
export type * from "./fields/SearchProviders.ts"

/**
 * The fields of a request by provider id. Each provider is sent its own fields only.
 *
 * @category models
 * @since 0.1.0
 */
export interface ProviderFields {
  /** The fields of OpenAI. */
  readonly openai?: OpenAi & Fields
  /** The fields of Azure OpenAI. */
  readonly azure?: OpenAi & Fields
  /** The fields of OpenRouter. */
  readonly openrouter?: OpenRouter & Fields
  /** The fields of Perplexity. */
  readonly perplexity?: Perplexity & Fields
  /** The fields of Groq. */
  readonly groq?: Groq & Fields
  /** The fields of xAI. */
  readonly xai?: XAi & Fields
  /** The fields of Mistral. */
  readonly mistral?: Mistral & TextCompletions & Fields
  /** The fields of DeepSeek. */
  readonly deepseek?: DeepSeek & TextCompletions & Fields
  /** The fields of Together. */
  readonly together?: Common & TextCompletions & Fields
  /** The fields of DeepInfra. */
  readonly deepinfra?: Common & TextCompletions & Fields
  /** The fields of Cohere. */
  readonly cohere?: Cohere & Fields
  /** The fields of Ollama. */
  readonly ollama?: Ollama & Fields
  /** The fields of Qwen. */
  readonly qianwen?: Qianwen & Fields
  /** The fields of Zhipu AI. */
  readonly zhipuai?: ZhipuAi & Fields
  /** The fields of Moonshot. */
  readonly moonshot?: Moonshot & Fields
  /** The fields of MiniMax. */
  readonly minimax?: MiniMax & Fields
  /** The fields of ERNIE. */
  readonly ernie?: Ernie & Fields
  /** The fields of Hunyuan. */
  readonly hunyuan?: Hunyuan & Fields
  /** The fields of AI21. */
  readonly ai21?: Ai21 & Fields
  /** The fields of vLLM. */
  readonly vllm?: Vllm & Fields
  /** The fields of any other provider, by its id. */
  readonly [provider: string]: Fields | undefined
}
