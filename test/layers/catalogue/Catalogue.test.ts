/**
 * The catalogue of models: what the script writes, what the package reads, and that it is loaded only when it is
 * needed.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { ModelInfo } from "sluice"
import * as Writer from "../../../scripts/support/Catalogue.ts"
import * as Catalogue from "../../../src/layers/catalogue/Catalogue.ts"
import * as CatalogueLines from "../../../src/layers/catalogue/CatalogueLines.ts"
import { node, root } from "../../cli/Command.ts"
import * as ModelList from "../../support/ModelList.ts"

const tsx = join(root, "node_modules/tsx/dist/cli.mjs")
const script = (...args: ReadonlyArray<string>) => node([tsx, "scripts/models.ts", ...args], { cwd: root })

const nasty = "äöü ${x} `y` \\ \\u0060 \u2028 \r\n \" $&"

const models = [
  { provider: "two", id: "c", kind: "something-new", inputCostPerMTok: 0 },
  { provider: "two", id: "@cf/org/\"quoted\"", kind: "embedding", aliases: ["e"], later: { field: [1, null, "x"] } },
  {
    provider: "one",
    id: "chat-1",
    kind: "chat",
    contextWindow: 128_000,
    inputCostPerMTok: 0.15,
    capabilities: { tools: true, vision: false },
    source: "a page (2026-01-02)"
  },
  { provider: "one", id: "chat-1-mini", kind: "chat", contextWindow: null, unverified: ["price", nasty] }
]

const parsed: ReadonlyArray<ModelInfo.ModelInfo> = [
  ModelInfo.make({
    provider: "one",
    id: "chat-1",
    kind: "chat",
    contextWindow: 128_000,
    prices: { input: 0.15 },
    capabilities: { tools: true, vision: false },
    dates: { listed: "2026-01-02" },
    source: "a page (2026-01-02)"
  }),
  ModelInfo.make({ provider: "one", id: "chat-1-mini", kind: "chat", unverified: ["price", nasty] }),
  ModelInfo.make({ provider: "two", id: "@cf/org/\"quoted\"", kind: "embedding", aliases: ["e"] }),
  ModelInfo.make({ provider: "two", id: "c", prices: { input: 0 } })
]

const folder = mkdtempSync(join(tmpdir(), "sluice-models-"))
const save = (name: string, value: unknown): string => {
  const file = join(folder, name)
  writeFileSync(file, typeof value === "string" ? value : JSON.stringify(value))
  return file
}

const word = Schema.String.check(Schema.isPattern(/^[a-z@/.:-]{1,12}$/))
const flag = Schema.optionalKey(Schema.Boolean)
const Facts = Schema.Struct({
  provider: Schema.Literals(["a", "b", "c"]),
  id: word,
  name: Schema.optionalKey(Schema.NonEmptyString),
  kind: Schema.optionalKey(ModelInfo.ModelKind),
  contextWindow: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1e9 }))),
  prices: Schema.Struct({ input: Schema.Finite.check(Schema.isBetween({ minimum: 0.001, maximum: 1000 })) }),
  capabilities: Schema.Struct({ tools: flag, vision: flag }),
  aliases: Schema.Array(Schema.NonEmptyString),
  dates: Schema.Struct({ released: Schema.optionalKey(Schema.NonEmptyString) }),
  unverified: Schema.Array(Schema.NonEmptyString)
})

const linesOf = (text: string): ReadonlyArray<string> => text.trim().split("\n")

describe("the catalogue", { timeout: 60_000 }, () => {
  it("is written by the script as a sorted module, from which the models of the list are read", async () => {
    const file = save("list.json", { date: "2026-02-03", models, notes: ["left out"] })
    const output = join(folder, "Catalogue.ts")
    const { code, stderr } = await script("--output", output, file)
    assert.strictEqual(code, 0, stderr)
    const written: typeof Catalogue = await import(output)
    assert.deepStrictEqual([...CatalogueLines.parse(written.lines)], [...parsed])
    assert.strictEqual(written.date, "2026-02-03")

    const [first, ...others] = models
    const other = save("other.json", { date: "2026-02-03", models: [{ ...first, contextWindow: 1 }, ...others] })
    const check = (list: string) => script("--check", "--output", output, list)
    const [same, different] = await Promise.all([check(file), check(other)])
    assert.strictEqual(same.code, 0, same.stderr)
    assert.strictEqual(different.code, 1)
    assert.match(different.stderr, /is not what .*other\.json compiles to/)
  })

  it("is not made of a list that names a model twice, or of none", async () => {
    const file = save("twice.json", { date: "2026-02-03", models: [...models, models[2]] })
    const { code, stderr } = await script("--output", join(folder, "x.ts"), file)
    assert.strictEqual(code, 1)
    assert.match(stderr, /one\/chat-1 is there twice/)
    assert.strictEqual(Writer.problemOf([]), "there are no models in it")
  })

  it.effect.each([{ inputCostPerMTok: -1 }, { contextWindow: 1.5 }])(
    "is not made of a list with a value that is no fact: %j",
    (wrong) =>
      Effect.gen(function*() {
        const list = { date: "2026-02-03", models: [{ provider: "p", id: "m", kind: "chat", ...wrong }] }
        assert.strictEqual((yield* Effect.flip(Writer.factsOfList(list)))._tag, "SchemaError")
      })
  )

  it("may be changed by hand, a line at a time", async () => {
    const output = join(folder, "ByHand.ts")
    const text = Writer.moduleOf({ date: "2026-02-03", models: parsed })
    const [first = "", second = "", ...others] = linesOf(Writer.linesOf(parsed))
    const dearer = first.replace("\"input\":0.15", "\"input\":0.2")
    save("ByHand.ts", text.replace(`${first}\n${second}`, () => `${second}\n${dearer}`))
    const { code, stderr } = await script("--output", output)
    assert.strictEqual(code, 0, stderr)
    const mended: typeof Catalogue = await import(output)
    assert.deepStrictEqual(linesOf(mended.lines), [dearer, second, ...others])

    save("ByHand.ts", text.replace("\"kind\":", "\"sort\":"))
    assert.match((await script("--check", "--output", output)).stderr, /sort/)
  })

  it.prop("gives back whatever facts its lines have", [Schema.Array(Facts)], ([facts]) => {
    const lines = Writer.linesOf(facts)
    assert.notMatch(lines, /[`$]/)
    // Models of one name keep their order.
    const expected = facts.toSorted((left, right) => {
      const [first, second] = [`${left.provider} ${left.id}`, `${right.provider} ${right.id}`]
      return first < second ? -1 : first > second ? 1 : 0
    })
    assert.deepStrictEqual([...CatalogueLines.parse(lines)], expected.map((model) => ModelInfo.make(model)))
  })

  it.skipIf(!ModelList.isPresent)(
    ModelList.isPresent ? "has every model of its older list, those that ended too" : ModelList.missing,
    () => {
      const names = new Set(CatalogueLines.parse(Catalogue.lines).map(({ id, provider }) => `${provider}/${id}`))
      assert.deepStrictEqual(ModelList.models().filter(({ id, provider }) => !names.has(`${provider}/${id}`)), [])
    }
  )

  it("has its day, and each model of a provider once, sorted, as the script writes it", () => {
    assert.match(Catalogue.date, /^\d{4}-\d\d-\d\d$/)
    const all = linesOf(Catalogue.lines).map((line) =>
      Schema.decodeUnknownSync(Schema.fromJsonString(Writer.Line))(line, { onExcessProperty: "error" })
    )
    assert.isAbove(all.length, 1000)
    assert.isUndefined(Writer.problemOf(all))
    assert.strictEqual(
      readFileSync(join(root, "src/layers/catalogue/Catalogue.ts"), "utf8"),
      Writer.moduleOf({ date: Catalogue.date, models: all })
    )
  })

  it("is loaded when a model is looked for, and not before", async () => {
    const program = `
      import { registerHooks } from "node:module"
      const loaded = []
      registerHooks({ load: (url, context, next) => { loaded.push(url); return next(url, context) } })
      const isThere = () => loaded.some((url) => url.endsWith("/catalogue/Catalogue.ts"))
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

describe("a model of a list", () => {
  const listed = {
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

  const read = (model: Partial<Writer.ListedModel>) =>
    Effect.map(
      Writer.factsOfList({ date: "2026-03-15", models: [{ ...listed, ...model }] }),
      (models) => CatalogueLines.parse(Writer.linesOf(models))[0]
    )

  it.effect("is what is known of it, and null is unknown", () =>
    Effect.map(read({}), (model) =>
      assert.deepStrictEqual(model, {
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
      })))

  it.effect.each<readonly [string, Record<string, boolean>]>([
    ["structuredOutput not stated by the source", { tools: true, vision: false, streaming: true }],
    ["litellm states only supports_tool_choice; structuredOutput unknown", {
      tools: true,
      vision: false,
      streaming: true
    }],
    ["context, price and capabilities", { streaming: true }],
    ["everything", { streaming: true }],
    ["price may differ by region", { tools: true, vision: false, structuredOutput: false, streaming: true }]
  ])(
    "has no capability that its source did not state: %s",
    ([sentence, capabilities]) =>
      Effect.map(read({ unverified: [sentence] }), (model) => {
        assert.deepStrictEqual(model?.capabilities, capabilities)
        assert.deepStrictEqual(model?.unverified, [sentence])
      })
  )

  it.effect("has no kind when it is one that is not known", () =>
    Effect.map(read({ kind: "telepathy" }), (model) => assert.isFalse(Object.hasOwn(model ?? {}, "kind"))))

  it.effect("has the dates that it states, before those of its id and its source", () =>
    Effect.map(read({ released: "2025-02", deprecated: "2026-09-01", knowledge: "2024-06" }), (model) => {
      assert.deepStrictEqual(model?.dates, {
        snapshot: "2025-01-31",
        listed: "2026-03-15",
        released: "2025-02",
        deprecated: "2026-09-01",
        knowledge: "2024-06"
      })
      const stated = { provider: "p", id: listed.id, source: listed.source, dates: { listed: "2026-11-01" } }
      assert.strictEqual(CatalogueLines.parse(JSON.stringify(stated))[0]?.dates.listed, "2026-11-01")
    }))
})
