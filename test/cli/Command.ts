/**
 * Runs the command as a process, as a shell would: with an environment, a folder and a stdin of its own.
 */
import { type ChildProcess, spawn } from "node:child_process"
import { mkdtempSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

export const root = join(import.meta.dirname, "../..")
export const main = join(root, "src/cli/main.ts")

export interface Finished {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Options {
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  /** What stdin says; nothing unless given. */
  readonly input?: string | Uint8Array
  /** Called with everything stdout has said so far. */
  readonly onStdout?: (process: ChildProcess, stdout: string) => void
  /** The same for stderr. */
  readonly onStderr?: (process: ChildProcess, stderr: string) => void
}

/** A folder without a `.env`. */
export const emptyFolder = (): string => mkdtempSync(join(tmpdir(), "sluice-cli-"))

const nowhere = emptyFolder()

/** Runs a program of Node's until it ends. No variable of this process reaches it but PATH. */
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
    // A program that reads no stdin may be gone before everything is written.
    child.stdin.on("error", () => {})
    child.stdin.end(options.input ?? "")
    child.once("error", reject)
    child.once("close", (code) => resolve({ code, stdout, stderr }))
  })

/** Runs `sluice`. */
export const sluice = (args: ReadonlyArray<string>, options?: Options): Promise<Finished> =>
  node([main, ...args], options)

/** The lines of an output, parsed. */
export const jsonLines = (text: string): ReadonlyArray<Record<string, unknown>> =>
  text.trimEnd().split("\n").map((line) => JSON.parse(line))
