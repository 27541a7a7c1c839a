/**
 * Prints the line coverage of each folder of `src` (`npm run coverage`), and fails where one is below 80 %.
 *
 * Vitest measures what the tests call in its own process. The tests of the command line start processes of their own,
 * whose coverage Node writes. A line is covered if either says so.
 */
import { spawnSync } from "node:child_process"
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join, relative } from "node:path"
import { pathToFileURL } from "node:url"
import { type FileCoverage, linesOf, type ScriptCoverage, uncoveredBy } from "./Lines.ts"

const least = 80
const root = join(import.meta.dirname, "../..")
const folder = mkdtempSync(join(tmpdir(), "sluice-coverage-"))
const processes = join(folder, "processes")

const runTests = (): number | null => {
  const vitest = join(root, "node_modules/vitest/vitest.mjs")
  const options = [
    "--coverage.enabled",
    "--coverage.provider=v8",
    "--coverage.include=src/**/*.ts",
    "--coverage.reporter=json",
    "--coverage.reportOnFailure",
    `--coverage.reportsDirectory=${folder}`
  ]
  const { status } = spawnSync(process.execPath, [vitest, "run", ...options, ...process.argv.slice(2)], {
    cwd: root,
    env: { ...process.env, SLUICE_COVERAGE: processes },
    stdio: "inherit"
  })
  return status
}

/** Returns, by file, the lines that one of the processes ran. */
const linesOfProcesses = (): Map<string, Set<number>> => {
  const found = new Map<string, Set<number>>()
  const source = pathToFileURL(join(root, "src")).href
  for (const name of readdirSync(processes)) {
    const { result }: { readonly result: ReadonlyArray<ScriptCoverage> } = JSON.parse(
      readFileSync(join(processes, name), "utf8")
    )
    for (const script of result) {
      if (!script.url.startsWith(source)) continue
      const path = new URL(script.url).pathname
      const text = readFileSync(path, "utf8")
      const uncovered = uncoveredBy(script, text)
      const lines = found.get(path) ?? new Set()
      for (let line = 1; line <= text.split("\n").length; line++) if (!uncovered.has(line)) lines.add(line)
      found.set(path, lines)
    }
  }
  return found
}

const percent = ([covered, all]: readonly [number, number]): number => all === 0 ? 100 : covered / all * 100

const report = (): boolean => {
  const files: Readonly<Record<string, FileCoverage>> = JSON.parse(
    readFileSync(join(folder, "coverage-final.json"), "utf8")
  )
  const ran = linesOfProcesses()
  const folders = new Map<string, [covered: number, all: number]>()
  const whole: [covered: number, all: number] = [0, 0]
  for (const [path, coverage] of Object.entries(files)) {
    const counts = folders.get(dirname(path)) ?? [0, 0]
    for (const [line, hits] of linesOf(coverage)) {
      const covered = hits > 0 || ran.get(path)?.has(line) === true ? 1 : 0
      for (const sum of [counts, whole]) {
        sum[0] += covered
        sum[1]++
      }
    }
    folders.set(dirname(path), counts)
  }
  const rows = [...folders].map(([path, counts]) => [relative(root, path), counts] as const)
    .toSorted(([a], [b]) => a < b ? -1 : 1)
  for (const [path, counts] of [...rows, ["all", whole] as const]) {
    console.log(`${percent(counts).toFixed(1).padStart(6)} %  ${String(counts[1]).padStart(6)} lines  ${path}`)
  }
  const low = rows.filter(([, counts]) => percent(counts) < least)
  if (low.length > 0) console.error(`below ${least} %: ${low.map(([path]) => path).join(", ")}`)
  return low.length === 0
}

try {
  const status = runTests()
  const isEnough = report()
  process.exitCode = status === 0 && isEnough ? 0 : 1
} finally {
  rmSync(folder, { recursive: true })
}
