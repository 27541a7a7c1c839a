/**
 * Requests and responses for embeddings, in one shape for every provider.
 *
 * @since 0.1.0
 */
import type * as Schema from "effect/Schema"
import type { Model } from "./Model.ts"
import type { Warning } from "./ResponseEvent.ts"
import type { TokenUsage } from "./TokenUsage.ts"
import type { RetrySettings } from "./RetrySettings.ts"
import type { Timeouts } from "./Timeouts.ts"

/**
 * One input: a text, or its tokens, which only OpenAI's own wire format accepts.
 *
 * @category models
 * @since 0.1.0
 */
export type EmbeddingInput = string | ReadonlyArray<number>

/**
 * How vectors are encoded on the wire.
 *
 * **Details**
 *
 * - `float`: numbers in JSON.
 * - `base64`: the same floats as bytes, which are smaller and faster to read.
 * - `int8`, `uint8`: one byte per dimension.
 * - `binary`, `ubinary`: one bit per dimension, eight of which are packed into a signed or unsigned byte.
 *
 * @category models
 * @since 0.1.0
 */
export type EmbeddingEncoding = "float" | "base64" | "int8" | "uint8" | "binary" | "ubinary"

/**
 * What a text is embedded for. Where the provider has no word for it, it is left out with a warning. Any other value is
 * sent unchanged where the provider has a field for it.
 *
 * @category models
 * @since 0.1.0
 */
export type EmbeddingPurpose =
  | "query"
  | "document"
  | "classification"
  | "clustering"
  | "similarity"
  | (string & {})

/**
 * One request for embeddings of any number of inputs. They are sent in as many HTTP requests as the provider's limits
 * require.
 *
 * @category models
 * @since 0.1.0
 */
export interface EmbeddingRequest<Encoding extends EmbeddingEncoding = EmbeddingEncoding> {
  /**
   * The model: `provider/model` (with the id or an alias of the provider), the model's name alone where only one
   * provider is configured, or a `Model`. An unknown one fails with a `ConfigurationError`.
   */
  readonly model: string | Model
  /** The texts, or their tokens, in the order of the vectors. */
  readonly inputs: ReadonlyArray<EmbeddingInput>
  /**
   * The length of the vectors in dimensions. Default: the model's own. Other lengths in a response fail with a
   * `MalformedResponseError`.
   */
  readonly dimensions?: number | undefined
  /** How the vectors are encoded. Default: floats, in the fastest way that the provider has. */
  readonly encoding?: Encoding | undefined
  /** What the vectors are for. Default: the model's own. */
  readonly purpose?: EmbeddingPurpose | undefined
  /**
   * Whether a text that is too long is cut, and at which side (`true`: the provider's choice), or fails. Default: the
   * provider's.
   */
  readonly truncate?: boolean | "start" | "end" | undefined
  /** An id of the end user, with which a provider recognizes abuse. Default: none. */
  readonly user?: string | undefined
  /** The most HTTP requests at once. Default 4. */
  readonly concurrency?: number | undefined
  /** Further headers of the HTTP request, over those of the provider. Default: none. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Time limits of this request, over those of the layer and the model. Never sent. Default: none. */
  readonly timeouts?: Timeouts | undefined
  /**
   * When failed attempts of this request are repeated, over every `RetryPolicy` and the settings; `none`: never. Never
   * sent. Default: by those.
   */
  readonly retry?: "none" | RetrySettings | undefined
  /**
   * Fields of the request's body by provider id, in the provider's own names. They are sent as they are, over
   * everything else, and only to that provider. Default: none.
   */
  readonly providerOptions?: Readonly<Record<string, Readonly<Record<string, Schema.Json>>>> | undefined
}

/**
 * The vectors of an encoding: floats with single precision, or bytes.
 *
 * @category models
 * @since 0.1.0
 */
export type VectorOf<Encoding extends EmbeddingEncoding> = Encoding extends "int8" | "binary" ? Int8Array
  : Encoding extends "uint8" | "ubinary" ? Uint8Array
  : Float32Array

/**
 * A vector in any encoding.
 *
 * @category models
 * @since 0.1.0
 */
export type Vector = Float32Array | Int8Array | Uint8Array

/**
 * The vector of one input.
 *
 * @category models
 * @since 0.1.0
 */
export interface Embedding<V extends Vector = Float32Array> {
  /** The position of the input in the request, from 0. */
  readonly index: number
  /** The vector. */
  readonly vector: V
}

/**
 * The embeddings of one of the HTTP requests that a request was divided into.
 *
 * @category models
 * @since 0.1.0
 */
export interface EmbeddingBatch<V extends Vector = Float32Array> {
  /** The embeddings, in the order of their inputs. */
  readonly embeddings: ReadonlyArray<Embedding<V>>
  /** The model, as the provider names it; `null` where it does not. */
  readonly model: string | null
  /** The tokens of this HTTP request; a count that the provider does not send is 0. */
  readonly usage: TokenUsage
  /** What of the request was left out or changed. Absent where nothing was. */
  readonly warnings?: ReadonlyArray<Warning>
}

/**
 * The embeddings of all inputs.
 *
 * @category models
 * @since 0.1.0
 */
export interface EmbeddingResponse<V extends Vector = Float32Array> {
  /** The embeddings, in the order of their inputs. */
  readonly embeddings: ReadonlyArray<Embedding<V>>
  /** The length of the vectors in dimensions. A byte of a packed encoding holds eight of them. */
  readonly dimensions: number
  /** The model, as the provider names it; `null` where it does not. */
  readonly model: string | null
  /** The tokens of all HTTP requests together; a count that the provider does not send is 0. */
  readonly usage: TokenUsage
  /** How many HTTP requests were made, retries aside. */
  readonly requests: number
  /** What of the request was left out or changed. Absent where nothing was. */
  readonly warnings?: ReadonlyArray<Warning>
}

/** Returns how many dimensions one element of a vector holds. */
export const packed = (encoding: EmbeddingEncoding | undefined): number =>
  encoding === "binary" || encoding === "ubinary" ? 8 : 1
