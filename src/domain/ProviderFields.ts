/**
 * The fields that providers take beyond the common ones: what goes into a request's `providerOptions`.
 *
 * They are written as the providers write them, and sent as they are. A field that is missing here can be given all the same.
 *
 * @since 0.1.0
 */
import type * as Schema from "effect/Schema"
import type { FimFormat, FimFormatName, PromptFormat, PromptFormatName } from "./PromptFormat.ts"

/**
 * Fields of any provider, by its own names.
 *
 * @category models
 * @since 0.1.0
 */
export type Fields = Readonly<Record<string, Schema.Json>>

/**
 * What most servers of Chat Completions have and a `CompletionRequest` has no word for.
 *
 * @see https://platform.openai.com/docs/api-reference/chat/create
 * @category models
 * @since 0.1.0
 */
export type Common = {
  readonly frequency_penalty?: number
  readonly presence_penalty?: number
  readonly logit_bias?: Readonly<Record<string, number>>
  readonly logprobs?: boolean
  readonly top_logprobs?: number
}

/**
 * What text completions have besides: what follows the hole that shall be filled, and how prompts are written.
 *
 * **Details**
 *
 * `promptFormat` and `fimFormat` are not sent: they say how a conversation, or the two sides of a hole, become one text.
 *
 * @see https://platform.openai.com/docs/api-reference/completions/create
 * @category models
 * @since 0.1.0
 */
export type TextCompletions = {
  readonly suffix?: string
  readonly promptFormat?: PromptFormatName | PromptFormat
  readonly fimFormat?: FimFormatName | FimFormat
  readonly echo?: boolean
  readonly best_of?: number
}

/**
 * OpenAI and Azure.
 *
 * @see https://platform.openai.com/docs/api-reference/chat/create
 * @category models
 * @since 0.1.0
 */
export type OpenAi = Common & TextCompletions & {
  readonly service_tier?: "auto" | "default" | "flex" | "priority" | "fast" | "scale"
  readonly store?: boolean
  readonly safety_identifier?: string
  readonly prediction?: { readonly type: "content"; readonly content: string }
}

/**
 * OpenRouter: which providers and models may answer, how much may be thought, which plugins help.
 *
 * **Details**
 *
 * `provider.order` is tried first, `only` and `ignore` name the providers that may and may not answer, `max_price` is in
 * dollars per million tokens. `models` are tried in turn where the first one fails.
 *
 * @see https://openrouter.ai/docs/features/provider-routing
 * @see https://openrouter.ai/docs/use-cases/reasoning-tokens
 * @category models
 * @since 0.1.0
 */
export type OpenRouter = Common & {
  readonly provider?: {
    readonly order?: ReadonlyArray<string>
    readonly only?: ReadonlyArray<string>
    readonly ignore?: ReadonlyArray<string>
    readonly allow_fallbacks?: boolean
    readonly require_parameters?: boolean
    readonly data_collection?: "allow" | "deny"
    readonly zdr?: boolean
    readonly quantizations?: ReadonlyArray<string>
    readonly sort?: "price" | "throughput" | "latency"
    readonly max_price?: {
      readonly prompt?: number
      readonly completion?: number
      readonly request?: number
      readonly image?: number
    }
  }
  readonly models?: ReadonlyArray<string>
  readonly route?: "fallback"
  readonly transforms?: ReadonlyArray<string>
  readonly reasoning?: {
    readonly effort?: string
    readonly max_tokens?: number
    readonly exclude?: boolean
    readonly enabled?: boolean
  }
  readonly plugins?: ReadonlyArray<{ readonly id: string } & Fields>
  readonly usage?: { readonly include: boolean }
}

/**
 * Perplexity: where and how it searches. Dates are `m/d/yyyy`.
 *
 * @see https://docs.perplexity.ai/api-reference/chat-completions-post
 * @category models
 * @since 0.1.0
 */
export type Perplexity = {
  readonly search_mode?: "web" | "academic" | "sec"
  readonly search_domain_filter?: ReadonlyArray<string>
  readonly search_recency_filter?: "hour" | "day" | "week" | "month" | "year"
  readonly search_after_date_filter?: string
  readonly search_before_date_filter?: string
  readonly last_updated_after_filter?: string
  readonly last_updated_before_filter?: string
  readonly web_search_options?: {
    readonly search_context_size?: "low" | "medium" | "high"
    readonly user_location?: {
      readonly latitude?: number
      readonly longitude?: number
      readonly country?: string
      readonly region?: string
      readonly city?: string
    }
  }
  readonly disable_search?: boolean
  readonly enable_search_classifier?: boolean
  readonly return_images?: boolean
  readonly return_related_questions?: boolean
}

/**
 * Groq.
 *
 * @see https://console.groq.com/docs/api-reference
 * @category models
 * @since 0.1.0
 */
export type Groq = Common & {
  readonly reasoning_format?: "parsed" | "raw" | "hidden"
  readonly include_reasoning?: boolean
  readonly service_tier?: "auto" | "on_demand" | "flex" | "performance"
  readonly search_settings?: Fields
}

/**
 * xAI. Dates are `yyyy-mm-dd`.
 *
 * @see https://docs.x.ai/docs/guides/live-search
 * @category models
 * @since 0.1.0
 */
export type XAi = Common & {
  readonly search_parameters?: {
    readonly mode?: "off" | "auto" | "on"
    readonly return_citations?: boolean
    readonly from_date?: string
    readonly to_date?: string
    readonly max_search_results?: number
    readonly sources?: ReadonlyArray<{ readonly type: "web" | "x" | "news" | "rss" } & Fields>
  }
  readonly service_tier?: string
}

/**
 * Mistral.
 *
 * @see https://docs.mistral.ai/api/
 * @category models
 * @since 0.1.0
 */
export type Mistral = {
  readonly frequency_penalty?: number
  readonly presence_penalty?: number
  readonly safe_prompt?: boolean
  readonly prompt_mode?: "reasoning"
  readonly prediction?: { readonly type: "content"; readonly content: string }
}

/**
 * DeepSeek.
 *
 * @see https://api-docs.deepseek.com/api/create-chat-completion
 * @category models
 * @since 0.1.0
 */
export type DeepSeek = Common & {
  readonly thinking?: { readonly type: "enabled" | "disabled" | "adaptive" }
}

/**
 * Qwen.
 *
 * @see https://www.alibabacloud.com/help/en/model-studio/use-qwen-by-calling-api
 * @category models
 * @since 0.1.0
 */
export type Qianwen = {
  readonly presence_penalty?: number
  readonly repetition_penalty?: number
  readonly enable_thinking?: boolean
  readonly thinking_budget?: number
  readonly enable_search?: boolean
  readonly search_options?: Fields
}

/**
 * Zhipu.
 *
 * @see https://docs.z.ai/api-reference/llm/chat-completion
 * @category models
 * @since 0.1.0
 */
export type ZhipuAi = {
  readonly thinking?: { readonly type: "enabled" | "disabled"; readonly clear_thinking?: boolean }
  readonly do_sample?: boolean
  readonly tool_stream?: boolean
  readonly request_id?: string
}

/**
 * Moonshot.
 *
 * @see https://platform.moonshot.ai/docs/api/chat
 * @category models
 * @since 0.1.0
 */
export type Moonshot = Common & {
  readonly thinking?: {
    readonly type: "enabled" | "disabled"
    readonly budget_tokens?: number
    readonly keep?: "all"
  }
}

/**
 * MiniMax.
 *
 * @see https://platform.minimax.io/docs/api-reference/text-openai-api
 * @category models
 * @since 0.1.0
 */
export type MiniMax = { readonly reasoning_split?: boolean }

/**
 * ERNIE.
 *
 * @see https://cloud.baidu.com/doc/qianfan-api/index.html
 * @category models
 * @since 0.1.0
 */
export type Ernie = Common & {
  readonly penalty_score?: number
  readonly web_search?: { readonly enable?: boolean; readonly enable_citation?: boolean }
}

/**
 * Hunyuan.
 *
 * @see https://cloud.tencent.com/document/product/1729/111007
 * @category models
 * @since 0.1.0
 */
export type Hunyuan = {
  readonly enable_enhancement?: boolean
  readonly citation?: boolean
  readonly search_info?: boolean
}

/**
 * AI21: documents that the answer may be based on.
 *
 * @see https://docs.ai21.com/reference/jamba-1-6-api-ref
 * @category models
 * @since 0.1.0
 */
export type Ai21 = {
  readonly documents?: ReadonlyArray<{
    readonly content: string
    readonly metadata?: ReadonlyArray<{ readonly key: string; readonly value: string }>
  }>
}

/**
 * vLLM.
 *
 * @see https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html
 * @category models
 * @since 0.1.0
 */
export type Vllm = Common & TextCompletions & {
  readonly chat_template_kwargs?: Fields
  readonly structured_outputs?: Fields
  readonly min_p?: number
  readonly repetition_penalty?: number
  readonly priority?: number
}

/**
 * Cohere: documents that the answer may cite, beside those of the prompt.
 *
 * @see https://docs.cohere.com/reference/chat
 * @category models
 * @since 0.1.0
 */
export type Cohere = {
  readonly documents?: ReadonlyArray<string | { readonly id?: string; readonly data: Fields }>
  readonly citation_options?: { readonly mode: "ENABLED" | "DISABLED" | "FAST" | "ACCURATE" | "OFF" }
  readonly safety_mode?: "CONTEXTUAL" | "STRICT" | "OFF"
  readonly frequency_penalty?: number
  readonly presence_penalty?: number
  readonly logprobs?: boolean
  readonly priority?: number
  readonly thinking?: { readonly type: "enabled" | "disabled"; readonly token_budget?: number }
}

/**
 * Ollama: how long the model stays loaded, and the options that it runs with, which are added to those of the request.
 *
 * @see https://github.com/ollama/ollama/blob/main/docs/modelfile.md#valid-parameters-and-values
 * @category models
 * @since 0.1.0
 */
export type Ollama = {
  readonly keep_alive?: string | number
  readonly think?: boolean | "low" | "medium" | "high" | "max"
  readonly logprobs?: boolean
  readonly top_logprobs?: number
  readonly options?: {
    readonly num_ctx?: number
    readonly num_keep?: number
    readonly num_batch?: number
    readonly num_gpu?: number
    readonly num_thread?: number
    readonly min_p?: number
    readonly repeat_last_n?: number
    readonly repeat_penalty?: number
    readonly presence_penalty?: number
    readonly frequency_penalty?: number
  } & Fields
}

/**
 * The fields of a request by the provider that they are for. Others get none of them.
 *
 * @category models
 * @since 0.1.0
 */
export interface ProviderFields {
  readonly openai?: OpenAi & Fields
  readonly azure?: OpenAi & Fields
  readonly openrouter?: OpenRouter & Fields
  readonly perplexity?: Perplexity & Fields
  readonly groq?: Groq & Fields
  readonly xai?: XAi & Fields
  readonly mistral?: Mistral & TextCompletions & Fields
  readonly deepseek?: DeepSeek & TextCompletions & Fields
  readonly together?: Common & TextCompletions & Fields
  readonly deepinfra?: Common & TextCompletions & Fields
  readonly cohere?: Cohere & Fields
  readonly ollama?: Ollama & Fields
  readonly qianwen?: Qianwen & Fields
  readonly zhipuai?: ZhipuAi & Fields
  readonly moonshot?: Moonshot & Fields
  readonly minimax?: MiniMax & Fields
  readonly ernie?: Ernie & Fields
  readonly hunyuan?: Hunyuan & Fields
  readonly ai21?: Ai21 & Fields
  readonly vllm?: Vllm & Fields
  readonly [provider: string]: Fields | undefined
}
