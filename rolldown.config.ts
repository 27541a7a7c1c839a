/**
 * How the package is built: twice.
 *
 * `dist` is what runtimes load (the condition `import`). It has few files, because finding, reading and linking them is
 * most of what an import takes. What the entry points have in common is built once, so that a class or a service is the
 * same whichever of them it comes from. What is loaded by an `import()` stays apart.
 *
 * `dist/modules` is what bundlers read (the condition `module`), and what the command runs. It has a file for each
 * module, so that a bundle leaves out the modules that a program does not use: of a file with several modules it would
 * keep all that is computed when the file is loaded, such as schemas.
 */
import { readdirSync } from "node:fs"
import { isAbsolute, join, relative } from "node:path"
import {
  type ChunkingContext,
  type CodeSplittingGroup,
  defineConfig,
  type OutputOptions,
  type RolldownOptions
} from "rolldown"
import manifest from "./package.json" with { type: "json" }

const root = join(process.cwd(), "src")

/** The source of a file that the manifest names. */
const sourceOf = (folder: string) => (file: string) => join(root, relative(folder, file)).replace(/\.js$/, ".ts")

/** The sources of the entry points. */
const entries = Object.values(manifest.exports)
  .flatMap((target) => typeof target === "string" ? [] : [target.import])
  .map(sourceOf("dist"))

/** The sources of the command, and of what stands in for undici. */
const others = [...Object.values(manifest.bin), ...Object.values(manifest.imports).map(({ browser }) => browser)]
  .map(sourceOf("dist/modules"))

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

const shared: RolldownOptions = {
  external: (specifier) => !specifier.startsWith(".") && !isAbsolute(specifier),
  platform: "node",
  tsconfig: "tsconfig.build.json"
}

const sharedOutput: OutputOptions = {
  // The package holds the sources too: the maps need only name them.
  sourcemap: true,
  sourcemapExcludeSources: true,
  comments: { jsdoc: false }
}

export default defineConfig([
  {
    ...shared,
    input: Object.fromEntries(entries.map((source) => [relative(root, source).replace(/\.ts$/, ""), source])),
    output: {
      ...sharedOutput,
      dir: "dist",
      chunkFileNames: "chunks/[name].js",
      codeSplitting: {
        // The first that wants a module has it, so a provider alone does not load what only `sluice` needs.
        groups: [
          loadedBy("provider", entries.filter((source) => source.startsWith(join(root, "layers/providers")))),
          loadedBy("sluice", [join(root, "index.ts")]),
          loadedBy("protocol", protocols, 2)
        ]
      }
    }
  },
  {
    ...shared,
    input: [...entries, ...others],
    output: {
      ...sharedOutput,
      dir: "dist/modules",
      preserveModules: true,
      preserveModulesRoot: "src",
      // Its files are like the sources, and the maps would double the package.
      sourcemap: false
    }
  }
])
