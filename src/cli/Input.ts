/**
 * Reading what is piped into the command.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Stdio from "effect/Stdio"
import * as Stream from "effect/Stream"
import { FailedError } from "./Failures.ts"

/**
 * The whole of stdin, as text.
 *
 * @category accessors
 * @since 0.1.0
 */
export const text: Effect.Effect<string, FailedError, Stdio.Stdio> = Effect.flatMap(
  Stdio.Stdio,
  (stdio) => stdio.stdin.pipe(Stream.decodeText, Stream.mkString)
).pipe(
  Effect.mapError((error) => new FailedError({ line: `InputError: stdin cannot be read: ${error.reason._tag}` }))
)
