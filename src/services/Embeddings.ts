/**
 * Texts as vectors, whichever provider makes them.
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
 * Service that embeds.
 *
 * @category services
 * @since 0.1.0
 */
export class Embeddings extends Context.Service<Embeddings, {
  /**
   * Embeds all inputs, in as many requests as they need, some at once, and answers in the order of the inputs. Each request
   * is retried by the `RetryPolicy`; one that is refused for its size is divided. When one fails for good no further one is
   * sent, those under way are waited for, and the error carries what was done (`embedded`) and what the failed request was
   * about (`inputs`).
   */
  readonly embed: <Encoding extends EmbeddingEncoding = "float">(
    request: EmbeddingRequest<Encoding>
  ) => Effect.Effect<EmbeddingResponse<VectorOf<Encoding>>, ExchangeError>

  /**
   * The same, request by request in the order of the inputs, for more inputs than there is room for. Whatever was done is
   * delivered before the stream fails. A slow consumer slows the asking.
   */
  readonly stream: <Encoding extends EmbeddingEncoding = "float">(
    request: EmbeddingRequest<Encoding>
  ) => Stream.Stream<EmbeddingBatch<VectorOf<Encoding>>, ExchangeError>
}>()("sluice/services/Embeddings") {}

/**
 * Embeds all inputs with the service in the context.
 *
 * @category accessors
 * @since 0.1.0
 */
export const embed = <Encoding extends EmbeddingEncoding = "float">(
  request: EmbeddingRequest<Encoding>
): Effect.Effect<EmbeddingResponse<VectorOf<Encoding>>, ExchangeError, Embeddings> =>
  Embeddings.use((embeddings) => embeddings.embed(request))

/**
 * Embeds inputs request by request with the service in the context.
 *
 * @category accessors
 * @since 0.1.0
 */
export const stream = <Encoding extends EmbeddingEncoding = "float">(
  request: EmbeddingRequest<Encoding>
): Stream.Stream<EmbeddingBatch<VectorOf<Encoding>>, ExchangeError, Embeddings> =>
  Stream.unwrap(Effect.map(Embeddings, (embeddings) => embeddings.stream(request)))
