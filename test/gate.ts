/**
 * The gate: every check of the project, one after the other, all of them even when an early one fails, so that one run
 * tells everything. The last lines say which failed and how many tests passed.
 *
 * `npm test` runs all of it, `npm test -- types lint` only what is named. A check that fails counts as one failure in
 * the summary, beside the tests that failed: no reader of the last line alone is misled.
 */
import { spawnSync } from "node:child_process"
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

const root = join(import.meta.dirname, "..")
const temporary = mkdtempSync(join(tmpdir(), "sluice-gate-"))
const results = join(temporary, "vitest.json")

interface Check {
  readonly name: string
  readonly says: string
  readonly command: readonly [string, ...ReadonlyArray<string>]
}

const checks: ReadonlyArray<Check> = [
  { name: "types", says: "tsc", command: ["tsc", "--project", "tsconfig.json"] },
  {
    name: "diagnostics",
    says: "Effect's own diagnostics",
    command: ["npm", "run", "--silent", "diagnostics"]
  },
  {
    name: "lint",
    says: "oxlint, with the folder boundaries",
    command: ["oxlint", "--deny-warnings", "src", "test", "scripts"]
  },
  { name: "format", says: "dprint", command: ["dprint", "check"] },
  { name: "unused", says: "knip", command: ["knip"] },
  {
    name: "tests",
    says: "vitest",
    command: ["vitest", "run", "--reporter=default", "--reporter=json", `--outputFile.json=${results}`]
  }
]

const say = (line: string) => process.stdout.write(`${line}\n`)

const run = ({ command: [program, ...parameters] }: Check): boolean =>
  spawnSync(program, parameters, {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, PATH: `${join(root, "node_modules/.bin")}:${process.env["PATH"] ?? ""}` }
  }).status === 0

/** What vitest counted, and the files that failed before they had a test to count. */
const counted = (): { readonly passed: number; readonly failed: number } => {
  if (!existsSync(results)) return { passed: 0, failed: 0 }
  const report: {
    readonly numPassedTests: number
    readonly numFailedTests: number
    readonly testResults: ReadonlyArray<{ readonly status: string; readonly assertionResults: ReadonlyArray<unknown> }>
  } = JSON.parse(readFileSync(results, "utf8"))
  const broken = report.testResults.filter((file) => file.status === "failed" && file.assertionResults.length === 0)
  return { passed: report.numPassedTests, failed: report.numFailedTests + broken.length }
}

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !checks.some((check) => check.name === name))
if (unknown.length > 0) {
  say(`There is no check called ${unknown.join(", ")}. There are: ${checks.map((check) => check.name).join(", ")}`)
  process.exit(2)
}

const failed: Array<string> = []
for (const check of checks) {
  if (wanted.length > 0 && !wanted.includes(check.name)) continue
  say(`\n── ${check.name}: ${check.says}`)
  const began = performance.now()
  const ok = run(check)
  say(`${ok ? "✓" : "✗"} ${check.name} (${((performance.now() - began) / 1000).toFixed(1)} s)`)
  if (!ok) failed.push(check.name)
}

const tests = counted()
// Failing tests are counted one by one; a vitest that failed without a failing test is a failure of its own.
const others = failed.filter((name) => name !== "tests" || tests.failed === 0).length
const summary = `${tests.passed} passed, ${tests.failed + others} failed`
rmSync(temporary, { recursive: true, force: true })

// `.ci/run` asks for the line in a file, so that it can print it last, below whatever npm adds.
const summaryFile = process.env["SLUICE_TEST_SUMMARY"]
if (summaryFile !== undefined) writeFileSync(summaryFile, `${summary}\n`)

say(failed.length === 0 ? "\nEvery check passed." : `\nFailed: ${failed.join(", ")}`)
say(summary)
process.exitCode = failed.length === 0 ? 0 : 1
