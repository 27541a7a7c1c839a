/**
 * Measures bundles (`npm run bundles`): programs of this library and of others, by four bundlers, from the packed
 * package in an empty project. Each bundle is run against the simulator.
 */
import { existsSync, mkdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { bundleOf, type Bundler, bundlers } from "./Bundlers.ts"
import { type Program, programs } from "./Programs.ts"
import * as Project from "./Project.ts"

const libraries = ["openai", "ai", "@ai-sdk/openai"]

const kilobytes = (bytes: number) => `${Math.round(bytes / 1000)} kB`

const reason = (error: unknown) => Project.firstLine(error instanceof Error ? error.message : String(error))

/** Bundles a program, runs the bundle, and returns its row. */
const measure = async (
  { folder, write }: Project.Project,
  bundler: Bundler,
  { code, name, platform }: Program,
  index: number,
  baseUrl: string
): Promise<ReadonlyArray<string>> => {
  const out = join(folder, "out", bundler.name, String(index))
  mkdirSync(out, { recursive: true })
  const row = [name, platform, bundler.name]
  try {
    await bundler.bundle({ folder, entry: write(`program${index}.mjs`, code), out, platform })
  } catch (error) {
    return [...row, "–", "–", `not bundled: ${reason(error)}`]
  }
  const bytes = readFileSync(bundleOf(out))
  const given = `data:text/javascript,globalThis.baseUrl=${JSON.stringify(baseUrl)}`
  const ended = await Project.run(out, process.execPath, ["--import", given, bundleOf(out)])
  const runs = ended.code === 0 && ended.stdout.trim() !== ""
  return [
    ...row,
    kilobytes(bytes.length),
    kilobytes(gzipSync(bytes, { level: 9 }).length),
    runs ? "yes" : `no: ${reason(ended.stderr)}`
  ]
}

const main = async () => {
  const project = await Project.make([...libraries, ...bundlers.flatMap(({ packages }) => packages)])
  try {
    const baseUrl = await project.simulate()
    const rows: Array<ReadonlyArray<string>> = []
    for (const [index, program] of programs.entries()) {
      for (const bundler of bundlers) rows.push(await measure(project, bundler, program, index, baseUrl))
    }
    Project.print(["program", "for", "bundler", "minified", "gzipped", "runs"], rows)
    process.stdout.write("\n")
    Project.print(
      ["package", "version"],
      ["sluice", "effect", ...libraries, ...bundlers.flatMap(({ packages }) => packages)].flatMap((name) => {
        const manifest = join(project.folder, "node_modules", name, "package.json")
        return existsSync(manifest) ? [[name, String(JSON.parse(readFileSync(manifest, "utf8")).version)]] : []
      })
    )
    if (rows.some(([name, , , , , runs]) => name?.includes("SDK") === false && runs !== "yes")) process.exitCode = 1
  } finally {
    project.drop()
  }
}

await main()
