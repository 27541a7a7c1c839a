/**
 * Calls the simulator from edge runtimes, in bundles with their conditions.
 */
import * as Project from "./Project.ts"

/** The packages of the runtimes, and of the bundler. */
export const packages: ReadonlyArray<string> = ["esbuild", "miniflare", "@edge-runtime/vm"]

const worker = `
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { ChatModel, UndiciHttpClient } from "sluice"
import * as OpenAi from "sluice/openai"
globalThis.complete = (baseUrl) =>
  ChatModel.complete({ model: "gpt-5-mini", prompt: "Hi" }).pipe(
    Effect.map(({ text }) => text),
    Effect.provide(
      OpenAi.layer({ apiKey: Redacted.make("sk-test"), baseUrl }).pipe(Layer.provide(UndiciHttpClient.layer))
    ),
    Effect.runPromise
  )
export default { fetch: (_, { BASE_URL }) => complete(BASE_URL).then((text) => new Response(text)) }
`

const bundling = `
import { build } from "esbuild"
const bundle = async (condition, format) => {
  const { outputFiles: [{ text }] } = await build({
    entryPoints: ["worker.mjs"], bundle: true, minify: true, write: false, globalName: "worker",
    platform: "neutral", mainFields: ["module", "main"], conditions: [condition, "worker", "module"], format
  })
  return text
}
`

const runners: ReadonlyArray<readonly [name: string, code: (baseUrl: string) => string]> = [
  [
    "workerd",
    (baseUrl) =>
      `${bundling}
import { Miniflare } from "miniflare"
const miniflare = new Miniflare({
  modules: true, script: await bundle("workerd", "esm"), bindings: { BASE_URL: ${JSON.stringify(baseUrl)} },
  compatibilityDate: "2026-01-01"
})
console.log(await (await miniflare.dispatchFetch("http://localhost/")).text())
await miniflare.dispose()
`
  ],
  [
    "edge-light",
    (baseUrl) =>
      `${bundling}
import { EdgeVM } from "@edge-runtime/vm"
const vm = new EdgeVM()
vm.evaluate(await bundle("edge-light", "iife"))
console.log(await vm.evaluate(${JSON.stringify(`complete(${JSON.stringify(baseUrl)})`)}))
`
  ]
]

/** Returns a row for each runtime: its name, and whether a call succeeds there. */
export const rows = async (
  { folder, write }: Project.Project,
  baseUrl: string
): Promise<ReadonlyArray<readonly [name: string, calls: string]>> => {
  write("worker.mjs", worker)
  const found: Array<readonly [string, string]> = []
  for (const [name, code] of runners) {
    const ended = await Project.run(folder, process.execPath, [write(`${name}.mjs`, code(baseUrl))])
    found.push([name, ended.stdout.includes("simulator") ? "yes" : `no: ${Project.firstLine(ended.stderr)}`])
  }
  return found
}
