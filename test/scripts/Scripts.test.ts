import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { appendFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { Scenario } from "../../src/testing.ts"
import * as SimulatorServer from "../../src/testing/simulator/SimulatorServer.ts"
import { emptyFolder, jsonLines, node, type Options, root } from "../cli/Command.ts"

const tsx = join(root, "node_modules/tsx/dist/cli.mjs")
const run = (script: string, args: ReadonlyArray<string> = [], options: Options = {}) =>
  node([tsx, `scripts/${script}.ts`, ...args], { ...options, cwd: root })

describe("scripts", { timeout: 40_000 }, () => {
  it("start shows every protocol, a cut stream and a rate limit, and ends by itself", async () => {
    const { code, stderr, stdout } = await run("start")
    assert.strictEqual(code, 0, stderr)
    assert.notInclude(stdout, "\u001b")
    const acts = stdout.split("\n── ").slice(1)
    assert.deepStrictEqual(acts.map((act) => act.slice(0, act.indexOf(" "))), [
      "openai-chat",
      "openai-responses",
      "anthropic-messages",
      "gemini",
      "bedrock-converse",
      "cohere",
      "ollama",
      "a",
      "a"
    ])
    for (const [index, act] of acts.slice(0, 7).entries()) {
      // Gemini's protocol has a word for summaries of thoughts, and these are asked for.
      if (index !== 3) assert.match(act, /Reasoning(Content|Summary)Delta +The river is high/)
      assert.match(act, /OutputTextDelta +A sluice does not make the river/)
      assert.match(act, /OutputItemDone +depth\(\{"at":"the upper gate"\}\)/)
      assert.match(act, /Completed +tool-calls: 96 tokens in.* 58 out/)
    }
    assert.match(
      acts[7] ?? "",
      /IncompleteStreamError +openai\/any lost the connection[^]*partial\.text +The water comes/
    )
    assert.match(acts[8] ?? "", /log +level=WARN[^]*RateLimitedError +anthropic\/any limits the rate[^]*retryAfter +1s/)
  })

  it("ask prints the text as it arrives", async () => {
    const { code, stderr, stdout } = await run("ask", ["--simulate", "hi"])
    assert.strictEqual(code, 0, stderr)
    assert.match(stdout, /^This text comes from a simulator.* tests can use it\.$/)
  })

  it("compare prints the texts one below the other without a terminal, and names a model that fails", async () => {
    const { code, stderr, stdout } = await run("compare", ["--simulate", "--models", "openai/a,nobody/b", "hi"])
    assert.strictEqual(code, 1, stderr)
    assert.match(
      stdout,
      /^## openai\/a\n\nThis text comes from a simulator.*\n\n\(stop, 32 tokens in .* s\)\n\n## nobody\/b\n/
    )
    assert.match(stdout, /ConfigurationError: There is no provider "nobody"/)
  })

  it("agent runs its tools, and none outside of its folder, and keeps the conversation", async () => {
    const { code, stderr, stdout } = await run("agent", ["--simulate"], { input: "what is here?\nand now?\n" })
    assert.strictEqual(code, 0, stderr)
    const reply =
      "[list]\n[time]\n[read]\n[read]\nThis is simulated: I have listed the folder, and read package.json.\n"
    assert.strictEqual(stdout, reply + reply)
  })

  it("agent reads no hidden file and none outside of its folder, whatever leads there", async () => {
    const outside = emptyFolder()
    const folder = join(outside, "folder")
    mkdirSync(join(folder, ".git"), { recursive: true })
    writeFileSync(join(outside, "secret"), "canary")
    writeFileSync(join(folder, ".env"), "CANARY=canary")
    writeFileSync(join(folder, ".git/config"), "canary")
    writeFileSync(join(folder, "..x"), "canary")
    writeFileSync(join(folder, "a..b.txt"), "visible")
    symlinkSync("../secret", join(folder, "link"))
    symlinkSync(".env", join(folder, "visible.env"))
    symlinkSync("..", join(folder, "up"))
    const paths = [
      "../secret",
      join(outside, "secret"),
      ".env",
      ".git/config",
      "..x",
      "link",
      "visible.env",
      "up/secret"
    ]
    const reads = [...paths, "a..b.txt", join(folder, "a..b.txt")]
    const bodies = await Effect.gen(function*() {
      const simulator = yield* SimulatorServer.serve({
        scenario: Scenario.script(
          { parts: reads.map((path, index) => Scenario.toolCall("read", { path }, `call_${index}`)) },
          { parts: [Scenario.text("I see.")] }
        )
      })
      const env = {
        OPENAI_API_KEY: "sk-test",
        OPENAI_BASE_URL: simulator.baseUrl("openai-responses"),
        SLUICE_PROXY: "none"
      }
      const script = join(root, "scripts/agent.ts")
      const { code, stderr } = yield* Effect.promise(() =>
        node([tsx, "--tsconfig", join(root, "tsconfig.json"), script], { cwd: folder, env, input: "read\n" })
      )
      assert.strictEqual(code, 0, stderr)
      return (yield* simulator.requests).map(({ body }) => Object(body))
    }).pipe(Effect.scoped, Effect.runPromise)
    const results: ReadonlyArray<Record<string, unknown>> = bodies[1]?.input ?? []
    const outputs = results.filter(({ type }) => type === "function_call_output").map(({ output }) => output)
    assert.notInclude(JSON.stringify(bodies), "canary")
    assert.lengthOf(outputs, reads.length)
    for (const output of outputs.slice(0, paths.length)) assert.include(output, "hidden or outside")
    for (const output of outputs.slice(paths.length)) assert.include(output, "visible")
  })

  it("extract prints a record of each model for each document, and where they differ", async () => {
    const folder = emptyFolder()
    for (const name of ["a.txt", "b.txt"]) writeFileSync(join(folder, name), `Invoice ${name}: 20 EUR`)
    mkdirSync(join(folder, "c"))
    const { code, stderr, stdout } = await run("extract", ["--simulate", folder])
    assert.strictEqual(code, 0, stderr)
    const lines = jsonLines(stdout).toSorted((one, other) =>
      String(one["document"]).localeCompare(String(other["document"]))
    )
    assert.deepStrictEqual(lines.map(({ document }) => document), ["a.txt", "b.txt", "c"])
    for (const { differ, records } of lines.slice(0, 2)) {
      const [first, second] = records as ReadonlyArray<Readonly<Record<string, unknown>>>
      assert.deepStrictEqual([first?.["model"], second?.["model"]], ["openai/gpt-6-luna", "anthropic/claude-haiku-5-5"])
      const fields = ["number", "total", "due"].filter((field) => first?.[field] !== second?.[field])
      assert.deepStrictEqual(differ, fields)
      assert.isNumber(first?.["total"])
    }
    assert.match(String(lines[2]?.["error"]), /^PlatformError/)
  })

  it("batch can be stopped and continued, repairs a cut line and sends nothing twice", async () => {
    const folder = emptyFolder()
    const prompts = join(folder, "prompts")
    const output = join(folder, "completions.ndjson")
    mkdirSync(prompts)
    const names = Array.from({ length: 6 }, (_, index) => `${index + 1}.txt`)
    for (const name of names) writeFileSync(join(prompts, name), `Question ${name}`)
    const batch = (args: ReadonlyArray<string> = [], options?: Options) =>
      run("batch", ["--simulate", "--concurrency", "2", ...args, prompts, output], options)

    let stopping = false
    const stopped = await batch([], {
      onStderr: (child, stderr) => {
        if (stopping || !stderr.includes("2/6 done")) return
        stopping = true
        child.kill("SIGINT")
      }
    })
    assert.strictEqual(stopped.code, 130)
    assert.match(stopped.stderr, /Stopped/)
    const before = jsonLines(readFileSync(output, "utf8"))
    assert.isAtLeast(before.length, 2)
    assert.isBelow(before.length, names.length)

    const failed = names.find((name) => before.every(({ prompt }) => prompt !== name))
    appendFileSync(
      output,
      `${
        JSON.stringify({ _tag: "Failure", prompt: failed, model: "m", error: { _tag: "ServerError", message: "" } })
      }\n`
    )
    appendFileSync(output, "{\"_tag\":\"Completion\",\"prompt\":\"cu")
    const continued = await batch(["--retry-failed"])
    assert.strictEqual(continued.code, 0, continued.stderr)
    assert.match(continued.stderr, /last line was cut off/)
    const after = jsonLines(readFileSync(output, "utf8"))
    assert.deepStrictEqual(after.slice(0, before.length), before)
    assert.deepStrictEqual(
      after.filter(({ _tag }) => _tag === "Completion").map(({ prompt }) => String(prompt)).toSorted(),
      names
    )
  })
})
