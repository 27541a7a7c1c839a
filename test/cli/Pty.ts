/**
 * Runs the command in a pseudo-terminal, which `script` of util-linux makes.
 */
import { spawn, spawnSync } from "node:child_process"
import process from "node:process"
import { emptyFolder, main } from "./Command.ts"

/** Whether pseudo-terminals can be made here. */
export const isAvailable = /util-linux/.test(spawnSync("script", ["--version"], { encoding: "utf8" }).stdout ?? "")

/** Keys that are pressed once the screen has shown a text since the keys before. */
export interface Step {
  /** The text to wait for. */
  readonly shown: string
  /** The keys, as a terminal sends them. */
  readonly keys: string
}

export interface Options {
  /** Environment variables beside PATH and TERM; default: none. */
  readonly env?: Readonly<Record<string, string>>
  /** The keys; default: none. */
  readonly steps?: ReadonlyArray<Step>
}

export interface Screen {
  /** The exit code of the script. */
  readonly code: number | null
  /** Everything that the terminal got, with its line ends as `\n`. */
  readonly text: string
}

const nowhere = emptyFolder()

/** Runs a shell script in a terminal of `columns` cells until it ends. In it, `sluice` is the command. */
export const run = (columns: number, script: string, { env = {}, steps = [] }: Options = {}): Promise<Screen> =>
  new Promise((resolve, reject) => {
    const quoted = [process.execPath, main].map((part) => `'${part}'`).join(" ")
    const lines = `stty cols ${columns} rows 50; sluice() { ${quoted} "$@"; }; ${script}`
    const child = spawn("script", ["-qfec", lines, "/dev/null"], {
      cwd: nowhere,
      env: { PATH: process.env["PATH"] ?? "", TERM: "xterm", SHELL: "/bin/sh", ...env },
      stdio: ["pipe", "pipe", "inherit"]
    })
    let text = ""
    let from = 0
    const left = [...steps]
    child.stdout.setEncoding("utf8").on("data", (more: string) => {
      text += more
      const at = left[0] === undefined ? -1 : text.indexOf(left[0].shown, from)
      if (at < 0) return
      from = text.length
      child.stdin.write(left.shift()?.keys ?? "")
    })
    child.stdin.on("error", () => {})
    child.once("error", reject)
    child.once("close", (code) => resolve({ code, text: text.replaceAll("\r\n", "\n") }))
  })
