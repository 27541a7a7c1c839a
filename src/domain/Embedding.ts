/**
 * Texts as vectors: what is asked for, and what comes back, in one shape for every provider.
 *
 * @since 0.1.0
 */
import type * as Schema from "effect/Schema"
import type { Model } from "./Model.ts"
import type { TokenUsage } from "./TokenUsage.ts"
import type { Timeouts } from "./Timeouts.ts"

/**
 * One thing to embed: a text, or the tokens of one, which only OpenAI's own form takes.
 *
 * @category models
 * @since 0.1.0
 */
export type EmbeddingInput = string | ReadonlyArray<number>

/**
 * How vectors are written on the wire.
 *
 * **Details**
 *
 * `float` is numbers in JSON, `base64` the same floats as bytes, which is smaller and read faster. `int8` and `uint8` are one
 * byte a dimension, `binary` and `ubinary` one bit a dimension, eight of them packed into a signed or unsigned byte.
 *
 * @category models
 * @since 0.1.0
 */
export type EmbeddingEncoding = "float" | "base64" | "int8" | "uint8" | "binary" | "ubinary"

/**
 * What a text is embedded for. Models that know no purposes embed all alike. Any other word is passed on as it is where a
 * provider has a field for it.
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
 * One request for embeddings, of as many inputs as one likes: they are sent in as many requests as the provider's limits
 * make necessary.
 *
 * **Details**
 *
 * `model` is `provider/model`, the model's name alone where only one provider is there, or a `Model`. `dimensions` asks for
 * shorter vectors than the model's own; an answer with others fails. `purpose` is what the vectors are for. `encoding` is how
 * they are written; without one they are floats in the fastest way that the provider has. `truncate` says whether a text that
 * is too long is cut (`start` and `end` say where) or refused; without it the provider decides. `concurrency` is how many
 * requests may be under way at once (default 4). `providerOptions` has one record a provider id, whose fields go into the
 * body of each request as they are, over everything else; `headers` are sent along.
 *
 * @category models
 * @since 0.1.0
 */
export interface EmbeddingRequest<Encoding extends EmbeddingEncoding = EmbeddingEncoding> {
  readonly model: string | Model
  readonly inputs: ReadonlyArray<EmbeddingInput>
  readonly dimensions?: number | undefined
  readonly encoding?: Encoding | undefined
  readonly purpose?: EmbeddingPurpose | undefined
  readonly truncate?: boolean | "start" | "end" | undefined
  readonly user?: string | undefined
  readonly concurrency?: number | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Time limits of this request, over those of the layer and the model. Never sent. Default: none. */
  readonly timeouts?: Timeouts | undefined
  readonly providerOptions?: Readonly<Record<string, Readonly<Record<string, Schema.Json>>>> | undefined
}

/**
 * The numbers of an encoding: floats with single precision, which is what models compute with, or bytes.
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
 * The vector of one input, and the input's place in the request.
 *
 * @category models
 * @since 0.1.0
 */
export interface Embedding<V extends Vector = Float32Array> {
  readonly index: number
  readonly vector: V
}

/**
 * The answer to one of the requests that a request was divided into. `model` is what the provider calls it, where it says.
 *
 * @category models
 * @since 0.1.0
 */
export interface EmbeddingBatch<V extends Vector = Float32Array> {
  readonly embeddings: ReadonlyArray<Embedding<V>>
  readonly model: string | null
  readonly usage: TokenUsage
}

/**
 * The embeddings of all inputs, in their order.
 *
 * **Details**
 *
 * `dimensions` is the length of the vectors in dimensions, of which packed bytes hold eight each. `usage` is the sum of all
 * requests, of which there were `requests`; what a provider does not count is 0.
 *
 * @category models
 * @since 0.1.0
 */
export interface EmbeddingResponse<V extends Vector = Float32Array> {
  readonly embeddings: ReadonlyArray<Embedding<V>>
  readonly dimensions: number
  readonly model: string | null
  readonly usage: TokenUsage
  readonly requests: number
}

/**
 * How many dimensions one element of a vector holds.
 *
 * @category accessors
 * @since 0.1.0
 */
export const packed = (encoding: EmbeddingEncoding | undefined): number =>
  encoding === "binary" || encoding === "ubinary" ? 8 : 1
