/**
 * Files that are there for one test.
 */
import { Effect } from "effect"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

/** Makes a directory with these files, and answers the path of a file in it. */
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
