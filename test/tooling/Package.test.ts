/**
 * What a user gets: the tarball is packed as a release would be, installed into an empty project beside `effect`, and
 * every entry of the exports map is imported, type-checked, and the command is run from its `bin`.
 */
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { spawnSync } from "node:child_process"
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync
} from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"

interface Manifest {
  readonly name: string
  readonly files: ReadonlyArray<string>
  readonly bin: Readonly<Record<string, string>>
  readonly exports: Readonly<Record<string, string | { readonly types: string; readonly import: string }>>
  readonly devDependencies: Readonly<Record<string, string>>
}

const root = join(import.meta.dirname, "../..")
const json = <A>(file: string): A => JSON.parse(readFileSync(file, "utf8"))
const manifest = json<Manifest>(join(root, "package.json"))

/** The specifiers a user can write, with the file that each leads to. */
const entries = Object.entries(manifest.exports).flatMap(([subpath, target]) =>
  typeof target === "string" ? [] : [{ specifier: join(manifest.name, subpath), target }]
)

// npm tells its scripts about the project it runs in; the npm that is run here must not believe it is in that project.
const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^npm_(?!config_(registry|cache|cafile|userconfig)$)/i.test(name))
)

const run = (cwd: string, program: string, ...parameters: ReadonlyArray<string>): string => {
  const result = spawnSync(program, parameters, { cwd, encoding: "utf8", env: environment, timeout: 180_000 })
  assert.strictEqual(result.status, 0, `${program} ${parameters.join(" ")}\n${result.stdout}\n${result.stderr}`)
  return result.stdout
}

let folder = ""
let project = ""

/** The parts of the checkout that a release is made of, so that packing does not write into the checkout. */
const copyCheckout = (target: string) => {
  mkdirSync(target)
  const building = ["package.json", "tsconfig.json", "tsconfig.build.json", "rolldown.config.ts"]
  for (const name of [...building, "src", ...manifest.files]) {
    if (name !== "dist" && existsSync(join(root, name)))
      cpSync(join(root, name), join(target, name), { recursive: true })
  }
  symlinkSync(join(root, "node_modules"), join(target, "node_modules"))
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "sluice-package-"))
  const checkout = join(folder, "checkout")
  copyCheckout(checkout)
  run(checkout, "npm", "pack", "--pack-destination", folder)
  const tarball = readdirSync(folder).find((name) => name.endsWith(".tgz"))
  assert.isDefined(tarball)

  project = join(folder, "project")
  mkdirSync(project)
  writeFileSync(join(project, "package.json"), JSON.stringify({ name: "project", private: true, type: "module" }))
  const effect = `effect@${manifest.devDependencies["effect"]}`
  run(
    project,
    "npm",
    "install",
    "--prefer-offline",
    "--no-audit",
    "--no-fund",
    "--loglevel=error",
    `../${tarball}`,
    effect
  )
}, 240_000)

afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

describe("the package", () => {
  it("has every entry also in the paths that the checkout resolves its own name by", () => {
    const { compilerOptions } = json<{ compilerOptions: { paths: Record<string, ReadonlyArray<string>> } }>(
      join(root, "tsconfig.json")
    )
    const expected = entries.map(({ specifier, target }) => [
      specifier,
      [target.import.replace("./dist/", "./src/").replace(/\.js$/, ".ts")]
    ])
    assert.deepStrictEqual(compilerOptions.paths, Object.fromEntries(expected))
  })

  it("installs one copy of effect", () => {
    assert.isFalse(existsSync(join(project, "node_modules/sluice/node_modules/effect")))
    assert.isFalse(existsSync(join(project, "node_modules/@effect/platform-node/node_modules/effect")))
  })

  it("carries the scripts to copy from, no test, no measurement and no dot file", () => {
    const unexpected = readdirSync(join(project, "node_modules/sluice")).filter(
      (name) => ![...manifest.files.map((file) => file.split("/")[0]), "package.json"].includes(name)
    )
    assert.deepStrictEqual(unexpected, [])
    const packed = join(project, "node_modules/sluice")
    const scripts = readdirSync(join(packed, "scripts"), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => join("scripts", name))
    assert.deepStrictEqual(
      scripts.toSorted(),
      manifest.files.filter((name) => name.startsWith("scripts/")).toSorted()
    )
    const missing = scripts.flatMap((name) =>
      [...readFileSync(join(packed, name), "utf8").matchAll(/from "(\.[^"]+)"/g)]
        .map(([, specifier = ""]) => join(dirname(name), specifier))
        .filter((file) => !scripts.includes(file))
    )
    assert.deepStrictEqual(missing, [])
  })

  it.each(entries)("exports $specifier", ({ specifier }) => {
    const program = `const entry = await import("${specifier}"); console.log(Object.keys(entry).length)`
    assert.isAbove(Number(run(project, process.execPath, "--input-type=module", "--eval", program)), 0)
  })

  it("keeps its inside to itself", () => {
    const program = `import("sluice/dist/index.js").catch((error) => console.log(error.code))`
    assert.strictEqual(run(project, process.execPath, "--eval", program).trim(), "ERR_PACKAGE_PATH_NOT_EXPORTED")
  })

  it("is the same thing by whichever entry it is reached", () => {
    const program = `
      const { KnownProviders } = await import("sluice")
      const { definition } = await import("sluice/openai")
      console.log(KnownProviders.definitions.includes(definition))`
    assert.strictEqual(run(project, process.execPath, "--input-type=module", "--eval", program).trim(), "true")
  })

  it.each([
    ["sluice/openai", 4],
    ["sluice", 6]
  ])("loads few files for %s, and nothing but effect", (specifier, most) => {
    const program = `
      import { registerHooks } from "node:module"
      const loaded = []
      registerHooks({ load: (url, context, next) => {
        loaded.push(/.*node_modules\\/((?:@[^/]+\\/)?[^/]+)\\//.exec(url)?.[1] ?? url)
        return next(url, context)
      } })
      await import("${specifier}")
      console.log(JSON.stringify(loaded))`
    const loaded: ReadonlyArray<string> = JSON.parse(
      run(project, process.execPath, "--input-type=module", "--eval", program)
    )
    assert.deepStrictEqual([...new Set(loaded)].toSorted(), ["effect", "sluice"])
    assert.isAtMost(loaded.filter((name) => name === "sluice").length, most)
  })

  it("has types for every entry", () => {
    const lines = entries.map(({ specifier }, index) => `import * as entry${index} from "${specifier}"`)
    const used = `export const entries = [${entries.map((_, index) => `entry${index}`).join(", ")}]`
    writeFileSync(join(project, "consumer.ts"), [...lines, used, ""].join("\n"))
    const options = ["--noEmit", "--strict", "--skipLibCheck", "--module", "nodenext", "--target", "es2024"]
    run(project, join(root, "node_modules/.bin/tsc"), ...options, "consumer.ts")
  })

  it.each([
    ["google", "service.token({ provider: 'vertexai', scopes: ['s'] })", "GoogleIdentity", "google-auth-library"],
    ["entra", "service.token({ provider: 'azure', scope: 's' })", "EntraIdentity", "@azure/identity"],
    [
      "aws",
      "service.sign({ method: 'GET', url: 'http://x', headers: {}, body: new Uint8Array() }, { provider: 'b', service: 's', region: 'r' })",
      "AwsIdentity",
      "@aws-sdk/credential-provider-node @smithy/signature-v4"
    ]
  ])("says what to install for an identity of %s", (identity, ask, service, packages) => {
    const program = `
      import { ConfigProvider, Effect, Layer, Redacted } from "effect"
      import { Identity, ${service} } from "sluice"
      const config = ConfigProvider.layer(ConfigProvider.fromUnknown({ GOOGLE_CLIENT_EMAIL: "a@b", GOOGLE_PRIVATE_KEY: "k" }))
      const ask = Effect.flatMap(${service}, (service) => ${ask})
      const error = await Effect.runPromise(Effect.flip(Effect.provide(ask, Identity.${identity}().pipe(Layer.provide(config)))))
      console.log(error._tag, error.message)`
    const said = run(project, process.execPath, "--input-type=module", "--eval", program)
    assert.strictEqual(
      said.trim(),
      `ConfigurationError This way to authenticate needs a library that is not installed: npm install ${packages}`
    )
  })

  it("runs as a command", () => {
    assert.include(run(project, join(project, "node_modules/.bin/sluice"), "--help"), "sluice")
    const { version } = json<{ readonly version: string }>(join(root, "package.json"))
    assert.include(run(project, join(project, "node_modules/.bin/sluice"), "--version"), version)
  })

  it("has the list of models in it", () => {
    const line = run(project, join(project, "node_modules/.bin/sluice"), "models", "--json", "openai/gpt-4o")
    assert.deepInclude(JSON.parse(line), { provider: "openai", id: "gpt-4o", kind: "chat" })
  })
}, 60_000)
