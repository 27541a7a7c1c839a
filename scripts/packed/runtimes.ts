/**
 * Measures runtimes (`npm run runtimes`): how long each takes to start and to import the packed package, and whether a
 * call against the simulator succeeds there. Runtimes come from npm, into the empty project that the package is in.
 */
import { join } from "node:path"
import * as Edge from "./Edge.ts"
import * as Project from "./Project.ts"

const platform = `${process.platform === "win32" ? "win" : process.platform}-${process.arch}`

/** A runtime: its package, and the program in it. The packages are those of this platform, without wrappers. */
interface Runtime {
  readonly name: string
  readonly packages: string
  readonly program: string
  readonly args: ReadonlyArray<string>
}

const node = (version: number): Runtime => ({
  name: `Node ${version}`,
  packages: `node${version}@npm:node-${platform}@${version}`,
  program: `node${version}/bin/node`,
  args: []
})

const denoPlatform = `${platform}${process.platform === "linux" ? "-glibc" : ""}`

const runtimes: ReadonlyArray<Runtime> = [
  node(20),
  node(22),
  node(24),
  { name: "Deno", packages: `@deno/${denoPlatform}`, program: `@deno/${denoPlatform}/deno`, args: ["run", "-A"] },
  { name: "Bun", packages: `@oven/bun-${platform}`, program: `@oven/bun-${platform}/bin/bun`, args: ["run"] }
]

const call = (baseUrl: string, client: string) => `
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import { ChatModel, UndiciHttpClient } from "sluice"
import * as OpenAi from "sluice/openai"
const model = OpenAi.layer({ apiKey: Redacted.make("sk-test"), baseUrl: ${JSON.stringify(baseUrl)} }).pipe(
  Layer.provide(${client}.layer)
)
ChatModel.complete({ model: "gpt-5-mini", prompt: "Hi" }).pipe(
  Effect.flatMap(({ text }) => Console.log(text === "" ? "nothing" : "text")),
  Effect.provide(model),
  Effect.runPromise
)
`

/** How often a start is measured. The shortest counts: what delays the others is the machine. */
const rounds = 5

const main = async () => {
  const project = await Project.make([...runtimes.map(({ packages }) => packages), ...Edge.packages])
  try {
    const baseUrl = await project.simulate()
    const programs = {
      empty: project.write("empty.mjs", ""),
      provider: project.write("provider.mjs", `import "sluice/openai"`),
      library: project.write("library.mjs", `import "sluice"`),
      undici: project.write("undici.mjs", call(baseUrl, "UndiciHttpClient")),
      fetch: project.write("fetch.mjs", call(baseUrl, "FetchHttpClient"))
    }
    const command = join(project.folder, "node_modules/sluice/dist/modules/cli/main.js")
    const rows: Array<ReadonlyArray<string>> = []
    for (const { args, name, program } of runtimes) {
      const start = (...parameters: ReadonlyArray<string>) =>
        Project.run(project.folder, join(project.folder, "node_modules", program), [...args, ...parameters])
      const shortest = async (...parameters: ReadonlyArray<string>) => {
        let best = Infinity
        for (let round = 0; round < rounds; round++) {
          const ended = await start(...parameters)
          if (ended.code !== 0) return "fails"
          best = Math.min(best, ended.took)
        }
        return `${Math.round(best)} ms`
      }
      const calls = async (file: string) => {
        const ended = await start(file)
        return ended.stdout.trim() === "text" ? "yes" : `no: ${Project.firstLine(ended.stderr)}`
      }
      const version = await start(command, "--version")
      rows.push([
        name,
        await shortest(programs.empty),
        await shortest(programs.provider),
        await shortest(programs.library),
        await calls(programs.undici),
        await calls(programs.fetch),
        version.code === 0
          ? await shortest(command, "--version")
          : `exit ${version.code}: ${Project.firstLine(version.stderr)}`
      ])
    }
    Project.print(
      [
        "runtime",
        "empty",
        "`sluice/openai`",
        "`sluice`",
        "`UndiciHttpClient`",
        "`FetchHttpClient`",
        "`sluice --version`"
      ],
      rows
    )
    const edge = await Edge.rows(project, baseUrl)
    process.stdout.write("\n")
    Project.print(["edge runtime", "`UndiciHttpClient`, which is `fetch` there"], edge)
    if (edge.some(([, calls]) => calls !== "yes")) process.exitCode = 1
    const supported = rows.filter(([name]) => name !== "Node 20")
    if (supported.some(([, , , , undici, fetch]) => undici !== "yes" || fetch !== "yes")) process.exitCode = 1
  } finally {
    project.drop()
  }
}

await main()
