/**
 * Fields of the providers that speak Chat Completions.
 *
 * @since 0.1.0
 */
import type { Common, Fields, TextCompletions } from "./Common.ts"

/**
 * OpenAI and Azure.
 *
 * @see https://platform.openai.com/docs/api-reference/chat/create
 * @category models
 * @since 0.1.0
 */
export type OpenAi = Common & TextCompletions & {
  /** The tier that processes the request, which differs in price and latency. Default `auto`. */
  readonly service_tier?: "auto" | "default" | "flex" | "priority" | "fast" | "scale"
  /** Whether the provider stores the response. Default: the API's, `true` for Responses. */
  readonly store?: boolean
  /** A stable id of the end user, with which the provider detects abuse. Default: none. */
  readonly safety_identifier?: string
  /**
   * Text that much of the output repeats, such as a file that is edited, which makes the response faster. Default:
   * none.
   */
  readonly prediction?: {
    /** The kind of prediction. */
    readonly type: "content"
    /** The predicted text. */
    readonly content: string
  }
}

/**
 * Groq.
 *
 * @see https://console.groq.com/docs/api-reference
 * @category models
 * @since 0.1.0
 */
export type Groq = Common & {
  /** Where reasoning is sent: in a field of its own (`parsed`), between tags in the text (`raw`), or not (`hidden`). */
  readonly reasoning_format?: "parsed" | "raw" | "hidden"
  /** Whether reasoning is sent. Not together with `reasoning_format`. Default `true`. */
  readonly include_reasoning?: boolean
  /** The tier that processes the request. Default `on_demand`. */
  readonly service_tier?: "auto" | "on_demand" | "flex" | "performance"
  /** How compound models search the web. */
  readonly search_settings?: Fields
}

/**
 * Mistral.
 *
 * @see https://docs.mistral.ai/api/
 * @category models
 * @since 0.1.0
 */
export type Mistral = {
  /** How much tokens are penalized by how often they have occurred, -2 to 2. Default 0. */
  readonly frequency_penalty?: number
  /** How much tokens are penalized for having occurred at all, -2 to 2. Default 0. */
  readonly presence_penalty?: number
  /** Whether a safety prompt precedes the conversation. Default `false`. */
  readonly safe_prompt?: boolean
  /** `reasoning`: the system prompt of reasoning models is used. Default: by the model. */
  readonly prompt_mode?: "reasoning"
  /** Text that much of the output repeats, which makes the response faster. Default: none. */
  readonly prediction?: {
    /** The kind of prediction. */
    readonly type: "content"
    /** The predicted text. */
    readonly content: string
  }
}

/**
 * DeepSeek.
 *
 * @see https://api-docs.deepseek.com/api/create-chat-completion
 * @category models
 * @since 0.1.0
 */
export type DeepSeek = Common & {
  /** Whether the model reasons. Default: by the model's name. */
  readonly thinking?: {
    /** `adaptive`: the model decides. */
    readonly type: "enabled" | "disabled" | "adaptive"
  }
}

/**
 * Qwen.
 *
 * @see https://www.alibabacloud.com/help/en/model-studio/use-qwen-by-calling-api
 * @category models
 * @since 0.1.0
 */
export type Qianwen = {
  /** How much tokens are penalized for having occurred at all, -2 to 2. Default: the model's. */
  readonly presence_penalty?: number
  /** How much repetition is penalized, above 0. Default 1: not at all. */
  readonly repetition_penalty?: number
  /** Whether the model reasons. Default: the model's. */
  readonly enable_thinking?: boolean
  /** The most tokens of reasoning. Default: the model's. */
  readonly thinking_budget?: number
  /** Whether the model may search the web. Default `false`. */
  readonly enable_search?: boolean
  /** How the model searches the web. */
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
  /** Whether the model reasons. Default: the model's. */
  readonly thinking?: {
    /** Whether the model reasons. */
    readonly type: "enabled" | "disabled"
    /** Whether reasoning of earlier steps is ignored. Default `true`. */
    readonly clear_thinking?: boolean
  }
  /** Whether output is sampled; with `false` the most likely tokens are taken. Default `true`. */
  readonly do_sample?: boolean
  /** Whether the arguments of tool calls are streamed. Set by Sluice for models that can. */
  readonly tool_stream?: boolean
  /** An id of the request, which must be unique. Default: the provider's. */
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
  /** Whether the model reasons. Default: the model's. */
  readonly thinking?: {
    /** Whether the model reasons. */
    readonly type: "enabled" | "disabled"
    /** The most tokens of reasoning. Default: the model's. */
    readonly budget_tokens?: number
    /** `all`: reasoning of earlier steps is kept in the context. */
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
export type MiniMax = {
  /** Whether reasoning is sent in a field of its own. Sluice sets it to `true`. */
  readonly reasoning_split?: boolean
}

/**
 * ERNIE.
 *
 * @see https://cloud.baidu.com/doc/qianfan-api/index.html
 * @category models
 * @since 0.1.0
 */
export type Ernie = Common & {
  /** How much repetition is penalized, 1 to 2. Default 1: not at all. */
  readonly penalty_score?: number
  /** Whether the model searches the web. Default: no. */
  readonly web_search?: {
    /** Whether the model may search. */
    readonly enable?: boolean
    /** Whether the text cites its sources. */
    readonly enable_citation?: boolean
  }
}

/**
 * Hunyuan.
 *
 * @see https://cloud.tencent.com/document/product/1823/131382
 * @category models
 * @since 0.1.0
 */
export type Hunyuan = Common

/**
 * AI21: documents.
 *
 * @see https://docs.ai21.com/reference/jamba-1-6-api-ref
 * @category models
 * @since 0.1.0
 */
export type Ai21 = {
  /** The documents on which the completion is based. Default: none. */
  readonly documents?: ReadonlyArray<{
    /** The text. */
    readonly content: string
    /** Facts about the document. */
    readonly metadata?: ReadonlyArray<{
      /** The name of the fact. */
      readonly key: string
      /** The value of the fact. */
      readonly value: string
    }>
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
  /** Parameters of the server's chat template. Default: none. */
  readonly chat_template_kwargs?: Fields
  /** A constraint of the output, such as a grammar, a regular expression or choices. Default: none. */
  readonly structured_outputs?: Fields
  /** The least probability of a token, relative to the most likely one, 0 to 1. Default 0. */
  readonly min_p?: number
  /** How much repetition is penalized, above 0. Default 1: not at all. */
  readonly repetition_penalty?: number
  /** The priority of the request: the lower, the earlier. Default 0. */
  readonly priority?: number
}
