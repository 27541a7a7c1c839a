/**
 * `sluice chat --mcp`: a model with the tools of the reference server of the Model Context Protocol.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { Scenario } from "../../../../src/testing.ts"
import * as SimulatorServer from "../../../../src/testing/simulator/SimulatorServer.ts"
import { emptyFolder } from "../../Command.ts"
import * as Pty from "../../Pty.ts"
import { type Options, sluice } from "../../InProcess.ts"

const entry = fileURLToPath(import.meta.resolve("@modelcontextprotocol/server-everything/dist/index.js"))
const command = `'${process.execPath}' "${entry}" stdio`

/** A server that cannot list its tools. */
const failing = `
import { createInterface } from "node:readline"
createInterface({ input: process.stdin }).on("line", (line) => {
  const { id, method, params } = JSON.parse(line)
  if (id === undefined) return
  const reply = method === "initialize"
    ? {
      result: {
        protocolVersion: params.protocolVersion,
        capabilities: { tools: {} },
        serverInfo: { name: "failing", version: "1" }
      }
    }
    : { error: { code: -32603, message: "No tools." } }
  console.log(JSON.stringify({ jsonrpc: "2.0", id, ...reply }))
})
`

const sum = Scenario.script(
  { parts: [Scenario.toolCall("get-sum", { a: 19, b: 23 }, "call_1")] },
  { parts: [Scenario.text("It is 42.")] }
)

const chat = Effect.fnUntraced(function*(
  scenario: Scenario.Scenario,
  flags: ReadonlyArray<string>,
  options: Options = {}
) {
  const simulator = yield* SimulatorServer.serve({ scenario })
  const target = [
    "--provider",
    "openai",
    "--base-url",
    simulator.baseUrl("openai-responses"),
    "--model",
    "gpt-5.4-mini"
  ]
  const finished = yield* Effect.promise(() => sluice(["chat", ...target, ...flags, "19 + 23?"], options))
  const bodies = (yield* simulator.requests).map(({ body }) => JSON.stringify(body))
  return { ...finished, bodies }
})

describe.skipIf(!Pty.isAvailable)("sluice chat --mcp on a terminal", { timeout: 60_000 }, () => {
  it.live.each(
    [
      ["y\r", "Tool result: get-sum: The sum of 19 and 23 is 42."],
      ["\r", "Tool failed: get-sum"],
      // Ctrl-C at a question is a denial; at a response it ends the command.
      ["\u0003", "Tool failed: get-sum"]
    ] as const
  )("asks before it runs a tool, and takes %j for an answer", ([keys, line]) =>
    Effect.gen(function*() {
      const simulator = yield* SimulatorServer.serve({ scenario: sum })
      const flags = `--provider openai --model gpt-5.4-mini --base-url ${simulator.baseUrl("openai-responses")}`
      const { code, text } = yield* Effect.promise(() =>
        Pty.run(120, `sluice chat ${flags} --mcp "${command.replaceAll("\"", "'")}" '19 + 23?'`, {
          env: { OPENAI_API_KEY: "sk-test" },
          steps: [{ shown: "Run get-sum({\"a\":19,\"b\":23})? [y/N] ", keys }]
        })
      )
      assert.strictEqual(code, 0, text)
      assert.include(text, line)
      assert.include(text, "It is 42.")
    }))

  it.live("takes no line that was typed before it asks for an answer", () =>
    Effect.gen(function*() {
      const simulator = yield* SimulatorServer.serve({ scenario: sum })
      const flags = `--provider openai --model gpt-5.4-mini --base-url ${simulator.baseUrl("openai-responses")}`
      const { code, text } = yield* Effect.promise(() =>
        // The second line stays in the terminal, where the command finds it.
        Pty.run(
          120,
          `echo ready; read first; sluice chat ${flags} --mcp "${command.replaceAll("\"", "'")}" '19 + 23?'`,
          {
            env: { OPENAI_API_KEY: "sk-test" },
            steps: [
              { shown: "ready", keys: "first\ryes\r" },
              { shown: "? [y/N] ", keys: "no\r" }
            ]
          }
        )
      )
      assert.strictEqual(code, 0, text)
      assert.include(text, "Tool failed: get-sum")
      assert.notInclude(text, "Tool result")
    }))

  it.live("asks in a conversation, too, and keeps the steps in it", () =>
    Effect.gen(function*() {
      const twice = Scenario.script(
        { parts: [Scenario.toolCall("get-sum", { a: 19, b: 23 }, "call_1")] },
        { parts: [Scenario.text("It is 42.")] },
        { parts: [Scenario.text("You are welcome.")] }
      )
      const simulator = yield* SimulatorServer.serve({ scenario: twice })
      const flags = `--provider openai --model gpt-5.4-mini --base-url ${simulator.baseUrl("openai-responses")}`
      const { code, text } = yield* Effect.promise(() =>
        Pty.run(120, `sluice chat ${flags} --mcp "${command.replaceAll("\"", "'")}"`, {
          env: { OPENAI_API_KEY: "sk-test" },
          steps: [
            { shown: "> ", keys: "19 + 23?\r" },
            { shown: "? [y/N] ", keys: "y\r" },
            { shown: "> ", keys: "Thanks\r" },
            { shown: "> ", keys: "\u0004" }
          ]
        })
      )
      assert.strictEqual(code, 0, text)
      assert.include(text, "Tool result: get-sum: The sum of 19 and 23 is 42.")
      assert.include(text, "You are welcome.")
      const [, , third] = (yield* simulator.requests).map(({ body }) => JSON.stringify(body))
      for (const said of ["19 + 23?", "The sum of 19 and 23 is 42.", "It is 42.", "Thanks"]) assert.include(third, said)
    }))
})

describe("sluice chat --mcp", { timeout: 60_000 }, () => {
  it.live("runs the tools of the server, and prints the text alone on stdout", () =>
    Effect.gen(function*() {
      const { bodies, code, stderr, stdout } = yield* chat(sum, ["--mcp", command, "--yes"])
      assert.strictEqual(code, 0, stderr)
      assert.strictEqual(stdout, "It is 42.\n")
      assert.include(stderr, "Tool result: get-sum: The sum of 19 and 23 is 42.")
      assert.include(bodies[0], "get-sum")
      assert.include(bodies[1], "The sum of 19 and 23 is 42.")
    }))

  it.live("shows control characters in the name of a tool that the model invents", () =>
    Effect.gen(function*() {
      const invented = Scenario.script(
        { parts: [Scenario.toolCall("get\u001b[2J", {}, "call_1")] },
        { parts: [Scenario.text("I see.")] }
      )
      const { code, stderr } = yield* chat(invented, ["--mcp", command, "--yes"])
      assert.strictEqual(code, 0, stderr)
      assert.match(stderr, /^Tool failed: get\\x1b\[2J: /m)
    }))

  it.live("runs no tool without a terminal and without --yes", () =>
    Effect.gen(function*() {
      const { bodies, code, stderr } = yield* chat(sum, ["--mcp", command])
      assert.strictEqual(code, 0, stderr)
      assert.include(stderr, "Tool failed: get-sum")
      assert.include(bodies[1], "did not allow this tool call")
    }))

  it.live("gives the server PATH, HOME, LANG and what is named, and no key", () =>
    Effect.gen(function*() {
      const scenario = Scenario.script(
        { parts: [Scenario.toolCall("get-env", {}, "call_1")] },
        { parts: [Scenario.text("I see.")] }
      )
      const env = { OPENAI_API_KEY: "sk-canary-1", OTHER: "hidden", NAMED: "visible", PATH: "/usr/bin", LANG: "C" }
      const { bodies, code, stderr } = yield* chat(scenario, ["--mcp", command, "--mcp-env", "NAMED", "--yes"], { env })
      assert.strictEqual(code, 0, stderr)
      const result = bodies[1] ?? ""
      assert.include(result, "visible")
      assert.include(result, "/usr/bin")
      assert.notInclude(result, "sk-canary-1")
      assert.notInclude(result, "hidden")
      assert.notInclude(result, "VITEST")
    }))

  it.live("stops after the steps, and says so", () =>
    Effect.gen(function*() {
      const endless = Scenario.script({ parts: [Scenario.toolCall("get-sum", { a: 1, b: 1 })] })
      const { bodies, code, stderr } = yield* chat(endless, ["--mcp", command, "--yes", "--max-steps", "2"])
      assert.strictEqual(code, 0, stderr)
      assert.strictEqual(bodies.length, 2)
      assert.include(stderr, "The loop ended after 2 steps: steps(2)")
    }))

  it.live("prints the events as lines of JSON, without the conversation", () =>
    Effect.gen(function*() {
      const { code, stderr, stdout } = yield* chat(sum, ["--mcp", command, "--yes", "--json"])
      assert.strictEqual(code, 0, stderr)
      const events = stdout.trimEnd().split("\n").map((line) => JSON.parse(line))
      const tags = events.map(({ _tag }) => String(_tag))
      assert.includeMembers(tags, ["StepStarted", "Completed", "ToolStarted", "ToolFinished", "StepFinished"])
      const last = events.at(-1)
      assert.deepInclude(last, { _tag: "LoopFinished", reason: "completed", text: "It is 42.", steps: 2 })
      assert.notProperty(last, "messages")
    }))

  it.live("tells two servers with the same tools apart", () =>
    Effect.gen(function*() {
      const second = Scenario.script(
        { parts: [Scenario.toolCall("get-sum_2", { a: 1, b: 2 })] },
        { parts: [Scenario.text("3")] }
      )
      const { bodies, stderr, stdout } = yield* chat(second, ["--mcp", command, "--mcp", command, "--yes"])
      assert.strictEqual(stdout, "3\n", stderr)
      assert.include(bodies[1], "The sum of 1 and 2 is 3.")
    }))

  it.live("ends with exit code 1 for a server that cannot be started, and 2 for a wrong command line", () =>
    Effect.gen(function*() {
      const missing = yield* chat(sum, ["--mcp", "no-such-program-4411"])
      assert.strictEqual(missing.code, 1)
      assert.match(missing.stderr, /^McpError: no-such-program-4411: /m)
      const quote = yield* chat(sum, ["--mcp", "'server"])
      assert.deepStrictEqual([quote.code, quote.bodies], [2, []])
      const schema = yield* chat(sum, ["--mcp", command, "--schema", "x.json"])
      assert.deepStrictEqual([schema.code, schema.bodies], [2, []])
    }))

  it.live("names a server that fails by its program or number: its arguments may be secret", () =>
    Effect.gen(function*() {
      const file = join(emptyFolder(), "server.mjs")
      writeFileSync(file, failing)
      const failed = yield* chat(sum, ["--mcp", `'${process.execPath}' ${file} --token sk-canary-2`])
      assert.strictEqual(failed.code, 1)
      assert.strictEqual(failed.stderr, `McpError: ${process.execPath}: No tools. (code -32603)\n`)
      const quote = yield* chat(sum, ["--mcp", command, "--mcp", "server --token 'sk-canary-3"])
      assert.deepStrictEqual(
        [quote.code, quote.stderr],
        [2, "--mcp 2: this is not a command, or a quote is not closed\n"]
      )
    }))
})
