/**
 * Every example in the README and the docs that begins with its imports is a program: it compiles, as strictly as the
 * project does. Those without are parts of one.
 */
import { assert, describe, it } from "@effect/vitest"
import { spawnSync } from "node:child_process"
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"

const root = join(import.meta.dirname, "../..")
const files = [
  "README.md",
  ...readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".md"))
    .map((file) => join("docs", file))
]

const examples = files.flatMap((file) =>
  [...readFileSync(join(root, file), "utf8").matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code = ""], index) => ({
    name: `${file.replaceAll(/[^\w]+/g, "-")}-${index + 1}.ts`,
    code
  }))
).filter(({ code }) => code.startsWith("import "))

describe("the examples of the documentation", () => {
  it("compile", () => {
    assert.isAtLeast(examples.length, 30)
    const work = mkdtempSync(join(root, "test/.pages-"))
    try {
      for (const { code, name } of examples) writeFileSync(join(work, name), code)
      const config = {
        extends: "../../tsconfig.json",
        include: ["*.ts"],
        compilerOptions: { noUnusedLocals: false }
      }
      writeFileSync(join(work, "tsconfig.json"), JSON.stringify(config))
      const { status, stderr, stdout } = spawnSync(
        join(root, "node_modules/.bin/tsc"),
        ["--project", join(work, "tsconfig.json")],
        { encoding: "utf8", cwd: work }
      )
      assert.strictEqual(`${stdout}${stderr}`, "")
      assert.strictEqual(status, 0)
    } finally {
      rmSync(work, { recursive: true })
    }
  }, 120_000)
})
