/**
 * The failures of the command, each with its exit code.
 */
import * as Data from "effect/Data"
import * as Runtime from "effect/Runtime"
import * as Controls from "./terminal/Controls.ts"

/** The command line is wrong: exit code 2. */
export class CommandLineError extends Data.TaggedError("CommandLineError")<{ readonly message: string }> {
  override readonly [Runtime.errorExitCode] = 2
  override readonly [Runtime.errorReported] = false
}

/**
 * A request or a file failed: exit code 1. The reason is `line`, to be printed on stderr, or has been printed already.
 */
export class FailedError extends Data.TaggedError("FailedError")<{ readonly line?: string }> {
  override readonly [Runtime.errorExitCode] = 1
  override readonly [Runtime.errorReported] = false
}

/** The reader of the output has closed it (`| head`): the command ends without a message, with exit code 0. */
export class OutputClosedError extends Data.TaggedError("OutputClosedError") {
  override readonly [Runtime.errorExitCode] = 0
  override readonly [Runtime.errorReported] = false
}

/** The failures of the subcommands. */
export type CliFailure = CommandLineError | FailedError | OutputClosedError

/** Formats an error as a line for stderr: its tag and its message. */
export const errorLine = (error: { readonly _tag: string; readonly message: string }): string =>
  `${error._tag}: ${Controls.visible(error.message.replace(/\s*\n\s*/g, " "))}`
