/**
 * Reads files, where the runtime has any.
 */
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import * as NodeModules from "../http/NodeModules.ts"

/** The code of the failure on a runtime without files. */
export const noFiles = "this runtime has no files"

/** Reads a text file; fails with the code of Node's error, such as `ENOENT`, or with `noFiles`. */
export const readText = (path: string): Effect.Effect<string, string> =>
  Effect.suspend(() => {
    const files = NodeModules.files()
    return files === undefined ? Effect.fail(noFiles) : Effect.tryPromise({
      try: () => files.readFile(path, "utf8"),
      catch: (cause) => Predicate.hasProperty(cause, "code") ? String(cause.code) : "unknown"
    })
  })

/** Returns a path in the home folder of the user. */
export const homePath = (...names: ReadonlyArray<string>): Effect.Effect<string> =>
  Effect.sync(() => [NodeModules.os()?.homedir() ?? "", ...names].join("/"))
