/**
 * Formats, as data, that turn a conversation into the one text that a completion model continues.
 *
 * A format has to be the one that its model was trained with. A few common ones have names; any other is written by the
 * caller. Texts are not escaped: one that spells a mark of the format counts as that mark.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

const Around = Schema.Struct({ before: Schema.String, after: Schema.String })

/**
 * Schema for a format of prompts.
 *
 * @category schemas
 * @since 0.1.0
 */
export const PromptFormat = Schema.Struct({
  /** The marks around a system message. */
  system: Around,
  /** The marks around a user message. */
  user: Around,
  /** The marks around an assistant message. */
  assistant: Around,
  /** The mark at the end of the text, after which the model continues. Default: `assistant.before`. */
  completion: Schema.optionalKey(Schema.String),
  /** The stop sequences, added to those of the request. */
  stop: Schema.Array(Schema.String),
  /** Whether system messages are put in front of the text of the next user message. Default `false`. */
  systemInUser: Schema.optionalKey(Schema.Boolean)
})

/**
 * A format of prompts.
 *
 * @category models
 * @since 0.1.0
 */
export type PromptFormat = typeof PromptFormat.Type

/**
 * Schema for a format of fill-in-the-middle: how the texts before and after a gap become one text.
 *
 * @category schemas
 * @since 0.1.0
 */
export const FimFormat = Schema.Struct({
  /** The mark before the text that precedes the gap. */
  prefix: Schema.String,
  /** The mark before the text that follows the gap. */
  suffix: Schema.String,
  /** The mark at the end, after which the model fills the gap. */
  middle: Schema.String,
  /** Whether the text that follows the gap comes first. Default `false`. */
  suffixFirst: Schema.optionalKey(Schema.Boolean),
  /** The stop sequences, added to those of the request. */
  stop: Schema.Array(Schema.String)
})

/**
 * A format of fill-in-the-middle.
 *
 * @category models
 * @since 0.1.0
 */
export type FimFormat = typeof FimFormat.Type

/** Returns marks of which each has the name of the role in it. */
const marked = (before: (role: string) => string, after: string) => ({
  system: { before: before("system"), after },
  user: { before: before("user"), after },
  assistant: { before: before("assistant"), after }
})

/**
 * The named formats of prompts.
 *
 * **Details**
 *
 * None has the mark of the beginning of a text (`<s>`, `<|begin_of_text|>`, `<bos>`), because servers add it.
 *
 * @category models
 * @since 0.1.0
 */
export const promptFormats = {
  /** Names and colons, for models that were trained with no format. */
  plain: {
    system: { before: "", after: "\n\n" },
    user: { before: "User: ", after: "\n" },
    assistant: { before: "Assistant: ", after: "\n" },
    completion: "Assistant:",
    stop: ["\nUser:"]
  },
  /** @see https://huggingface.co/Qwen/Qwen2.5-7B-Instruct */
  chatml: { ...marked((role) => `<|im_start|>${role}\n`, "<|im_end|>\n"), stop: ["<|im_end|>"] },
  /** @see https://www.llama.com/docs/model-cards-and-prompt-formats/llama3_1/ */
  llama3: {
    ...marked((role) => `<|start_header_id|>${role}<|end_header_id|>\n\n`, "<|eot_id|>"),
    stop: ["<|eot_id|>"]
  }
} satisfies Readonly<Record<string, PromptFormat>>

/**
 * The name of a format of prompts. With `raw` one user message is sent unchanged.
 *
 * @category models
 * @since 0.1.0
 */
export type PromptFormatName = keyof typeof promptFormats | "raw"

/**
 * The named formats of fill-in-the-middle.
 *
 * @category models
 * @since 0.1.0
 */
export const fimFormats = {
  /** @see https://huggingface.co/bigcode/starcoder2-15b */
  starcoder: {
    prefix: "<fim_prefix>",
    suffix: "<fim_suffix>",
    middle: "<fim_middle>",
    stop: ["<|endoftext|>", "<file_sep>"]
  },
  /** @see https://github.com/QwenLM/Qwen3-Coder */
  qwen: {
    prefix: "<|fim_prefix|>",
    suffix: "<|fim_suffix|>",
    middle: "<|fim_middle|>",
    stop: ["<|endoftext|>", "<|fim_pad|>", "<|file_sep|>", "<|im_end|>"]
  }
} satisfies Readonly<Record<string, FimFormat>>

/**
 * The name of a format of fill-in-the-middle. With `suffix` the text after the gap is sent in the field of that name.
 *
 * @category models
 * @since 0.1.0
 */
export type FimFormatName = keyof typeof fimFormats | "suffix"
