/**
 * Fields of the providers that have protocols of their own.
 *
 * @since 0.1.0
 */
import type { Fields } from "./Common.ts"

/**
 * Cohere: documents and citations.
 *
 * @see https://docs.cohere.com/reference/chat
 * @category models
 * @since 0.1.0
 */
export type Cohere = {
  /** The documents that the completion may cite, beside those of the prompt. Default: none. */
  readonly documents?: ReadonlyArray<
    string | {
      /** An id, which citations refer to. */
      readonly id?: string
      /** The fields of the document. */
      readonly data: Fields
    }
  >
  /** How citations are made. */
  readonly citation_options?: {
    /** Whether, and how exactly, the text is cited. Default: the model's. */
    readonly mode: "ENABLED" | "DISABLED" | "FAST" | "ACCURATE" | "OFF"
  }
  /** The safety instructions of the model. Default `CONTEXTUAL`. */
  readonly safety_mode?: "CONTEXTUAL" | "STRICT" | "OFF"
  /** How much tokens are penalized by how often they have occurred, 0 to 1. Default 0. */
  readonly frequency_penalty?: number
  /** How much tokens are penalized for having occurred at all, 0 to 1. Default 0. */
  readonly presence_penalty?: number
  /** Whether the log probabilities of tokens are sent. Default `false`. */
  readonly logprobs?: boolean
  /** The priority of the request: the lower, the earlier. Default 0. */
  readonly priority?: number
  /** Whether the model reasons. Default: the model's. */
  readonly thinking?: {
    /** Whether the model reasons. */
    readonly type: "enabled" | "disabled"
    /** The most tokens of reasoning. Default: none. */
    readonly token_budget?: number
  }
}

/**
 * Ollama: how the model is loaded and run.
 *
 * @see https://github.com/ollama/ollama/blob/main/docs/modelfile.md#valid-parameters-and-values
 * @category models
 * @since 0.1.0
 */
export type Ollama = {
  /** How long the model stays loaded after the request: a duration such as `5m`, or seconds. Default `5m`. */
  readonly keep_alive?: string | number
  /** Whether, or how much, the model reasons. Default: the model's. */
  readonly think?: boolean | "low" | "medium" | "high" | "max"
  /** Whether the log probabilities of tokens are sent. Default `false`. */
  readonly logprobs?: boolean
  /** How many of the most likely tokens are sent with their log probabilities. */
  readonly top_logprobs?: number
  /** Options that the model runs with, beside those of the request. */
  readonly options?: {
    /** The size of the context window, in tokens. Default: the server's. */
    readonly num_ctx?: number
    /** How many tokens of the prompt are kept when the context window overflows. */
    readonly num_keep?: number
    /** How many tokens of the prompt are processed at once. */
    readonly num_batch?: number
    /** How many layers run on the GPU. */
    readonly num_gpu?: number
    /** How many threads are used. Default: the number of cores. */
    readonly num_thread?: number
    /** The least probability of a token, relative to the most likely one, 0 to 1. Default 0. */
    readonly min_p?: number
    /** How many of the last tokens are checked for repetition; 0 for none, -1 for all. Default 64. */
    readonly repeat_last_n?: number
    /** How much repetition is penalized. Default 1.1. */
    readonly repeat_penalty?: number
    /** How much tokens are penalized for having occurred at all. Default 0. */
    readonly presence_penalty?: number
    /** How much tokens are penalized by how often they have occurred. Default 0. */
    readonly frequency_penalty?: number
  } & Fields
}
