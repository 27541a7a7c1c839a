/**
 * The folders' boundaries are held by oxlint; this holds oxlint: every forbidden import must be refused, in a copy of
 * the project's layout with the project's own configuration, and every allowed one must pass. What oxlint does not see
 * is held here: that the folders inside `streams` and `layers` import each other in one direction.
 */
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { spawnSync } from "node:child_process"
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join, normalize } from "node:path"
import { definitions } from "../../src/domain/KnownProviders.ts"

const root = join(import.meta.dirname, "../..")

interface Probe {
  readonly file: string
  readonly code: string
  readonly allowed: boolean
}

const from = (file: string, specifier: string, allowed: boolean): Probe => ({
  file,
  code: `import * as Imported from "${specifier}"\nexport const probe = Imported\n`,
  allowed
})

const refused = (file: string, specifiers: ReadonlyArray<string>) =>
  specifiers.map((specifier) => from(file, specifier, false))
const passes = (file: string, specifiers: ReadonlyArray<string>) =>
  specifiers.map((specifier) => from(file, specifier, true))

const lower = ["effect/Effect", "effect/http/Headers", "./Neighbour.ts", "./deeper/Neighbour.ts"]
const outside = [
  "node:fs",
  "undici",
  "e",
  "effective",
  "@effect/platform-node/NodeFileSystem",
  "../index.ts",
  "../testing.ts",
  "../testing/A.ts",
  "../../scripts/start.ts",
  "../../test/gate.ts",
  "../cli/main.ts"
]
const barrels = ["effect", "effect/http", "effect/ai", "@effect/platform-node"]

const probes: ReadonlyArray<Probe> = [
  ...passes("src/domain/Probe.ts", [...lower, "../domain/Neighbour.ts"]),
  ...passes("src/domain/errors/Probe.ts", ["../Neighbour.ts"]),
  ...refused("src/domain/Probe.ts", [
    ...outside,
    ...barrels,
    "../services/A.ts",
    "../streams/framing/A.ts",
    "../layers/A.ts",
    "./../layers/A.ts"
  ]),
  ...refused("src/domain/errors/Probe.ts", ["../../services/A.ts", "../../layers/deep/A.ts"]),

  ...passes("src/services/Probe.ts", [...lower, "../domain/A.ts", "../streams/operators/objects/A.ts"]),
  ...refused("src/services/Probe.ts", [
    ...outside,
    ...barrels,
    "../streams/A.ts",
    "../streams/json/A.ts",
    "../streams/protocols/chat/A.ts",
    "../layers/A.ts"
  ]),

  ...passes("src/streams/Probe.ts", [...lower, "../domain/A.ts"]),
  ...passes("src/streams/protocols/chat/Probe.ts", ["../../framing/Sse.ts", "../../../domain/A.ts"]),
  ...refused("src/streams/Probe.ts", [...outside, ...barrels, "../services/A.ts", "../layers/A.ts"]),
  ...refused("src/streams/protocols/chat/Probe.ts", ["../../../layers/A.ts", "../../../services/A.ts"]),

  ...passes("src/layers/Probe.ts", [
    ...lower,
    "../domain/A.ts",
    "../services/A.ts",
    "../streams/A.ts",
    "node:http",
    "@effect/platform-node/Undici"
  ]),
  ...refused("src/layers/Probe.ts", [
    ...barrels,
    "../cli/main.ts",
    "../index.ts",
    "../testing.ts",
    "../testing/A.ts",
    "../../scripts/start.ts",
    "../../test/gate.ts"
  ]),

  ...passes("src/testing/Probe.ts", [...lower, "../domain/A.ts", "../services/A.ts", "../layers/A.ts", "node:http"]),
  ...refused("src/testing/Probe.ts", [
    ...barrels,
    "../streams/framing/A.ts",
    "../cli/main.ts",
    "../index.ts",
    "../testing.ts",
    "../../scripts/start.ts",
    "../../test/gate.ts"
  ]),

  ...passes("src/cli/Probe.ts", [...lower, "../domain/A.ts", "../services/A.ts", "../layers/A.ts", "../index.ts"]),
  ...refused("src/cli/Probe.ts", [...barrels, "../../scripts/start.ts", "../../test/gate.ts"]),

  ...refused("src/index.ts", ["./cli/main.ts"]),

  ...passes("scripts/Probe.ts", ["sluice", "sluice/testing", "sluice/openai", "effect", "node:fs", "./Neighbour.ts"]),
  ...refused("scripts/Probe.ts", ["../src/index.ts", "../src/layers/A.ts", "../dist/index.js", "../test/gate.ts"]),

  // An arrow is an arrow, however the import is written.
  ...[
    `import type { A } from "../layers/A.ts"\nexport type B = A\n`,
    `import "../layers/A.ts"\n`,
    `export * from "../layers/A.ts"\n`,
    `export { a } from "../layers/A.ts"\n`,
    `export const a = () => import("../layers/A.ts")\n`
  ].map((code): Probe => ({ file: "src/domain/Probe.ts", code, allowed: false }))
]

/** Rules that are not about folders but that the code's style rests on. */
const habits: ReadonlyArray<readonly [rule: string, code: string]> = [
  ["no-console", `export const probe = () => console.log("x")\n`],
  ["no-explicit-any", `export const probe = (value: any) => String(value)\n`],
  ["no-non-null-assertion", `export const probe = (value: string | undefined) => value!.length\n`],
  ["array-type", `export const probe: string[] = []\n`],
  ["max-lines", "// A line.\n".repeat(401)],
  ["max-lines-per-function", `export const probe = () => {\n${"  void 0\n".repeat(80)}}\n`],
  [
    "consistent-type-imports",
    `import { Effect } from "effect/Effect"\nexport const probe = (effect: Effect<void>) => effect\n`
  ]
]

let folder = ""

const write = (file: string, code: string) => {
  mkdirSync(dirname(join(folder, file)), { recursive: true })
  writeFileSync(join(folder, file), code)
}

/** The rules that refuse each file, by the file's path inside the folder. */
const lint = (): Map<string, ReadonlyArray<string>> => {
  const { stdout, stderr } = spawnSync(join(root, "node_modules/.bin/oxlint"), ["--format=json", "."], {
    cwd: folder,
    encoding: "utf8"
  })
  assert.strictEqual(stderr, "")
  const report: { diagnostics: ReadonlyArray<{ code: string; severity: string; filename: string }> } = JSON.parse(
    stdout
  )
  const found = new Map<string, ReadonlyArray<string>>()
  for (const { code, filename, severity } of report.diagnostics) {
    if (severity === "error") found.set(filename, [...(found.get(filename) ?? []), code])
  }
  return found
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "sluice-boundaries-"))
})

afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

describe("the lint configuration", () => {
  it("refuses every import that points upwards or outwards, and no other", () => {
    // One project a probe, so that each is alone in its place and all can be judged in one run.
    probes.forEach((probe, index) => {
      write(`${index}/${probe.file}`, probe.code)
      copyFileSync(join(root, ".oxlintrc.json"), join(folder, `${index}/.oxlintrc.json`))
    })
    const found = lint()
    const wrong = probes.filter((probe, index) => {
      const codes = found.get(`${index}/${probe.file}`) ?? []
      const restricted = codes.some((code) => code.includes("no-restricted-imports"))
      return restricted === probe.allowed
    })
    assert.deepStrictEqual(wrong, [])
  })

  it("refuses a circle of imports", () => {
    copyFileSync(join(root, ".oxlintrc.json"), join(folder, ".oxlintrc.json"))
    write("src/domain/One.ts", `import { two } from "./Two.ts"\nexport const one = () => two\n`)
    write("src/domain/Two.ts", `import { one } from "./One.ts"\nexport const two = () => one\n`)
    const codes = lint().get("src/domain/One.ts") ?? []
    assert.isTrue(codes.some((code) => code.includes("no-cycle")), codes.join())
  })

  it("refuses the habits that the style forbids", () => {
    copyFileSync(join(root, ".oxlintrc.json"), join(folder, ".oxlintrc.json"))
    for (const [rule, code] of habits) write(`src/layers/${rule}.ts`, code)
    const found = lint()
    const missed = habits.filter(([rule]) =>
      !(found.get(`src/layers/${rule}.ts`) ?? []).some((code) => code.includes(rule))
    )
    assert.deepStrictEqual(missed, [])
  })
})

const folderOf = (path: string): string => /^[^/]+(?=\/)/.exec(path)?.[0] ?? ""

/** What the folders under one of `src` import of each other. */
const importsAmong = (parent: string): ReadonlyMap<string, ReadonlySet<string>> => {
  const found = new Map<string, Set<string>>()
  for (const file of readdirSync(join(root, "src", parent), { recursive: true, encoding: "utf8" })) {
    const from = folderOf(file)
    if (from === "" || !file.endsWith(".ts")) continue
    const code = readFileSync(join(root, "src", parent, file), "utf8")
    for (const [, specifier = ""] of code.matchAll(/(?:from|import) ?\(?"(\.[^"]+)"/g)) {
      const to = folderOf(normalize(join(dirname(file), specifier)))
      if (to !== "" && to !== ".." && to !== from) found.set(from, (found.get(from) ?? new Set()).add(to))
    }
  }
  return found
}

/** The order of the folders inside `streams` and `layers`: each imports only folders of earlier rows. */
const order: Readonly<Record<string, ReadonlyArray<ReadonlyArray<string>>>> = {
  streams: [
    ["framing"],
    ["json", "schemas"],
    ["request", "response"],
    ["audio", "embeddings", "models", "operators", "rerank", "protocols"]
  ],
  layers: [
    ["http", "catalogue"],
    ["auth"],
    ["configuration"],
    ["resilience"],
    ["call"],
    ["audio", "check", "completion", "embeddings", "rerank", "listing"],
    ["tools"],
    ["interop"],
    ["registry"],
    ["providers"]
  ]
}

describe("the folders", () => {
  it.each(["streams", "layers"])("of %s import only folders of earlier rows", (parent) => {
    const rows = order[parent] ?? []
    const imports = importsAmong(parent)
    const known = new Set(rows.flat())
    const present = readdirSync(join(root, "src", parent), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
    assert.deepStrictEqual(present.toSorted(), [...known].toSorted())
    const row = (folder: string) => rows.findIndex((names) => names.includes(folder))
    const upward = [...imports].flatMap(([from, targets]) =>
      [...targets].filter((to) => row(to) >= row(from)).map((to) => `${from} imports ${to}`)
    )
    assert.deepStrictEqual(upward, [])
  })

  it("of providers have an entry point for each definition, and nothing else", () => {
    const modules = (folder: string) =>
      readdirSync(join(root, "src", folder)).filter((name) => name.endsWith(".ts")).toSorted()
    assert.deepStrictEqual(modules("layers/providers"), modules("domain/providers"))
  })

  it.each(definitions.map((definition) => [definition.id, definition] as const))(
    "of providers name in the layer of %s what its definition names, and nothing else",
    (id, { identity, protocols }) => {
      const files = readdirSync(join(root, "src/domain/providers")).filter((file) =>
        readFileSync(join(root, "src/domain/providers", file), "utf8").includes(`id: "${id}"`)
      )
      assert.strictEqual(files.length, 1)
      const code = readFileSync(join(root, "src/layers/providers", files[0] ?? ""), "utf8")
      const named = (pattern: RegExp) => [...code.matchAll(pattern)].map(([, name]) => name).toSorted()
      assert.deepStrictEqual(
        named(/"?([a-z-]+)"?: \(\) => import\("\.\.\/\.\.\/streams/g),
        [...new Set(protocols.map(({ protocol }) => protocol))].toSorted()
      )
      assert.deepStrictEqual(
        named(/import\("\.\.\/auth\/(\w+)Identity\.ts"\)/g),
        identity === undefined ? [] : [`${identity.type[0]?.toUpperCase()}${identity.type.slice(1)}`]
      )
    }
  )
})
