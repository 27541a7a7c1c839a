/**
 * The dialects of Chat Completions, difference by difference: what a provider's data can say of the OpenAI-like protocol
 * that it speaks.
 *
 * @since 0.1.0
 */
import type * as Schema from "effect/Schema"

/**
 * How a request says how hard the model shall think.
 *
 * **Details**
 *
 * `switch` is a field that turns thinking on and off: `thinking: {type}`, `enable_thinking`, or either of them inside the
 * `chat_template_kwargs` of a server that renders templates. `effort` is where the effort goes: the field
 * `reasoning_effort` (default), the object `reasoning`, or nowhere. `budget` is where the budget of tokens goes; default
 * nowhere. `efforts` are the server's words for ours, `null` for none. An effort of `none` is the switch turned off, where
 * there is one, and no effort.
 *
 * @category models
 * @since 0.1.0
 */
export interface ReasoningFields {
  readonly switch?: "thinking" | "enable_thinking" | "chat_template_kwargs" | undefined
  readonly effort?: "reasoning_effort" | "reasoning" | "none" | undefined
  readonly budget?: "thinking" | "thinking_budget" | "reasoning" | undefined
  readonly efforts?: Readonly<Record<string, string | null>> | undefined
}

/**
 * The parts of a request that a server may not know, by their names in OpenAI's protocol.
 *
 * @category models
 * @since 0.1.0
 */
export type ChatField =
  | "model"
  | "temperature"
  | "top_p"
  | "top_k"
  | "stop"
  | "seed"
  | "parallel_tool_calls"
  | "reasoning_effort"
  | "verbosity"
  | "response_format"
  | "prompt_cache_key"
  | "prompt_cache_retention"
  | "user"
  | "metadata"
  | "stream_options"

/**
 * Named differences between servers of Chat Completions. What is left out is as OpenAI does it.
 *
 * @category models
 * @since 0.1.0
 */
export interface ChatQuirks {
  /** The field for the output limit. Default `max_completion_tokens`; older and compatible servers: `max_tokens`. */
  readonly maxTokensField?: "max_tokens" | "max_completion_tokens" | undefined
  /**
   * How usage is asked for: with `stream_options.include_usage` (default, `true`), not at all (`false`: it comes by itself),
   * or with OpenRouter's `usage: {include}`, for whole answers too.
   */
  readonly includeUsage?: boolean | "usage" | undefined
  /** The field in which earlier reasoning is sent back. Default: none, it is left out. */
  readonly reasoningReplayField?: "reasoning_content" | "reasoning" | undefined
  /** Whether that field stands in every assistant message, empty where there was no reasoning. Default false. */
  readonly reasoningReplayAlways?: boolean | undefined
  /** The field of structured output. Default `json_schema`; `json_object` for servers that know no schemas. */
  readonly structuredOutput?: "json_schema" | "json_object" | undefined
  /** Whether a schema goes with its name. Default true. Without, "any JSON" is written as a schema too. */
  readonly namedSchema?: boolean | undefined
  /** The name of the seed. Default `seed`. */
  readonly seedField?: "seed" | "random_seed" | undefined
  /** Whether `top_k` is known. Default false: OpenAI refuses it. */
  readonly topK?: boolean | undefined
  /** Whether parts can be marked with Anthropic's `cache_control`. Default false. */
  readonly cacheControl?: boolean | undefined
  /** How a request says how hard to think. Default: `reasoning_effort`. */
  readonly reasoningFields?: ReasoningFields | undefined
  /** Fields of a request that go by another name. */
  readonly fieldNames?: Readonly<Partial<Record<ChatField, string>>> | undefined
  /**
   * Fields of a request that the server does not know: left out, or a reason to refuse the request, where leaving it out
   * would change the answer. Of `parallel_tool_calls`, only `false` is refused: a server that cannot be told makes several.
   */
  readonly unknownFields?:
    | Readonly<Partial<Record<ChatField, "omit" | "refuse">> & { parallel_tool_calls?: "refuse" }>
    | undefined
  /** Fields that every request has, unless the request says otherwise. */
  readonly body?: Schema.JsonObject | undefined
  /** What stands for temperature 0 where it is not allowed: a number, or `do_sample: false`. */
  readonly zeroTemperature?: number | "do_sample" | undefined
  /** Whether tools are known. Default true. Without, a request with tools, or with calls in its prompt, is refused. */
  readonly tools?: boolean | undefined
  /**
   * What can be said of the choice of tools: everything (default); `any` for a call that is required, also of one named
   * tool; a named tool, which stands for a required call where there is but one; or nothing but `auto`.
   */
  readonly toolChoice?: "openai" | "any" | "named" | "auto" | undefined
  /** The dialect of tool schemas: without `additionalProperties`, or Moonshot's "flavored" JSON Schema. */
  readonly toolSchema?: "without-additional-properties" | "flavored" | undefined
  /** The form of tool call ids. Default: any. `nine-letters`: nine of a-z, A-Z, 0-9. */
  readonly toolIds?: "nine-letters" | undefined
  /** Whether a tool's result also names the tool. Default false. */
  readonly toolResultName?: boolean | undefined
  /** Whether the arguments of tool calls are streamed only when asked for with `tool_stream`. Default false. */
  readonly toolStream?: boolean | undefined
  /** What marks an assistant message at the end as the beginning of the answer. Default: nothing. */
  readonly prefill?: "prefix" | "partial" | undefined
  /** Images: `{url}` (default), the URL alone, or `{url}` but only with the image in it (or under a provider's own scheme). */
  readonly images?: "object" | "string" | "inline" | undefined
  /** PDF files: OpenAI's `file` (default), Mistral's `document_url`, Perplexity's `file_url`. */
  readonly documents?: "file" | "document_url" | "file_url" | undefined
  /** Whether the model's thoughts are parts of the content, and sent back as such. Default false. */
  readonly thinkingParts?: boolean | undefined
  /** Whether user and assistant have to take turns after one system message at most. Default false: neighbours stay apart. */
  readonly alternatingRoles?: boolean | undefined
  /** Whether reasoning is in the content between `<think>` and `</think>`; `open`: the first of the tags is not sent. */
  readonly thinkTags?: boolean | "open" | undefined
  /**
   * Whether reasoning tokens are counted within `completion_tokens`, beside them, or beside them when there are more.
   * Default: as the total and the counts themselves suggest.
   */
  readonly reasoningTokens?: "within" | "beside" | "beside-if-more" | undefined
  /**
   * Whether `[DONE]` without a finish reason proves a response whole, unless it has tool calls. Default false: gateways send
   * `[DONE]` after a failure, too.
   */
  readonly doneMarkerCompletes?: boolean | undefined
  /** Whether answers are Cloudflare's own `{response, tool_calls, usage}`, in `result` when whole. Default false. */
  readonly bareAnswers?: boolean | undefined
}
