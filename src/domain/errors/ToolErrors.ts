/**
 * Failures of tools that end a tool loop, and of the stores of its state.
 *
 * @since 0.2.0
 */
import * as Schema from "effect/Schema"

const sentences = {
  defect: "failed in a way that it does not declare. Correct its handler, or give the tool failureMode: \"return\".",
  result: "returned a result that is not JSON. Correct its handler or its `success` schema."
} as const

/**
 * A handler died, or returned what is no JSON, and its tool declares that failures end the loop. Tools with
 * `failureMode: "return"` have a failed result instead.
 *
 * @category errors
 * @since 0.2.0
 */
export class ToolFailedError extends Schema.TaggedError<ToolFailedError>()("ToolFailedError", {
  /** The name of the tool. */
  tool: Schema.String,
  /** The key of the tool call. */
  key: Schema.String,
  /** What is wrong: the handler died (`defect`), or its result is not JSON (`result`). */
  reason: Schema.Literals(["defect", "result"]),
  /** The class of what the handler died with, such as `TypeError`. */
  kind: Schema.optionalKey(Schema.String)
}) {
  /** Whether the same call may succeed when it is made again: always `false`. */
  readonly isRetryable = false

  override get message(): string {
    const kind = this.kind === undefined ? "" : ` (${this.kind})`
    return `The tool "${this.tool}"${kind} ${sentences[this.reason]}`
  }
}

const ofState = "The state of a tool loop in"
const subjects = { open: "The store of tool loops", load: ofState, save: ofState, remove: ofState } as const
const participles = { open: "opened", load: "read", save: "written", remove: "removed" } as const

/**
 * The state of a tool loop could not be written or read.
 *
 * @category errors
 * @since 0.2.0
 */
export class ToolLoopStoreError extends Schema.TaggedError<ToolLoopStoreError>()("ToolLoopStoreError", {
  /** What was being done. */
  operation: Schema.Literals(["save", "load", "remove", "open"]),
  /** Where the states are: the path of a folder or a database. */
  store: Schema.String,
  /** The system's code, such as `ENOSPC`. */
  code: Schema.optionalKey(Schema.String),
  /** What is wrong. */
  reason: Schema.String
}) {
  /** Whether the same operation may succeed when it is done again: always `false`. */
  readonly isRetryable = false

  override get message(): string {
    const code = this.code === undefined ? "" : ` (${this.code})`
    return `${subjects[this.operation]} ${this.store} cannot be ${participles[this.operation]}${code}: ${this.reason}`
  }
}
