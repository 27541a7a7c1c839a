/**
 * Named differences in what servers accept of an earlier conversation.
 *
 * @since 0.2.0
 */

/**
 * What a server accepts as the id of a tool call.
 *
 * **Details**
 *
 * `any` accepts every id, `at-most-64` up to 64 characters (OpenAI), `word` letters, digits, `_` and `-` (Anthropic),
 * `word-64` up to 64 of these (Converse), and `nine-letters` nine of a-z, A-Z, 0-9 (Mistral).
 *
 * @category models
 * @since 0.2.0
 */
export type ToolIdRule = "any" | "at-most-64" | "word" | "word-64" | "nine-letters"

/**
 * Named differences in what servers accept of an earlier conversation, for all protocols.
 *
 * @category models
 * @since 0.2.0
 */
export interface HistoryQuirks {
  /**
   * What the server accepts as the id of a tool call. Other ids are rewritten, the same way in every request. Default:
   * that of the protocol.
   */
  readonly toolIds?: ToolIdRule | undefined
  /**
   * Whether an assistant message must come between the results of tools and a user message. With `true`, one is put
   * there. Default: `false`, and `true` over Converse for models other than Claude and Nova.
   */
  readonly assistantAfterResults?: boolean | undefined
  /**
   * Chat Completions: whether the server accepts one system message at most, at the beginning. With `true`, all are
   * joined there. Default `false`.
   */
  readonly oneSystemMessage?: boolean | undefined
  /**
   * What an assistant message at the end is to the server: the beginning of the completion, with a field that marks it
   * (`prefix`, `partial`) or without (`unmarked`); or an error (`refused`): such a request fails with an
   * `InvalidRequestError`. Default `unmarked`.
   */
  readonly prefill?: "unmarked" | "prefix" | "partial" | "refused" | undefined
  /**
   * Other providers, by id, whose signatures and ids of items this one accepts back. Default: none.
   */
  readonly replaysFrom?: ReadonlyArray<string> | undefined
}
