/**
 * The differences between the dialects of a protocol, as switches.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * Schema for a dialect. Everything left out is what OpenAI and Anthropic themselves do.
 *
 * **Details**
 *
 * `usage`, `usageFormat`, `finishTwice`, `wholeToolCalls`, `toolIndex`, `toolIds`, `reasoningField`, `contentParts`, `citations`,
 * `prelude`, `bareAnswers` and `errors` are Chat Completions'; `obfuscation` and `doneMarker` belong to both OpenAI protocols;
 * `flatErrors` to the Responses API; `usageInDelta` to Anthropic's; `toolPlan` to Cohere's; `interleaveToolCalls` to all that
 * send calls in pieces. Cohere's and Ollama's protocols know `wholeToolCalls` and `toolIds: "missing"`, text completions and
 * Ollama's know `usage`.
 *
 * @category schemas
 * @since 0.1.0
 */
export const SimulatorQuirks = Schema.Struct({
  /**
   * Where usage is sent: not at all, with the finish reason, in a chunk without choices, in every chunk, in the choice with the
   * finish reason (Moonshot), or in its `x_groq` (Groq).
   */
  usage: Schema.optionalKey(Schema.Literals(["none", "finish", "separate", "every", "choice", "x_groq"])),
  /**
   * How tokens are counted: as OpenAI does, without reasoning in the completion (`excludes-reasoning`, xAI), with cache `hits` and misses
   * (DeepSeek), or with the cached ones in `cached_tokens` (Moonshot, Together) or `num_cached_tokens` (Mistral).
   */
  usageFormat: Schema.optionalKey(
    Schema.Literals(["openai", "excludes-reasoning", "hits", "cached_tokens", "num_cached_tokens"])
  ),
  /** Sends the chunk with the finish reason again. */
  finishTwice: Schema.optionalKey(Schema.Boolean),
  /** Sends each tool call whole, in one delta. */
  wholeToolCalls: Schema.optionalKey(Schema.Boolean),
  /** Leaves the index of tool calls out, or gives all of them index 0. */
  toolIndex: Schema.optionalKey(Schema.Literals(["counted", "missing", "reused"])),
  /** Leaves the ids of tool calls out, sends them empty, or repeats them in every delta. */
  toolIds: Schema.optionalKey(Schema.Literals(["first", "missing", "empty", "every"])),
  /** Mixes the deltas of neighbouring tool calls. */
  interleaveToolCalls: Schema.optionalKey(Schema.Boolean),
  /**
   * Names the field that reasoning is sent in; `both` sends the same text twice, as some gateways do. `think-tags` puts it
   * into the content between tags, `thinking` into parts of the content (Mistral).
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
  /** Sends the content as a list of parts (Mistral). */
  contentParts: Schema.optionalKey(Schema.Boolean),
  /**
   * How sources are told: as annotations of the text, as a list of `urls` with the last chunk (xAI), with titles in every chunk
   * (`search-results`, Perplexity), or as `references` among the parts of the content (Mistral).
   */
  citations: Schema.optionalKey(Schema.Literals(["annotations", "urls", "search-results", "references"])),
  /** Begins a stream with a chunk of filter results and no choices (Azure). */
  prelude: Schema.optionalKey(Schema.Boolean),
  /** Answers `{response, tool_calls, usage}`, in `result` when whole (Cloudflare). */
  bareAnswers: Schema.optionalKey(Schema.Boolean),
  /**
   * The form of errors: OpenAI's; `flat` (Mistral); with the status as code (`status`, OpenRouter and Perplexity); `{code,
   * error}` (`sentence`, xAI); `{detail}` (AI21, Jina); `{error: "…"}` (`text`, Together); codes of its own (`code`,
   * Zhipu); `{success: false, errors}` (`envelope`, Cloudflare); `base_resp` in an answer with status 200 (MiniMax).
   */
  errors: Schema.optionalKey(
    Schema.Literals(["openai", "flat", "status", "sentence", "detail", "text", "code", "envelope", "base_resp"])
  ),
  /** Pads every delta, so that its length says nothing; `p` is the field in which Mistral and Cloudflare do. */
  obfuscation: Schema.optionalKey(Schema.Union([Schema.Boolean, Schema.Literal("p")])),
  /** Ends a Responses stream with `[DONE]`, as some compatible servers do; `false` ends a Chat stream without it. */
  doneMarker: Schema.optionalKey(Schema.Boolean),
  /** Sends the `error` event of the Responses API in its documented, flat form, and no `response.failed` after it. */
  flatErrors: Schema.optionalKey(Schema.Boolean),
  /** Sends Cohere's reasoning as the plan for the tools, and not as thinking. */
  toolPlan: Schema.optionalKey(Schema.Boolean),
  /** Repeats the input and cache counts in Anthropic's `message_delta`. */
  usageInDelta: Schema.optionalKey(Schema.Boolean)
})

/**
 * @category models
 * @since 0.1.0
 */
export type SimulatorQuirks = typeof SimulatorQuirks.Type
