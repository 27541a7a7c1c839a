/**
 * The differences between providers of one protocol, as switches.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * Schema for the quirks of a provider. The default of every member is what OpenAI and Anthropic themselves do.
 *
 * **Details**
 *
 * `usage`, `usageFormat`, `finishTwice`, `wholeToolCalls`, `toolIndex`, `toolIds`, `reasoningField`, `contentParts`,
 * `citations`, `prelude`, `bareResponses` and `errors` apply to Chat Completions; `obfuscation` and `doneMarker` to
 * both OpenAI protocols; `flatErrors` to the Responses API; `usageInDelta` to Anthropic; `toolPlan` to Cohere;
 * `interleaveToolCalls` to all protocols that send tool calls in pieces. `wholeToolCalls` and `toolIds: "missing"`
 * apply to Cohere and Ollama too, `usage` to text completions and Ollama.
 *
 * @category schemas
 * @since 0.1.0
 */
export const SimulatorQuirks = Schema.Struct({
  /**
   * Where usage is sent: nowhere, with the finish reason, in a chunk without choices, in every chunk, in the choice
   * with the finish reason (Moonshot), or in `x_groq` (Groq). The default is `separate` where the request asks for
   * usage.
   */
  usage: Schema.optionalKey(Schema.Literals(["none", "finish", "separate", "every", "choice", "x_groq"])),
  /**
   * How tokens are counted: as OpenAI does (the default), with a completion that excludes reasoning (xAI), with cache
   * hits and misses (DeepSeek), or with the cached tokens in `cached_tokens` (Moonshot, Together) or
   * `num_cached_tokens` (Mistral).
   */
  usageFormat: Schema.optionalKey(
    Schema.Literals(["openai", "excludes-reasoning", "hits", "cached_tokens", "num_cached_tokens"])
  ),
  /** Sends the chunk with the finish reason twice. The default is false. */
  finishTwice: Schema.optionalKey(Schema.Boolean),
  /** Sends each tool call whole, in one delta. The default is false. */
  wholeToolCalls: Schema.optionalKey(Schema.Boolean),
  /** The indices of tool calls: counted (the default), missing, or 0 for all. */
  toolIndex: Schema.optionalKey(Schema.Literals(["counted", "missing", "reused"])),
  /** The ids of tool calls: in the first delta (the default), missing, empty, or in every delta. */
  toolIds: Schema.optionalKey(Schema.Literals(["first", "missing", "empty", "every"])),
  /** Interleaves the deltas of neighbouring tool calls. The default is false. */
  interleaveToolCalls: Schema.optionalKey(Schema.Boolean),
  /**
   * The field that reasoning is sent in. `both` sends the same text twice, as some gateways do; `think-tags` puts it
   * into the content between tags; `thinking` puts it into parts of the content (Mistral). The default is
   * `reasoning_content`.
   */
  reasoningField: Schema.optionalKey(
    Schema.Literals([
      "reasoning_content",
      "reasoning",
      "reasoning_text",
      "reasoning_details",
      "both",
      "think-tags",
      "thinking"
    ])
  ),
  /** Sends the content as a list of parts (Mistral). The default is false. */
  contentParts: Schema.optionalKey(Schema.Boolean),
  /**
   * How sources are sent: as annotations of the text (the default), as a list of `urls` with the last chunk (xAI), with
   * titles in every chunk (`search-results`, Perplexity), or as `references` among the parts of the content (Mistral).
   */
  citations: Schema.optionalKey(Schema.Literals(["annotations", "urls", "search-results", "references"])),
  /** Begins a stream with a chunk of filter results and no choices (Azure). The default is false. */
  prelude: Schema.optionalKey(Schema.Boolean),
  /** Sends `{response, tool_calls, usage}`, in `result` where it is not streamed (Cloudflare). The default is false. */
  bareResponses: Schema.optionalKey(Schema.Boolean),
  /**
   * The format of errors: OpenAI's (the default); `flat` (Mistral); with the status as code (`status`, OpenRouter and
   * Perplexity); `{code, error}` (`sentence`, xAI); `{detail}` (AI21, Jina); `{error: "…"}` (`text`, Together); numeric
   * codes (`code`, Zhipu); `{success: false, errors}` (`envelope`, Cloudflare); `base_resp` with status 200 (MiniMax).
   */
  errors: Schema.optionalKey(
    Schema.Literals(["openai", "flat", "status", "sentence", "detail", "text", "code", "envelope", "base_resp"])
  ),
  /** Pads every delta to hide its length; `p` is Mistral's and Cloudflare's field for it. The default is false. */
  obfuscation: Schema.optionalKey(Schema.Union([Schema.Boolean, Schema.Literal("p")])),
  /** Whether a stream ends with `[DONE]`. The default is true for Chat Completions and false for the Responses API. */
  doneMarker: Schema.optionalKey(Schema.Boolean),
  /** Sends the documented, flat `error` event of the Responses API without `response.failed`. The default is false. */
  flatErrors: Schema.optionalKey(Schema.Boolean),
  /** Sends Cohere's reasoning as the tool plan instead of thinking. The default is false. */
  toolPlan: Schema.optionalKey(Schema.Boolean),
  /** Repeats the input and cache counts in Anthropic's `message_delta`. The default is false. */
  usageInDelta: Schema.optionalKey(Schema.Boolean)
})

/**
 * The quirks of a provider.
 *
 * @category models
 * @since 0.1.0
 */
export type SimulatorQuirks = typeof SimulatorQuirks.Type
