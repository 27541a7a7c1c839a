/**
 * The state of a tool loop as data, so that another process can continue it.
 *
 * @since 0.2.0
 */
import * as Prompt from "effect/ai/Prompt"
import * as Schema from "effect/Schema"
import { TokenUsage } from "./TokenUsage.ts"

/**
 * Schema for why a tool loop ended.
 *
 * **Details**
 *
 * - `completed`: the model ended without tool calls.
 * - `stopped`: a stop condition was met, which is beside it.
 * - `approval`: tool calls wait for an approval; the loop can be continued with the decisions.
 * - `length`: a token limit ended the response. Its tool calls were not run.
 * - `refused`: the model declined.
 * - `filtered`: a content filter of the provider ended the response.
 * - `paused`: the provider's own tools paused more often in a row than `maxPauses`.
 * - `other`: the provider ended the response for another reason, or with an error that it reports as an end.
 *
 * @category schemas
 * @since 0.2.0
 */
export const EndReason = Schema.Literals([
  "completed",
  "stopped",
  "approval",
  "length",
  "refused",
  "filtered",
  "paused",
  "other"
])

/**
 * Why a tool loop ended.
 *
 * @category models
 * @since 0.2.0
 */
export type EndReason = typeof EndReason.Type

/**
 * A tool call of a step, and what became of it.
 *
 * **Details**
 *
 * A call is identified by loop, step and position, never by the id of the provider.
 *
 * @category models
 * @since 0.2.0
 */
export class LoopToolCall extends Schema.Opaque<LoopToolCall>()(Schema.Struct({
  /** The step that the call is of, from 1. */
  step: Schema.Int,
  /** The position of the call among those of its step, from 0. */
  position: Schema.Int,
  /** The provider's id of the call, to which its result refers. */
  id: Schema.String,
  /** The name of the tool. */
  name: Schema.String,
  /** The arguments, as JSON; the text as it arrived, where `isMalformed`. */
  arguments: Schema.Json,
  /** Whether the arguments are not JSON. No handler gets such a call. Absent where they are. */
  isMalformed: Schema.optionalKey(Schema.Boolean),
  /**
   * What became of the call: it was not started (`pending`), its handler was started and has not ended (`started`), it
   * has a result (`finished`), or a crash interrupted its handler, so that it is unknown whether it ran (`unknown`).
   */
  status: Schema.Literals(["pending", "started", "finished", "unknown"]),
  /** The approval of the call: requested, or as it was decided. Absent where the call needs none. */
  approval: Schema.optionalKey(Schema.Literals(["requested", "approved", "denied"])),
  /** Why the call was denied. Absent where no reason was given. */
  denialReason: Schema.optionalKey(Schema.String),
  /** The result, as JSON. Absent before the call has finished. */
  result: Schema.optionalKey(Schema.Json),
  /** What the model sees in place of the result. Absent where the tool has no such output. */
  modelOutput: Schema.optionalKey(Schema.Array(Prompt.ToolModelOutputPart)),
  /** Whether the result is that of a failure. Absent before the call has finished. */
  isFailure: Schema.optionalKey(Schema.Boolean)
})) {}

/**
 * The state of a tool loop: what `store` gets, and what `resume` continues.
 *
 * @category models
 * @since 0.2.0
 */
export class ToolLoopState extends Schema.Opaque<ToolLoopState>()(Schema.Struct({
  /** The version of this format. */
  version: Schema.Literal(1),
  /** The id of the loop. */
  loopId: Schema.String,
  /** The number of steps whose response has arrived. */
  step: Schema.Int,
  /** The conversation, up to the assistant message of the latest step. Results that are not in it are in `calls`. */
  messages: Prompt.Prompt,
  /** The tool calls of the latest step; empty where all have their results in `messages`. */
  calls: Schema.Array(LoopToolCall),
  /** The names of the tools that the latest step offered. Absent where it offered all. */
  offered: Schema.optionalKey(Schema.Array(Schema.String)),
  /** The messages that follow the results of `calls`. Absent where there are none. */
  after: Schema.optionalKey(Prompt.Prompt),
  /** The tokens of all steps together, failed attempts included. */
  usage: TokenUsage,
  /** The cost of all steps, in US dollars; 0 where no stop condition is about money. */
  usd: Schema.Finite,
  /** The time that the loop has run, in milliseconds, that of other processes included. */
  millis: Schema.Finite,
  /** The names of the tools that ran and did not fail. */
  called: Schema.Array(Schema.String),
  /** How often in a row the provider's own tools have paused. */
  pauses: Schema.Int,
  /** A digest of the latest step's tool calls and their results. */
  digest: Schema.String,
  /** How often in a row a step had this digest. */
  repeats: Schema.Int,
  /** The tool calls that a crash interrupted, and of which it is unknown whether they ran. */
  unknown: Schema.Array(LoopToolCall),
  /** Why the loop has ended. Absent where it goes on. */
  ended: Schema.optionalKey(Schema.Struct({
    /** Why. */
    reason: EndReason,
    /** The name of the stop condition that was met. */
    condition: Schema.optionalKey(Schema.String)
  }))
})) {}

/**
 * Codec between the state and JSON as plain objects.
 *
 * @category schemas
 * @since 0.2.0
 */
export const StateFromJson: Schema.Codec<ToolLoopState, Schema.Json> = Schema.toCodecJson(ToolLoopState)

/** Codec between the state and JSON text. */
export const StateFromText: Schema.Codec<ToolLoopState, string> = Schema.fromJsonString(StateFromJson)

/** Returns the key of a tool call, which is the same in every process that continues the loop. */
export const keyOf = (loopId: string, { position, step }: Pick<LoopToolCall, "step" | "position">): string =>
  `${loopId}/${step}/${position}`
