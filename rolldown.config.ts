/**
 * How the package is built: into a few files, because finding, reading and linking them is most of what an import takes.
 *
 * What the entry points have in common is built once, so that a class or a service is the same whichever of them it
 * comes from. What is loaded by an `import()` stays apart.
 */
import { isAbsolute, join, relative } from "node:path"
import { type ChunkingContext, type CodeSplittingGroup, defineConfig } from "rolldown"
import manifest from "./package.json" with { type: "json" }

const root = join(process.cwd(), "src")

/** The sources of what the manifest names: the entry points and the command. */
const sources = [
  ...Object.values(manifest.exports).flatMap((target) => typeof target === "string" ? [] : [target.import]),
  ...Object.values(manifest.bin)
].map((file) => join(root, relative("dist", file)).replace(/\.js$/, ".ts"))

/** What loads a module at once: its importers and theirs, as far as there is no `import()` between. */
const loaders = (id: string, context: ChunkingContext, found = new Set<string>()): ReadonlySet<string> => {
  for (const importer of context.getModuleInfo(id)?.importers ?? []) {
    if (found.has(importer)) continue
    found.add(importer)
    loaders(importer, context, found)
  }
  return found
}

/** One file of all that any of these entry points loads at once. */
const loadedBy = (name: string, entries: ReadonlyArray<string>): CodeSplittingGroup => ({
  debugName: name,
  name: (id, context) => {
    const found = loaders(id, context)
    return entries.some((entry) => found.has(entry)) ? name : null
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
        loadedBy("provider", sources.filter((source) => source.includes("providers"))),
        loadedBy("sluice", [join(root, "index.ts")])
      ]
    }
  }
})
