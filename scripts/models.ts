/**
 * Compiles a list of models into the package: `src/layers/models/Catalogue.ts`, which the `ModelRegistry` loads.
 *
 *     npx tsx scripts/models.ts FILE.json
 *     npx tsx scripts/models.ts --check FILE.json
 *
 * The file is `{"date": "2026-08-22", "models": [{"provider", "id", "kind", …}, …]}`. Whatever else a model has is kept;
 * `docs/models.md` says which fields mean something. With `--check` nothing is written: it fails when the file and the
 * package differ.
 */
import { NodeRuntime, NodeServices } from "@effect/platform-node"
import { Console, Data, Effect, FileSystem, Path, Schema } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import * as Table from "./support/Table.ts"

class ListError extends Data.TaggedError("ListError")<{ readonly message: string }> {}

const compile = Effect.fn(function*(file: string, target: string, check: boolean) {
  const files = yield* FileSystem.FileSystem
  const source = yield* Schema.decodeUnknownEffect(Schema.fromJsonString(Table.Source))(
    yield* files.readFileString(file)
  )
  const flaw = Table.flawOf(source.models)
  if (flaw !== undefined) return yield* new ListError({ message: `${file} cannot be compiled: ${flaw}` })
  const text = Table.moduleOf(source)
  if (!check) {
    yield* files.writeFileString(target, text)
    return yield* Console.log(
      `${source.models.length} models of ${source.date}: ${text.length} characters in ${target}`
    )
  }
  if ((yield* files.readFileString(target)) !== text) {
    return yield* new ListError({ message: `${target} is not what ${file} compiles to: run this without --check` })
  }
  return yield* Console.log(`${target} is what ${file} compiles to`)
})

const command = Command.make("models", {
  check: Flag.Boolean("check").pipe(Flag.withDescription("Only compare"), Flag.withDefault(false)),
  output: Flag.String("output").pipe(
    Flag.withMetavar("FILE"),
    Flag.withDescription("Where the module is; default: the package's own"),
    Flag.withDefault("")
  ),
  file: Argument.String("file")
}, ({ check, file, output }) =>
  Effect.gen(function*() {
    const path = yield* Path.Path
    const own = path.join(import.meta.dirname, "../src/layers/models/Catalogue.ts")
    yield* compile(file, output === "" ? own : output, check)
  }))

Command.run(command, { version: "1" }).pipe(
  Effect.tapError((error) => Console.error(`${error._tag}: ${error.message}`)),
  Effect.provide(NodeServices.layer),
  NodeRuntime.runMain({ disableErrorReporting: true })
)
