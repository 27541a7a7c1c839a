/**
 * Lets a measuring process import `sluice` and other clients from where they are.
 *
 * `SLUICE_BENCH_BUILT` names a folder with the built package. Without it Sluice runs from the sources, as `tsconfig.json` maps it: Node
 * strips the types and changes nothing else; `tsx` would wrap every inner function to keep its name, which costs on the
 * hot path. `SLUICE_BENCH_PACKAGES` names a folder in which packages are looked for that are not installed here.
 */
import { readFileSync } from "node:fs"
import { registerHooks } from "node:module"
import { join } from "node:path"
import { pathToFileURL } from "node:url"

const root = join(import.meta.dirname, "../../..")
const config: { readonly compilerOptions: { readonly paths: Readonly<Record<string, readonly [string]>> } } = JSON
  .parse(
    readFileSync(join(root, "tsconfig.json"), "utf8")
  )
const sources = new Map(
  Object.entries(config.compilerOptions.paths).map(([name, [path]]) => [name, pathToFileURL(join(root, path)).href])
)
const built = process.env["SLUICE_BENCH_BUILT"]
const elsewhere = process.env["SLUICE_BENCH_PACKAGES"]

registerHooks({
  resolve: (specifier, context, next) => {
    const source = sources.get(specifier)
    if (source !== undefined) {
      // A package finds itself by its own name.
      return built === undefined
        ? next(source, context)
        : next(specifier, { ...context, parentURL: pathToFileURL(join(built, "package.json")).href })
    }
    try {
      return next(specifier, context)
    } catch (error) {
      if (elsewhere === undefined) throw error
      return next(specifier, { ...context, parentURL: pathToFileURL(join(elsewhere, "package.json")).href })
    }
  }
})
