/**
 * Named differences between servers of generateContent.
 *
 * @since 0.1.0
 */

/**
 * Named differences between servers of generateContent. The defaults are the protocol's own behaviour.
 *
 * @category models
 * @since 0.1.0
 */
export interface GeminiQuirks {
  /**
   * Whether the amount of reasoning is sent as a level, as a budget in tokens, or not at all. Default: by the model's
   * name.
   */
  readonly thinking?: "level" | "budget" | "none" | undefined
  /** Whether `metadata` is sent as `labels`, which only Vertex AI has. Default `false`. */
  readonly labels?: boolean | undefined
  /** Whether streamed arguments of tool calls are requested, which only Vertex AI sends. Default `false`. */
  readonly streamArguments?: boolean | undefined
  /**
   * Whether a request with both Google's tools and the caller's sets the field for it. Default `true`, for models that
   * have both.
   */
  readonly mixedTools?: boolean | undefined
}
