/**
 * Documents by how well they answer a query: what is asked for, and what comes back.
 *
 * @since 0.1.0
 */
import type * as Schema from "effect/Schema"
import type { Model } from "./Model.ts"
import type { TokenUsage } from "./TokenUsage.ts"
import type { Timeouts } from "./Timeouts.ts"

/**
 * A document: a text, or an object with fields where the provider takes one.
 *
 * @category models
 * @since 0.1.0
 */
export type RerankDocument = string | Schema.JsonObject

/**
 * One request to rank documents.
 *
 * **Details**
 *
 * `topN` is how many of the best are wanted (default: all). `truncate` says whether a document that is too long is cut or
 * refused, and `maxTokensPerDocument` where; without them the provider decides. `providerOptions` has one record a
 * provider id, whose fields go into the body as they are, over everything else; `headers` are sent along.
 *
 * @category models
 * @since 0.1.0
 */
export interface RerankRequest<Document extends RerankDocument = RerankDocument> {
  readonly model: string | Model
  readonly query: string
  readonly documents: ReadonlyArray<Document>
  readonly topN?: number | undefined
  readonly truncate?: boolean | undefined
  readonly maxTokensPerDocument?: number | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Time limits of this request, over those of the layer and the model. Never sent. Default: none. */
  readonly timeouts?: Timeouts | undefined
  readonly providerOptions?: Readonly<Record<string, Readonly<Record<string, Schema.Json>>>> | undefined
}

/**
 * A document in the ranking: its place in the request, and its score. Scores are the model's own: the best have the highest,
 * and nothing else is common to them.
 *
 * @category models
 * @since 0.1.0
 */
export interface RankedDocument<Document extends RerankDocument = RerankDocument> {
  readonly index: number
  readonly score: number
  readonly document: Document
}

/**
 * The ranking, the best first. `searchUnits` is what Cohere bills by; what a provider does not count is 0.
 *
 * @category models
 * @since 0.1.0
 */
export interface RerankResponse<Document extends RerankDocument = RerankDocument> {
  readonly results: ReadonlyArray<RankedDocument<Document>>
  readonly responseId: string | null
  readonly model: string | null
  readonly usage: TokenUsage
  readonly searchUnits: number
}
