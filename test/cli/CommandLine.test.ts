import { assert, describe, it } from "@effect/vitest"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { emptyFolder } from "./Command.ts"
import { sluice } from "./InProcess.ts"

const folder = emptyFolder()
const scenario = join(folder, "scenario.json")
writeFileSync(scenario, JSON.stringify({ completions: [{ parts: [{ _tag: "Text", txt: "a typing mistake" }] }] }))

const wrong: ReadonlyArray<readonly [ReadonlyArray<string>, RegExp]> = [
  [[], /SUBCOMMANDS/],
  [["chatt"], /^Unknown subcommand "chatt"\. Did you mean chat\? Try sluice --help\n$/],
  [["speech"], /^Unknown subcommand "speech"\. Did you mean speak\? Try sluice --help\n$/],
  [["speech", "--help"], /^Unknown subcommand "speech"\. Did you mean speak\?/],
  [["--log-level", "debug", "chatt"], /Unknown subcommand "chatt"/],
  [["chat", "--modell", "x", "hi"], /Unrecognized flag: --modell/],
  [["chat"], /stdin is empty/],
  [["chat", "--provider", "opnai", "hi"], /no provider "opnai".*Did you mean openai/],
  [["chat", "--base-url", "nonsense", "hi"], /not an http or https URL/],
  [["chat", "--simulate", "--base-url", "http://host", "hi"], /--simulate and --base-url exclude each other/],
  [["decode"], /Missing required argument: file/],
  [["decode", "--status", "7", "x.json"], /"7"\. Expected: an HTTP status \(100 to 599\)/],
  [["decode", "--header", "nocolon", "x.json"], /'name: value'/],
  [["decode", "--provider", "nobody", "x.sse"], /no provider "nobody"/],
  [["models", "--provider", "opnai"], /no provider "opnai".*Did you mean openai/],
  [["models", "--kind", "chats"], /--kind: "chats"/],
  [["providers", "--check", "--provider", "opnai"], /no provider "opnai".*Did you mean openai/],
  [["simulate", "--port", "70000"], /"70000"\. Expected: a port \(0 to 65535\)/],
  [["simulate", "--scenario", scenario], /txt/]
]

describe("the command line", () => {
  it("exits with 2 and explains the error, on stderr only, when it is wrong", async () => {
    for (const [args, expected] of wrong) {
      const { code, stderr, stdout } = await sluice(args)
      assert.deepStrictEqual({ args, code, stdout }, { args, code: 2, stdout: "" }, stderr)
      assert.match(stderr, expected)
    }
  }, 40_000)

  it("has an example in each help text, which fits any terminal from 60 cells on, and is not broken without one", async () => {
    for (
      const name of ["chat", "embed", "rerank", "transcribe", "speak", "decode", "models", "providers", "simulate", ""]
    ) {
      const args = [...(name === "" ? [] : [name]), "--help"]
      const piped = await sluice(args)
      assert.match(piped.stdout, new RegExp(`EXAMPLES\\n(.*\\n)*? {2}(\\S+ .*\\| )?sluice ${name}`), name)
      assert.notInclude(piped.stdout, "\u001b")
      for (const columns of [60, 80, 200]) {
        const { code, stdout } = await sluice(args, { terminals: ["stdout"], columns, env: { NO_COLOR: "1" } })
        assert.strictEqual(code, 0)
        for (const line of stdout.split("\n")) assert.isAtMost(line.length, columns, line)
        const words = (text: string) => text.replaceAll(" \\\n", " ").split(/\s+/)
        assert.deepStrictEqual(words(stdout), words(piped.stdout))
      }
    }
    const { stdout } = await sluice(["chat", "--help"], { terminals: ["stdout"], columns: 80 })
    assert.include(stdout, "\u001b[1mEXAMPLES\u001b[0m")
    const dumb = await sluice(["chat", "--help"], { terminals: ["stdout"], columns: 80, env: { TERM: "dumb" } })
    assert.notInclude(dumb.stdout, "\u001b")
  })

  it("shows help and the version", async () => {
    const [help, chat, version] = await Promise.all([
      sluice(["--help"]),
      sluice(["chat", "--help"]),
      sluice(["--version"])
    ])
    assert.strictEqual(help.code, 0)
    for (const name of ["chat", "decode", "models", "providers", "simulate"]) assert.include(help.stdout, name)
    assert.strictEqual(chat.code, 0)
    for (const name of ["--base-url", "--api-key-env", "--protocol", "--system", "--json"]) {
      assert.include(chat.stdout, name)
    }
    assert.deepStrictEqual(version, { code: 0, stdout: "0.1.0\n", stderr: "" })
  })
})
