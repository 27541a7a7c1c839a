/**
 * The elements of a streamed answer.
 *
 * They are plain tagged objects, and JSON as they stand, so they can be stored, sent and read back. `outputIndex` says
 * which item a delta belongs to: items may be interleaved.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { FinishReason } from "./FinishReason.ts"
import { RateLimitSnapshot } from "./RateLimitSnapshot.ts"
import { Citation, ResponseItem } from "./ResponseItem.ts"
import { TokenUsage } from "./TokenUsage.ts"

const outputIndex = Schema.Int

/**
 * Schema for the start of an answer. Sent once, before everything but rate limits.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Created = Schema.TaggedStruct("Created", {
  responseId: Schema.NullOr(Schema.String),
  model: Schema.NullOr(Schema.String)
})

/**
 * Schema for what the response said about rate limits.
 *
 * @category schemas
 * @since 0.1.0
 */
export const RateLimits = Schema.TaggedStruct("RateLimits", { snapshot: RateLimitSnapshot })

/**
 * Schema for something of a request that was left out, or sent otherwise than the caller asked for.
 *
 * @category schemas
 * @since 0.2.0
 */
export const Warning = Schema.Struct({
  /** The field of the request. */
  parameter: Schema.String,
  /** What was done with it and why, in a sentence. */
  message: Schema.String
})

/**
 * Something of a request that was left out, or sent otherwise than the caller asked for.
 *
 * @category models
 * @since 0.2.0
 */
export type Warning = typeof Warning.Type

/**
 * Schema for the warnings about a request. Sent before the first delta, and only where there are any.
 *
 * @category schemas
 * @since 0.2.0
 */
export const Warnings = Schema.TaggedStruct("Warnings", { warnings: Schema.Array(Warning) })

/**
 * Schema for the kind, id and name of an item that begins.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ItemStart = Schema.Struct({
  type: Schema.Literals([
    "message",
    "reasoning",
    "tool-call",
    "custom-tool-call",
    "server-tool-call",
    "file",
    "unknown"
  ]),
  id: Schema.optionalKey(Schema.String),
  name: Schema.optionalKey(Schema.String)
})

/**
 * The kind, id and name of an item that begins.
 *
 * @category models
 * @since 0.1.0
 */
export type ItemStart = typeof ItemStart.Type

/**
 * Schema for the beginning of an item.
 *
 * @category schemas
 * @since 0.1.0
 */
export const OutputItemAdded = Schema.TaggedStruct("OutputItemAdded", { outputIndex, item: ItemStart })

/**
 * Schema for a complete item. A tool call appears here only when the provider has proven it whole.
 *
 * @category schemas
 * @since 0.1.0
 */
export const OutputItemDone = Schema.TaggedStruct("OutputItemDone", { outputIndex, item: ResponseItem })

/**
 * Schema for the next piece of visible text.
 *
 * @category schemas
 * @since 0.1.0
 */
export const OutputTextDelta = Schema.TaggedStruct("OutputTextDelta", { outputIndex, delta: Schema.String })

/**
 * Schema for the next piece of raw reasoning.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ReasoningContentDelta = Schema.TaggedStruct("ReasoningContentDelta", {
  outputIndex,
  contentIndex: Schema.Int,
  delta: Schema.String
})

/**
 * Schema for the next piece of a reasoning summary.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ReasoningSummaryDelta = Schema.TaggedStruct("ReasoningSummaryDelta", {
  outputIndex,
  summaryIndex: Schema.Int,
  delta: Schema.String
})

/**
 * Schema for the beginning of a part of a reasoning summary.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ReasoningSummaryPartAdded = Schema.TaggedStruct("ReasoningSummaryPartAdded", {
  outputIndex,
  summaryIndex: Schema.Int
})

/**
 * Schema for the next piece of what a model says it is going to do with its tools, before it calls them (Cohere). It is
 * done as a `Reasoning` item, which is sent back as the plan that it is.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ToolPlanDelta = Schema.TaggedStruct("ToolPlanDelta", { outputIndex, delta: Schema.String })

/**
 * Schema for the next piece of a refusal.
 *
 * @category schemas
 * @since 0.1.0
 */
export const RefusalDelta = Schema.TaggedStruct("RefusalDelta", { outputIndex, delta: Schema.String })

/**
 * Schema for the next piece of a tool call's arguments, as the provider wrote it. Not JSON until the call is done.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ToolCallArgumentsDelta = Schema.TaggedStruct("ToolCallArgumentsDelta", {
  outputIndex,
  id: Schema.String,
  delta: Schema.String
})

/**
 * Schema for a citation of the text so far.
 *
 * @category schemas
 * @since 0.1.0
 */
export const CitationAdded = Schema.TaggedStruct("CitationAdded", { outputIndex, citation: Citation })

/**
 * Schema for the start of a web search by the provider.
 *
 * @category schemas
 * @since 0.1.0
 */
export const WebSearchCallBegin = Schema.TaggedStruct("WebSearchCallBegin", { outputIndex, id: Schema.String })

/**
 * Schema for a signal that an answer is whole.
 *
 * **Details**
 *
 * `terminal-event`: the protocol's own last event. `finish-reason`: the provider said why it stopped. `done-marker`:
 * `data: [DONE]`. `usage`: the bill arrived. `end-of-body`: the body ended as HTTP says it should.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Evidence = Schema.Literals(["terminal-event", "finish-reason", "done-marker", "usage", "end-of-body"])

/**
 * A signal that an answer is whole.
 *
 * @category models
 * @since 0.1.0
 */
export type Evidence = typeof Evidence.Type

/**
 * Schema for the end of a whole answer. Always the last event, sent exactly once; a stream that is cut never has it.
 *
 * **Details**
 *
 * `evidence` lists the signals that were seen, in order. `finishMessage` is what the provider has to say about the finish
 * reason. `unknown` counts what passed by without being understood: event types, item types, choices, by name. `warnings` are
 * those of the `Warnings` event, where there was one.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Completed = Schema.TaggedStruct("Completed", {
  responseId: Schema.NullOr(Schema.String),
  model: Schema.NullOr(Schema.String),
  finishReason: FinishReason,
  finishReasonRaw: Schema.NullOr(Schema.String),
  finishMessage: Schema.optionalKey(Schema.String),
  usage: Schema.NullOr(TokenUsage),
  evidence: Schema.Array(Evidence),
  unknown: Schema.optionalKey(Schema.Record(Schema.String, Schema.Int)),
  warnings: Schema.optionalKey(Schema.Array(Warning))
})

/**
 * Schema for one element of a streamed answer.
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
 * One element of a streamed answer.
 *
 * @category models
 * @since 0.1.0
 */
export type ResponseEvent = typeof ResponseEvent.Type

/**
 * The end of a whole answer.
 *
 * @category models
 * @since 0.1.0
 */
export type Completed = typeof Completed.Type
