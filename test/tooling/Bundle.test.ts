/**
 * What a bundle for browsers holds: nothing of Node, the protocols of its own provider alone, and few bytes. It runs
 * where there is nothing but the interfaces of the web. `npm run bundles` measures other bundlers and libraries.
 */
import { assert, describe, it } from "@effect/vitest"
import { readdirSync } from "node:fs"
import { join } from "node:path"
import { runInNewContext } from "node:vm"
import { gzipSync } from "node:zlib"
import { type OutputChunk, rolldown } from "rolldown"
import { definitions } from "../../src/domain/KnownProviders.ts"

const src = join(import.meta.dirname, "../../src")

const at = (path: string): string => JSON.stringify(join(src, path))

/** Bundles a program into one minified file, with the settings that a bundler has for browsers. */
const bundle = async (program: string, format: "iife" | "esm" = "esm"): Promise<OutputChunk> => {
  const build = await rolldown({
    input: "program",
    platform: "browser",
    logLevel: "silent",
    plugins: [{
      name: "program",
      resolveId: (specifier) =>
        specifier === "program"
          ? { id: join(src, "program.ts"), moduleSideEffects: true }
          // What package.json names for browsers is a file of the build.
          : specifier.startsWith("#undici")
          ? join(src, "layers/http/NoUndici.ts")
          : null,
      load: (id) => (id === join(src, "program.ts") ? program : null)
    }]
  })
  const { output: [chunk, ...others] } = await build.generate({ format, minify: true, codeSplitting: false })
  assert.deepStrictEqual(others, [])
  return chunk
}

/** The modules of a bundle of which something is left, as paths inside `src`. */
const modulesOf = ({ modules }: OutputChunk): ReadonlyArray<string> =>
  Object.entries(modules)
    .filter(([id, { renderedLength }]) => id.startsWith(src) && renderedLength > 0)
    .map(([id]) => id.slice(src.length + 1))

/** What a bundle imports, beside itself. */
const outsideOf = ({ dynamicImports, fileName, imports }: OutputChunk) =>
  [...imports, ...dynamicImports].filter((name) => name !== fileName)

const openAi = `
  import * as Effect from "effect/Effect"
  import * as FetchHttpClient from "effect/http/FetchHttpClient"
  import * as Layer from "effect/Layer"
  import * as Redacted from "effect/Redacted"
  import * as Stream from "effect/Stream"
  import { ChatModel } from ${at("index.ts")}
  import * as OpenAi from ${at("layers/providers/OpenAi.ts")}

  const model = OpenAi.layer({ apiKey: Redacted.make("sk-test") }).pipe(Layer.provide(FetchHttpClient.layer))
  ChatModel.stream({ model: "gpt-5-mini", prompt: "Hi" }).pipe(
    Stream.runForEach((event) => Effect.sync(() => report(event._tag === "OutputTextDelta" ? event.delta : event._tag))),
    Effect.provide(model),
    Effect.runPromise
  ).then(() => report("end"), (error) => report(String(error)))
`

/** The interfaces of the web that browsers and edge runtimes have. */
const web = {
  AbortController,
  AbortSignal,
  clearInterval,
  clearTimeout,
  console,
  crypto,
  Headers,
  performance,
  queueMicrotask,
  ReadableStream,
  Request,
  Response,
  setInterval,
  setTimeout,
  TextDecoder,
  TextEncoder,
  URL,
  URLSearchParams
}

const events = [
  { type: "response.created", response: { id: "r", model: "gpt-5-mini", status: "in_progress", output: [] } },
  {
    type: "response.output_item.added",
    output_index: 0,
    item: { id: "m", type: "message", role: "assistant", status: "in_progress", content: [] }
  },
  { type: "response.output_text.delta", item_id: "m", output_index: 0, content_index: 0, delta: "Hello" },
  {
    type: "response.completed",
    response: {
      id: "r",
      model: "gpt-5-mini",
      status: "completed",
      output: [{
        id: "m",
        type: "message",
        role: "assistant",
        status: "completed",
        content: [{ type: "output_text", text: "Hello", annotations: [] }]
      }],
      usage: { input_tokens: 1, output_tokens: 1, total_tokens: 2 }
    }
  }
]

describe("a bundle of one provider", () => {
  it("is small, holds its own protocols alone, and runs on the interfaces of the web", async () => {
    const chunk = await bundle(openAi, "iife")
    assert.deepStrictEqual(outsideOf(chunk), [])
    assert.notInclude(chunk.code, "\"node:")
    assert.isAtMost(gzipSync(chunk.code).length, 200_000)

    const folders = (pattern: RegExp) =>
      [...new Set(modulesOf(chunk).flatMap((path) => pattern.exec(path)?.[1] ?? []))].toSorted()
    assert.deepStrictEqual(folders(/^streams\/protocols\/(\w+)\//), [
      "OpenAiChat",
      "OpenAiCompletions",
      "OpenAiResponses"
    ])
    assert.deepStrictEqual(folders(/^domain\/providers\/(\w+)\.ts/), ["OpenAi"])
    assert.deepStrictEqual(folders(/^layers\/(catalogue)\//), [])
    assert.deepStrictEqual(folders(/^layers\/auth\/(\w+Identity)\.ts/), [])

    const asked: Array<string> = []
    const reported = await new Promise<ReadonlyArray<string>>((resolve) => {
      const all: Array<string> = []
      const fetch = (url: URL | string) => {
        asked.push(String(url))
        const text = events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join("")
        return Promise.resolve(new Response(text, { headers: { "content-type": "text/event-stream" } }))
      }
      const report = (what: string) => {
        all.push(what)
        if (what === "end" || /Error/.test(what)) resolve(all)
      }
      runInNewContext(chunk.code, { ...web, fetch, report })
    })
    assert.deepStrictEqual(asked, ["https://api.openai.com/v1/responses"])
    assert.include(reported, "Hello")
    assert.strictEqual(reported.at(-1), "end")
  }, 20_000)
})

describe("a bundle for browsers", () => {
  it("is made of every provider's layer", async () => {
    const files = readdirSync(join(src, "layers/providers"))
    assert.strictEqual(files.length, definitions.length)
    const chunk = await bundle(
      files.map((file, index) => `export * as p${index} from ${at(`layers/providers/${file}`)}`).join("\n")
    )
    assert.deepStrictEqual(outsideOf(chunk), [])
    assert.strictEqual(chunk.exports.length, files.length)
  }, 20_000)

  it("is made of the whole library", async () => {
    const chunk = await bundle(`export * from ${at("index.ts")}`)
    assert.deepStrictEqual(outsideOf(chunk), [])
    assert.include(chunk.exports, "UndiciHttpClient")
  }, 20_000)
})
