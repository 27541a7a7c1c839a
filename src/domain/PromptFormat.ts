/**
 * How a conversation becomes one text, for models that are asked to continue a text: as data.
 *
 * The formats are those that the models were trained with, by the templates that their makers publish. Texts go in as they
 * are: one that spells a mark of the format counts as that mark.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

const Around = Schema.Struct({ before: Schema.String, after: Schema.String })

/**
 * Schema for a format of prompts.
 *
 * **Details**
 *
 * What is put before and after the text of each kind of message. `answer` begins the answer: what stands before the assistant's
 * messages, unless it says otherwise. `stop` ends it. With `systemInUser` there is no message for instructions: they
 * begin the user's next one.
 *
 * @category schemas
 * @since 0.1.0
 */
export const PromptFormat = Schema.Struct({
  system: Around,
  user: Around,
  assistant: Around,
  answer: Schema.optionalKey(Schema.String),
  stop: Schema.Array(Schema.String),
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
 * Schema for how a text with a hole becomes one text: the marks before, between and after its two sides, and which of them
 * comes first.
 *
 * @category schemas
 * @since 0.1.0
 */
export const FimFormat = Schema.Struct({
  prefix: Schema.String,
  suffix: Schema.String,
  middle: Schema.String,
  suffixFirst: Schema.optionalKey(Schema.Boolean),
  stop: Schema.Array(Schema.String)
})

/**
 * How a text with a hole becomes one text.
 *
 * @category models
 * @since 0.1.0
 */
export type FimFormat = typeof FimFormat.Type

/** Marks of which each has the name of the role in it. */
const marked = (before: (role: string) => string, after: string, assistant = "assistant") => ({
  system: { before: before("system"), after },
  user: { before: before("user"), after },
  assistant: { before: before(assistant), after }
})

/**
 * The formats of prompts that are known by name.
 *
 * **Details**
 *
 * The mark of the beginning of a text (`<s>`, `<|begin_of_text|>`, `<bos>`) is in none of them: servers put it there.
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
    answer: "Assistant:",
    stop: ["\nUser:"]
  },
  /** @see https://huggingface.co/Qwen/Qwen2.5-7B-Instruct */
  chatml: { ...marked((role) => `<|im_start|>${role}\n`, "<|im_end|>\n"), stop: ["<|im_end|>"] },
  /** @see https://www.llama.com/docs/model-cards-and-prompt-formats/meta-llama-2/ */
  llama2: {
    system: { before: "<<SYS>>\n", after: "\n<</SYS>>\n\n" },
    user: { before: "[INST] ", after: " [/INST]" },
    assistant: { before: " ", after: " </s><s>" },
    answer: "",
    stop: ["</s>"],
    systemInUser: true
  },
  /** @see https://www.llama.com/docs/model-cards-and-prompt-formats/llama3_1/ */
  llama3: {
    ...marked((role) => `<|start_header_id|>${role}<|end_header_id|>\n\n`, "<|eot_id|>"),
    stop: ["<|eot_id|>"]
  },
  /** @see https://www.llama.com/docs/model-cards-and-prompt-formats/llama4/ */
  llama4: { ...marked((role) => `<|header_start|>${role}<|header_end|>\n\n`, "<|eot|>"), stop: ["<|eot|>"] },
  /** @see https://docs.mistral.ai/cookbooks/concept-deep-dive-tokenization-chat_templates */
  "mistral-instruct": {
    system: { before: "", after: "\n\n" },
    user: { before: "[INST] ", after: " [/INST]" },
    assistant: { before: " ", after: "</s>" },
    answer: "",
    stop: ["</s>"],
    systemInUser: true
  },
  /** @see https://github.com/tatsu-lab/stanford_alpaca#data-release */
  alpaca: {
    system: { before: "", after: "\n\n" },
    user: { before: "### Instruction:\n", after: "\n\n" },
    assistant: { before: "### Response:\n", after: "\n\n" },
    stop: ["### Instruction:"]
  },
  /** @see https://github.com/lm-sys/FastChat/blob/main/docs/vicuna_weights_version.md#prompt-template */
  vicuna: {
    system: { before: "", after: "\n\n" },
    user: { before: "USER: ", after: "\n" },
    assistant: { before: "ASSISTANT: ", after: "</s>\n" },
    answer: "ASSISTANT:",
    stop: ["</s>", "USER:"]
  },
  /** @see https://huggingface.co/HuggingFaceH4/zephyr-7b-beta */
  zephyr: { ...marked((role) => `<|${role}|>\n`, "</s>\n"), stop: ["</s>"] },
  /** @see https://ai.google.dev/gemma/docs/core/prompt-structure */
  gemma: {
    ...marked((role) => `<start_of_turn>${role}\n`, "<end_of_turn>\n", "model"),
    system: { before: "", after: "\n\n" },
    stop: ["<end_of_turn>"],
    systemInUser: true
  },
  /** @see https://huggingface.co/microsoft/Phi-3-mini-4k-instruct */
  phi3: { ...marked((role) => `<|${role}|>\n`, "<|end|>\n"), stop: ["<|end|>"] },
  /** @see https://huggingface.co/deepseek-ai/DeepSeek-V3 */
  deepseek: {
    system: { before: "", after: "" },
    user: { before: "<｜User｜>", after: "" },
    assistant: { before: "<｜Assistant｜>", after: "<｜end▁of▁sentence｜>" },
    stop: ["<｜end▁of▁sentence｜>"]
  },
  /** @see https://docs.cohere.com/docs/prompt-library */
  "command-r": {
    system: { before: "<|START_OF_TURN_TOKEN|><|SYSTEM_TOKEN|>", after: "<|END_OF_TURN_TOKEN|>" },
    user: { before: "<|START_OF_TURN_TOKEN|><|USER_TOKEN|>", after: "<|END_OF_TURN_TOKEN|>" },
    assistant: { before: "<|START_OF_TURN_TOKEN|><|CHATBOT_TOKEN|>", after: "<|END_OF_TURN_TOKEN|>" },
    stop: ["<|END_OF_TURN_TOKEN|>"]
  }
} satisfies Readonly<Record<string, PromptFormat>>

/**
 * The name of a format of prompts. `raw` is no format at all: one text, as it is.
 *
 * @category models
 * @since 0.1.0
 */
export type PromptFormatName = keyof typeof promptFormats | "raw"

/**
 * The formats of fill-in-the-middle that are known by name.
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
  },
  /** @see https://huggingface.co/google/codegemma-7b */
  codegemma: {
    prefix: "<|fim_prefix|>",
    suffix: "<|fim_suffix|>",
    middle: "<|fim_middle|>",
    stop: ["<|file_separator|>"]
  },
  /** @see https://github.com/meta-llama/codellama */
  codellama: { prefix: "<PRE> ", suffix: " <SUF>", middle: " <MID>", stop: ["<EOT>"] },
  /** @see https://github.com/deepseek-ai/DeepSeek-Coder */
  "deepseek-coder": {
    prefix: "<｜fim▁begin｜>",
    suffix: "<｜fim▁hole｜>",
    middle: "<｜fim▁end｜>",
    stop: ["<｜end▁of▁sentence｜>"]
  },
  /** @see https://huggingface.co/mistralai/Codestral-22B-v0.1 */
  codestral: { prefix: "[PREFIX]", suffix: "[SUFFIX]", middle: "", suffixFirst: true, stop: ["</s>"] }
} satisfies Readonly<Record<string, FimFormat>>

/**
 * How the two sides of a hole are sent: `suffix` is the field of that name, everything else is written into the prompt.
 *
 * @category models
 * @since 0.1.0
 */
export type FimFormatName = keyof typeof fimFormats | "suffix"
