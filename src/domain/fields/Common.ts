/**
 * Fields that several providers share.
 *
 * @since 0.1.0
 */
import type * as Schema from "effect/Schema"
import type { FimFormat, FimFormatName, PromptFormat, PromptFormatName } from "../PromptFormat.ts"

/**
 * Fields of any provider, by their own names.
 *
 * @category models
 * @since 0.1.0
 */
export type Fields = Readonly<Record<string, Schema.Json>>

/**
 * Fields that most servers of Chat Completions have, and a `CompletionRequest` has not.
 *
 * @see https://platform.openai.com/docs/api-reference/chat/create
 * @category models
 * @since 0.1.0
 */
export type Common = {
  /** How much tokens are penalized by how often they have occurred, -2 to 2. Default 0. */
  readonly frequency_penalty?: number
  /** How much tokens are penalized for having occurred at all, -2 to 2. Default 0. */
  readonly presence_penalty?: number
  /** Biases of tokens, by token id, -100 to 100. Default: none. */
  readonly logit_bias?: Readonly<Record<string, number>>
  /** Whether the log probabilities of tokens are sent. Default `false`. */
  readonly logprobs?: boolean
  /** How many of the most likely tokens are sent with their log probabilities, 0 to 20. Needs `logprobs`. */
  readonly top_logprobs?: number
}

/**
 * Fields of text completions: the text after a gap, and the formats of prompts.
 *
 * @see https://platform.openai.com/docs/api-reference/completions/create
 * @category models
 * @since 0.1.0
 */
export type TextCompletions = {
  /** The text that follows the gap to fill. Default: none. */
  readonly suffix?: string
  /** How a conversation becomes one text. Not sent. Default: that of the provider's quirks. */
  readonly promptFormat?: PromptFormatName | PromptFormat
  /** How the texts before and after a gap are sent. Not sent. Default: that of the provider's quirks. */
  readonly fimFormat?: FimFormatName | FimFormat
  /** Whether the completion repeats the prompt. Default `false`. */
  readonly echo?: boolean
  /** How many completions are generated, of which the best is sent. Default 1. */
  readonly best_of?: number
}
