/**
 * The first program of each guide runs, and prints what the guide says that it prints. The simulator takes the place of
 * the provider; nothing of the program is changed.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { root } from "../cli/Command.ts"
import { programOf, runAgainst } from "./Programs.ts"
import { scenarios } from "./Scenarios.ts"

const folder = join(root, "docs/guides")
const pages = readdirSync(folder).filter((page) => programOf(join(folder, page)) !== undefined)

describe("the guides", { timeout: 60_000 }, () => {
  it("have a test file that runs", () => {
    const [, code] = /```ts\n(import [^]*?)```/.exec(readFileSync(join(folder, "testing.md"), "utf8")) ?? []
    assert.strictEqual(code, readFileSync(join(root, "test/docs/TestingGuide.test.ts"), "utf8"))
  })

  it("with a program have a scenario each", () => {
    assert.deepStrictEqual(pages, Object.keys(scenarios).toSorted())
  })

  it.live.each(pages)("%s does what it says", (page) =>
    Effect.gen(function*() {
      const { code, output } = programOf(join(folder, page)) ?? assert.fail(`${page} has no program`)
      const scenario = scenarios[page] ?? assert.fail(`${page} has no scenario`)
      const result = yield* runAgainst(scenario, code)
      assert.strictEqual(result.code, 0, result.stderr)
      assert.strictEqual(result.stdout.trimEnd(), output.trimEnd())
    }))
})
