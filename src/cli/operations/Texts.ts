/**
 * The texts that a command is about: its arguments, or the lines of stdin.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Stdio from "effect/Stdio"
import { type CliFailure, CommandLineError } from "../Failures.ts"
import * as Input from "../Input.ts"

/**
 * Reads the texts: `-`, or nothing where something is piped in, means the lines of stdin that are not empty. `what` names them
 * where there are none.
 *
 * @category accessors
 * @since 0.1.0
 */
export const read = Effect.fnUntraced(
  function*(
    given: ReadonlyArray<string>,
    what: string
  ): Effect.fn.Return<ReadonlyArray<string>, CliFailure, Stdio.Stdio> {
    const stdio = yield* Stdio.Stdio
    const isPiped = given.length === 1 && given[0] === "-" || given.length === 0 && !(yield* stdio.stdinIsTerminal)
    const texts = isPiped ? (yield* Input.text).split(/\r?\n/).filter((line) => line.trim() !== "") : given
    if (texts.length > 0) return texts
    return yield* new CommandLineError({
      message: isPiped
        ? `There is no ${what}: stdin is empty`
        : `There is no ${what}: give one as an argument, or pipe one a line in`
    })
  }
)

/**
 * Counts things in words.
 *
 * @category constructors
 * @since 0.1.0
 */
export const counted = (count: number, thing: string): string => `${count} ${thing}${count === 1 ? "" : "s"}`
