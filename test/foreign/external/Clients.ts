/**
 * The coding agents of others: how each is had, led to call a tool, and read.
 */
import { existsSync, mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import process from "node:process"
import type { Scenario } from "../../../src/testing/simulator/scenario/Scenario.ts"
import type { Workspace } from "./Workspace.ts"

/** A word that only the note of the project has, so that a request with it contains the result of the tool. */
export const word = "heron-4711"

/** The text that the simulator sends when it has seen the word. */
export const ending = `The note says ${word}.`

const prompt = "Read note.txt and say what it says"

/** Where a client runs. */
export interface Place {
  readonly workspace: Workspace
  readonly home: string
  /** A folder with the note. */
  readonly project: string
  /** The address of the simulator. */
  readonly url: string
}

/** What a client did. */
export interface Done {
  /** What its tool returned, as far as the client printed it. */
  readonly toolOutput: string
  /** The last text that it showed. */
  readonly text: string
}

/** A coding agent. */
export interface Client {
  readonly name: string
  readonly package: string
  /** The tool that reads the note, and its arguments. */
  readonly call: (project: string) => { readonly name: string; readonly arguments: Readonly<Record<string, string>> }
  /** Writes the settings of the client, and returns its command. */
  readonly command: (place: Place) => ReadonlyArray<string>
  readonly env: (place: Place) => Readonly<Record<string, string>>
  /** Reads the lines of JSON that it printed. */
  readonly read: (lines: ReadonlyArray<Line>) => Done
}

/** A line of JSON. */
export interface Line {
  readonly [name: string]: unknown
}

const isLine = (value: unknown): value is Line => typeof value === "object" && value !== null && !Array.isArray(value)

const at = (value: unknown, ...path: ReadonlyArray<string>): unknown =>
  path.reduce<unknown>((found, name) => isLine(found) ? found[name] : undefined, value)

const textAt = (value: unknown, ...path: ReadonlyArray<string>): string => {
  const found = at(value, ...path)
  return typeof found === "string" ? found : ""
}

/** Parses the lines that are JSON; programs also print hints. */
export const linesOf = (stdout: string): ReadonlyArray<Line> =>
  stdout.split("\n").flatMap((line) => {
    try {
      const value: unknown = JSON.parse(line)
      return isLine(value) ? [value] : []
    } catch {
      return []
    }
  })

/** Returns a scenario in which a client reads the note and then says what it says. */
export const scenarioOf = (client: Client, project: string): Scenario => ({
  completions: [
    { when: { contains: word }, parts: [{ _tag: "Text", text: ending }] },
    { when: { contains: prompt }, parts: [{ _tag: "ToolCall", ...client.call(project) }] }
  ]
})

const platform = `${process.platform}-${process.arch}`

const codex: Client = {
  name: "Codex",
  package: "@openai/codex@0.171.0",
  call: () => ({ name: "exec_command", arguments: { cmd: "cat note.txt" } }),
  command: ({ home, url, workspace }) => {
    mkdirSync(join(home, ".codex"), { recursive: true })
    writeFileSync(
      join(home, ".codex/config.toml"),
      [
        `model = "simulated"`,
        `model_provider = "simulator"`,
        `[model_providers.simulator]`,
        `name = "simulator"`,
        `base_url = "${url}/v1"`,
        `env_key = "SIMULATOR_KEY"`,
        `wire_api = "responses"`
      ].join("\n")
    )
    const options = ["--skip-git-repo-check", "-s", "read-only", "--json"]
    return [process.execPath, workspace.fileOf("@openai/codex/bin/codex.js"), "exec", ...options, prompt]
  },
  env: ({ home }) => ({ CODEX_HOME: join(home, ".codex"), SIMULATOR_KEY: "simulated" }),
  read: (lines) => {
    const items = lines.filter(({ type }) => type === "item.completed").map(({ item }) => item)
    return {
      toolOutput: textAt(items.find((item) => at(item, "type") === "command_execution"), "aggregated_output"),
      text: textAt(items.findLast((item) => at(item, "type") === "agent_message"), "text")
    }
  }
}

const claudeCode: Client = {
  name: "Claude Code",
  package: "@anthropic-ai/claude-code@2.1.332",
  call: (project) => ({ name: "Read", arguments: { file_path: join(project, "note.txt") } }),
  command: ({ workspace }) => [
    workspace.fileOf(`@anthropic-ai/claude-code-${platform}/claude`),
    "-p",
    prompt,
    "--output-format",
    "stream-json",
    "--verbose"
  ],
  env: ({ url }) => ({
    ANTHROPIC_BASE_URL: url,
    ANTHROPIC_AUTH_TOKEN: "simulated",
    DISABLE_TELEMETRY: "1",
    DISABLE_ERROR_REPORTING: "1",
    DISABLE_AUTOUPDATER: "1"
  }),
  read: (lines) => ({
    toolOutput: textAt(
      lines.find(({ tool_use_result: result }) => isLine(result)),
      "tool_use_result",
      "file",
      "content"
    ),
    text: textAt(lines.findLast(({ type }) => type === "result"), "result")
  })
}

const opencode: Client = {
  name: "opencode",
  package: "opencode-ai@1.18.33",
  call: (project) => ({ name: "read", arguments: { filePath: join(project, "note.txt") } }),
  command: ({ project, url, workspace }) => {
    writeFileSync(
      join(project, "opencode.json"),
      JSON.stringify({
        provider: {
          simulator: {
            npm: "@ai-sdk/openai-compatible",
            name: "simulator",
            // A compatible server: OpenAI itself refuses an empty list of tools.
            options: { baseURL: `${url}/vllm/v1`, apiKey: "simulated" },
            models: { simulated: { name: "simulated" } }
          }
        },
        model: "simulator/simulated"
      })
    )
    return [workspace.fileOf(`opencode-${platform}/bin/opencode`), "run", prompt, "--format", "json"]
  },
  env: () => ({ OPENCODE_DISABLE_AUTOUPDATE: "1", OPENCODE_DISABLE_MODELS_FETCH: "1" }),
  read: (lines) => ({
    toolOutput: textAt(lines.find(({ type }) => type === "tool_use"), "part", "state", "output"),
    text: textAt(lines.findLast(({ type }) => type === "text"), "part", "text")
  })
}

/** All clients. */
export const clients: ReadonlyArray<Client> = [codex, claudeCode, opencode]

/** Returns the first part of a command that is a missing file. */
export const missingFile = (command: ReadonlyArray<string>): string | undefined =>
  command.slice(0, 2).find((part) => part.startsWith("/") && !existsSync(part))
