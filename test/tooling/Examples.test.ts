/**
 * Every example in the README, the docs and the comments of the sources that begins with its imports is a program: it
 * compiles, as strictly as the project does. Those without are parts of one.
 */
import { assert, describe, it } from "@effect/vitest"
import { spawnSync } from "node:child_process"
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"

const root = join(import.meta.dirname, "../..")

interface Example {
  /** The name of the file that the example is compiled as. */
  readonly name: string
  /** The code. */
  readonly code: string
}

const filesIn = (folder: string, ending: string): ReadonlyArray<string> =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(ending))
    .map((file) => join(folder, file))

const examplesIn = (file: string, text: string): ReadonlyArray<Example> =>
  [...text.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code = ""], index) => ({
    name: `${file.replaceAll(/[^\w]+/g, "-")}-${index + 1}.ts`,
    code
  })).filter(({ code }) => code.startsWith("import "))

/** The comments of a source, without what begins their lines. */
const commentsOf = (source: string): string =>
  [...source.matchAll(/\/\*\*[\s\S]*?\*\//g)].map(([comment]) => comment.replaceAll(/^ *\* ?/gm, "")).join("\n")

const pages = ["README.md", ...filesIn("docs", ".md")].flatMap((file) =>
  examplesIn(file, readFileSync(join(root, file), "utf8"))
)
const comments = filesIn("src", ".ts").flatMap((file) =>
  examplesIn(file, commentsOf(readFileSync(join(root, file), "utf8")))
)

/** Compiles examples, and returns what the compiler prints. */
const compile = (examples: ReadonlyArray<Example>): string => {
  const work = mkdtempSync(join(root, "test/.pages-"))
  try {
    for (const { code, name } of examples) writeFileSync(join(work, name), code)
    const config = {
      extends: "../../tsconfig.json",
      include: ["*.ts"],
      compilerOptions: { noUnusedLocals: false }
    }
    writeFileSync(join(work, "tsconfig.json"), JSON.stringify(config))
    const { stderr, stdout } = spawnSync(
      join(root, "node_modules/.bin/tsc"),
      ["--project", join(work, "tsconfig.json")],
      { encoding: "utf8", cwd: work }
    )
    return `${stdout}${stderr}`
  } finally {
    rmSync(work, { recursive: true })
  }
}

describe("the examples", () => {
  it("of the documentation and of the comments compile", { timeout: 120_000 }, () => {
    assert.isAtLeast(pages.length, 30)
    assert.isAtLeast(comments.length, 15)
    assert.strictEqual(compile([...pages, ...comments]), "")
  })

  it("that do not compile are reported", { timeout: 120_000 }, () => {
    const source = `/**
 * **Example** (A request without a model)
 *
 * \`\`\`ts
 * import { ChatModel } from "sluice"
 *
 * export const program = ChatModel.complete({ prompt: "Hi" })
 * \`\`\`
 */`
    assert.match(compile(examplesIn("Probe.ts", commentsOf(source))), /^Probe-ts-1\.ts\(3,43\): error TS2741/)
  })
})
