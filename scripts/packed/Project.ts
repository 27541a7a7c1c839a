/**
 * An empty project beside the checkout with the packed package in it, as a user would have it.
 */
import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

const root = join(import.meta.dirname, "../..")

/** How a program ended. */
export interface Ended {
  /** The exit code; `null` where a signal ended it. */
  readonly code: number | null
  /** What it wrote to stdout. */
  readonly stdout: string
  /** What it wrote to stderr. */
  readonly stderr: string
  /** How long it ran, in milliseconds. */
  readonly took: number
}

// npm describes the project that it runs in to its scripts; the npm that is run here is in another one.
const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^npm_(?!config_(registry|cache|cafile|userconfig)$)/i.test(name))
)

/** Runs a program until it ends, or for two minutes. */
export const run = async (cwd: string, program: string, args: ReadonlyArray<string>): Promise<Ended> => {
  const start = performance.now()
  const child = spawn(program, args, { cwd, env: environment, stdio: ["ignore", "pipe", "pipe"], timeout: 120_000 })
  let stdout = ""
  let stderr = ""
  child.stdout.setEncoding("utf8").on("data", (text: string) => stdout += text)
  child.stderr.setEncoding("utf8").on("data", (text: string) => stderr += text)
  const [code] = await once(child, "close")
  return { code, stdout, stderr, took: performance.now() - start }
}

const succeed = async (cwd: string, program: string, args: ReadonlyArray<string>): Promise<Ended> => {
  const ended = await run(cwd, program, args)
  if (ended.code === 0) return ended
  throw new Error(`${program} ${args.join(" ")}\n${ended.stdout}\n${ended.stderr}`)
}

/** A project. */
export interface Project {
  /** Its folder. */
  readonly folder: string
  /** Writes a file, and returns its path. */
  readonly write: (name: string, text: string) => string
  /** Starts the simulator of the package, and returns its base URL for OpenAI's protocols. */
  readonly simulate: () => Promise<string>
  /** Ends what it started, and removes the folder. */
  readonly drop: () => void
}

const start = async (folder: string, started: Array<ChildProcess>): Promise<string> => {
  const command = join(folder, "node_modules/sluice/dist/modules/cli/main.js")
  const child = spawn(process.execPath, [command, "simulate"], { cwd: folder, stdio: ["ignore", "pipe", "inherit"] })
  started.push(child)
  const [line] = await once(child.stdout.setEncoding("utf8"), "data")
  const { baseUrls } = JSON.parse(String(line))
  return baseUrls["openai-responses"]
}

/** Packs the checkout, and installs it with `effect` and other packages into an empty project. */
export const make = async (packages: ReadonlyArray<string>): Promise<Project> => {
  const folder = mkdtempSync(join(tmpdir(), "sluice-packed-"))
  const started: Array<ChildProcess> = []
  const drop = () => {
    for (const child of started) child.kill()
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    const write = (name: string, text: string) => {
      writeFileSync(join(folder, name), text)
      return join(folder, name)
    }
    write("package.json", JSON.stringify({ private: true, type: "module" }))
    await succeed(root, "npm", ["pack", "--pack-destination", folder])
    const tarball = readdirSync(folder).find((name) => name.endsWith(".tgz"))
    const { devDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"))
    const all = [`./${tarball}`, `effect@${devDependencies.effect}`, ...packages]
    await succeed(folder, "npm", ["install", "--no-audit", "--no-fund", "--loglevel=error", ...all])
    return { folder, write, simulate: () => start(folder, started), drop }
  } catch (error) {
    drop()
    throw error
  }
}

/** Returns the first line of an error for a table. */
export const firstLine = (text: string): string => text.trim().split("\n")[0]?.slice(0, 120) ?? ""

/** Prints a table in Markdown. */
export const print = (head: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<string>>): void => {
  const lines = [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`)
  process.stdout.write(`${lines.join("\n")}\n`)
}
