/**
 * Runs the command as a process with its own environment, working directory and stdin.
 */
import { type ChildProcess, spawn } from "node:child_process"
import { mkdtempSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

export const root = join(import.meta.dirname, "../..")
export const main = join(root, "src/cli/main.ts")

export interface Finished {
  /** The exit code; `null` when a signal ended the process. */
  readonly code: number | null
  /** All output on stdout. */
  readonly stdout: string
  /** All output on stderr. */
  readonly stderr: string
}

export interface Options {
  /** Environment variables beside PATH; default: none. */
  readonly env?: Readonly<Record<string, string>>
  /** The working directory; default: an empty folder. */
  readonly cwd?: string
  /** The content of stdin; default: empty. */
  readonly input?: string | Uint8Array
  /** Called on every write to stdout, with all output so far. */
  readonly onStdout?: (process: ChildProcess, stdout: string) => void
  /** Called on every write to stderr, with all output so far. */
  readonly onStderr?: (process: ChildProcess, stderr: string) => void
}

/** Creates a folder without a `.env`. */
export const emptyFolder = (): string => mkdtempSync(join(tmpdir(), "sluice-cli-"))

const nowhere = emptyFolder()

/** Runs a Node program until it ends. Of the variables of this process it gets only PATH. */
export const node = (args: ReadonlyArray<string>, options: Options = {}): Promise<Finished> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd: options.cwd ?? nowhere,
      env: { PATH: process.env["PATH"] ?? "", ...options.env },
      stdio: ["pipe", "pipe", "pipe"]
    })
    let stdout = ""
    let stderr = ""
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text
      options.onStdout?.(child, stdout)
    })
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text
      options.onStderr?.(child, stderr)
    })
    // A program that does not read stdin may end before everything is written.
    child.stdin.on("error", () => {})
    child.stdin.end(options.input ?? "")
    child.once("error", reject)
    child.once("close", (code) => resolve({ code, stdout, stderr }))
  })

/** Where Node writes the coverage of a process, when `npm run coverage` runs the tests. */
const coverage = process.env["SLUICE_COVERAGE"]

/** Runs `sluice` until it ends. */
export const sluice = (args: ReadonlyArray<string>, options?: Options): Promise<Finished> =>
  node([main, ...args], {
    ...options,
    env: { ...(coverage === undefined ? {} : { NODE_V8_COVERAGE: coverage }), ...options?.env }
  })

/** Parses each line of an output as JSON. */
export const jsonLines = (text: string): ReadonlyArray<Record<string, unknown>> =>
  text.trimEnd().split("\n").map((line) => JSON.parse(line))
