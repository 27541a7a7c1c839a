/**
 * `sluice chat --schema`: values on a terminal, in a pipe and as events.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { stripVTControlCharacters } from "node:util"
import * as KnownProviders from "../../../../src/domain/KnownProviders.ts"
import * as SimulatorServer from "../../../../src/testing/simulator/SimulatorServer.ts"
import { emptyFolder } from "../../Command.ts"
import { type Options, sluice } from "../../InProcess.ts"

const cwd = emptyFolder()
const file = (name: string, schema: unknown): void => writeFileSync(join(cwd, name), JSON.stringify(schema))

const day = {
  type: "object",
  properties: { date: { type: "string" }, degrees: { type: "number", minimum: -90 }, note: { type: "string" } },
  required: ["date", "degrees"],
  additionalProperties: false
}
file("days.json", {
  type: "object",
  properties: { city: { type: "string" }, days: { type: "array", items: day, minItems: 1 } },
  required: ["city", "days"],
  additionalProperties: false
})
file("list.json", { type: "array", items: { type: "string" } })
file("tree.json", {
  type: "object",
  properties: { name: { type: "string" }, children: { type: "array", items: { $ref: "#" } } },
  required: ["name", "children"],
  additionalProperties: false
})
file("old.json", {
  $schema: "http://json-schema.org/draft-07/schema#",
  type: "object",
  properties: { at: { $ref: "#/definitions/place" } },
  required: ["at"],
  definitions: { place: { type: "string", enum: ["here", "there"] } }
})
file("conditional.json", { type: "object", if: { required: ["a"] }, else: { required: ["b"] } })

const whole = { city: "Oslo", days: [{ date: "2026-01-01", degrees: -3.5 }] }

const pieces = (value: unknown): ReadonlyArray<string> => JSON.stringify(value).match(/[^]{1,5}/g) ?? []

/** A pace at which deltas do not come together. */
const pace = { tokensPerSecond: 100 }

/** Runs the command against a simulator whose completion has these deltas. */
const chat = (schema: string, deltas: ReadonlyArray<string>, args: ReadonlyArray<string> = [], options: Options = {}) =>
  Effect.gen(function*() {
    const completion = { parts: [{ _tag: "Text" as const, deltas: [...deltas] }] }
    const simulator = yield* SimulatorServer.serve({
      scenario: { completions: [completion], ...(options.terminals === undefined ? {} : { pace }) }
    })
    const target = ["--provider", "openai", "--base-url", simulator.baseUrl("openai-responses")]
    const all = ["chat", ...target, "--schema", schema, ...args, "hi"]
    const result = yield* Effect.promise(() => sluice(all, { cwd, ...options }))
    return { ...result, requests: yield* simulator.requests }
  })

const screens = ["stdout", "stderr"] as const

describe("sluice chat --schema, piped", () => {
  it.live("prints exactly one JSON value, on one line", () =>
    Effect.gen(function*() {
      const { code, stderr, stdout } = yield* chat("days.json", pieces(whole))
      assert.deepStrictEqual([code, stdout], [0, `${JSON.stringify(whole)}\n`], stderr)
      assert.match(stderr, /finish: stop/)
    }))

  it.live("prints a value that is no object, without the wrapper in which it is requested", () =>
    Effect.gen(function*() {
      const { code, stdout } = yield* chat("list.json", pieces({ value: ["a", "b"] }))
      assert.deepStrictEqual([code, stdout], [0, "[\"a\",\"b\"]\n"])
    }))

  it.live.each<readonly [string, string, unknown, RegExp]>([
    ["a missing property", "days.json", { city: "Oslo" }, /\$\.days\.$/],
    ["a property too many", "days.json", { ...whole, more: 1 }, /\$\.\*\.$/],
    ["another type", "days.json", { city: 1, days: whole.days }, /\$\.city\.$/],
    [
      "a number below the minimum",
      "days.json",
      { city: "x", days: [{ date: "x", degrees: -91 }] },
      /days\[0\]\.degrees/
    ],
    ["an empty list", "days.json", { city: "x", days: [] }, /\$\.days\.$/],
    ["a part of a recursive schema", "tree.json", { name: "a", children: [{ name: "b" }] }, /children\[0\]\.children/],
    ["a value that an enumeration does not have", "old.json", { at: "elsewhere" }, /\$\.at\.$/]
  ])("fails with exit code 1 and prints nothing of %s", ([, schema, value, where]) =>
    Effect.gen(function*() {
      const { code, stderr, stdout } = yield* chat(schema, pieces(value))
      assert.deepStrictEqual([code, stdout], [1, ""], stderr)
      const line = stderr.split("\n").find((line) => line.startsWith("InvalidOutputError: ")) ?? ""
      assert.match(line, where)
    }))

  it.live("fails for a text that is no JSON, and accepts a recursive value", () =>
    Effect.gen(function*() {
      const prose = yield* chat("days.json", ["I would ", "rather not."])
      assert.deepStrictEqual([prose.code, prose.stdout], [1, ""])
      assert.match(prose.stderr, /InvalidOutputError: .*not JSON/)
      const tree = { name: "a", children: [{ name: "b", children: [] }] }
      assert.strictEqual((yield* chat("tree.json", pieces(tree))).stdout, `${JSON.stringify(tree)}\n`)
    }))

  it.live("refuses a schema that cannot be checked before it sends anything", () =>
    Effect.gen(function*() {
      const { code, requests, stderr, stdout } = yield* chat("conditional.json", [])
      assert.deepStrictEqual([code, stdout, requests.length], [1, "", 0])
      assert.match(stderr, /^InputError: conditional\.json is not a JSON Schema that can be checked: [^\n]+\n$/)
    }))
})

describe("sluice chat --schema --json", () => {
  it.live("prints the events, and the failure as the last line", () =>
    Effect.gen(function*() {
      const lines = (stdout: string): ReadonlyArray<Record<string, unknown>> =>
        stdout.trimEnd().split("\n").map((line) => JSON.parse(line))
      const good = yield* chat("days.json", pieces(whole), ["--json"])
      assert.strictEqual(good.code, 0, good.stderr)
      const deltas = lines(good.stdout).flatMap(({ _tag, delta }) => (_tag === "OutputTextDelta" ? [delta] : []))
      assert.strictEqual(deltas.join(""), JSON.stringify(whole))
      assert.strictEqual(lines(good.stdout).at(-1)?.["_tag"], "Completed")
      const bad = yield* chat("days.json", pieces({ city: "Oslo" }), ["--json"])
      assert.strictEqual(bad.code, 1)
      assert.deepStrictEqual(lines(bad.stdout).slice(-2).map(({ _tag }) => _tag), ["Completed", "InvalidOutputError"])
    }))
})

describe("sluice chat --schema, on a terminal", () => {
  it.live("shows the value as it grows, in the cells of the terminal", () =>
    Effect.gen(function*() {
      const long = { city: "Llanfairpwll and many more words that need a second row", days: whole.days }
      const frames: Array<string> = []
      const { code, stderr, stdout } = yield* chat("days.json", pieces(long), [], {
        terminals: screens,
        columns: 40,
        onStdout: (text) => frames.push(text)
      })
      assert.strictEqual(code, 0, stderr)
      assert.isAbove(frames.length, 3)
      const rows = stripVTControlCharacters(stdout).split("\n")
      for (const row of rows) assert.isAtMost(row.length, 40, row)
      assert.include(stdout, "\u001b[36m\"city\"\u001b[39m: \"Llanf")
      // The end of the last frame is the end of the value.
      assert.include(stripVTControlCharacters(stdout), "      \"degrees\": -3.5\n    }\n  ]\n}\n")
    }))

  it.live("uses no colours with NO_COLOR, and moves no cursor on a dumb terminal", () =>
    Effect.gen(function*() {
      const plain = yield* chat("days.json", pieces(whole), [], { terminals: screens, env: { NO_COLOR: "1" } })
      // oxlint-disable-next-line no-control-regex
      assert.deepStrictEqual([plain.code, /\u001b\[[0-9;]*m/.test(plain.stdout)], [0, false])
      assert.include(plain.stdout, "\u001b[")
      const dumb = yield* chat("days.json", pieces(whole), [], { terminals: screens, env: { TERM: "dumb" } })
      assert.strictEqual(dumb.stdout, `${JSON.stringify(whole, null, 2)}\n`)
    }))

  it.live("leaves a value that does not fit on the screen, and fails", () =>
    Effect.gen(function*() {
      const { code, stderr, stdout } = yield* chat("days.json", pieces({ city: "Oslo" }), [], { terminals: screens })
      assert.strictEqual(code, 1)
      assert.include(stripVTControlCharacters(stdout), "\"city\": \"Oslo\"")
      assert.match(stderr, /InvalidOutputError: /)
    }))
})

const providers = KnownProviders.definitions.filter(({ ended, protocols }) =>
  ended === undefined && protocols.length > 0
)

/** Protocols that need a setting, or a model of their own; and one whose server is not the one that is simulated. */
const without = new Set([
  "bedrock",
  "perplexity openai-chat",
  "vertexai openai-chat",
  "moonshot anthropic-messages"
])

const others = providers.flatMap(({ id, protocols }) =>
  protocols.slice(1).flatMap(({ protocol }) =>
    protocol === "openai-completions" || without.has(id) || without.has(`${id} ${protocol}`)
      ? []
      : [[id, protocol] as const]
  )
)

describe("sluice chat --schema --simulate", () => {
  it("has the usage that OpenRouter is asked for in a field of its own", async () => {
    const { stderr } = await sluice(["chat", "--simulate", "--provider", "openrouter", "--schema", "days.json", "hi"], {
      cwd
    })
    assert.match(stderr, /^48 tokens in/m)
  })

  // The request has the schema in a field, in a tool, in the prompt beside JSON mode, or in the prompt alone.
  it.each([...providers.map(({ id }) => [id, undefined] as const), ...others])(
    "has a value that fits: %s %s",
    async (provider, protocol) => {
      const named = protocol === undefined ? [] : ["--protocol", protocol]
      const model = provider === "azure" ? ["--model", "gpt-4.1"] : []
      const args = ["chat", "--simulate", "--provider", provider, ...named, ...model, "--schema", "days.json", "hi"]
      const { code, stderr, stdout } = await sluice(args, { cwd })
      assert.strictEqual(code, 0, stderr)
      assert.match(stdout, /^\{"city":"[^"]*","days":\[\{"date":.*\}\n$/)
    }
  )
})
