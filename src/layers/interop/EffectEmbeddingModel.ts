/**
 * Provides the `EmbeddingModel` of `effect/ai` from the `Embeddings` of Sluice, for programs and libraries that use it.
 *
 * @since 0.1.0
 */
import type * as EmbeddingModel from "effect/ai/EmbeddingModel"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { EmbeddingRequest } from "../../domain/Embedding.ts"
import type { Embeddings } from "../../services/Embeddings.ts"

/**
 * Options of the model: an embedding request without its inputs. The vectors are floats.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options extends Omit<EmbeddingRequest<"float" | "base64">, "inputs" | "dimensions"> {
  /** The length of the vectors, which is sent with each request. */
  readonly dimensions: number
}

const loaded = Effect.promise(() => import("./OfEmbeddings.ts"))

/**
 * Makes the model. Texts that are embedded at the same time become one request, within the provider's limits.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (options: Options): Effect.Effect<EmbeddingModel.EmbeddingModel, never, Embeddings> =>
  Effect.flatMap(loaded, (OfEmbeddings) => OfEmbeddings.make(options))

/**
 * Layer that provides the `EmbeddingModel` of `effect/ai`, and its `Dimensions`.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (
  options: Options
): Layer.Layer<EmbeddingModel.EmbeddingModel | EmbeddingModel.Dimensions, never, Embeddings> =>
  Layer.unwrap(Effect.map(loaded, (OfEmbeddings) => OfEmbeddings.layer(options)))
