/**
 * Requests and responses for rankings of documents, in one shape for every provider.
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
 * A document: a text, or an object with fields where the provider accepts one.
 *
 * @category models
 * @since 0.1.0
 */
export type RerankDocument = string | Schema.JsonObject

/**
 * One request to rank documents by how well they match a query.
 *
 * @category models
 * @since 0.1.0
 */
export interface RerankRequest<Document extends RerankDocument = RerankDocument> {
  /**
   * The model: `provider/model` (with the id or an alias of the provider), the model's name alone where only one
   * provider is configured, or a `Model`. An unknown one fails with a `ConfigurationError`.
   */
  readonly model: string | Model
  /** The query. */
  readonly query: string
  /** The documents, in any order. */
  readonly documents: ReadonlyArray<Document>
  /** How many of the best documents are returned. Default: all. */
  readonly topN?: number | undefined
  /** Whether a document that is too long is cut, or fails. Default: the provider's. */
  readonly truncate?: boolean | undefined
  /** The most tokens of a document that are read. Default: the provider's. */
  readonly maxTokensPerDocument?: number | undefined
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
 * A document in the ranking.
 *
 * @category models
 * @since 0.1.0
 */
export interface RankedDocument<Document extends RerankDocument = RerankDocument> {
  /** The position of the document in the request, from 0. */
  readonly index: number
  /** The score: the higher, the better. Scores of different models cannot be compared. */
  readonly score: number
  /** The document of the request. */
  readonly document: Document
}

/**
 * A ranking.
 *
 * @category models
 * @since 0.1.0
 */
export interface RerankResponse<Document extends RerankDocument = RerankDocument> {
  /** The documents, the best first. */
  readonly results: ReadonlyArray<RankedDocument<Document>>
  /** The provider's id of the response; `null` where it has none. */
  readonly responseId: string | null
  /** The model, as the provider names it; `null` where it does not. */
  readonly model: string | null
  /** The tokens read; a count that the provider does not send is 0. */
  readonly usage: TokenUsage
  /** The search units that Cohere bills; 0 for other providers. */
  readonly searchUnits: number
  /** What of the request was left out or changed. Absent where nothing was. */
  readonly warnings?: ReadonlyArray<Warning>
}
