/**
 * Talks with a model that lists and reads the files of this folder, line by line, with the whole conversation as
 * history.
 *
 *     npx tsx scripts/agent.ts
 *     npx tsx scripts/agent.ts --simulate
 *
 * Keys come from the environment or `.env`. Without one, or with `--simulate`, it uses the simulator.
 */
import { NodeRuntime, NodeServices } from "@effect/platform-node"
import { Console, DateTime, Effect, FileSystem, Layer, Path, Schema, Stdio, Stream } from "effect"
import { Prompt, Tool, Toolkit } from "effect/ai"
import { ToolLoop } from "sluice"
import { agentScenario } from "./support/AgentScenario.ts"
import * as Models from "./support/Models.ts"

const parameters = Schema.Struct({ path: Schema.String })
const file = { parameters, failure: Schema.String, failureMode: "return" } as const
const tools = Toolkit.make(
  Tool.make("list", { ...file, description: "Lists a folder.", success: Schema.Array(Schema.String) }),
  Tool.make("read", { ...file, description: "Reads a text file.", success: Schema.String }),
  Tool.make("time", { description: "Returns the time.", success: Schema.String })
)

const handlers = tools.toLayer(Effect.gen(function*() {
  const { readDirectory, readFileString, realPath } = yield* FileSystem.FileSystem
  const { isAbsolute, relative, sep } = yield* Path.Path
  const folder = yield* realPath(".")
  // The model decides on the path: no link may lead out of this folder, and files such as .env hold secrets.
  const isVisible = (path: string) => !isAbsolute(path) && path.split(sep).every((name) => !name.startsWith("."))
  const at = <A, E extends Error>(path: string, use: (path: string) => Effect.Effect<A, E>) =>
    Effect.filterOrFail(realPath(path), (real) => isVisible(relative(folder, real)), () => "hidden or outside")
      .pipe(Effect.flatMap(use), Effect.mapError(String))
  return {
    list: ({ path }) => at(path, readDirectory),
    read: ({ path }) => at(path, readFileString),
    time: () => Effect.map(DateTime.now, DateTime.formatIso)
  }
}))

const program = Effect.gen(function*() {
  const { stdin, stdout } = yield* Stdio.Stdio
  const [model = "no model"] = yield* Models.small
  let history = Prompt.make([{ role: "system", content: "You help with the files of a folder." }])
  const reply = (line: string) =>
    ToolLoop.stream({ model, prompt: Prompt.concat(history, line), toolkit: tools }).pipe(
      Stream.map((event) => {
        if (event._tag === "LoopFinished") history = event.messages
        if (event._tag === "ToolStarted") return `[${event.name}]\n`
        return event._tag === "OutputTextDelta" ? event.delta : event._tag === "LoopFinished" ? "\n" : ""
      }),
      Stream.run(stdout()),
      Effect.catch((error) => Console.error(`${error._tag}: ${error.message}`))
    )
  yield* stdin.pipe(Stream.decodeText, Stream.splitLines, Stream.runForEach(reply))
})

const live = Layer.merge(Models.layer(process.argv.includes("--simulate"), agentScenario), handlers)
NodeRuntime.runMain(Effect.provide(program, Layer.provideMerge(live, NodeServices.layer)))
