/**
 * The programs that are bundled: each streams one text from `globalThis.baseUrl`, and prints it.
 */

/** A program, and where it runs. */
export interface Program {
  /** The name in the table. */
  readonly name: string
  /** What the bundler makes it for. */
  readonly platform: "browser" | "node"
  /** The code. */
  readonly code: string
}

const modules = (...names: ReadonlyArray<string>) =>
  names.map((name) => `import * as ${name.replace(/.*\//, "")} from "effect/${name}"`).join("\n")

const tail = (model: string, client: string) => `
const model = ${model}.pipe(Layer.provide(${client}))
ChatModel.stream({ model: "openai/gpt-5-mini", prompt: "Hi" }).pipe(
  Stream.runForEach((event) => event._tag === "OutputTextDelta" ? Console.log(event.delta) : Effect.void),
  Effect.provide(model),
  Effect.runPromise
)
`

const openAi = `OpenAi.layer({ apiKey: Redacted.make("sk-test"), baseUrl: globalThis.baseUrl })`

const several =
  `Providers.layer({ providers: { openai: { apiKey: Redacted.make("sk-test"), baseUrl: globalThis.baseUrl } } })`

/** All programs: three of this library, and the same with two others. */
export const programs: ReadonlyArray<Program> = [
  {
    name: "`sluice/openai` over `FetchHttpClient`",
    platform: "browser",
    code: `${modules("Console", "Effect", "Layer", "Redacted", "Stream", "http/FetchHttpClient")}
import { ChatModel } from "sluice"
import * as OpenAi from "sluice/openai"
${tail(openAi, "FetchHttpClient.layer")}`
  },
  {
    name: "the same, importing from `effect` itself",
    platform: "browser",
    code: `import { Console, Effect, Layer, Redacted, Stream } from "effect"
import { FetchHttpClient } from "effect/http"
import { ChatModel } from "sluice"
import * as OpenAi from "sluice/openai"
${tail(openAi, "FetchHttpClient.layer")}`
  },
  {
    name: "`Providers.layer` (all providers) over `UndiciHttpClient`",
    platform: "node",
    code: `${modules("Console", "Effect", "Layer", "Redacted", "Stream")}
import { ChatModel, Providers, UndiciHttpClient } from "sluice"
${tail(several, "UndiciHttpClient.layer")}`
  },
  {
    name: "the same for browsers",
    platform: "browser",
    code: `${modules("Console", "Effect", "Layer", "Redacted", "Stream")}
import { ChatModel, Providers, UndiciHttpClient } from "sluice"
${tail(several, "UndiciHttpClient.layer")}`
  },
  {
    name: "OpenAI SDK",
    platform: "browser",
    code: `import OpenAI from "openai"
const client = new OpenAI({ apiKey: "sk-test", baseURL: globalThis.baseUrl, dangerouslyAllowBrowser: true })
const stream = await client.responses.create({ model: "gpt-5-mini", input: "Hi", stream: true })
for await (const event of stream) if (event.type === "response.output_text.delta") console.log(event.delta)
`
  },
  {
    name: "AI SDK",
    platform: "browser",
    code: `import { createOpenAI } from "@ai-sdk/openai"
import { streamText } from "ai"
const openai = createOpenAI({ apiKey: "sk-test", baseURL: globalThis.baseUrl })
const { textStream } = streamText({ model: openai("gpt-5-mini"), prompt: "Hi" })
for await (const text of textStream) console.log(text)
`
  }
]
