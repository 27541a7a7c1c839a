/**
 * Opens the regular files that a user named.
 */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import { FailedError } from "./Failures.ts"

const failed = (name: string, reason: string): FailedError => new FailedError({ line: `InputError: ${name} ${reason}` })

/** Returns the size of a file, in bytes. */
export const size = Effect.fnUntraced(
  function*(name: string): Effect.fn.Return<number, FailedError, FileSystem.FileSystem> {
    const files = yield* FileSystem.FileSystem
    const info = yield* Effect.mapError(
      files.stat(name),
      (error) => failed(name, `cannot be read: ${error.reason._tag}`)
    )
    if (info.type !== "File") return yield* failed(name, "is not a file")
    return Number(info.size)
  }
)

/** Reads the content of a file. An empty one is a failure. */
export const bytes = Effect.fnUntraced(
  function*(name: string): Effect.fn.Return<Uint8Array, FailedError, FileSystem.FileSystem> {
    const files = yield* FileSystem.FileSystem
    yield* size(name)
    const content = yield* Effect.mapError(
      files.readFile(name),
      (error) => failed(name, `cannot be read: ${error.reason._tag}`)
    )
    if (content.length === 0) return yield* failed(name, "is empty")
    return content
  }
)
