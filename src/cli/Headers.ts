/**
 * Reads the values of `--header`. Errors have no values, because a header can hold a key.
 */
import * as Effect from "effect/Effect"
import { CommandLineError } from "./Failures.ts"

/** Reads headers of the form `name: value`. The names become lower case; a later header replaces an earlier one. */
export const read = (
  lines: ReadonlyArray<string>
): Effect.Effect<Readonly<Record<string, string>>, CommandLineError> =>
  Effect.map(
    Effect.forEach(lines, (line, index) => {
      const colon = line.indexOf(":")
      return colon > 0
        ? Effect.succeed([line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()] as const)
        : Effect.fail(new CommandLineError({ message: `--header ${index + 1} is not of the form 'name: value'` }))
    }),
    (pairs) => Object.fromEntries(pairs)
  )
