import { assert, describe, it } from "@effect/vitest"
import { existsSync } from "node:fs"
import process from "node:process"
import { clients, linesOf, missingFile, scenarioOf } from "./external/Clients.ts"
import * as SimulatorProcess from "./external/SimulatorProcess.ts"
import { suites } from "./external/Suites.ts"
import * as Workspace from "./external/Workspace.ts"

const read = (name: string, report: object) =>
  suites.find((suite) => suite.name.startsWith(name))?.read(JSON.stringify(report))

describe("the suites of others", () => {
  it("are read from their reports", () => {
    const failures = [{ severity: "MUST", message: "no" }]
    const conformance = (passed: number) => ({
      conformance: { pct: 0, passed, total: 100, results: [{ id: "a", outcome: "fail", failures }] }
    })
    assert.deepStrictEqual(read("llmprobe", conformance(97)), {
      summary: "97 of 100 (97.0 %)",
      details: ["MUST a: no"],
      isEnough: false
    })
    assert.isTrue(read("llmprobe", conformance(98))?.isEnough)
    const canary = (score: number) => ({ score, results: [{ id: "a", status: "warn", summary: "hm" }] })
    assert.deepStrictEqual(read("compatcanary", canary(94))?.details, ["a: hm"])
    assert.isFalse(read("compatcanary", canary(94))?.isEnough)
    assert.isTrue(read("compatcanary", canary(95))?.isEnough)
    const socket = { id: "websocket-a", status: "failed", errors: ["closed"] }
    const http = (status: string) => ({ results: [socket, { id: "basic", status, errors: ["no field"] }] })
    assert.isTrue(read("Open Responses", http("passed"))?.isEnough)
    const failed = read("Open Responses", http("failed"))
    assert.deepStrictEqual([failed?.isEnough, failed?.details], [false, ["basic: no field"]])
    assert.isFalse(read("Open Responses", { results: [socket] })?.isEnough)
  })

  it("run in a folder that is removed, and are stopped when they take too long", async () => {
    const workspace = Workspace.make()
    const cwd = workspace.make("home")
    assert.isTrue(existsSync(cwd))
    const endless = await Workspace.run(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { cwd, seconds: 0.2 })
    assert.deepStrictEqual([endless.isTimedOut, endless.code], [true, undefined])
    const missing = await Workspace.run("no-such-program-of-others", [], { cwd })
    assert.strictEqual(missing.code, undefined)
    assert.include(Workspace.reasonOf(missing), "ENOENT")
    workspace.remove()
    assert.isFalse(existsSync(workspace.folder))
  })

  it("begin when the simulator listens", { timeout: 30_000 }, async () => {
    const workspace = Workspace.make()
    const simulator = await SimulatorProcess.start({ models: ["a"] }, workspace.folder)
    const response = await fetch(`${simulator.url}/v1/models`, { headers: { authorization: "Bearer k" } })
    assert.strictEqual(response.status, 200)
    await simulator.stop()
    workspace.remove()
  })
})

describe("the clients of others", () => {
  const printed: Readonly<Record<string, ReadonlyArray<object>>> = {
    Codex: [
      { type: "item.completed", item: { type: "command_execution", aggregated_output: "out" } },
      { type: "item.completed", item: { type: "agent_message", text: "first" } },
      { type: "item.completed", item: { type: "agent_message", text: "last" } }
    ],
    "Claude Code": [
      { type: "user", tool_use_result: { type: "text", file: { content: "out" } } },
      { type: "result", result: "last" }
    ],
    opencode: [
      { type: "tool_use", part: { state: { output: "out" } } },
      { type: "text", part: { text: "last" } }
    ]
  }

  it("are read from the lines of JSON among their output", () => {
    for (const client of clients) {
      const stdout = ["a hint", ...(printed[client.name] ?? []).map((line) => JSON.stringify(line)), "[1]"].join("\n")
      assert.deepStrictEqual(client.read(linesOf(stdout)), { toolOutput: "out", text: "last" }, client.name)
      assert.deepStrictEqual(client.read([]), { toolOutput: "", text: "" }, client.name)
    }
  })

  it("are led to call the tool first, and to end when they have its result", () => {
    for (const client of clients) {
      const { completions = [] } = scenarioOf(client, "/project")
      assert.deepStrictEqual(completions.map(({ parts = [] }) => parts.map(({ _tag }) => _tag)), [["Text"], [
        "ToolCall"
      ]])
    }
    assert.strictEqual(missingFile([process.execPath, "/no/such/file"]), "/no/such/file")
    assert.isUndefined(missingFile([process.execPath, "--version"]))
  })
})
