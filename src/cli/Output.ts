/**
 * Writes to stdout and stderr. A reader that closes stdout ends the command without an error.
 */
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import type * as PlatformError from "effect/PlatformError"
import * as Predicate from "effect/Predicate"
import * as Stdio from "effect/Stdio"
import * as Stream from "effect/Stream"
import * as Terminal from "effect/Terminal"
import { FailedError, OutputClosedError } from "./Failures.ts"

/** The error codes of a write to a pipe whose reader has closed it. */
const closedCodes: ReadonlySet<unknown> = new Set(["EPIPE", "ERR_STREAM_DESTROYED", "ERR_STREAM_WRITE_AFTER_END"])

/** Whether a system error means that the reader of the output has closed it. */
export const isClosed = (cause: unknown): boolean => Predicate.hasProperty(cause, "code") && closedCodes.has(cause.code)

const writeFailure = (error: PlatformError.PlatformError): OutputClosedError | FailedError => {
  const cause = "cause" in error.reason ? error.reason.cause : undefined
  return isClosed(cause)
    ? new OutputClosedError()
    : new FailedError({ line: `OutputError: ${error.message.replace(/\s+/g, " ")}` })
}

/** Writes text to stdout. */
export const write = (text: string): Effect.Effect<void, OutputClosedError | FailedError, Stdio.Stdio> =>
  text === ""
    ? Effect.void
    : Effect.flatMap(Stdio.Stdio, (stdio) => Stream.run(Stream.succeed(text), stdio.stdout())).pipe(
      Effect.mapError(writeFailure)
    )

/** Writes bytes to stdout. */
export const writeBytes = (bytes: Uint8Array): Effect.Effect<void, OutputClosedError | FailedError, Stdio.Stdio> =>
  Effect.flatMap(Stdio.Stdio, (stdio) => Stream.run(Stream.succeed(bytes), stdio.stdout())).pipe(
    Effect.mapError(writeFailure)
  )

/** Writes text to stderr. A failure of that write is ignored, because there is nowhere else to report it. */
export const writeError = (text: string): Effect.Effect<void, never, Stdio.Stdio> =>
  text === ""
    ? Effect.void
    : Effect.flatMap(Stdio.Stdio, (stdio) => Stream.run(Stream.succeed(text), stdio.stderr())).pipe(Effect.ignore)

/** Writes a line to stderr. */
export const writeErrorLine = (line: string): Effect.Effect<void, never, Stdio.Stdio> => writeError(`${line}\n`)

/** The terminals that the command writes to. */
export interface Terminals {
  /** Whether stdout is a terminal. */
  readonly stdout: boolean
  /** Whether stderr is a terminal. */
  readonly stderr: boolean
  /**
   * Whether colours may be used on a terminal: unless `NO_COLOR` is set (https://no-color.org), or `TERM` is `dumb`.
   */
  readonly colors: boolean
  /** Whether the cursor of a terminal can be moved: unless `TERM` is `dumb`. */
  readonly cursor: boolean
}

/** Determines whether stdout and stderr are terminals. */
export const terminals: Effect.Effect<Terminals, never, Stdio.Stdio> = Effect.gen(function*() {
  const stdio = yield* Stdio.Stdio
  const valueOf = (name: string) => Config.String(name).pipe(Config.withDefault(""), Effect.orElseSucceed(() => ""))
  const cursor = (yield* valueOf("TERM")) !== "dumb"
  return {
    stdout: yield* stdio.stdoutIsTerminal,
    stderr: yield* stdio.stderrIsTerminal,
    colors: (yield* valueOf("NO_COLOR")) === "" && cursor,
    cursor
  }
})

/** Returns the cells of a line of stdout; `undefined` where it is no terminal, or one of unknown width. */
export const width: Effect.Effect<number | undefined, never, Stdio.Stdio | Terminal.Terminal> = Effect.gen(function*() {
  const { stdout } = yield* terminals
  const { columns } = yield* Terminal.Terminal
  const cells = stdout ? yield* columns : 0
  return cells > 0 ? cells : undefined
})

/** Returns a count with its noun, in the plural unless the count is one. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`
