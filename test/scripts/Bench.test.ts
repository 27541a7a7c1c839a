/** Whether the benchmark runs and measures right answers. Never how fast: this machine is busy with other tests. */
import { assert, describe, it } from "@effect/vitest"
import { spawnSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import type { Kept } from "../../scripts/bench/lib/Job.ts"
import { Sink } from "../../scripts/bench/lib/Sink.ts"
import { eventsOf } from "../../scripts/bench/lib/Events.ts"
import * as Options from "../../scripts/bench/lib/Options.ts"
import { fromPath, protocols, type Spec, toPath } from "../../scripts/bench/lib/Spec.ts"

const root = join(import.meta.dirname, "../..")

describe("bench", () => {
  it("reads a stream of each protocol rightly, through the reference and through Sluice", { timeout: 60_000 }, () => {
    const folder = mkdtempSync(join(tmpdir(), "sluice-bench-test-"))
    const json = join(folder, "runs.json")
    const line = ["throughput", "--quick", "--clients", "reference,sluice", "--tokens", "300", "--write", "7"]
    const { status, stderr, stdout } = spawnSync(
      process.execPath,
      [fileURLToPath(import.meta.resolve("tsx/cli")), join(root, "scripts/bench/bench.ts"), ...line, "--json", json],
      { encoding: "utf8" }
    )
    assert.strictEqual(status, 0, stdout + stderr)
    const { runs }: { readonly runs: ReadonlyArray<Kept> } = JSON.parse(readFileSync(json, "utf8"))
    rmSync(folder, { recursive: true })
    assert.deepStrictEqual(runs.map(({ outcome }) => outcome.status), runs.map(() => "measured"), stdout)
    assert.strictEqual(runs.length, protocols.length * 2)
  })

  it.each(
    [
      ["the steps of a tool loop", ["loop", "--quick"], 1],
      // Requests, a long stream and paced streams, each through four clients.
      ["rate limits and circuit breakers", [
        "policies",
        "--quick",
        "--protocol",
        "chat",
        "--write",
        "7",
        "--tokens",
        "300"
      ], 12]
    ] as const
  )("measures %s", { timeout: 120_000 }, (_, line, runsExpected) => {
    const folder = mkdtempSync(join(tmpdir(), "sluice-bench-test-"))
    const json = join(folder, "runs.json")
    const { status, stderr, stdout } = spawnSync(
      process.execPath,
      [fileURLToPath(import.meta.resolve("tsx/cli")), join(root, "scripts/bench/bench.ts"), ...line, "--json", json],
      { encoding: "utf8" }
    )
    assert.strictEqual(status, 0, stdout + stderr)
    const { runs }: { readonly runs: ReadonlyArray<Kept> } = JSON.parse(readFileSync(json, "utf8"))
    rmSync(folder, { recursive: true })
    assert.deepStrictEqual(runs.map(({ outcome }) => outcome.status), runs.map(() => "measured"), stdout)
    assert.strictEqual(runs.length, runsExpected)
  })

  it("sends log probabilities with a varying number of alternatives in each event of Chat", () => {
    const spec: Spec = {
      protocol: "chat",
      tokens: 50,
      text: "mixed",
      write: 0,
      adversary: false,
      logprobs: true,
      interval: 0
    }
    assert.deepStrictEqual(fromPath(toPath(spec)), spec)
    const contents = [...eventsOf(spec)].slice(1, -3).map((event) => {
      const [choice] = JSON.parse(event.slice("data: ".length)).choices
      const [{ bytes, token, top_logprobs: alternatives }] = choice.logprobs.content
      assert.strictEqual(token, choice.delta.content)
      assert.strictEqual(Buffer.from(bytes).toString(), token)
      return alternatives.length
    })
    assert.strictEqual(contents.length, 50)
    assert.sameMembers([...new Set(contents)], [0, 1, 2, 3, 4, 5])
  })

  it("refuses log probabilities of protocols that have none", () => {
    const line = ["throughput", "--logprobs", "--protocol", "chat,responses"]
    assert.throws(() => Options.parse(line, ["throughput"]), /only chat/)
    assert.deepStrictEqual(Options.parse(line.slice(0, 2), ["throughput"]).protocols, ["chat"])
  })

  it("refuses a result that is not what was sent", () => {
    const expected = { deltas: 2, textLength: 4, inputTokens: 24, outputTokens: 2 }
    const read = (texts: ReadonlyArray<string>, outputTokens: number | undefined) => {
      const sink = new Sink()
      for (const text of texts) sink.push(text)
      sink.usage(24, outputTokens)
      return sink.problem(expected)
    }
    assert.strictEqual(read(["ab", "cd"], 2), undefined)
    for (const wrong of [read(["abcd"], 2), read(["ab", "c"], 2), read(["ab", "cd"], undefined)]) {
      assert.match(wrong ?? "", /^wrong result/)
    }
  })
})
