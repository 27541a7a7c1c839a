/**
 * A process that is killed at any point of a loop, and another one that continues it: each tool call ran once, or is
 * reported as unknown. What ran is read from the tool's own log.
 */
import { assert, describe, it } from "@effect/vitest"
import { spawn } from "node:child_process"
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

const program = fileURLToPath(new URL("./KilledProgram.ts", import.meta.url))

const run = (folder: string, store: string, point: string) =>
  new Promise<{ readonly signal: string | null; readonly stdout: string; readonly stderr: string }>((resolve) => {
    const child = spawn(process.execPath, [program, folder, store, point])
    let stdout = ""
    let stderr = ""
    child.stdout.on("data", (data) => (stdout += String(data)))
    child.stderr.on("data", (data) => (stderr += String(data)))
    child.on("close", (_, signal) => resolve({ signal, stdout, stderr }))
  })

/** The calls of the tool that must not run twice. */
const charges = ["loop/1/0", "loop/2/0"]

/** Each point, and what cannot be known after it. */
const points: ReadonlyArray<readonly [store: string, point: string, unknown: ReadonlyArray<string>]> = [
  ["file", "before 1 pending pending", []],
  ["file", "after 1 pending pending", []],
  ["file", "before 1 started pending", []],
  ["file", "after 1 started pending", ["loop/1/0"]],
  ["file", "charge begins", ["loop/1/0"]],
  ["file", "charge ran", ["loop/1/0"]],
  ["file", "before 1 finished pending", ["loop/1/0"]],
  ["file", "after 1 finished pending", []],
  ["file", "lookup ran", []],
  ["file", "before 1 finished finished", []],
  ["file", "after 2 finished", []],
  ["file", "after 3", []],
  ["sqlite", "after 1 pending pending", []],
  ["sqlite", "after 1 started pending", ["loop/1/0"]],
  ["sqlite", "charge ran", ["loop/1/0"]],
  ["sqlite", "after 1 finished pending", []],
  ["sqlite", "before 2 finished", ["loop/2/0"]]
]

describe("a loop whose process is killed", { timeout: 120_000 }, () => {
  it.each(points)(
    "with a store of kind %s at the point %s continues in another process",
    async (store, point, unknown) => {
      const folder = mkdtempSync(join(tmpdir(), "sluice-killed-"))
      try {
        const killed = await run(folder, store, point)
        assert.strictEqual(killed.signal, "SIGKILL", killed.stderr)
        const continued = await run(folder, store, "never")
        assert.isNull(continued.signal, continued.stderr)
        assert.notStrictEqual(continued.stdout, "", continued.stderr)
        assert.deepStrictEqual(JSON.parse(continued.stdout), {
          reported: unknown,
          reason: "completed",
          text: "Charged.",
          steps: 3
        })
        const log = join(folder, "tool.log")
        const ran = existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : []
        for (const key of charges) {
          const count = ran.filter((line) => line === key).length
          if (unknown.includes(key)) assert.isAtMost(count, 1)
          else assert.strictEqual(count, 1, key)
        }
        assert.include(ran, "loop/1/1")
      } finally {
        rmSync(folder, { recursive: true })
      }
    }
  )
})
