/**
 * Embeddings of texts, whichever provider makes them.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type {
  EmbeddingBatch,
  EmbeddingEncoding,
  EmbeddingRequest,
  EmbeddingResponse,
  VectorOf
} from "../domain/Embedding.ts"
import type { ExchangeError } from "../domain/OperationError.ts"

/**
 * Service that makes embeddings.
 *
 * **Example** (Embedding two texts)
 *
 * ```ts
 * import { Effect, Layer } from "effect"
 * import { Embeddings, HttpEmbeddings, Providers, UndiciHttpClient } from "sluice"
 *
 * const Live = HttpEmbeddings.layer.pipe(
 *   Layer.provide(Providers.layerConfig),
 *   Layer.provide(UndiciHttpClient.layer)
 * )
 *
 * export const vectors = Embeddings.embed({ model: "voyageai/voyage-4", inputs: ["sky", "sea"] }).pipe(
 *   Effect.map(({ embeddings }) => embeddings.map(({ vector }) => vector)),
 *   Effect.provide(Live)
 * )
 * ```
 *
 * @category services
 * @since 0.1.0
 */
export class Embeddings extends Context.Service<Embeddings, {
  /**
   * Embeds all inputs, in as many HTTP requests as they need, several at once, and returns the vectors in the order of
   * the inputs. Each HTTP request is retried by the `RetryPolicy`; one that the provider rejects for its size is
   * divided. When one finally fails, no further one is sent, those that are open are waited for, and the error carries
   * the embeddings that were made (`embedded`) and the positions of the inputs that failed (`inputs`). Inputs that are
   * too long alone do not keep the others from being embedded: the error has the positions of all of them. Responses
   * of different models or dimensions fail with a `MalformedResponseError` that has those of the first kind.
   */
  readonly embed: <Encoding extends EmbeddingEncoding = "float">(
    request: EmbeddingRequest<Encoding>
  ) => Effect.Effect<EmbeddingResponse<VectorOf<Encoding>>, ExchangeError>

  /**
   * Embeds the inputs and emits the batches in their order, for more inputs than fit into memory. All batches that were
   * made are emitted before the stream fails. A slow consumer slows the sending.
   */
  readonly stream: <Encoding extends EmbeddingEncoding = "float">(
    request: EmbeddingRequest<Encoding>
  ) => Stream.Stream<EmbeddingBatch<VectorOf<Encoding>>, ExchangeError>
}>()("sluice/services/Embeddings") {
  /** Embeds all inputs with the service in the context. Its contract is that of the service's `embed`. */
  static readonly embed = <Encoding extends EmbeddingEncoding = "float">(
    request: EmbeddingRequest<Encoding>
  ): Effect.Effect<EmbeddingResponse<VectorOf<Encoding>>, ExchangeError, Embeddings> =>
    Embeddings.use((embeddings) => embeddings.embed(request))

  /** Embeds inputs batch by batch with the service in the context. Its contract is that of the service's `stream`. */
  static readonly stream = <Encoding extends EmbeddingEncoding = "float">(
    request: EmbeddingRequest<Encoding>
  ): Stream.Stream<EmbeddingBatch<VectorOf<Encoding>>, ExchangeError, Embeddings> =>
    Stream.unwrap(Effect.map(Embeddings, (embeddings) => embeddings.stream(request)))
}
