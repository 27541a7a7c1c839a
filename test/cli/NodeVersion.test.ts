/**
 * The command on a Node that is too old says so in one sentence, before it loads anything that fails there.
 */
import { assert, describe, it } from "vitest"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { main, node, root } from "./Command.ts"

/** Runs the command on a Node that claims a version, and reports in the last line what it loaded. */
const runOn = (version: string) => {
  const hook = `
    import { registerHooks } from "node:module"
    Object.defineProperty(process.versions, "node", { value: "${version}" })
    const loaded = []
    registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) })
    process.on("exit", () => console.log(JSON.stringify(loaded.filter((url) => !url.startsWith("node:")))))`
  return node(["--import", `data:text/javascript,${encodeURIComponent(hook)}`, main, "--version"])
}

describe("a version of Node", () => {
  it.each(["18.20.8", "20.19.5", "22.18.0", "22.9.1"])("is too old: %s", async (version) => {
    const { code, stderr, stdout } = await runOn(version)
    assert.strictEqual(code, 1)
    assert.strictEqual(stderr, `Sluice needs Node 22.19 or later; this is ${version}.\n`)
    assert.deepStrictEqual(
      JSON.parse(stdout).filter((url: string) => !url.startsWith("data:")),
      [`file://${main}`]
    )
  })

  it.each(["22.19.0", "23.0.0", "24.1.0", "100.0.0"])("is recent enough: %s", async (version) => {
    const { code, stderr, stdout } = await runOn(version)
    assert.strictEqual(stderr, "")
    assert.strictEqual(code, 0)
    assert.match(stdout, /^\d+\.\d+\.\d+\n/)
  })

  it("is the one that the manifest names", () => {
    const { engines } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"))
    assert.deepStrictEqual(engines, { node: ">=22.19" })
  })
})
