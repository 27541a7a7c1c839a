/**
 * A temporary folder outside the checkout, in which programs of others are installed and run.
 */
import { spawn } from "node:child_process"
import { mkdirSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import process from "node:process"

/** The environment of this process, for the user's own programs: it names registries, proxies and certificates. */
export const own = (): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => value === undefined ? [] : [[name, value]])
  )

/** How a process ended. */
export interface Finished {
  /** The exit code; `undefined` where a signal ended it. */
  readonly code: number | undefined
  readonly stdout: string
  readonly stderr: string
  /** Whether it was stopped because it took too long. */
  readonly isTimedOut: boolean
}

/** How a process is run. */
export interface RunOptions {
  readonly cwd: string
  /** All of its environment beside PATH. */
  readonly env?: Readonly<Record<string, string>>
  /** After how many seconds it and its children are stopped. The default is 300. */
  readonly seconds?: number
}

/** Runs a program until it ends, or until its time is up. A program that does not exist has no exit code. */
export const run = (command: string, args: ReadonlyArray<string>, options: RunOptions): Promise<Finished> =>
  new Promise((resolve) => {
    // A group of its own, so that its children end with it.
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: { PATH: process.env["PATH"] ?? "", ...options.env },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true
    })
    let stdout = ""
    let stderr = ""
    let isTimedOut = false
    const timer = setTimeout(() => {
      isTimedOut = true
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL")
    }, (options.seconds ?? 300) * 1000)
    const end = (code: number | undefined) => {
      clearTimeout(timer)
      resolve({ code, stdout, stderr, isTimedOut })
    }
    child.stdout.setEncoding("utf8").on("data", (text: string) => void (stdout += text))
    child.stderr.setEncoding("utf8").on("data", (text: string) => void (stderr += text))
    child.once("error", (error) => {
      stderr += error.message
      end(undefined)
    })
    child.once("close", (code) => end(code ?? undefined))
  })

/** A temporary folder. */
export interface Workspace {
  readonly folder: string
  /** Creates a folder inside. */
  readonly make: (name: string) => string
  /** Installs packages without running their scripts. */
  readonly install: (packages: ReadonlyArray<string>) => Promise<Finished>
  /** Returns the path of a file of an installed package. */
  readonly fileOf: (path: string) => string
  readonly remove: () => void
}

/** Creates a temporary folder. */
export const make = (): Workspace => {
  const folder = mkdtempSync(join(tmpdir(), "sluice-foreign-"))
  const makeFolder = (name: string): string => {
    const path = join(folder, name)
    mkdirSync(path, { recursive: true })
    return path
  }
  return {
    folder,
    make: makeFolder,
    install: (packages) =>
      run("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-save", ...packages], {
        cwd: makeFolder("packages"),
        env: own(),
        seconds: 600
      }),
    fileOf: (path) => join(folder, "packages/node_modules", path),
    remove: () => rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * The environment of a program that may talk to loopback only: a home folder of its own, and a proxy that does not
 * exist for everything else.
 */
export const isolated = (home: string): Readonly<Record<string, string>> => ({
  HOME: home,
  XDG_CONFIG_HOME: join(home, ".config"),
  XDG_DATA_HOME: join(home, ".local/share"),
  XDG_CACHE_HOME: join(home, ".cache"),
  TMPDIR: home,
  HTTP_PROXY: "http://127.0.0.1:9",
  HTTPS_PROXY: "http://127.0.0.1:9",
  http_proxy: "http://127.0.0.1:9",
  https_proxy: "http://127.0.0.1:9",
  NO_PROXY: "127.0.0.1,localhost",
  no_proxy: "127.0.0.1,localhost"
})

/** Returns the end of what a failed program wrote, in one line. */
export const reasonOf = ({ code, isTimedOut, stderr, stdout }: Finished): string => {
  const text = (stderr.trim() === "" ? stdout : stderr).trim().split("\n").slice(-3).join(" | ")
  return `${isTimedOut ? "it took too long" : `exit code ${code ?? "none"}`}: ${text.slice(-300)}`
}
