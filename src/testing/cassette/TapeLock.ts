/**
 * The lock of a cassette's file: only one recorder writes it at a time.
 */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import type * as PlatformError from "effect/PlatformError"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import { hostname } from "node:os"
import { CassetteError } from "./CassetteError.ts"

const Holder = Schema.fromJsonString(Schema.Struct({ pid: Schema.Int, host: Schema.String }))
const decodeHolder = Schema.decodeUnknownEffect(Holder)

const lockPath = (path: string): string => `${path}.lock`

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // A process of another user cannot be signalled, but it exists.
    return error instanceof Error && "code" in error && error.code === "EPERM"
  }
}

/** Returns whether a running recorder holds the lock. A process on another host is taken for running. */
const isHeld = (fileSystem: FileSystem.FileSystem, path: string): Effect.Effect<boolean> =>
  fileSystem.readFileString(lockPath(path)).pipe(
    Effect.flatMap(decodeHolder),
    Effect.map(({ host, pid }) => host !== hostname() || isRunning(pid)),
    Effect.catchTag("PlatformError", ({ reason }) => Effect.succeed(reason._tag !== "NotFound")),
    // Another recorder has created the lock and not written it yet, or it is no lock of ours.
    Effect.catchTag("SchemaError", () => Effect.succeed(true))
  )

const locked = (path: string): CassetteError =>
  new CassetteError({
    reason: "Locked",
    path,
    detail: `is being recorded by another recorder; share one layer, use another path, or delete ${
      lockPath(path)
    } if nothing records`
  })

/** Fails where a recorder is writing the file. */
export const checkFree = Effect.fnUntraced(function*(
  path: string
): Effect.fn.Return<void, CassetteError, FileSystem.FileSystem> {
  if (yield* isHeld(yield* FileSystem.FileSystem, path)) return yield* locked(path)
})

/**
 * Acquires the lock for the scope. Fails where another recorder holds it, and takes over the lock of an ended process.
 */
export const acquire = Effect.fnUntraced(function*(
  path: string
): Effect.fn.Return<void, CassetteError | PlatformError.PlatformError, FileSystem.FileSystem | Scope.Scope> {
  const fileSystem = yield* FileSystem.FileSystem
  const create = fileSystem.writeFileString(
    lockPath(path),
    JSON.stringify({ pid: process.pid, host: hostname() }),
    { flag: "wx", mode: 0o600 }
  )
  const takeOver = Effect.gen(function*() {
    if (yield* isHeld(fileSystem, path)) return yield* locked(path)
    yield* Effect.ignore(fileSystem.remove(lockPath(path)))
    yield* create
  })
  yield* Effect.acquireRelease(
    Effect.catchIf(create, ({ reason }) => reason._tag === "AlreadyExists", () => takeOver),
    () => Effect.ignore(fileSystem.remove(lockPath(path)))
  )
})
