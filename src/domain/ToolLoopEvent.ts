/**
 * The events of a tool loop.
 *
 * Between `StepStarted` and `StepFinished` of a step are the events of its response, as they arrive, and those of its
 * tools. Steps do not overlap.
 *
 * @since 0.2.0
 */
import type * as Prompt from "effect/ai/Prompt"
import type * as Schema from "effect/Schema"
import type { Completion } from "./Completion.ts"
import type { Model } from "./Model.ts"
import type { ResponseEvent } from "./ResponseEvent.ts"
import type { TokenUsage } from "./TokenUsage.ts"
import type { EndReason, LoopToolCall, ToolLoopState } from "./ToolLoopState.ts"

/**
 * A step began: a request is sent.
 *
 * @category models
 * @since 0.2.0
 */
export interface StepStarted {
  /** The kind of the event. */
  readonly _tag: "StepStarted"
  /** The number of the step, from 1. */
  readonly step: number
  /** The model that is requested. */
  readonly model: string | Model
}

/** What every event of a tool call says. */
export interface OfToolCall {
  /** The number of the step, from 1. */
  readonly step: number
  /** The position of the call among those of its step, from 0. */
  readonly position: number
  /** The provider's id of the call. */
  readonly id: string
  /** The name of the tool. */
  readonly name: string
  /** The key of the call: the same in every process that continues the loop, and no other call's. */
  readonly key: string
}

/**
 * A tool call needs an approval.
 *
 * @category models
 * @since 0.2.0
 */
export interface ApprovalRequested extends OfToolCall {
  /** The kind of the event. */
  readonly _tag: "ApprovalRequested"
  /** The arguments of the call, as JSON. */
  readonly arguments: Schema.Json
}

/**
 * The handler of a tool call starts.
 *
 * @category models
 * @since 0.2.0
 */
export interface ToolStarted extends OfToolCall {
  /** The kind of the event. */
  readonly _tag: "ToolStarted"
  /** The arguments of the call, as JSON. */
  readonly arguments: Schema.Json
}

/**
 * A handler has emitted a preliminary result.
 *
 * @category models
 * @since 0.2.0
 */
export interface ToolProgress extends OfToolCall {
  /** The kind of the event. */
  readonly _tag: "ToolProgress"
  /** The preliminary result, encoded by the schema of the tool. */
  readonly result: unknown
}

/**
 * Why a tool call failed: the tool is unknown or was not offered (`unknown-tool`), the arguments are no JSON or do not
 * decode (`arguments`), the call was denied (`denied`), the handler failed as its tool declares (`handler`), failed in
 * another way (`defect`), took too long (`timeout`) or was interrupted (`interrupted`), or its result is not what the
 * tool declares, or not JSON (`result`), or too large (`too-large`).
 *
 * @category models
 * @since 0.2.0
 */
export type ToolFailureKind =
  | "unknown-tool"
  | "arguments"
  | "denied"
  | "handler"
  | "defect"
  | "timeout"
  | "interrupted"
  | "result"
  | "too-large"

/**
 * A tool call has its result, which the model gets.
 *
 * @category models
 * @since 0.2.0
 */
export interface ToolFinished extends OfToolCall {
  /** The kind of the event. */
  readonly _tag: "ToolFinished"
  /** The result, as JSON. */
  readonly result: Schema.Json
  /** Whether the result is that of a failure. */
  readonly isFailure: boolean
  /** Why the call failed. Absent where it did not. */
  readonly failure?: ToolFailureKind
  /** How long the handler ran, in milliseconds; 0 where none was started. */
  readonly millis: number
}

/**
 * A crash interrupted the handler of a tool call, so that it is unknown whether the tool ran. The model reads that.
 *
 * @category models
 * @since 0.2.0
 */
export interface ToolUnknown extends OfToolCall {
  /** The kind of the event. */
  readonly _tag: "ToolUnknown"
  /** The arguments of the call, as JSON. */
  readonly arguments: Schema.Json
}

/**
 * A step has ended: its response is whole, and all its tool calls have results.
 *
 * @category models
 * @since 0.2.0
 */
export interface StepFinished {
  /** The kind of the event. */
  readonly _tag: "StepFinished"
  /** The number of the step, from 1. */
  readonly step: number
  /** The completion of the step. Absent where another process received it. */
  readonly completion?: Completion
  /** The tool calls of the step with their results, in order. */
  readonly calls: ReadonlyArray<LoopToolCall>
  /** The state of the loop. */
  readonly state: ToolLoopState
}

/**
 * The loop has ended. Always the last event, emitted exactly once.
 *
 * @category models
 * @since 0.2.0
 */
export interface LoopFinished {
  /** The kind of the event. */
  readonly _tag: "LoopFinished"
  /** Why the loop ended. */
  readonly reason: EndReason
  /** The name of the stop condition, where one was met. */
  readonly condition?: string
  /** The text of the last step. */
  readonly text: string
  /** The tokens of all steps together, failed attempts included. */
  readonly usage: TokenUsage
  /**
   * The conversation. Every tool call has its result, but those that wait for an approval: their requests are parts of
   * the last assistant message.
   */
  readonly messages: Prompt.Prompt
  /** The number of steps. */
  readonly steps: number
  /** The tool calls of which it is unknown whether they ran. */
  readonly unknown: ReadonlyArray<LoopToolCall>
  /** The state of the loop, which `resume` continues where `reason` is `approval`. */
  readonly state: ToolLoopState
}

/**
 * One event of a tool loop that is not of a response.
 *
 * @category models
 * @since 0.2.0
 */
export type LoopEvent =
  | StepStarted
  | ApprovalRequested
  | ToolStarted
  | ToolProgress
  | ToolFinished
  | ToolUnknown
  | StepFinished
  | LoopFinished

/**
 * One event of a tool loop.
 *
 * @category models
 * @since 0.2.0
 */
export type ToolLoopEvent = ResponseEvent | LoopEvent
