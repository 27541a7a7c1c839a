/**
 * Why a model stopped, in one vocabulary for every provider.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * Schema for the normalised reason an answer ended.
 *
 * **Details**
 *
 * `stop` is a natural end or a stop sequence, `length` a token limit, `tool-calls` a request to run the caller's
 * tools, `content-filter` a refusal by the provider's filter, `error` a failure the provider reports as an end, and
 * `other` everything else, including a provider that named no reason. The provider's own word is kept beside it.
 *
 * @category schemas
 * @since 0.1.0
 */
export const FinishReason = Schema.Literals(["stop", "length", "tool-calls", "content-filter", "error", "other"])

/**
 * The normalised reason an answer ended.
 *
 * @category models
 * @since 0.1.0
 */
export type FinishReason = typeof FinishReason.Type
