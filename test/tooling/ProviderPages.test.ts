/**
 * The pages of the providers: their tables say what the data says, each has the parts that readers look for, and every
 * example is a program.
 */
import { assert, describe, it } from "@effect/vitest"
import { spawnSync } from "node:child_process"
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { KnownProviders } from "sluice"
import * as Page from "../../scripts/support/ProviderPage.ts"

const root = join(import.meta.dirname, "../..")
const folder = join(root, "docs/providers")
const pages = KnownProviders.definitions.map((definition) => ({
  definition,
  text: readFileSync(join(folder, `${definition.id}.md`), "utf8")
}))

describe("the pages of the providers", () => {
  it("are thirty, and no more", () => {
    assert.strictEqual(pages.length, 30)
    assert.deepStrictEqual(
      readdirSync(folder).filter((file) => file !== "README.md").toSorted(),
      pages.map(({ definition }) => `${definition.id}.md`).toSorted()
    )
  })

  it.each(pages.map((page) => [page.definition.id, page] as const))("say what the data says: %s", (_, page) => {
    assert.strictEqual(Page.update(page.text, page.definition), page.text, "run: npx tsx scripts/providers.ts")
  })

  it("are listed with what each provider does", () => {
    assert.strictEqual(readFileSync(join(folder, "README.md"), "utf8"), Page.index(KnownProviders.definitions))
  })

  it.each(pages.map((page) => [page.definition.id, page] as const))(
    "tell models, particulars, what is not verified, and an example: %s",
    (_, page) => {
      for (const section of ["Models", "Particulars", "Not verified", "Example"]) {
        assert.match(page.text, new RegExp(`\n## ${section}\n\n\\S`), section)
      }
    }
  )

  it("have examples that compile", () => {
    const work = mkdtempSync(join(root, "test/.pages-"))
    try {
      for (const { definition, text } of pages) {
        const example = /```ts\n([\s\S]*?)```/.exec(text)?.[1]
        assert.isDefined(example, definition.id)
        writeFileSync(join(work, `${definition.id}.ts`), `${example}\nexport { program }\n`)
      }
      writeFileSync(join(work, "tsconfig.json"), JSON.stringify({ extends: "../../tsconfig.json", include: ["*.ts"] }))
      const result = spawnSync(join(root, "node_modules/.bin/tsc"), ["--project", join(work, "tsconfig.json")], {
        encoding: "utf8"
      })
      assert.strictEqual(`${result.stdout}${result.stderr}`, "")
    } finally {
      rmSync(work, { recursive: true })
    }
  }, 60_000)
})
