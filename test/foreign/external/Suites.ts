/**
 * The conformance suites of others: how each is had, run and read.
 */
import { cpSync, existsSync } from "node:fs"
import { join } from "node:path"
import process from "node:process"
import * as Workspace from "./Workspace.ts"

/** What a suite found. */
export interface Result {
  readonly summary: string
  /** What it did not accept, one line each. */
  readonly details: ReadonlyArray<string>
  readonly isEnough: boolean
}

/** What a suite is run with. */
export interface Target {
  readonly workspace: Workspace.Workspace
  /** The address with `/v1`. */
  readonly baseUrl: string
  readonly model: string
  /** Where Open Responses is cloned from, or the folder that it is copied from. */
  readonly openResponses: string
}

/** A suite. */
export interface Suite {
  readonly name: string
  /** What is expected of the simulator. */
  readonly expected: string
  /** Installs the suite; returns why that cannot be done. */
  readonly prepare: (target: Target) => Promise<string | undefined>
  readonly run: (target: Target) => Promise<Workspace.Finished>
  /** Reads what the suite printed. */
  readonly read: (stdout: string) => Result
}

const installed = async ({ workspace }: Target, packages: ReadonlyArray<string>): Promise<string | undefined> => {
  const finished = await workspace.install(packages)
  return finished.code === 0 ? undefined : `npm cannot install it: ${Workspace.reasonOf(finished)}`
}

const node = (target: Target, args: ReadonlyArray<string>, cwd = target.workspace.folder) =>
  Workspace.run(process.execPath, args, {
    cwd,
    env: { ...Workspace.isolated(target.workspace.make("home")), OPENAI_API_KEY: "simulated" }
  })

interface LlmProbeReport {
  readonly conformance: {
    readonly pct: number
    readonly passed: number
    readonly total: number
    readonly results: ReadonlyArray<{
      readonly id: string
      readonly outcome: string
      readonly failures: ReadonlyArray<{ readonly severity: string; readonly message: string }>
    }>
  }
}

const llmprobe: Suite = {
  name: "llmprobe 0.6.12",
  expected: "at least 98 % of its MUST checks",
  prepare: (target) => installed(target, ["llmprobe@0.6.12"]),
  run: (target) =>
    node(target, [
      target.workspace.fileOf("llmprobe/bin/dist/llmprobe.mjs"),
      target.baseUrl,
      "-k",
      "simulated",
      "-m",
      target.model,
      "--no-bench",
      "--no-save",
      "--json"
    ]),
  read: (stdout) => {
    const { passed, results, total } = (JSON.parse(stdout) as LlmProbeReport).conformance
    return {
      summary: `${passed} of ${total} (${(passed / total * 100).toFixed(1)} %)`,
      details: results.filter(({ outcome }) => outcome === "fail").flatMap(({ failures, id }) =>
        failures.map(({ message, severity }) => `${severity} ${id}: ${message.slice(0, 120)}`)
      ),
      isEnough: passed / total >= 0.98
    }
  }
}

interface CanaryReport {
  readonly score: number
  readonly results: ReadonlyArray<{ readonly id: string; readonly status: string; readonly summary: string }>
}

const compatcanary = (profile: "chat" | "modern"): Suite => ({
  name: `compatcanary 0.2.2, profile ${profile}`,
  expected: "at least 95 of 100",
  prepare: (target) => installed(target, ["compatcanary@0.2.2"]),
  run: (target) =>
    node(target, [
      target.workspace.fileOf("compatcanary/src/cli.js"),
      "scan",
      "--base-url",
      target.baseUrl,
      "--model",
      target.model,
      "--profile",
      profile,
      "--format",
      "json"
    ]),
  read: (stdout) => {
    const { results, score } = JSON.parse(stdout) as CanaryReport
    return {
      summary: `${score} of 100`,
      details: results.filter(({ status }) => status !== "pass").map(({ id, summary }) => `${id}: ${summary}`),
      isEnough: score >= 95
    }
  }
})

interface OpenResponsesReport {
  readonly results: ReadonlyArray<{
    readonly id: string
    readonly status: string
    readonly errors?: ReadonlyArray<string>
  }>
}

const openResponses: Suite = {
  name: "Open Responses",
  expected: "all tests over HTTP",
  prepare: async (target) => {
    // Modules are looked for in the folders above.
    const packages = target.workspace.make("packages")
    const { openResponses: source } = target
    if (existsSync(join(source, "bin/compliance-test.ts"))) {
      cpSync(source, join(packages, "open-responses"), { recursive: true })
    } else {
      const cloned = await Workspace.run("git", ["clone", "--depth", "1", source, "open-responses"], {
        cwd: packages,
        env: { ...Workspace.own(), GIT_TERMINAL_PROMPT: "0" },
        seconds: 60
      })
      if (cloned.code !== 0) return `git cannot clone ${source}: ${Workspace.reasonOf(cloned)}`
    }
    return installed(target, ["zod@3.25.76", "tsx@4"])
  },
  run: (target) =>
    node(
      target,
      [
        "--import",
        "tsx",
        "bin/compliance-test.ts",
        "-u",
        target.baseUrl,
        "-k",
        "simulated",
        "-m",
        target.model,
        "--json"
      ],
      join(target.workspace.folder, "packages/open-responses")
    ),
  read: (stdout) => {
    const { results } = JSON.parse(stdout) as OpenResponsesReport
    const [sockets, http] = [true, false].map((isSocket) =>
      results.filter(({ id }) => id.startsWith("websocket") === isSocket)
    )
    const passed = (list: OpenResponsesReport["results"] = []) =>
      list.filter(({ status }) => status === "passed").length
    return {
      summary:
        `${passed(http)} of ${http?.length ?? 0} over HTTP, ${passed(sockets)} of ${sockets?.length ?? 0} over ` +
        "WebSocket, which the simulator does not have",
      details: (http ?? []).filter(({ status }) => status !== "passed").map(({ errors = [], id }) =>
        `${id}: ${errors.join("; ").slice(0, 200)}`
      ),
      isEnough: (http?.length ?? 0) > 0 && passed(http) === http?.length
    }
  }
}

/** All suites. */
export const suites: ReadonlyArray<Suite> = [
  llmprobe,
  compatcanary("chat"),
  compatcanary("modern"),
  openResponses
]
