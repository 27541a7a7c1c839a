/**
 * The events of a streamed completion.
 *
 * They are plain tagged objects, and JSON as they stand, so they can be stored, sent and read back. `outputIndex` is
 * the position of the item that a delta belongs to: items may be interleaved.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { AttemptRecord } from "./AttemptRecord.ts"
import { FinishReason } from "./FinishReason.ts"
import { RateLimitSnapshot } from "./RateLimitSnapshot.ts"
import { Citation, ResponseItem } from "./ResponseItem.ts"
import { TokenUsage } from "./TokenUsage.ts"

/** The position of the item in the completion, from 0. */
const outputIndex = Schema.Int

/**
 * The start of a completion. Emitted once, before all other events but rate limits.
 *
 * @category models
 * @since 0.1.0
 */
export class Created extends Schema.Opaque<Created>()(Schema.TaggedStruct("Created", {
  /** The provider's id of the response; `null` where it has none. */
  responseId: Schema.NullOr(Schema.String),
  /** The model that responds, as the provider names it; `null` where it does not. */
  model: Schema.NullOr(Schema.String)
})) {}

/**
 * The rate limits that a response reports.
 *
 * @category models
 * @since 0.1.0
 */
export class RateLimits extends Schema.Opaque<RateLimits>()(Schema.TaggedStruct("RateLimits", {
  /** The limits. */
  snapshot: RateLimitSnapshot
})) {}

/**
 * Something of a request that was left out, or sent otherwise than the caller requested.
 *
 * @category models
 * @since 0.2.0
 */
export class Warning extends Schema.Opaque<Warning>()(Schema.Struct({
  /** The field of the request. */
  parameter: Schema.String,
  /** What was done with it and why, in a sentence. */
  message: Schema.String
})) {}

/**
 * The warnings about a request. Emitted before the first delta, and only where there are any.
 *
 * @category models
 * @since 0.2.0
 */
export class Warnings extends Schema.Opaque<Warnings>()(Schema.TaggedStruct("Warnings", {
  /** The warnings, at least one. */
  warnings: Schema.Array(Warning)
})) {}

/**
 * What is known of an item when it begins.
 *
 * @category models
 * @since 0.1.0
 */
export class ItemStart extends Schema.Opaque<ItemStart>()(Schema.Struct({
  /** The kind of the item; `unknown` for one that this version does not know. */
  type: Schema.Literals([
    "message",
    "reasoning",
    "tool-call",
    "custom-tool-call",
    "server-tool-call",
    "file",
    "unknown"
  ]),
  /** The id of the item or of the tool call, where the provider sends one. */
  id: Schema.optionalKey(Schema.String),
  /** The name of the tool, for tool calls. */
  name: Schema.optionalKey(Schema.String)
})) {}

/**
 * The beginning of an item.
 *
 * @category models
 * @since 0.1.0
 */
export class OutputItemAdded extends Schema.Opaque<OutputItemAdded>()(Schema.TaggedStruct("OutputItemAdded", {
  /** The position of the item in the completion, from 0. */
  outputIndex,
  /** The kind, id and name of the item. */
  item: ItemStart
})) {}

/**
 * The end of an item. A tool call appears here only when the provider has proven it whole.
 *
 * @category models
 * @since 0.1.0
 */
export class OutputItemDone extends Schema.Opaque<OutputItemDone>()(Schema.TaggedStruct("OutputItemDone", {
  /** The position of the item in the completion, from 0. */
  outputIndex,
  /** The whole item. */
  item: ResponseItem
})) {}

/**
 * The next piece of visible text.
 *
 * @category models
 * @since 0.1.0
 */
export class OutputTextDelta extends Schema.Opaque<OutputTextDelta>()(Schema.TaggedStruct("OutputTextDelta", {
  /** The position of the message in the completion, from 0. */
  outputIndex,
  /** The text to append. */
  delta: Schema.String
})) {}

/**
 * The next piece of raw reasoning.
 *
 * @category models
 * @since 0.1.0
 */
export class ReasoningContentDelta
  extends Schema.Opaque<ReasoningContentDelta>()(Schema.TaggedStruct("ReasoningContentDelta", {
    /** The position of the reasoning in the completion, from 0. */
    outputIndex,
    /** The position of the part in the reasoning's `content`, from 0. */
    contentIndex: Schema.Int,
    /** The text to append. */
    delta: Schema.String
  }))
{}

/**
 * The next piece of a reasoning summary.
 *
 * @category models
 * @since 0.1.0
 */
export class ReasoningSummaryDelta
  extends Schema.Opaque<ReasoningSummaryDelta>()(Schema.TaggedStruct("ReasoningSummaryDelta", {
    /** The position of the reasoning in the completion, from 0. */
    outputIndex,
    /** The position of the part in the reasoning's `summary`, from 0. */
    summaryIndex: Schema.Int,
    /** The text to append. */
    delta: Schema.String
  }))
{}

/**
 * The beginning of a part of a reasoning summary.
 *
 * @category models
 * @since 0.1.0
 */
export class ReasoningSummaryPartAdded
  extends Schema.Opaque<ReasoningSummaryPartAdded>()(Schema.TaggedStruct("ReasoningSummaryPartAdded", {
    /** The position of the reasoning in the completion, from 0. */
    outputIndex,
    /** The position of the part in the reasoning's `summary`, from 0. */
    summaryIndex: Schema.Int
  }))
{}

/**
 * The next piece of the plan that a model makes before it calls tools (Cohere). The whole plan is a `Reasoning`
 * item, which is sent back as a plan.
 *
 * @category models
 * @since 0.1.0
 */
export class ToolPlanDelta extends Schema.Opaque<ToolPlanDelta>()(Schema.TaggedStruct("ToolPlanDelta", {
  /** The position of the reasoning in the completion, from 0. */
  outputIndex,
  /** The text to append. */
  delta: Schema.String
})) {}

/**
 * The next piece of a refusal.
 *
 * @category models
 * @since 0.1.0
 */
export class RefusalDelta extends Schema.Opaque<RefusalDelta>()(Schema.TaggedStruct("RefusalDelta", {
  /** The position of the message in the completion, from 0. */
  outputIndex,
  /** The text to append. */
  delta: Schema.String
})) {}

/**
 * The next piece of a tool call's arguments. They are not JSON until the call is done.
 *
 * @category models
 * @since 0.1.0
 */
export class ToolCallArgumentsDelta
  extends Schema.Opaque<ToolCallArgumentsDelta>()(Schema.TaggedStruct("ToolCallArgumentsDelta", {
    /** The position of the tool call in the completion, from 0. */
    outputIndex,
    /** The id of the tool call. */
    id: Schema.String,
    /** The text to append, as the provider sent it. */
    delta: Schema.String
  }))
{}

/**
 * A citation of the text so far.
 *
 * @category models
 * @since 0.1.0
 */
export class CitationAdded extends Schema.Opaque<CitationAdded>()(Schema.TaggedStruct("CitationAdded", {
  /** The position of the message in the completion, from 0. */
  outputIndex,
  /** The source that the text is from. */
  citation: Citation
})) {}

/**
 * The start of a web search by the provider.
 *
 * @category models
 * @since 0.1.0
 */
export class WebSearchCallBegin extends Schema.Opaque<WebSearchCallBegin>()(Schema.TaggedStruct("WebSearchCallBegin", {
  /** The position of the search in the completion, from 0. */
  outputIndex,
  /** The provider's id of the search. */
  id: Schema.String
})) {}

/**
 * Schema for a signal that a completion is whole.
 *
 * **Details**
 *
 * - `terminal-event`: the protocol's own last event.
 * - `finish-reason`: the reason why the model stopped.
 * - `done-marker`: `data: [DONE]`.
 * - `usage`: the counts of tokens.
 * - `end-of-body`: the end of the body, as HTTP defines it.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Evidence = Schema.Literals(["terminal-event", "finish-reason", "done-marker", "usage", "end-of-body"])

/**
 * A signal that a completion is whole.
 *
 * @category models
 * @since 0.1.0
 */
export type Evidence = typeof Evidence.Type

/**
 * The end of a whole completion. Always the last event, emitted exactly once. A stream that is cut fails instead.
 *
 * @category models
 * @since 0.1.0
 */
export class Completed extends Schema.Opaque<Completed>()(Schema.TaggedStruct("Completed", {
  /** The provider's id of the response; `null` where it has none. */
  responseId: Schema.NullOr(Schema.String),
  /** The model that responded, as the provider names it; `null` where it does not. */
  model: Schema.NullOr(Schema.String),
  /** Why the model stopped. */
  finishReason: FinishReason,
  /** The provider's own name of the finish reason; `null` where it sent none. */
  finishReasonRaw: Schema.NullOr(Schema.String),
  /** The provider's explanation of the finish reason. */
  finishMessage: Schema.optionalKey(Schema.String),
  /** The tokens read and written; `null` where the provider reports none. */
  usage: Schema.NullOr(TokenUsage),
  /**
   * The signals that proved the completion whole, in the order in which they were seen. Empty only for a `LanguageModel`
   * of `effect/ai` that reports no finish reason, whose tool calls are then cut.
   */
  evidence: Schema.Array(Evidence),
  /** How many events, items and choices were not recognized, by name. */
  unknown: Schema.optionalKey(Schema.Record(Schema.String, Schema.Int)),
  /** The warnings of the `Warnings` event, where there was one. */
  warnings: Schema.optionalKey(Schema.Array(Warning)),
  /** All attempts of the call, in order, where there were several: those that failed, and the one that succeeded. */
  attempts: Schema.optionalKey(Schema.Array(AttemptRecord))
})) {}

/**
 * Schema for one event of a streamed completion.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ResponseEvent = Schema.Union([
  Created,
  RateLimits,
  Warnings,
  OutputItemAdded,
  OutputItemDone,
  OutputTextDelta,
  ReasoningContentDelta,
  ReasoningSummaryDelta,
  ReasoningSummaryPartAdded,
  ToolPlanDelta,
  RefusalDelta,
  ToolCallArgumentsDelta,
  CitationAdded,
  WebSearchCallBegin,
  Completed
]).pipe(Schema.toTaggedUnion("_tag"))

/**
 * One event of a streamed completion.
 *
 * @category models
 * @since 0.1.0
 */
export type ResponseEvent =
  | Created
  | RateLimits
  | Warnings
  | OutputItemAdded
  | OutputItemDone
  | OutputTextDelta
  | ReasoningContentDelta
  | ReasoningSummaryDelta
  | ReasoningSummaryPartAdded
  | ToolPlanDelta
  | RefusalDelta
  | ToolCallArgumentsDelta
  | CitationAdded
  | WebSearchCallBegin
  | Completed
