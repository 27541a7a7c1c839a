/**
 * What a user of the package sees is described: every export, and every member of an exported type or schema, has a
 * comment.
 */
import { assert, describe, it } from "@effect/vitest"
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { gapsOf } from "./PublicApi.ts"

const root = join(import.meta.dirname, "../..")

const exported = (): ReadonlyArray<string> => {
  const { exports }: { readonly exports: Readonly<Record<string, string | { readonly types: string }>> } = JSON.parse(
    readFileSync(join(root, "package.json"), "utf8")
  )
  return Object.values(exports).flatMap((target) =>
    typeof target === "string"
      ? []
      : [target.types.replace(/^\.\/dist\//, "src/").replace(/\.d\.ts$/, ".ts")]
  )
}

/** A package with a gap of each kind; the comments say which lines have one. */
const probe: Readonly<Record<string, string>> = {
  "src/index.ts": `export * as Public from "./Public.ts"
export { type Chosen } from "./Partly.ts"
`,
  "src/Public.ts": `import * as Schema from "effect/Schema"
import { imported } from "./Private.ts"
/** @since 1.0.0 */
export interface Documented {
  /** Yes. */
  readonly yes: string
  readonly no: string
  /** Yes. */
  readonly nested: { readonly inner: number }
}
/** @since 1.0.0 */
export type Either = {
  readonly left: 1
} | string
const shared = {
  spread: Schema.String
}
/** @since 1.0.0 */
export const Fields = Schema.Struct({
  /** Yes. */
  yes: Schema.String,
  no: Schema.String,
  ...shared,
  ...imported
})
/** @since 1.0.0 */
export class Service extends Schema.Class<Service>("Service")({
  field: Schema.String
}) {
  readonly member = 1
  readonly #hidden = 2
  toJSON() {
    return this.#hidden
  }
}
/** No tag. */
export const untagged = (options: { readonly option: string }) => ({ unseen: options.option })
export const silent = 1
/** @since 1.0.0 */
export { reexported } from "./Behind.ts"
`,
  "src/Behind.ts": `/** No tag. */
export const reexported = 1
`,
  "src/Partly.ts": `/** @since 1.0.0 */
export interface Chosen {
  readonly no: string
}
export interface Other {
  readonly unseen: string
}
`,
  "src/Private.ts": `/** @category models */
export const hidden = 1
export const imported = {
  field: Schema.String
}
`
}

describe("the public declarations", () => {
  it("have a comment each, as have their members, and tags only where users see them", { timeout: 120_000 }, () => {
    const { comments, members, modules, tags } = gapsOf(root, "tsconfig.build.json", exported(), "src")
    assert.isAtLeast(modules, 100)
    assert.isAtLeast(members, 800)
    assert.deepStrictEqual({ comments, tags }, { comments: [], tags: [] })
  })

  it("of a package with gaps are found", { timeout: 120_000 }, () => {
    const folder = mkdtempSync(join(tmpdir(), "sluice-docs-"))
    try {
      mkdirSync(join(folder, "src"))
      for (const [name, code] of Object.entries(probe)) writeFileSync(join(folder, name), code)
      writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ include: ["src"] }))
      const { comments, tags } = gapsOf(folder, "tsconfig.json", ["src/index.ts"], "src")
      assert.deepStrictEqual(comments, [
        "src/Partly.ts:3: no has no comment",
        "src/Private.ts:4: field has no comment",
        "src/Public.ts:13: left has no comment",
        "src/Public.ts:16: spread has no comment",
        "src/Public.ts:22: no has no comment",
        "src/Public.ts:28: field has no comment",
        "src/Public.ts:30: member has no comment",
        "src/Public.ts:37: option has no comment",
        "src/Public.ts:38: silent has no comment",
        "src/Public.ts:7: no has no comment",
        "src/Public.ts:9: inner has no comment"
      ])
      assert.deepStrictEqual(tags, [
        "src/Behind.ts:2: reexported has no @since",
        "src/Private.ts:1: @category is not for users",
        "src/Public.ts:37: untagged has no @since",
        "src/Public.ts:38: silent has no @since"
      ])
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
