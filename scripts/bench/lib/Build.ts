/** The package as its users have it: built, and beside the checkout, so that a build of somebody else is left alone. */
import { spawnSync } from "node:child_process"
import { cpSync, existsSync, mkdtempSync, rmSync, symlinkSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

const here = join(import.meta.dirname, "../../..")

/** What a build reads of a checkout. */
const inputs = ["package.json", "rolldown.config.ts", "tsconfig.json", "tsconfig.build.json", "src"]

/**
 * Builds the sources of a checkout, this one by default, into a folder of its own and returns that folder. The sources
 * are copied there, because a build has several outputs, whose places are its own.
 */
export const build = (root: string = here): string => {
  const folder = mkdtempSync(join(tmpdir(), "sluice-bench-"))
  for (const name of inputs) cpSync(join(root, name), join(folder, name), { recursive: true })
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"))
  const bundler = join(root, "node_modules/.bin/rolldown")
  const { stderr } = spawnSync(bundler, ["--config"], { cwd: folder, encoding: "utf8" })
  if (!existsSync(join(folder, "dist/index.js"))) throw new Error(`the build of ${root} failed: ${stderr}`)
  return folder
}

export const drop = (folder: string): void => rmSync(folder, { recursive: true })
