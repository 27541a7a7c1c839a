/**
 * Reads files of credentials. Node's modules are loaded when a file is read, so that a bundle for a browser or an edge
 * runtime does not contain them.
 */
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"

/** Reads a text file; fails with the code of Node's error, such as `ENOENT`. */
export const readText = (path: string): Effect.Effect<string, string> =>
  Effect.tryPromise({
    try: () => import("node:fs/promises").then(({ readFile }) => readFile(path, "utf8")),
    catch: (cause) => Predicate.hasProperty(cause, "code") ? String(cause.code) : "unknown"
  })

/** Returns a path in the home folder of the user. */
export const homePath = (...names: ReadonlyArray<string>): Effect.Effect<string> =>
  Effect.promise(() =>
    Promise.all([import("node:os"), import("node:path")]).then(([{ homedir }, { join }]) => join(homedir(), ...names))
  )
