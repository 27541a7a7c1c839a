import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import * as Version from "../../src/cli/Version.ts"
import { emptyFolder } from "./Command.ts"

describe("Version", () => {
  it.effect("is that of the package, from the source and from the build", () =>
    Effect.gen(function*() {
      const root = join(emptyFolder(), "with space")
      const of = (path: string) => Version.of(pathToFileURL(join(root, path)).href)
      assert.strictEqual(yield* of("src/cli/Program.ts"), "unknown")
      mkdirSync(join(root, "src"), { recursive: true })
      writeFileSync(join(root, "package.json"), `{"name":"sluice","version":"1.2.3"}`)
      // Another package around it, or no package at all.
      writeFileSync(join(root, "src/package.json"), `{"name":"other","version":"9.9.9"}`)
      assert.strictEqual(yield* of("src/cli/Program.ts"), "1.2.3")
      assert.strictEqual(yield* of("dist/modules/cli/Program.js"), "1.2.3")
    }).pipe(Effect.provide(NodeServices.layer)))
})
