/**
 * The programs of the documentation, and how they run against a simulated provider.
 */
import { Effect } from "effect"
import { type Scenario, Simulator, SimulatorServer } from "sluice/testing"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { node, root } from "../cli/Command.ts"

const tsx = join(root, "node_modules/tsx/dist/cli.mjs")

/** A program and what it prints. */
export interface Program {
  readonly code: string
  readonly output: string
}

/** The first program of a page, and the text block behind it, which is what the program prints. */
export const programOf = (page: string): Program | undefined => {
  const text = readFileSync(page, "utf8")
  const [, code = "", output = ""] = /```ts\n(import [^]*?)```\n[^]*?```text\n([^]*?)```/.exec(text) ?? []
  return code.includes("runMain") ? { code, output } : undefined
}

/** Runs a program against a scenario. */
export const runAgainst = (scenario: Scenario.Scenario, code: string) =>
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
