/**
 * Makes the `EmbeddingModel` of `effect/ai`. `EffectEmbeddingModel` loads this module on first use, because it imports
 * the persistence modules with which `effect/ai` batches requests.
 */
import * as EmbeddingModel from "effect/ai/EmbeddingModel"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Embeddings } from "../../services/Embeddings.ts"
import * as AiErrors from "./AiErrors.ts"
import type { Options } from "./EffectEmbeddingModel.ts"

/** Makes the model. Texts that are embedded at the same time become one request, within the provider's limits. */
export const make = (options: Options): Effect.Effect<EmbeddingModel.EmbeddingModel, never, Embeddings> =>
  Effect.flatMap(Embeddings, (embeddings) =>
    EmbeddingModel.make({
      embedMany: ({ inputs }) =>
        embeddings.embed({ ...options, inputs }).pipe(
          Effect.mapError((error) => AiErrors.from(error, "embed")),
          Effect.map((response) => ({
            results: response.embeddings.map(({ vector }) => Array.from(vector)),
            usage: { inputTokens: response.usage.inputTokens }
          }))
        )
    }))

/** Layer that provides the `EmbeddingModel` of `effect/ai`, and its `Dimensions`. */
export const layer = (
  options: Options
): Layer.Layer<EmbeddingModel.EmbeddingModel | EmbeddingModel.Dimensions, never, Embeddings> =>
  Layer.effectContext(
    Effect.map(make(options), (model) =>
      Context.make(EmbeddingModel.EmbeddingModel, model).pipe(
        Context.add(EmbeddingModel.Dimensions, options.dimensions)
      ))
  )
