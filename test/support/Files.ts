/**
 * Temporary files.
 */
import { Effect } from "effect"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

/** Creates a directory with files for the scope of a test, and returns a function from a name to its path. */
export const make = (files: Readonly<Record<string, string>>) =>
  Effect.map(
    Effect.acquireRelease(
      Effect.sync(() => {
        const directory = mkdtempSync(join(tmpdir(), "sluice-"))
        for (const [name, content] of Object.entries(files)) writeFileSync(join(directory, name), content)
        return directory
      }),
      (directory) => Effect.sync(() => rmSync(directory, { recursive: true }))
    ),
    (directory) => (name: string) => join(directory, name)
  )
