/**
 * Writes a stream of bytes to a path that a user named.
 *
 * A regular file is replaced as a whole: the bytes go into a file beside it, which takes its mode and then its name, so
 * that a failure leaves the former content. Anything else that is there (a FIFO, a device, a link to nothing) is
 * written to as it is.
 */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import * as Path from "effect/Path"
import type * as PlatformError from "effect/PlatformError"
import * as Predicate from "effect/Predicate"
import * as Random from "effect/Random"
import * as Stream from "effect/Stream"
import { FailedError } from "./Failures.ts"

/** The permission bits of a file's mode. */
const permissions = 0o7777

const failed = (name: string) => (error: PlatformError.PlatformError): FailedError => {
  const cause = "cause" in error.reason ? error.reason.cause : undefined
  const code = Predicate.hasProperty(cause, "code") ? ` (${String(cause.code)})` : ""
  return new FailedError({ line: `OutputError: ${name} cannot be written: ${error.reason._tag}${code}` })
}

/** Where the bytes go: into a new file that replaces the one at a path, or to what is there already. */
type Destination =
  | { readonly _tag: "Replaced"; readonly path: string; readonly mode: number | undefined }
  | { readonly _tag: "Existing" }

const unlessMissing = <A>(
  effect: Effect.Effect<A, PlatformError.PlatformError>
): Effect.Effect<Option.Option<A>, PlatformError.PlatformError> =>
  Effect.catchIf(Effect.asSome(effect), ({ reason }) => reason._tag === "NotFound", () => Effect.succeed(Option.none()))

const destinationOf = Effect.fnUntraced(function*(name: string) {
  const files = yield* FileSystem.FileSystem
  const info = yield* unlessMissing(files.stat(name))
  if (Option.isNone(info)) {
    const isLink = yield* Effect.isSuccess(files.readLink(name))
    const destination: Destination = isLink ? { _tag: "Existing" } : { _tag: "Replaced", path: name, mode: undefined }
    return destination
  }
  if (info.value.type !== "File") {
    const destination: Destination = { _tag: "Existing" }
    return destination
  }
  // The file that a link names is replaced, and the link stays.
  const destination: Destination = {
    _tag: "Replaced",
    path: yield* files.realPath(name),
    mode: info.value.mode & permissions
  }
  return destination
})

/**
 * Writes the bytes to a path. A file gets its new content only when the stream has ended. `newMode` has the permissions
 * of a file that is not there yet; default: those of the process.
 */
export const write = Effect.fnUntraced(function*<E, R>(
  bytes: Stream.Stream<Uint8Array, E, R>,
  name: string,
  newMode?: number
) {
  const files = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const toFailed = failed(name)
  const destination = yield* Effect.mapError(destinationOf(name), toFailed)
  // Appended, since a FIFO has no positions.
  const sink = (to: string, flag: FileSystem.OpenFlag) => files.sink(to, { flag })
  const run = (to: string, flag: FileSystem.OpenFlag) =>
    Stream.run(Stream.mapError(bytes, (error) => ({ _tag: "Source" as const, error })), sink(to, flag)).pipe(
      Effect.mapError((error) => (error._tag === "Source" ? error.error : toFailed(error)))
    )
  if (destination._tag === "Existing") return yield* run(name, "a")
  const random = Math.floor((yield* Random.next) * 2 ** 32).toString(16)
  const { mode, path: target } = destination
  const permitted = mode ?? newMode
  const unfinished = path.join(path.dirname(target), `.${path.basename(target)}.${random}.part`)
  yield* Effect.gen(function*() {
    yield* run(unfinished, "wx")
    if (permitted !== undefined) yield* Effect.mapError(files.chmod(unfinished, permitted), toFailed)
    yield* Effect.mapError(files.rename(unfinished, target), toFailed)
  }).pipe(Effect.onError(() => Effect.ignore(files.remove(unfinished))))
})
