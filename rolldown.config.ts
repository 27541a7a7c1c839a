/**
 * How the package is built: into a few files, because finding, reading and linking them is most of what an import takes.
 *
 * What the entry points have in common is built once, so that a class or a service is the same whichever of them it
 * comes from. What is loaded by an `import()` stays apart.
 */
import { readdirSync } from "node:fs"
import { isAbsolute, join, relative } from "node:path"
import { type ChunkingContext, type CodeSplittingGroup, defineConfig } from "rolldown"
import manifest from "./package.json" with { type: "json" }

const root = join(process.cwd(), "src")

/** The sources of what the manifest names: the entry points and the command. */
const sources = [
  ...Object.values(manifest.exports).flatMap((target) => typeof target === "string" ? [] : [target.import]),
  ...Object.values(manifest.bin)
].map((file) => join(root, relative("dist", file)).replace(/\.js$/, ".ts"))

/** The protocols, each in the folder of its name: a program loads those that it speaks. */
const protocols = readdirSync(join(root, "streams/protocols"), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name, parentPath }) => join(parentPath, name, `${name}.ts`))

/** What loads a module at once: its importers and theirs, as far as there is no `import()` between. */
const loaders = (id: string, context: ChunkingContext, found = new Set<string>()): ReadonlySet<string> => {
  for (const importer of context.getModuleInfo(id)?.importers ?? []) {
    if (found.has(importer)) continue
    found.add(importer)
    loaders(importer, context, found)
  }
  return found
}

/** One file of all that at least so many of these load at once. */
const loadedBy = (name: string, entries: ReadonlyArray<string>, least = 1): CodeSplittingGroup => ({
  debugName: name,
  name: (id, context) => {
    const found = loaders(id, context)
    return entries.filter((entry) => found.has(entry)).length >= least ? name : null
  }
})

export default defineConfig({
  input: Object.fromEntries(sources.map((source) => [relative(root, source).replace(/\.ts$/, ""), source])),
  external: (specifier) => !specifier.startsWith(".") && !isAbsolute(specifier),
  platform: "node",
  tsconfig: "tsconfig.build.json",
  output: {
    dir: "dist",
    chunkFileNames: "chunks/[name].js",
    // The package holds the sources too: the maps need only name them.
    sourcemap: true,
    sourcemapExcludeSources: true,
    comments: { jsdoc: false },
    codeSplitting: {
      // The first that wants a module has it, so a provider alone does not load what only `sluice` needs.
      groups: [
        loadedBy("provider", sources.filter((source) => source.startsWith(join(root, "layers/providers")))),
        loadedBy("sluice", [join(root, "index.ts")]),
        loadedBy("protocol", protocols, 2)
      ]
    }
  }
})
