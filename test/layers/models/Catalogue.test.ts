/**
 * The list of models in the package: what it is compiled from comes out of it again, and nobody loads it who does not ask.
 */
import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { mkdtempSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Compiler from "../../../scripts/support/Table.ts"
import { table } from "../../../src/layers/models/Catalogue.ts"
import * as Rows from "../../../src/layers/models/Rows.ts"
import * as Table from "../../../src/layers/models/Table.ts"
import { node, root } from "../../cli/Command.ts"
import * as ModelList from "../../support/ModelList.ts"

const tsx = join(root, "node_modules/tsx/dist/cli.mjs")
const compile = (...args: ReadonlyArray<string>) => node([tsx, "scripts/models.ts", ...args], { cwd: root })

const models = [
  {
    provider: "one",
    id: "chat-1",
    kind: "chat",
    contextWindow: 128_000,
    inputCostPerMTok: 0.15,
    capabilities: { tools: true, vision: false },
    source: "a page (2026-01-02)"
  },
  {
    provider: "one",
    id: "chat-1-mini",
    kind: "chat",
    contextWindow: null,
    unverified: ["price", "äöü ${x} `y` \\ \u2028"]
  },
  { provider: "two", id: "@cf/org/\"quoted\"", kind: "embedding", aliases: ["e"], later: { field: [1, null, "x"] } },
  { provider: "two", id: "c", kind: "something-new", inputCostPerMTok: 0 }
]

const folder = mkdtempSync(join(tmpdir(), "sluice-models-"))
const save = (name: string, value: unknown): string => {
  const file = join(folder, name)
  writeFileSync(file, JSON.stringify(value))
  return file
}

const word = Schema.String.check(Schema.isPattern(/^[a-z@/.:-]{1,12}$/))
const Model = Schema.Struct({
  provider: Schema.Literals(["a", "b", "c"]),
  id: word,
  kind: word,
  price: Schema.optionalKey(Schema.NullOr(Schema.Finite)),
  flag: Schema.optionalKey(Schema.Boolean),
  text: Schema.optionalKey(Schema.String),
  nested: Schema.optionalKey(Schema.Struct({ list: Schema.Array(Schema.NullOr(Schema.Int)) }))
})

describe("the list of models", { timeout: 40_000 }, () => {
  it("is written by the script as a module that gives every entry back unchanged", async () => {
    const file = save("list.json", { date: "2026-02-03", models, notes: ["left out"] })
    const output = join(folder, "Catalogue.ts")
    const { code, stderr } = await compile("--output", output, file)
    assert.strictEqual(code, 0, stderr)
    const compiled: { readonly table: Table.Table } = await import(output)
    assert.deepStrictEqual([...Table.rows(compiled.table)], models)
    assert.strictEqual(compiled.table.date, "2026-02-03")

    assert.strictEqual((await compile("--check", "--output", output, file)).code, 0)
    const [first, ...others] = models
    const other = save("other.json", { date: "2026-02-03", models: [{ ...first, contextWindow: 1 }, ...others] })
    const different = await compile("--check", "--output", output, other)
    assert.strictEqual(different.code, 1)
    assert.match(different.stderr, /is not what .*other\.json compiles to/)
  })

  it("is not made of a list that names a model twice, or of none", async () => {
    const twice = await compile(
      "--output",
      join(folder, "x.ts"),
      save("twice.json", {
        date: "2026-02-03",
        models: [...models, models[0]]
      })
    )
    assert.strictEqual(twice.code, 1)
    assert.match(twice.stderr, /one\/chat-1 is there twice/)
    const none = await compile("--output", join(folder, "x.ts"), save("none.json", { date: "2026-02-03", models: [] }))
    assert.match(none.stderr, /there are no models in it/)
  })

  it.prop("gives back whatever fields its entries have", [Schema.Array(Model)], ([models]) => {
    const date = "2026-02-03"
    const compiled = Compiler.tableOf({ date, models })
    assert.deepStrictEqual([...Table.rows(compiled)], JSON.parse(JSON.stringify(models)))
  })

  it("gives back more different values than a letter can count", () => {
    const many = Array.from({ length: 5000 }, (_, index) => ({
      provider: "p",
      id: `model-${"x".repeat(index % 90)}-${index}`,
      kind: "chat",
      hundred: index % 100,
      price: index / 7
    }))
    assert.deepStrictEqual([...Table.rows(Compiler.tableOf({ date: "2026-02-03", models: many }))], many)
  })

  it.skipIf(!ModelList.isPresent)(
    ModelList.isPresent ? "is what its source compiles to, entry by entry" : ModelList.missing,
    async () => {
      const { code, stderr } = await compile("--check", ModelList.file)
      assert.strictEqual(code, 0, stderr)
      assert.deepStrictEqual([...Table.rows(table)], [...ModelList.models()])
      const module = join(root, "src/layers/models/Catalogue.ts")
      assert.isBelow(statSync(module).size, statSync(ModelList.file).size / 8)
    }
  )

  it("says its day, and names each model of a provider once", () => {
    assert.match(readFileSync(join(root, "src/layers/models/Catalogue.ts"), "utf8"), /as of \d{4}-\d\d-\d\d\./)
    const rows = Table.rows(table)
    assert.isAbove(rows.length, 1000)
    assert.strictEqual(new Set(rows.map(({ id, provider }) => `${String(provider)}/${id}`)).size, rows.length)
    assert.strictEqual(rows.flatMap((row) => Rows.toInfo(row) ?? []).length, rows.length)
  })

  it("is loaded when a model is looked for, and not before", async () => {
    const program = `
      import { registerHooks } from "node:module"
      const loaded = []
      registerHooks({ load: (url, context, next) => { loaded.push(url); return next(url, context) } })
      const isThere = () => loaded.some((url) => url.endsWith("/models/Catalogue.ts"))
      const { Models, ModelRegistry } = await import(${JSON.stringify(join(root, "src/index.ts"))})
      const { Effect } = await import("effect")
      await Effect.runPromise(Effect.gen(function*() {
        const registry = yield* ModelRegistry
        console.log(isThere())
        yield* registry.find("openai/gpt-4o")
        console.log(isThere())
      }).pipe(Effect.provide(Models.layer())))
    `
    const { code, stderr, stdout } = await node(["--input-type=module", "--eval", program], { cwd: root })
    assert.strictEqual(code, 0, stderr)
    assert.strictEqual(stdout, "false\ntrue\n")
  })
})

describe("a row of the list", () => {
  const row = {
    provider: "p",
    id: "m-2025-01-31",
    kind: "chat",
    contextWindow: null,
    maxOutputTokens: 4096,
    inputCostPerMTok: 0,
    outputCostPerMTok: null,
    capabilities: { tools: true, vision: false, structuredOutput: false, streaming: true },
    source: "a list (2026-03-15)"
  }

  it("is what is known of its model, and null is unknown", () => {
    assert.deepStrictEqual(Rows.toInfo(row), {
      provider: "p",
      id: "m-2025-01-31",
      kind: "chat",
      maxOutputTokens: 4096,
      source: "a list (2026-03-15)",
      prices: { input: 0 },
      capabilities: { tools: true, vision: false, structuredOutput: false, streaming: true },
      aliases: [],
      dates: { snapshot: "2025-01-31", listed: "2026-03-15" },
      unverified: []
    })
  })

  it.each<readonly [string, Record<string, boolean>]>([
    ["structuredOutput not stated by the source", { tools: true, vision: false, streaming: true }],
    ["litellm states only supports_tool_choice; structuredOutput unknown", {
      tools: true,
      vision: false,
      streaming: true
    }],
    ["context, price and capabilities", { streaming: true }],
    ["everything", { streaming: true }],
    ["price may differ by region", { tools: true, vision: false, structuredOutput: false, streaming: true }]
  ])("has no capability that its source did not state: %s", (sentence, capabilities) => {
    const info = Rows.toInfo({ ...row, unverified: [sentence] })
    assert.deepStrictEqual(info?.capabilities, capabilities)
    assert.deepStrictEqual(info?.unverified, [sentence])
  })

  it("has no kind when it is one that is not known", () => {
    assert.isFalse(Object.hasOwn(Rows.toInfo({ ...row, kind: "telepathy" }) ?? {}, "kind"))
  })
})
