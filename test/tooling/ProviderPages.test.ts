/**
 * The pages of the providers: their tables say what the data says, and each has the parts that readers look for.
 */
import { assert, describe, it } from "@effect/vitest"
import { readdirSync, readFileSync } from "node:fs"
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
      for (const section of ["Models", "Particulars", "Changes", "Not verified", "Example"]) {
        assert.match(page.text, new RegExp(`\n## ${section}\n\n\\S`), section)
      }
      assert.match(page.text, /\n## Changes\n\nChecked \d{4}-\d\d-\d\d/)
    }
  )
})
