import { assert, describe, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Scenario from "../../src/testing/simulator/scenario/Scenario.ts"
import * as SimulatorServer from "../../src/testing/simulator/SimulatorServer.ts"
import * as Command from "./Command.ts"
import { emptyFolder, jsonLines } from "./Command.ts"
import { type Options, sluice } from "./InProcess.ts"

const chat = (args: ReadonlyArray<string>, options?: Options) =>
  Effect.promise(() => sluice(["chat", ...args], options))

const chatProcess = (args: ReadonlyArray<string>, options?: Command.Options) =>
  Effect.promise(() => Command.sluice(["chat", ...args], options))

const completion = {
  parts: [
    Scenario.reasoning("Hm."),
    Scenario.text("Hello there."),
    Scenario.toolCall("weather", { city: "Oslo" }, "call_1")
  ],
  usage: { input: 10, cached: 4, output: 7, reasoning: 2 }
}

describe("sluice chat", { timeout: 40_000 }, () => {
  it.live("calls the simulator with --simulate, and prints only the text on stdout", () =>
    Effect.gen(function*() {
      const [text, json] = yield* Effect.all([
        chat(["--simulate", "What", "is", "this?"]),
        chat(["--simulate", "--json", "--model", "groq/x", "hi"], { env: { GROQ_API_KEY: "sk-1" } })
      ], { concurrency: 2 })
      const { code, stderr, stdout } = text
      assert.strictEqual(code, 0, stderr)
      assert.match(stdout, /^This text comes from a simulator.* tests can use it\.\n$/)
      assert.match(
        stderr,
        /^48 tokens in \(16 cached\), 32 out \(9 reasoning\) · finish: stop.* · first token after .* · .* tokens\/s\n$/
      )
      assert.strictEqual(json.code, 0, json.stderr)
      const marks = jsonLines(json.stdout).filter((event) => "simulated" in event)
      assert.deepStrictEqual(marks.map(({ _tag, model, simulated }) => ({ _tag, model, simulated })), [
        { _tag: "Created", model: "x", simulated: true }
      ])
    }))

  it.live("calls the simulator without a key for a bare prompt on a terminal alone, and says so", () =>
    Effect.gen(function*() {
      const onTerminal: Options = { terminals: ["stdout", "stderr"] }
      const notice =
        /^The built-in simulator is used in place of OpenAI\. To call the provider, set OPENAI_API_KEY and leave out/
      const [text, json, piped, withKey] = yield* Effect.all([
        chat(["hi"], onTerminal),
        chat(["--json", "hi"], onTerminal),
        chat(["--json", "hi"], { terminals: ["stderr"] }),
        chat(["hi"], {
          ...onTerminal,
          env: { OPENAI_API_KEY: "sk-1", OPENAI_BASE_URL: "http://127.0.0.1:1/v1", SLUICE_MAX_RETRIES: "0" }
        })
      ], { concurrency: 2 })
      // On one terminal the error is printed once.
      const failed = yield* chat(["--json", "--model", "openai/x", "hi"], onTerminal)
      assert.deepStrictEqual([failed.code, failed.stderr], [1, ""])
      assert.match(failed.stdout, /^\{"_tag":"ConfigurationError","message":"[^\n]*\}\n$/)
      assert.deepStrictEqual([text, json, piped, withKey].map(({ code }) => code), [0, 0, 1, 1])
      assert.match(text.stderr, notice)
      assert.match(json.stderr, notice)
      assert.include(json.stdout, `"simulated":true`)
      assert.match(piped.stderr, /^ConfigurationError: No API key is configured: set OPENAI_API_KEY, .*--simulate/)
      assert.include(withKey.stderr, "ConnectionError")
    }))

  it.live("fails for a named provider, model, protocol or operation without a key, on a terminal too", () =>
    Effect.gen(function*() {
      const cases: ReadonlyArray<readonly [ReadonlyArray<string>, string]> = [
        [["chat", "--provider", "openai", "hi"], "OPENAI_API_KEY"],
        [["chat", "--model", "openai/gpt-5-mini", "hi"], "OPENAI_API_KEY"],
        [["chat", "--model", "gpt-5-mini", "hi"], "OPENAI_API_KEY"],
        [["chat", "--protocol", "anthropic-messages", "hi"], "ANTHROPIC_API_KEY"],
        [["embed", "hi"], "OPENAI_API_KEY"],
        [["embed", "--model", "voyageai/voyage-4", "hi"], "VOYAGE_API_KEY"],
        [["rerank", "--query", "hi", "one"], "COHERE_API_KEY"],
        [["speak", "--output", "hi.mp3", "hi"], "OPENAI_API_KEY"],
        [["transcribe", import.meta.filename], "OPENAI_API_KEY"]
      ]
      for (const [args, variable] of cases) {
        const { code, stderr, stdout } = yield* Effect.promise(() =>
          sluice(args, { env: { OPENAI_API_KEY: "" }, terminals: ["stdin", "stdout", "stderr"] })
        )
        assert.deepStrictEqual({ args, code, stdout }, { args, code: 1, stdout: "" })
        assert.match(stderr, new RegExp(`^ConfigurationError: [^\\n]*${variable}[^\\n]*\\n$`), args.join(" "))
      }
    }))

  it.live("sends a request with the values of the flags to the base URL", () =>
    Effect.gen(function*() {
      const simulator = yield* SimulatorServer.serve({ scenario: { completions: [completion] } })
      const cwd = emptyFolder()
      writeFileSync(join(cwd, ".env"), "MY_KEY=from-the-file\n")
      const [plain, json, piped] = yield* Effect.all([
        chat(["--base-url", simulator.baseUrl("openai-chat"), "--system", "Be short.", "hi"]),
        chat(
          [
            "--json",
            "--base-url",
            simulator.baseUrl("anthropic-messages"),
            "--protocol",
            "anthropic-messages",
            "--api-key-env",
            "MY_KEY",
            "--model",
            "claude-x",
            "hi"
          ],
          { cwd }
        ),
        chat(["--base-url", simulator.baseUrl("openai-responses"), "--protocol", "openai-responses", "-"], {
          input: "from stdin"
        })
      ], { concurrency: 2 })

      assert.deepInclude(plain, { code: 0, stdout: "Hello there.\n" })
      assert.match(plain.stderr, /^Tool call: weather\(\{"city":"Oslo"\}\)\n10 tokens in/)
      assert.strictEqual(json.code, 0, json.stderr)
      const events = jsonLines(json.stdout)
      assert.deepInclude(events.at(-1), { _tag: "Completed", finishReason: "tool-calls" })
      assert.deepInclude(piped, { code: 0, stdout: "Hello there.\n" })

      const requests = yield* simulator.requests
      const of = (protocol: string) => requests.find((request) => request.protocol === protocol)
      assert.deepInclude(of("openai-chat")?.body, {
        model: "default",
        stream: true,
        messages: [{ role: "system", content: "Be short." }, { role: "user", content: "hi" }]
      })
      assert.isUndefined(of("openai-chat")?.credential)
      const messages = of("anthropic-messages")
      assert.deepInclude(messages?.body, { model: "claude-x" })
      assert.strictEqual(
        messages?.credential === undefined ? undefined : Redacted.value(messages.credential),
        "from-the-file"
      )
      assert.include(JSON.stringify(of("openai-responses")?.body), "from stdin")
    }))

  it.live("keeps the text of a cut response, and exits with 1 and the error", () =>
    Effect.gen(function*() {
      const simulator = yield* SimulatorServer.serve({
        scenario: {
          completions: [{ ...completion, faults: [{ _tag: "Cut", after: 1100, how: "reset" }] }],
          chunking: "events"
        }
      })
      const target = ["--base-url", simulator.baseUrl("openai-chat"), "hi"]
      const [plain, json] = yield* Effect.all([chat(target), chat(["--json", ...target])], { concurrency: 2 })
      assert.strictEqual(plain.code, 1)
      assert.match(plain.stdout, /^Hello( there\.)?\n$/)
      assert.match(plain.stderr, /IncompleteStreamError: openai-compatible\/default lost the connection .*\n$/)
      assert.strictEqual(json.code, 1)
      const last = jsonLines(json.stdout).at(-1)
      assert.deepStrictEqual(Object.keys(last ?? {}), ["_tag", "message"])
      assert.strictEqual(last?.["_tag"], "IncompleteStreamError")
    }))

  it.live("closes the connection at once on Ctrl-C and exits with 130", () =>
    Effect.gen(function*() {
      const simulator = yield* SimulatorServer.serve({
        scenario: { completions: [{ ...completion, faults: [{ _tag: "Stall", after: 1000 }] }] }
      })
      const target = ["--base-url", simulator.baseUrl("openai-chat"), "hi"]
      const interrupted = (signal: NodeJS.Signals) => {
        let signalled = 0
        return Effect.map(
          chatProcess(target, {
            onStdout: (child) => {
              if (signalled > 0) return
              signalled = Date.now()
              child.kill(signal)
            }
          }),
          (result) => ({ ...result, signalled })
        )
      }
      const first = yield* interrupted("SIGINT")
      const second = yield* interrupted("SIGTERM")
      assert.strictEqual(first.code, 130)
      assert.strictEqual(second.code, 143)
      const [one, two] = yield* simulator.requests
      assert.deepStrictEqual([one?.outcome, two?.outcome], ["disconnected", "disconnected"])
      assert.isBelow((one?.endedAt ?? Infinity) - first.signalled, 1000)
    }))

  it.live("ends without a message when the reader closes stdout", () =>
    Effect.gen(function*() {
      const simulator = yield* SimulatorServer.serve({
        scenario: { completions: [{ parts: [{ _tag: "Text", text: "On and on. ", flood: {} }] }] }
      })
      const result = yield* chatProcess(["--base-url", simulator.baseUrl("openai-chat"), "hi"], {
        onStdout: (child) => child.stdout?.destroy()
      })
      assert.deepInclude(result, { code: 0, stderr: "" })
      const { outcome } = yield* simulator.ended(1)
      assert.strictEqual(outcome, "disconnected")
    }))

  it.live("prints no key, whatever fails, at any log level", () =>
    Effect.gen(function*() {
      const canary = "sk-canary-5f3b9a71c2d84e60"
      const simulator = yield* SimulatorServer.serve({
        scenario: {
          completions: [{
            faults: [{
              _tag: "Status",
              status: 401,
              body: { error: { message: `Incorrect API key provided: ${canary}.`, code: "invalid_api_key" } }
            }]
          }]
        }
      })
      const env = { OPENAI_API_KEY: canary, OPENAI_COMPATIBLE_API_KEY: canary, SLUICE_MAX_RETRIES: "1" }
      const runs = yield* Effect.all([
        chat(["--log-level", "all", "--base-url", simulator.baseUrl("openai-chat"), "hi"], { env }),
        chat(["--log-level", "all", "--json", "--provider", "openai", "hi"], {
          env: { ...env, OPENAI_BASE_URL: simulator.baseUrl("openai-responses") }
        }),
        chat(["--log-level", "all", "--json", "hi"], { env: { ...env, OPENAI_BASE_URL: "http://127.0.0.1:1/v1" } }),
        chat(["--log-level", "all", "hi"], { env: { ...env, OPENAI_BASE_URL: `ftp://user:${canary}@host/` } }),
        chat(["--log-level", "all", "--api-key-env", "OPENAI_API_KEY", "--base-url", `http://${canary}@`, "hi"], {
          env
        }),
        chat(["hi"], { env: { ...env, OPENAI_API_KEY: `${canary}\u0001\n` } }),
        chat(["--api-key-env", canary, "hi"], { env })
      ], { concurrency: 2 })
      assert.deepStrictEqual(runs.map(({ code }) => code), [1, 1, 1, 1, 2, 1, 2])
      assert.deepStrictEqual(
        runs.map(({ stderr }) => /^(\w+Error): /m.exec(stderr)?.[1]),
        [
          "AuthenticationError",
          "AuthenticationError",
          "ConnectionError",
          "ConfigurationError",
          undefined,
          "ConfigurationError",
          undefined
        ]
      )
      for (const { stderr, stdout } of runs) assert.notInclude(stdout + stderr, canary)
    }))
})
