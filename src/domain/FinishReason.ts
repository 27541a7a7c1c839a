/**
 * Reasons why a model stopped, with one vocabulary for every provider.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * Schema for why a model stopped.
 *
 * **Details**
 *
 * - `stop`: a natural end, or a stop sequence.
 * - `length`: a token limit.
 * - `tool-calls`: the caller's tools have to be run.
 * - `content-filter`: the provider's content filter.
 * - `error`: a failure that the provider reports as an end.
 * - `other`: everything else, also where the provider sent no reason.
 *
 * The provider's own name is beside it, as `finishReasonRaw`.
 *
 * @category schemas
 * @since 0.1.0
 */
export const FinishReason = Schema.Literals(["stop", "length", "tool-calls", "content-filter", "error", "other"])

/**
 * Why a model stopped.
 *
 * @category models
 * @since 0.1.0
 */
export type FinishReason = typeof FinishReason.Type

/**
 * The provider's own name of a finish reason where its own tools paused: the next request goes on with them. Anthropic
 * sends it, and `effect/ai` has it as the reason "pause".
 */
export const pauseTurn = "pause_turn"
