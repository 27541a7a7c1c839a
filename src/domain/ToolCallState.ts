/**
 * The states of a tool call while it arrives.
 *
 * They are plain tagged objects. A call begins with `Waiting`, goes on with `Naming` and any number of `Arguments`, and
 * ends with `Complete` or `Failed`.
 *
 * @since 0.2.0
 */
import * as Prompt from "effect/ai/Prompt"
import type * as Tool from "effect/ai/Tool"
import * as Schema from "effect/Schema"

/**
 * Schema for the stage of a tool call that is not done: no name yet (`waiting`), no arguments yet (`naming`), or
 * arguments that are not whole yet (`arguments`).
 *
 * @category schemas
 * @since 0.2.0
 */
export const Stage = Schema.Literals(["waiting", "naming", "arguments"])

/**
 * The stage of a tool call that is not done.
 *
 * @category models
 * @since 0.2.0
 */
export type Stage = typeof Stage.Type

/**
 * How long each stage of a call took, in milliseconds. Only the time in which the next event was waited for counts, and
 * not the time of the program that reads the states.
 *
 * @category models
 * @since 0.2.0
 */
export interface StageTimes {
  /** From the beginning of the call to its name. */
  readonly waiting: number
  /** From the name to the first piece of the arguments, or to the end of a call without pieces. */
  readonly naming: number
  /** From the first piece of the arguments to the end of the call. */
  readonly arguments: number
}

/**
 * The arguments are not JSON. Nothing of them is in the failure: `expected` says what JSON has at the place.
 *
 * @category failures
 * @since 0.2.0
 */
export class InvalidJson extends Schema.Opaque<InvalidJson>()(Schema.TaggedStruct("InvalidJson", {
  /**
   * What is wrong: a character that JSON does not have there (`syntax`), text behind the value (`trailing`), or an end
   * before the value is whole (`unfinished`).
   */
  reason: Schema.Literals(["syntax", "trailing", "unfinished"]),
  /** The place in the arguments, in UTF-16 code units from 0. */
  position: Schema.Int,
  /** What JSON has at this place. */
  expected: Schema.String
})) {}

/**
 * The events are not those of a tool call.
 *
 * @category failures
 * @since 0.2.0
 */
export class IllegalTransition extends Schema.Opaque<IllegalTransition>()(Schema.TaggedStruct("IllegalTransition", {
  /** The stage before the event; `absent` where no call had begun, `complete` where it was done. */
  from: Schema.Literals(["absent", ...Stage.literals, "complete"]),
  /** What the event would make of it: `end` is the end of the completion. */
  to: Schema.Literals([...Stage.literals, "complete", "end"])
})) {}

/**
 * The arguments are longer than the limit.
 *
 * @category failures
 * @since 0.2.0
 */
export class ArgumentsTooLarge extends Schema.Opaque<ArgumentsTooLarge>()(Schema.TaggedStruct("ArgumentsTooLarge", {
  /** The most bytes in UTF-8. */
  limit: Schema.Finite
})) {}

/**
 * The arguments have more levels of containers than the limit.
 *
 * @category failures
 * @since 0.2.0
 */
export class ArgumentsTooDeep extends Schema.Opaque<ArgumentsTooDeep>()(Schema.TaggedStruct("ArgumentsTooDeep", {
  /** The most levels. */
  limit: Schema.Finite
})) {}

/**
 * More calls are open at once than the limit.
 *
 * @category failures
 * @since 0.2.0
 */
export class TooManyOpenCalls extends Schema.Opaque<TooManyOpenCalls>()(Schema.TaggedStruct("TooManyOpenCalls", {
  /** The most calls. */
  limit: Schema.Finite
})) {}

/**
 * A stage took longer than its timeout.
 *
 * @category failures
 * @since 0.2.0
 */
export class StageTimeout extends Schema.Opaque<StageTimeout>()(Schema.TaggedStruct("StageTimeout", {
  /** The stage. */
  stage: Stage,
  /** The timeout, in milliseconds. */
  limit: Schema.Finite
})) {}

/**
 * The arguments are JSON, but not what the schema of the tool describes.
 *
 * @category failures
 * @since 0.2.0
 */
export class InvalidArguments extends Schema.Opaque<InvalidArguments>()(Schema.TaggedStruct("InvalidArguments", {
  /** The place of the first mismatch (`$.days[0].date`). Keys that the schema does not name are `*`. */
  path: Schema.String
})) {}

/**
 * No tool has the name of the call.
 *
 * @category failures
 * @since 0.2.0
 */
export class UnknownTool extends Schema.Opaque<UnknownTool>()(Schema.TaggedStruct("UnknownTool", {
  /** The names of the tools. */
  available: Schema.Array(Schema.String)
})) {}

/**
 * Schema for why a tool call failed.
 *
 * @category schemas
 * @since 0.2.0
 */
export const Failure = Schema.Union([
  InvalidJson,
  IllegalTransition,
  ArgumentsTooLarge,
  ArgumentsTooDeep,
  TooManyOpenCalls,
  StageTimeout,
  InvalidArguments,
  UnknownTool
]).pipe(Schema.toTaggedUnion("_tag"))

/**
 * Why a tool call failed. Nothing that the model wrote is in it, so it can be logged.
 *
 * @category models
 * @since 0.2.0
 */
export type Failure =
  | InvalidJson
  | IllegalTransition
  | ArgumentsTooLarge
  | ArgumentsTooDeep
  | TooManyOpenCalls
  | StageTimeout
  | InvalidArguments
  | UnknownTool

/**
 * The same request may succeed when it is sent again.
 *
 * @category recoveries
 * @since 0.2.0
 */
export class RetryAfter extends Schema.Opaque<RetryAfter>()(Schema.TaggedStruct("RetryAfter", {
  /** How long to wait before, in milliseconds. */
  millis: Schema.Finite
})) {}

/**
 * A lenient `PartialJson` reads the text of the arguments, as the option `onInvalidArguments: "repair"` does.
 *
 * @category recoveries
 * @since 0.2.0
 */
export class LenientParse extends Schema.Opaque<LenientParse>()(Schema.TaggedStruct("LenientParse", {})) {}

/**
 * The state has a part of the arguments, which can be shown. A tool must not run with it.
 *
 * @category recoveries
 * @since 0.2.0
 */
export class KeepPartial extends Schema.Opaque<KeepPartial>()(Schema.TaggedStruct("KeepPartial", {})) {}

/**
 * The model can correct it: append the messages to the prompt of the next request, behind the completion.
 *
 * @category recoveries
 * @since 0.2.0
 */
export class ReturnToModel extends Schema.Opaque<ReturnToModel>()(Schema.TaggedStruct("ReturnToModel", {
  /**
   * The result of the call, which says what is wrong. For a call whose arguments are not JSON it is a message of the
   * user, since no provider accepts such a call back.
   */
  prompt: Prompt.Prompt
})) {}

/**
 * Nothing can be done about it.
 *
 * @category recoveries
 * @since 0.2.0
 */
export class None extends Schema.Opaque<None>()(Schema.TaggedStruct("None", {})) {}

/**
 * Schema for what can be done about a failed call.
 *
 * @category schemas
 * @since 0.2.0
 */
export const Recovery = Schema.Union([RetryAfter, LenientParse, KeepPartial, ReturnToModel, None]).pipe(
  Schema.toTaggedUnion("_tag")
)

/**
 * What can be done about a failed call.
 *
 * @category models
 * @since 0.2.0
 */
export type Recovery = RetryAfter | LenientParse | KeepPartial | ReturnToModel | None

/**
 * What was repaired in the arguments of a call: what a lenient `PartialJson` repairs, or an end that was missing
 * (`truncated`), where the value that was not whole was left out.
 *
 * @category models
 * @since 0.2.0
 */
export interface ArgumentsRepair {
  /** What was repaired. */
  readonly kind:
    | "fence"
    | "prose"
    | "comment"
    | "trailing-comma"
    | "single-quotes"
    | "control-character"
    | "truncated"
  /** The place in the arguments, in UTF-16 code units from 0. */
  readonly position: number
}

/**
 * What every state of a call has.
 *
 * @category models
 * @since 0.2.0
 */
export interface CallIdentity {
  /** The position of the call in the completion, from 0: the `outputIndex` of its events. */
  readonly index: number
  /** The id of the call; `undefined` where it is not known yet. */
  readonly id: string | undefined
}

/**
 * A call began.
 *
 * @category states
 * @since 0.2.0
 */
export interface Waiting extends CallIdentity {
  /** The name of the state. */
  readonly _tag: "Waiting"
}

/**
 * The name of the tool is known.
 *
 * @category states
 * @since 0.2.0
 */
export interface Naming extends CallIdentity {
  /** The name of the state. */
  readonly _tag: "Naming"
  /** The name of the tool. */
  readonly name: string
}

/**
 * A piece of the arguments came. There is at most one such state for a call and an array of events.
 *
 * @category states
 * @since 0.2.0
 */
export interface Arguments extends CallIdentity {
  /** The name of the state. */
  readonly _tag: "Arguments"
  /** The name of the tool; `undefined` where it is not known yet. */
  readonly name: string | undefined
  /** The text that came since the last state of the call. */
  readonly delta: string
  /** The text so far. Reading its characters costs its length: to pass the text on, use `delta`. */
  readonly text: string
  /**
   * The value so far; `undefined` before it begins. It is the live value of a `PartialJson`, so it grows in place and
   * must not be changed. It stops growing at a text that is not JSON.
   */
  readonly value: Schema.Json | undefined
  /** The bytes of the text so far, in UTF-8. */
  readonly bytes: number
}

/**
 * What the last state of a whole call has, whatever its tool.
 *
 * @category states
 * @since 0.2.0
 */
export interface CompleteCall extends CallIdentity {
  /** The name of the state. */
  readonly _tag: "Complete"
  /** The id that the tool's result refers to. */
  readonly id: string
  /** The arguments as JSON. */
  readonly json: Schema.Json
  /** How long each stage took. */
  readonly times: StageTimes
  /** What was repaired in the arguments. Empty unless `onInvalidArguments` is `repair`. */
  readonly repairs: ReadonlyArray<ArgumentsRepair>
}

/**
 * The call is whole, and its arguments are those of the tool. `Tools` are the tools that were given; without any,
 * `arguments` are the same as `json`.
 *
 * @category states
 * @since 0.2.0
 */
export type Complete<Tools extends Tool.Any = never> = [Tools] extends [never] ?
    & CompleteCall
    & {
      /** The name of the tool. */
      readonly name: string
      /** The arguments. */
      readonly arguments: Schema.Json
    }
  : Tools extends Tool.Any ?
      & CompleteCall
      & {
        /** The name of the tool. */
        readonly name: Tool.Name<Tools>
        /** The arguments, decoded with the schema of the tool; as JSON for a tool with a JSON Schema. */
        readonly arguments: Tool.Parameters<Tools>
      }
  : never

/**
 * The call failed, and has no further states.
 *
 * @category states
 * @since 0.2.0
 */
export interface Failed extends CallIdentity {
  /** The name of the state. */
  readonly _tag: "Failed"
  /** The name of the tool; `undefined` where it is not known. */
  readonly name: string | undefined
  /** Why it failed. */
  readonly failure: Failure
  /** What can be done about it. */
  readonly recovery: Recovery
  /** The part of the arguments that could be read; `undefined` where there is none. It must not be changed. */
  readonly value: Schema.Json | undefined
}

/**
 * One state of a tool call. `Tools` are the tools that were given.
 *
 * @category models
 * @since 0.2.0
 */
export type ToolCallState<Tools extends Tool.Any = never> = Waiting | Naming | Arguments | Complete<Tools> | Failed
