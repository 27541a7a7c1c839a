/**
 * Named differences between servers of Chat Completions.
 *
 * @since 0.1.0
 */
import type * as Schema from "effect/Schema"

/**
 * Fields that say how much a model reasons. An effort of `none` turns the switch off, where there is one, and sends no
 * effort.
 *
 * @category models
 * @since 0.1.0
 */
export interface ReasoningFields {
  /**
   * The field that turns reasoning on and off: `thinking: {type}`, `enable_thinking`, or either of them inside
   * `chat_template_kwargs`, for servers that render templates. Default: none.
   */
  readonly switch?: "thinking" | "enable_thinking" | "chat_template_kwargs" | undefined
  /** The field of the effort: `reasoning_effort` (default), inside the object `reasoning`, or none. */
  readonly effort?: "reasoning_effort" | "reasoning" | "none" | undefined
  /**
   * The field of the budget in tokens: `thinking_budget`, or inside the object `thinking` or `reasoning`. Default:
   * none.
   */
  readonly budget?: "thinking" | "thinking_budget" | "reasoning" | undefined
  /** The server's names of efforts, by those of the request; `null` for no effort. Default: the same names. */
  readonly efforts?: Readonly<Record<string, string | null>> | undefined
}

/**
 * The fields of a request that some servers do not have, by their names in OpenAI's protocol.
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
 * Named differences between servers of Chat Completions. The defaults are what OpenAI does.
 *
 * @category models
 * @since 0.1.0
 */
export interface ChatQuirks {
  /** The field for the output limit. Default `max_completion_tokens`; older and compatible servers: `max_tokens`. */
  readonly maxTokensField?: "max_tokens" | "max_completion_tokens" | undefined
  /**
   * How usage is requested: with `stream_options.include_usage` (`true`), not at all, since it always comes (`false`),
   * or with OpenRouter's `usage: {include}`, also for responses that are not streamed (`usage`). Default `true`.
   */
  readonly includeUsage?: boolean | "usage" | undefined
  /** The field in which earlier reasoning is sent back. Default: none, it is left out. */
  readonly reasoningReplayField?: "reasoning_content" | "reasoning" | undefined
  /**
   * Whether that field is in every assistant message (`true`), or in those with tool calls (`calls`), empty where there
   * was no reasoning. Responses, Messages: with either, tool calls have reasoning before them while the model reasons.
   * Default `false`.
   */
  readonly reasoningReplayAlways?: boolean | "calls" | undefined
  /** The type of structured output. Default `json_schema`; `json_object` for servers without schemas. */
  readonly structuredOutput?: "json_schema" | "json_object" | undefined
  /** Whether a schema is sent with its name. Default `true`. With `false`, "any JSON" is sent as a schema too. */
  readonly namedSchema?: boolean | undefined
  /** The field of the seed. Default `seed`. */
  readonly seedField?: "seed" | "random_seed" | undefined
  /** Whether `top_k` is sent. Default `false`: OpenAI rejects it. */
  readonly topK?: boolean | undefined
  /** Whether parts can be marked with Anthropic's `cache_control`. Default `false`. */
  readonly cacheControl?: boolean | undefined
  /** The fields that say how much the model reasons. Default: `reasoning_effort`. */
  readonly reasoningFields?: ReasoningFields | undefined
  /** The server's names of fields, by those of OpenAI. Default: the same names. */
  readonly fieldNames?: Readonly<Partial<Record<ChatField, string>>> | undefined
  /**
   * Fields that the server does not have. They are left out (`omit`), or the request fails with an
   * `InvalidRequestError` (`reject`), where leaving them out would change the completion. Of `parallel_tool_calls` only
   * `false` fails. Default: none.
   */
  readonly unknownFields?:
    | Readonly<
      Partial<Record<ChatField, "omit" | "reject">> & {
        /** `reject`: `false` fails, since the server has no field for it. */
        parallel_tool_calls?: "reject"
      }
    >
    | undefined
  /** Fields of the body of every request, under those of the request. Default: none. */
  readonly body?: Schema.JsonObject | undefined
  /** What replaces temperature 0 where the server rejects it: a number, or `do_sample: false`. Default: nothing. */
  readonly zeroTemperature?: number | "do_sample" | undefined
  /**
   * Whether the server has tools. Default `true`. With `false`, a request with tools, or with tool calls in its prompt,
   * fails with an `InvalidRequestError`.
   */
  readonly tools?: boolean | undefined
  /**
   * Which choices of tools the server has: all (`openai`, the default); `any` for a required call, also of one named
   * tool; only a `named` tool, which also stands for a required call where there is one tool; or only `auto`.
   */
  readonly toolChoice?: "openai" | "any" | "named" | "auto" | undefined
  /** Whether a tool's result also names the tool. Default `false`. */
  readonly toolResultName?: boolean | undefined
  /** Whether the arguments of tool calls are streamed only when `tool_stream` is sent. Default `false`. */
  readonly toolStream?: boolean | undefined
  /**
   * How images are sent: as `{url}` (`object`, the default), as the URL alone (`string`), or as `{url}` with the bytes
   * in it (`inline`), for servers that fetch no images.
   */
  readonly images?: "object" | "string" | "inline" | undefined
  /** The part for PDF files: OpenAI's `file` (default), Mistral's `document_url`, Perplexity's `file_url`. */
  readonly documents?: "file" | "document_url" | "file_url" | undefined
  /** Whether reasoning comes as parts of the content, and is sent back as such. Default `false`. */
  readonly thinkingParts?: boolean | undefined
  /**
   * Whether messages of user and assistant must alternate, after one system message at most. Default `false`. With
   * `true`, neighbours of the same role are joined.
   */
  readonly alternatingRoles?: boolean | undefined
  /**
   * Whether reasoning is in the content between `<think>` and `</think>`; `open` where the first tag is not sent.
   * Default `false`.
   */
  readonly thinkTags?: boolean | "open" | undefined
  /**
   * Whether reasoning tokens are within `completion_tokens`, beside them, or beside them only where they are more.
   * Default: as the total suggests.
   */
  readonly reasoningTokens?: "within" | "beside" | "beside-if-more" | undefined
  /**
   * Whether `[DONE]` without a finish reason proves a response whole, unless it has tool calls. Default `false`:
   * gateways send `[DONE]` after a failure, too.
   */
  readonly doneMarkerCompletes?: boolean | undefined
  /**
   * Whether responses are Cloudflare's own `{response, tool_calls, usage}`, inside `result` where they are not
   * streamed. Default `false`.
   */
  readonly bareResponses?: boolean | undefined
}
