/**
 * What a provider does besides completing prompts, as data: in which wire form, where, and up to which limits.
 *
 * @since 0.1.0
 */
import type { EmbeddingEncoding } from "./Embedding.ts"
import type { Endpoint } from "./Endpoint.ts"

/**
 * A wire form of embeddings.
 *
 * @category models
 * @since 0.1.0
 */
export type EmbeddingWireFormat =
  | "openai"
  | "mistral"
  | "voyage"
  | "jina"
  | "perplexity"
  | "cohere"
  | "ollama"
  | "gemini"
  | "gemini-batch"
  | "vertex-predict"
  | "vertex-embed-content"
  | "bedrock-titan"
  | "bedrock-cohere"
  | "bedrock-nova"
  | "qianwen"
  | "cloudflare"

/**
 * How a provider embeds.
 *
 * **Details**
 *
 * `maxInputs` and `maxBytes` (of text, in one request) are the provider's limits, where they differ from the form's.
 * `encodings` are those that it knows, the one that is used when nobody asks for any first. `when: "purpose"` is for
 * requests that say what the vectors are for.
 *
 * @category models
 * @since 0.1.0
 */
export interface EmbeddingBinding extends Endpoint {
  readonly wireFormat: EmbeddingWireFormat
  readonly maxInputs?: number | undefined
  readonly maxBytes?: number | undefined
  readonly when?: "purpose" | undefined
  readonly encodings?: readonly [EmbeddingEncoding, ...ReadonlyArray<EmbeddingEncoding>] | undefined
}

/**
 * A wire form of rankings.
 *
 * @category models
 * @since 0.1.0
 */
export type RerankWireFormat = "cohere" | "jina" | "voyage" | "together" | "bedrock-agent" | "bedrock-cohere"

/**
 * How a provider ranks documents.
 *
 * @category models
 * @since 0.1.0
 */
export interface RerankBinding extends Endpoint {
  readonly wireFormat: RerankWireFormat
}

/**
 * A wire form of transcripts.
 *
 * @category models
 * @since 0.1.0
 */
export type TranscriptionWireFormat = "openai" | "mistral" | "openrouter"

/**
 * How a provider writes down what is said: `transcribe` in the language that is spoken, `translate` in English. With `streams:
 * false` it hears all before it says anything.
 *
 * @category models
 * @since 0.1.0
 */
export interface TranscriptionBinding extends Endpoint {
  readonly wireFormat: TranscriptionWireFormat
  readonly task?: "transcribe" | "translate" | undefined
  readonly streams?: boolean | undefined
}

/**
 * A wire form of speech.
 *
 * @category models
 * @since 0.1.0
 */
export type SpeechWireFormat = "openai" | "mistral"

/**
 * How a provider speaks. `voice` is the one that is taken when nobody asks for any, where the provider has none of its own.
 *
 * @category models
 * @since 0.1.0
 */
export interface SpeechBinding extends Endpoint {
  readonly wireFormat: SpeechWireFormat
  readonly voice?: string | undefined
}

/**
 * The operations of a provider besides completions, each in order of preference: the first that is for the model.
 *
 * @category models
 * @since 0.1.0
 */
export interface OperationBindings {
  readonly embeddings?: ReadonlyArray<EmbeddingBinding> | undefined
  readonly rerank?: ReadonlyArray<RerankBinding> | undefined
  readonly transcription?: ReadonlyArray<TranscriptionBinding> | undefined
  readonly speech?: ReadonlyArray<SpeechBinding> | undefined
}
