import { assert, describe, it } from "@effect/vitest"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { emptyFolder, jsonLines, type Options, sluice } from "./Command.ts"

/** Runs the simulator, passes its line to `use`, and then ends the simulator by the signal. */
const simulate = async (
  args: ReadonlyArray<string>,
  signal: NodeJS.Signals,
  use: (line: Record<string, unknown>) => Promise<unknown>
) => {
  let used: Promise<unknown> | undefined
  const onStdout: Options["onStdout"] = (child, stdout) => {
    if (used !== undefined || !stdout.endsWith("\n")) return
    const [line = {}] = jsonLines(stdout)
    used = use(line).finally(() => child.kill(signal))
  }
  const finished = await sluice(["simulate", ...args], { onStdout })
  await used
  return finished
}

describe("sluice simulate", { timeout: 40_000 }, () => {
  it("prints its URLs as one line, responds as its scenario says and stops on a signal", async () => {
    const scenario = join(emptyFolder(), "scenario.json")
    writeFileSync(
      scenario,
      JSON.stringify({ seed: 3, completions: [{ parts: [{ _tag: "Text", text: "Scripted." }] }] })
    )
    let response: unknown
    let seen: Record<string, unknown> = {}
    const { code, stderr, stdout } = await simulate(["--scenario", scenario], "SIGINT", async (line) => {
      seen = line
      const fetched = await fetch(`${String(line["url"])}/v1/chat/completions`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ model: "m", messages: [{ role: "user", content: "hi" }] })
      })
      response = await fetched.json()
    })
    assert.deepStrictEqual({ code, stderr, lines: stdout.split("\n").length }, { code: 130, stderr: "", lines: 2 })
    const { baseUrls, pid, seed, url } = seen
    assert.match(String(url), /^http:\/\/127\.0\.0\.1:\d+$/)
    assert.deepStrictEqual({ baseUrls, seed }, {
      baseUrls: {
        "openai-chat": `${String(url)}/v1`,
        "openai-responses": `${String(url)}/v1`,
        "openai-completions": `${String(url)}/v1`,
        "anthropic-messages": `${String(url)}/v1`,
        cohere: `${String(url)}/v2`,
        ollama: String(url),
        "bedrock-converse": String(url),
        gemini: `${String(url)}/v1beta`,
        "gemini-interactions": `${String(url)}/v1beta`
      },
      seed: 3
    })
    assert.isNumber(pid)
    assert.include(JSON.stringify(response), "Scripted.")
  })

  it("uses the seed of the flag, and fails on a port that is in use", async () => {
    let second: Awaited<ReturnType<typeof sluice>> | undefined
    const { code } = await simulate(["--seed", "9"], "SIGTERM", async (line) => {
      assert.strictEqual(line["seed"], 9)
      second = await sluice(["simulate", "--port", new URL(String(line["url"])).port])
    })
    assert.strictEqual(code, 143)
    assert.strictEqual(second?.code, 1)
    assert.match(second?.stderr ?? "", /^SimulatorListenError: .*choose another port/)
  })
})
