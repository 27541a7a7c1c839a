/**
 * Where a cassette is kept: reading and writing its file, so that a reader never sees half of one.
 */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Path from "effect/Path"
import type * as PlatformError from "effect/PlatformError"
import * as Schema from "effect/Schema"
import { CassetteError } from "./CassetteError.ts"
import { Tape } from "./Tape.ts"

const format = Schema.fromJsonString(Tape, { space: 2 })
const decode = Schema.decodeUnknownEffect(format)
const encode = Schema.encodeEffect(format)

/** Reads a cassette. */
export const read = Effect.fnUntraced(function*(
  path: string
): Effect.fn.Return<Tape, CassetteError, FileSystem.FileSystem> {
  const fileSystem = yield* FileSystem.FileSystem
  const text = yield* fileSystem.readFileString(path).pipe(
    Effect.mapError((cause) =>
      cause.reason._tag === "NotFound"
        ? new CassetteError({ reason: "Missing", path, detail: "there is no such file; record it first", cause })
        : new CassetteError({ reason: "Unreadable", path, detail: `cannot be read: ${cause.message}`, cause })
    )
  )
  return yield* decode(text).pipe(
    // The schema's error is left out: it quotes the file, which holds prompts.
    Effect.mapError(() =>
      new CassetteError({
        reason: "Invalid",
        path,
        detail: "is not a cassette of version 1, or was damaged; record it again"
      })
    )
  )
})

/** Writes a cassette: beside the file first, then in its place. */
export const write = Effect.fnUntraced(function*(
  path: string,
  tape: Tape
): Effect.fn.Return<void, CassetteError, FileSystem.FileSystem> {
  const fileSystem = yield* FileSystem.FileSystem
  const text = yield* Effect.orDie(encode(tape))
  const beside = temporary(path)
  yield* fileSystem.writeFileString(beside, text).pipe(
    Effect.andThen(fileSystem.rename(beside, path)),
    Effect.onError(() => Effect.ignore(fileSystem.remove(beside))),
    Effect.mapError(unwritable(path))
  )
})

/** Prepares the folder of a cassette, and fails early when nothing can be stored there. */
export const prepare = Effect.fnUntraced(function*(path: string) {
  const fileSystem = yield* FileSystem.FileSystem
  const paths = yield* Path.Path
  yield* fileSystem.makeDirectory(paths.dirname(path), { recursive: true })
  yield* fileSystem.writeFileString(temporary(path), "")
  yield* fileSystem.remove(temporary(path))
}, (effect, path) => Effect.mapError(effect, unwritable(path)))

const temporary = (path: string): string => `${path}.tmp`

const unwritable = (path: string) => (cause: PlatformError.PlatformError): CassetteError =>
  new CassetteError({ reason: "Unwritable", path, detail: `cannot be stored: ${cause.message}`, cause })
