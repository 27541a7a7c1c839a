/**
 * How the command can fail, and which exit code each way has.
 */
import * as Data from "effect/Data"
import * as Runtime from "effect/Runtime"

/** The command line was wrong: exit code 2. */
export class CommandLineError extends Data.TaggedError("CommandLineError")<{ readonly message: string }> {
  override readonly [Runtime.errorExitCode] = 2
  override readonly [Runtime.errorReported] = false
}

/**
 * The request or a file failed: exit code 1. Whoever fails with it has already said why, unless there is a `line` for
 * stderr in it.
 */
export class FailedError extends Data.TaggedError("FailedError")<{ readonly line?: string }> {
  override readonly [Runtime.errorExitCode] = 1
  override readonly [Runtime.errorReported] = false
}

/** Nobody reads the output any more (`| head`): the command ends quietly. */
export class OutputClosedError extends Data.TaggedError("OutputClosedError") {
  override readonly [Runtime.errorExitCode] = 0
  override readonly [Runtime.errorReported] = false
}

/** What the subcommands fail with. */
export type CliFailure = CommandLineError | FailedError | OutputClosedError

/** An error as a line for stderr: its tag and its message, on one line. */
export const errorLine = (error: { readonly _tag: string; readonly message: string }): string =>
  `${error._tag}: ${error.message.replace(/\s*\n\s*/g, " ")}`
