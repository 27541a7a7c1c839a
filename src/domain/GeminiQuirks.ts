/**
 * Differences between the servers that speak generateContent.
 *
 * @since 0.1.0
 */

/**
 * The named differences. All are off or at the protocol's own value unless a provider sets them.
 *
 * @category models
 * @since 0.1.0
 */
export interface GeminiQuirks {
  /** How far the model is to think is said in words or in tokens. Default: as the model's name tells. */
  readonly thinking?: "level" | "budget" | "none" | undefined
  /** The language of schemas. Default `openapi`, a part of OpenAPI 3.0; `json-schema` goes as it is. */
  readonly schemaDialect?: "openapi" | "json-schema" | undefined
  /** Whether `metadata` is sent as `labels`, which only Vertex AI knows. Default false. */
  readonly labels?: boolean | undefined
  /** Whether the arguments of streamed calls are asked for piece by piece, as only Vertex AI sends them. Default false. */
  readonly streamArguments?: boolean | undefined
  /** Whether Google's tools and the caller's in one request have to be asked for. Default true, for models that mix them. */
  readonly mixedTools?: boolean | undefined
}
