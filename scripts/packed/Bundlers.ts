/**
 * The bundlers, with their default settings but for these: the output is minified and is one file.
 *
 * They are installed into the project that is measured, so that their types are not known here.
 */
import { createRequire } from "node:module"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import type { Program } from "./Programs.ts"

/** What a bundler gets. */
export interface Task {
  /** The folder of the project. */
  readonly folder: string
  /** The path of the program. */
  readonly entry: string
  /** The folder for the output. */
  readonly out: string
  /** What the bundle is for. */
  readonly platform: Program["platform"]
}

/** A bundler. */
export interface Bundler {
  /** Its name. */
  readonly name: string
  /** The packages that it needs. */
  readonly packages: ReadonlyArray<string>
  /** Bundles a program; fails where the bundler does. */
  readonly bundle: (task: Task) => Promise<void>
}

// oxlint-disable-next-line typescript/no-explicit-any -- the project has it, and not the checkout
const load = (folder: string, name: string): Promise<any> =>
  import(pathToFileURL(createRequire(join(folder, "package.json")).resolve(name)).href)

const file = "bundle.mjs"

const esbuild: Bundler = {
  name: "esbuild",
  packages: ["esbuild"],
  bundle: async ({ entry, folder, out, platform }) => {
    const { build } = await load(folder, "esbuild")
    await build({
      entryPoints: [entry],
      bundle: true,
      minify: true,
      format: "esm",
      platform,
      outfile: join(out, file),
      logLevel: "silent",
      // What undici requires of Node is not imported otherwise.
      ...(platform === "node"
        ? {
          banner: { js: `import { createRequire } from "node:module"; const require = createRequire(import.meta.url);` }
        }
        : {})
    })
  }
}

const vite: Bundler = {
  name: "Vite",
  packages: ["vite"],
  bundle: async ({ entry, folder, out, platform }) => {
    const { build } = await load(folder, "vite")
    await build({
      root: folder,
      configFile: false,
      logLevel: "silent",
      ...(platform === "node" ? { ssr: { noExternal: true } } : {}),
      build: {
        outDir: out,
        emptyOutDir: false,
        minify: true,
        target: "esnext",
        ssr: platform === "node",
        rolldownOptions: { input: entry, output: { entryFileNames: file, codeSplitting: false } }
      }
    })
  }
}

const webpack: Bundler = {
  name: "webpack",
  packages: ["webpack"],
  bundle: async ({ entry, folder, out, platform }) => {
    const { default: webpack } = await load(folder, "webpack")
    const compiler = webpack({
      mode: "production",
      context: folder,
      entry,
      target: platform === "node" ? "node22" : "web",
      experiments: { outputModule: true },
      output: { path: out, filename: file, module: true },
      plugins: [new webpack.optimize.LimitChunkCountPlugin({ maxChunks: 1 })]
    })
    await new Promise<void>((resolve, reject) => {
      // oxlint-disable-next-line typescript/no-explicit-any -- the project has it, and not the checkout
      compiler.run((error: unknown, stats: any) => {
        if (error !== null && error !== undefined) reject(error)
        else if (stats.hasErrors()) reject(new Error(stats.toString({ all: false, errors: true })))
        else resolve()
      })
    })
  }
}

const rollupPackages = [
  "rollup",
  "@rollup/plugin-node-resolve",
  "@rollup/plugin-commonjs",
  "@rollup/plugin-json",
  "@rollup/plugin-terser"
]

const rollup: Bundler = {
  name: "rollup",
  packages: rollupPackages,
  bundle: async ({ entry, folder, out, platform }) => {
    const [{ rollup }, resolve, commonjs, json, terser] = await Promise.all(
      rollupPackages.map((name) => load(folder, name))
    )
    const build = await rollup({
      input: entry,
      logLevel: "silent",
      plugins: [
        resolve.default({ browser: platform === "browser", preferBuiltins: platform === "node" }),
        commonjs.default(),
        json.default(),
        terser.default({ module: true })
      ]
    })
    await build.write({ file: join(out, file), format: "esm", inlineDynamicImports: true })
  }
}

/** All of them. */
export const bundlers: ReadonlyArray<Bundler> = [esbuild, vite, webpack, rollup]

/** The path of the bundle in its folder. */
export const bundleOf = (out: string): string => join(out, file)
