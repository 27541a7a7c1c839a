/**
 * Operations of providers besides completions, as data: wire format, address and limits.
 *
 * @since 0.1.0
 */
import type { EmbeddingEncoding } from "./Embedding.ts"
import type { Endpoint } from "./Endpoint.ts"
import type { SpeechFormat } from "./Speech.ts"

/**
 * A wire format of embeddings.
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
 * @category models
 * @since 0.1.0
 */
export interface EmbeddingBinding extends Endpoint {
  /** The wire format. */
  readonly wireFormat: EmbeddingWireFormat
  /** The most inputs of one HTTP request. Default: the wire format's. */
  readonly maxInputs?: number | undefined
  /** The most bytes of text of one HTTP request. Default: the wire format's. */
  readonly maxBytes?: number | undefined
  /** `purpose`: the endpoint is used only for requests with a `purpose`. Default: for all. */
  readonly when?: "purpose" | undefined
  /** The encodings that the provider has; the first is used where a request names none. Default: the wire format's. */
  readonly encodings?: readonly [EmbeddingEncoding, ...ReadonlyArray<EmbeddingEncoding>] | undefined
}

/**
 * A wire format of rankings.
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
  /** The wire format. */
  readonly wireFormat: RerankWireFormat
}

/**
 * A wire format of transcripts.
 *
 * @category models
 * @since 0.1.0
 */
export type TranscriptionWireFormat = "openai" | "mistral" | "openrouter" | "cohere" | "xai"

/**
 * How a provider transcribes.
 *
 * @category models
 * @since 0.1.0
 */
export interface TranscriptionBinding extends Endpoint {
  /** The wire format. */
  readonly wireFormat: TranscriptionWireFormat
  /** Whether the transcript is in the language of the recording or in English. Default `transcribe`. */
  readonly task?: "transcribe" | "translate" | undefined
  /** Whether the transcript can be streamed. Default `true`; with `false` it comes whole at the end. */
  readonly streams?: boolean | undefined
}

/**
 * A wire format of speech.
 *
 * @category models
 * @since 0.1.0
 */
export type SpeechWireFormat = "openai" | "mistral" | "openrouter" | "xai"

/**
 * How a provider speaks.
 *
 * @category models
 * @since 0.1.0
 */
export interface SpeechBinding extends Endpoint {
  /** The wire format. */
  readonly wireFormat: SpeechWireFormat
  /** The voice of requests without one. Default: the provider's own. */
  readonly voice?: string | undefined
  /** The format of requests without one. Default: the provider's own. */
  readonly format?: SpeechFormat | undefined
  /** The formats that the provider has; a request for another one is not sent. Default: all. */
  readonly formats?: ReadonlyArray<SpeechFormat> | undefined
}

/**
 * The operations of a provider besides completions. Each lists its endpoints in order of preference: the first that
 * serves the model is used.
 *
 * @category models
 * @since 0.1.0
 */
export interface OperationBindings {
  /** The endpoints of embeddings. Default: none. */
  readonly embeddings?: ReadonlyArray<EmbeddingBinding> | undefined
  /** The endpoints of rankings. Default: none. */
  readonly rerank?: ReadonlyArray<RerankBinding> | undefined
  /** The endpoints of transcripts. Default: none. */
  readonly transcription?: ReadonlyArray<TranscriptionBinding> | undefined
  /** The endpoints of speech. Default: none. */
  readonly speech?: ReadonlyArray<SpeechBinding> | undefined
}
