/**
 * Reads the input of a command: its arguments or stdin.
 */
import * as Effect from "effect/Effect"
import * as Stdio from "effect/Stdio"
import * as Stream from "effect/Stream"
import { type CliFailure, CommandLineError, FailedError } from "./Failures.ts"

/** Reads the whole of stdin as text. */
export const text: Effect.Effect<string, FailedError, Stdio.Stdio> = Effect.flatMap(
  Stdio.Stdio,
  (stdio) => stdio.stdin.pipe(Stream.decodeText, Stream.mkString)
).pipe(
  Effect.mapError((error) => new FailedError({ line: `InputError: stdin cannot be read: ${error.reason._tag}` }))
)

/**
 * Whether the texts of a command come from stdin: for the argument `-`, or for no argument where stdin is not a
 * terminal.
 */
export const isPiped = (given: ReadonlyArray<string>): Effect.Effect<boolean, never, Stdio.Stdio> =>
  Effect.flatMap(Stdio.Stdio, (stdio) =>
    given.length === 0
      ? Effect.map(stdio.stdinIsTerminal, (isTerminal) => !isTerminal)
      : Effect.succeed(given.length === 1 && given[0] === "-"))

/**
 * Returns the texts of a command: its arguments, or the lines of stdin that are not empty. `what` names a text in the
 * error for none.
 */
export const texts = Effect.fnUntraced(
  function*(
    given: ReadonlyArray<string>,
    what: string
  ): Effect.fn.Return<ReadonlyArray<string>, CliFailure, Stdio.Stdio> {
    const piped = yield* isPiped(given)
    const found = piped ? (yield* text).split(/\r?\n/).filter((line) => line.trim() !== "") : given
    if (found.length > 0) return found
    return yield* new CommandLineError({
      message: piped
        ? `There is no ${what}: stdin is empty`
        : `There is no ${what}: give one as an argument, or pipe one a line in`
    })
  }
)
