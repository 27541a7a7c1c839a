/**
 * Rankings of documents by how well they match a query, whichever provider makes them.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { ExchangeError } from "../domain/OperationError.ts"
import type { RerankDocument, RerankRequest, RerankResponse } from "../domain/Rerank.ts"

/**
 * Service that ranks documents.
 *
 * **Example** (Taking the three best documents)
 *
 * ```ts
 * import { Effect } from "effect"
 * import { Reranker } from "sluice"
 *
 * export const best = (query: string, documents: ReadonlyArray<string>) =>
 *   Reranker.rerank({ model: "cohere/rerank-v4.0-fast", query, documents, topN: 3 }).pipe(
 *     Effect.map(({ results }) => results.map(({ document }) => document))
 *   )
 * ```
 *
 * @category services
 * @since 0.1.0
 */
export class Reranker extends Context.Service<Reranker, {
  /**
   * Ranks the documents, the best first, in one HTTP request, since scores of several cannot be compared. It is retried
   * by the `RetryPolicy`.
   */
  readonly rerank: <Document extends RerankDocument>(
    request: RerankRequest<Document>
  ) => Effect.Effect<RerankResponse<Document>, ExchangeError>
}>()("sluice/services/Reranker") {
  /** Ranks documents with the service in the context. Its contract is that of the service's `rerank`. */
  static readonly rerank = <Document extends RerankDocument>(
    request: RerankRequest<Document>
  ): Effect.Effect<RerankResponse<Document>, ExchangeError, Reranker> =>
    Reranker.use((reranker) => reranker.rerank(request))
}
