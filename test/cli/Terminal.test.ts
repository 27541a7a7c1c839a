/**
 * The command in a real pseudo-terminal: width, styles, keys and interrupts.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { stripVTControlCharacters } from "node:util"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import process from "node:process"
import * as Scenario from "../../src/testing/simulator/scenario/Scenario.ts"
import * as SimulatorServer from "../../src/testing/simulator/SimulatorServer.ts"
import { emptyFolder, main } from "./Command.ts"
import * as Pty from "./Pty.ts"

const title = `sluice in a terminal${Pty.isAvailable ? "" : " (skipped: there is no script of util-linux)"}`

/** A completion that stops in the middle of its text, without an end. */
const stalled = {
  parts: [Scenario.text("Hello there, and on and on.")],
  faults: [{ _tag: "Stall" as const, after: 700 }]
}

const widest = (text: string): number => Math.max(...text.split("\n").map((line) => line.length))

describe.skipIf(!Pty.isAvailable)(title, { timeout: 60_000 }, () => {
  it("fits the width, with colours unless NO_COLOR is set", async () => {
    const [narrow, wide] = await Promise.all([
      Pty.run(80, "sluice providers && sluice chat --help"),
      Pty.run(200, "sluice providers && NO_COLOR=1 sluice chat --help")
    ])
    assert.deepStrictEqual([narrow.code, wide.code], [0, 0])
    assert.isAtMost(widest(stripVTControlCharacters(narrow.text)), 80)
    assert.isAtMost(widest(wide.text), 200)
    assert.isAbove(widest(wide.text), 80)
    assert.include(narrow.text, "\u001b[1mEXAMPLES\u001b[0m")
    assert.notInclude(wide.text, "\u001b")
  })

  it("streams a completion with its reasoning dimmed, and without styles for NO_COLOR and a pipe", async () => {
    const { code, text } = await Pty.run(
      80,
      "sluice chat hi; echo status $?; NO_COLOR=1 sluice chat --simulate hi | head -c 9; echo; echo end"
    )
    assert.strictEqual(code, 0)
    const [first = "", second = ""] = text.split("status 0\n")
    assert.match(first, /^The built-in simulator is used in place of OpenAI\. /)
    assert.include(first, "\u001b[2mThis\u001b[22m")
    assert.match(first, /\n\nThis text comes from [^\n]*\n48 tokens in [^\n]*\n$/)
    // The reader closes the pipe after nine characters; reasoning is shown on the terminal that stderr is.
    assert.match(second, /^The built-in [^\n]*\nThis reasoning is simulated\.[^]*This text\nend\n$/)
    assert.notInclude(second, "\u001b")
  })

  it.live("ends with 130 on Ctrl-C during a completion, and prints a failure once", () =>
    Effect.gen(function*() {
      const simulator = yield* SimulatorServer.serve({ scenario: { completions: [stalled], chunking: "events" } })
      const script = `sluice chat --provider groq --json hi; sluice chat --base-url ${
        simulator.baseUrl("openai-chat")
      } hi`
      const { code, text } = yield* Effect.promise(() =>
        Pty.run(80, script, { steps: [{ shown: "Hello", keys: "\u0003" }] })
      )
      assert.strictEqual(code, 130)
      assert.strictEqual(text.split("groq is not configured").length, 2)
      assert.strictEqual((yield* simulator.ended(1)).outcome, "disconnected")
    }))

  it.live("holds a conversation, in which Ctrl-C stops a response and ends at the prompt", () =>
    Effect.gen(function*() {
      const simulator = yield* SimulatorServer.serve({
        scenario: { completions: [{ parts: [Scenario.text("First.")] }, stalled], chunking: "events" }
      })
      const file = join(emptyFolder(), "saved.json")
      const script = `sluice chat --base-url ${simulator.baseUrl("openai-chat")}; echo status $?; stty -a`
      const { code, text } = yield* Effect.promise(() =>
        Pty.run(80, script, {
          steps: [
            { shown: "> ", keys: "one\r" },
            { shown: "finish: stop", keys: "\u001b[200~two,\rpasted\u001b[201~\r" },
            { shown: "Hello", keys: "\u0003" },
            { shown: "> ", keys: `/save ${file}\r` },
            { shown: "saved in", keys: "\u001b[A\u0003" },
            { shown: "> ", keys: "\u0003" },
            { shown: "Press Ctrl-C again", keys: "\u0003" }
          ]
        })
      )
      assert.strictEqual(code, 0, text)
      assert.include(text, "status 0\n")
      // The terminal is as it was before.
      assert.match(text, /[ ;]icanon[^]*[ ;]echo[ ;]/)
      const { content } = JSON.parse(readFileSync(file, "utf8"))
      const messages = content.map(({ content, role }: Record<string, unknown>) => [role, content])
      assert.deepStrictEqual([messages[0], messages[2]], [["user", "one"], ["user", "two,\npasted"]])
      assert.strictEqual(messages[1][1][0].text, "First.")
      assert.match(messages[3][1], /^Hello/)
    }))

  it.live("goes on with a conversation after Ctrl-Z and fg", () =>
    Effect.gen(function*() {
      const simulator = yield* SimulatorServer.serve({
        scenario: { completions: [{ parts: [Scenario.text("First.")] }] }
      })
      const command = `'${process.execPath}' '${main}' chat --base-url ${simulator.baseUrl("openai-chat")}\r`
      const { code, text } = yield* Effect.promise(() =>
        Pty.run(80, "exec bash --norc --noediting -i", {
          env: { PS1: "SHELL$ " },
          steps: [
            { shown: "SHELL$ ", keys: command },
            { shown: "> ", keys: "\u001a" },
            { shown: "SHELL$ ", keys: "fg\r" },
            { shown: "> ", keys: "one\r" },
            { shown: "finish: stop", keys: "/exit\r" },
            { shown: "SHELL$ ", keys: "exit\r" }
          ]
        })
      )
      assert.strictEqual(code, 0, text)
      assert.include(text, "Stopped")
      assert.include(text, "\nFirst.\n")
    }))
})
