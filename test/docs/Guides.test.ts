/**
 * The first program of each guide runs, and prints what the guide says that it prints. The simulator takes the place of
 * the provider; nothing of the program is changed.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { type Scenario, Simulator, SimulatorServer } from "sluice/testing"
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { node, root } from "../cli/Command.ts"
import { scenarios } from "./Scenarios.ts"

const folder = join(root, "docs/guides")
const tsx = join(root, "node_modules/tsx/dist/cli.mjs")

/** The first program of a page, and the text block behind it, which is what the program prints. */
const programOf = (page: string): { readonly code: string; readonly output: string } | undefined => {
  const text = readFileSync(join(folder, page), "utf8")
  const [, code = "", output = ""] = /```ts\n(import [^]*?)```\n[^]*?```text\n([^]*?)```/.exec(text) ?? []
  return code.includes("runMain") ? { code, output } : undefined
}

const runAgainst = (scenario: Scenario.Scenario, code: string) =>
  Effect.gen(function*() {
    const { url } = yield* Simulator
    const work = mkdtempSync(join(root, "test/.guide-"))
    try {
      const file = join(work, "program.ts")
      writeFileSync(file, code)
      const env = {
        OPENAI_API_KEY: "sk-test",
        OPENAI_BASE_URL: `${url}/v1`,
        ANTHROPIC_API_KEY: "sk-ant-test",
        ANTHROPIC_BASE_URL: url
      }
      return yield* Effect.promise(() => node([tsx, file], { cwd: root, env }))
    } finally {
      rmSync(work, { recursive: true })
    }
  }).pipe(Effect.provide(SimulatorServer.layer({ scenario })))

const pages = readdirSync(folder).filter((page) => programOf(page) !== undefined)

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
      const { code, output } = programOf(page) ?? assert.fail(`${page} has no program`)
      const scenario = scenarios[page] ?? assert.fail(`${page} has no scenario`)
      const result = yield* runAgainst(scenario, code)
      assert.strictEqual(result.code, 0, result.stderr)
      assert.strictEqual(result.stdout.trimEnd(), output.trimEnd())
    }))
})
