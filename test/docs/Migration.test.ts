/**
 * The program of each migration page that is written with Sluice runs, and prints what the page says. Those of the
 * other libraries are text.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { readdirSync } from "node:fs"
import { join } from "node:path"
import { root } from "../cli/Command.ts"
import { programOf, runAgainst } from "./Programs.ts"
import { migration } from "./Scenarios.ts"

const folder = join(root, "docs/migration")

const pages = readdirSync(folder).filter((page) => page !== "README.md")

describe("the migration pages", { timeout: 60_000 }, () => {
  it.live.each(pages)("%s: the program does what it says", (page) =>
    Effect.gen(function*() {
      const { code, output } = programOf(join(folder, page)) ?? assert.fail(`${page} has no program`)
      const result = yield* runAgainst(migration, code)
      assert.strictEqual(result.code, 0, result.stderr)
      assert.strictEqual(result.stdout.trimEnd(), output.trimEnd())
    }))
})
