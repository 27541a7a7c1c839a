/**
 * The flags of `sluice chat` that become fields of the request, and its files.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as SimulatorServer from "../../../src/testing/simulator/SimulatorServer.ts"
import { emptyFolder } from "../Command.ts"
import { sluice } from "../InProcess.ts"

const png = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC",
  "base64"
)
const cwd = emptyFolder()
writeFileSync(join(cwd, "pixel"), png)
writeFileSync(join(cwd, "notes.md"), "# Notes\n")
writeFileSync(join(cwd, "main.rs"), "fn main() {}\n")
writeFileSync(join(cwd, "empty.png"), "")
writeFileSync(join(cwd, "lie.png"), "no image\n")
writeFileSync(join(cwd, "data.bin"), Uint8Array.of(1, 0, 255))
mkdirSync(join(cwd, "folder.png"))
const schema = {
  type: "object",
  properties: { city: { type: "string" } },
  required: ["city"],
  additionalProperties: false
}
writeFileSync(join(cwd, "city.json"), JSON.stringify(schema))
writeFileSync(join(cwd, "list.json"), "[1]")

const chat = (args: ReadonlyArray<string>) => Effect.promise(() => sluice(["chat", ...args, "hi"], { cwd }))

describe("sluice chat", () => {
  it.live("sends what the flags say, and the files before the prompt", () =>
    Effect.gen(function*() {
      const simulator = yield* SimulatorServer.serve()
      const target = ["--provider", "anthropic", "--base-url", simulator.baseUrl("anthropic-messages")]
      const flags = ["--temperature", "0.25", "--max-tokens", "300", "--header", "X-Team: search: all"]
      const files = ["--image", "pixel", "--image", "https://host.test/a/b.jpg?c", "--file", "notes.md"]
      const { code, stderr } = yield* chat([...target, "--model", "claude-haiku-4-5", ...flags, ...files])
      assert.strictEqual(code, 0, stderr)
      const [request] = yield* simulator.requests
      assert.deepInclude(request?.body, { temperature: 0.25, max_tokens: 300 })
      assert.strictEqual(request?.headers["x-team"], "search: all")
      const [message] = Object(request?.body).messages
      assert.deepStrictEqual(
        message.content.map((part: Record<string, unknown>) => [part["type"], Object(part["source"])["media_type"]]),
        [["image", "image/png"], ["image", undefined], ["document", "text/plain"], ["text", undefined]]
      )
      assert.strictEqual(message.content[0].source.data, png.toString("base64"))
      assert.strictEqual(message.content[1].source.url, "https://host.test/a/b.jpg?c")
    }))

  it.live("sends the effort, the schema of the output, and a text of an unknown extension as text", () =>
    Effect.gen(function*() {
      const simulator = yield* SimulatorServer.serve()
      const target = ["--provider", "openai", "--base-url", simulator.baseUrl("openai-responses")]
      const { code, stderr } = yield* chat([...target, "--effort", "low", "--schema", "city.json", "--file", "main.rs"])
      assert.strictEqual(code, 0, stderr)
      const [request] = yield* simulator.requests
      assert.deepInclude(Object(request?.body).reasoning, { effort: "low" })
      assert.deepStrictEqual(Object(request?.body).text.format.schema, schema)
      assert.include(JSON.stringify(request?.body), "main.rs")
    }))

  it("fails with one sentence for a bad value or file, and prints no header", async () => {
    const cases: ReadonlyArray<readonly [ReadonlyArray<string>, number, RegExp]> = [
      [["--temperature", "warm"], 2, /--temperature: "warm"/],
      [["--temperature=-1"], 2, /--temperature: "-1"\. Expected: a number that is not negative/],
      [["--temperature", "Infinity"], 2, /--temperature: "Infinity"/],
      [["--max-tokens", "0"], 2, /--max-tokens: "0"\. Expected: a number above 0/],
      [["--max-tokens", "1.5"], 2, /--max-tokens: "1\.5"/],
      [["--header", "secret-7"], 2, /^--header 1 is not of the form 'name: value'\n$/],
      [["--header", "x-key: \u2603secret-7"], 1, /^InvalidRequestError: .*"x-key" has characters/],
      [["--image", "nothing.png"], 1, /^InputError: nothing\.png cannot be read: NotFound\n$/],
      [["--image", "folder.png"], 1, /^InputError: folder\.png is not a file\n$/],
      [["--image", "empty.png"], 1, /^InputError: empty\.png is empty\n$/],
      [["--image", "lie.png"], 1, /^InputError: lie\.png is not an image of a known type\n$/],
      [["--image", "notes.md"], 1, /^InputError: notes\.md is not an image of a known type\n$/],
      [["--file", "data.bin"], 1, /^InputError: data\.bin is not a text or a file of a known type\n$/],
      [["--schema", "list.json"], 1, /^InputError: list\.json is not a JSON Schema: an object as JSON\n$/],
      [["--schema", "notes.md"], 1, /^InputError: notes\.md is not a JSON Schema/],
      [["--file", "https://host.test/x"], 2, /^The media type of https:\/\/host\.test\/x is unknown/],
      [["--image", "https://"], 2, /^"https:\/\/" is not a URL\n$/]
    ]
    for (const [args, code, expected] of cases) {
      const result = await sluice(["chat", "--simulate", ...args, "hi"], { cwd })
      assert.deepStrictEqual([args, result.code, result.stdout], [args, code, ""], result.stderr)
      assert.match(result.stderr, expected)
      assert.notInclude(result.stderr, "secret-7")
    }
  })

  it.live("prints the value of a header at no log level, though the server repeats it", () =>
    Effect.gen(function*() {
      const canary = "canary-0123456789-abcdef"
      const simulator = yield* SimulatorServer.serve({
        scenario: {
          completions: [{
            faults: [{ _tag: "Status", status: 401, body: { error: { message: `Wrong: ${canary}`, code: "x" } } }]
          }]
        }
      })
      for (const name of ["authorization", "x-api-key", "x-team"]) {
        const args = ["--log-level", "all", "--json", "--base-url", simulator.baseUrl("openai-chat")]
        const { code, stderr, stdout } = yield* chat([...args, "--header", `${name}: ${canary}`])
        assert.strictEqual(code, 1)
        assert.match(stdout, /AuthenticationError/)
        assert.notInclude(stdout + stderr, canary, name)
      }
    }))
})
