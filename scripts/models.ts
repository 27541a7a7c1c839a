/**
 * Writes the catalogue of models, `src/layers/catalogue/Catalogue.ts`, which the `ModelRegistry` loads.
 *
 *     npx tsx scripts/models.ts                     sort and check the lines of the catalogue, after a change by hand
 *     npx tsx scripts/models.ts FILE.json           write the catalogue from a list
 *     npx tsx scripts/models.ts --check [FILE.json] write nothing, and fail when the catalogue would change
 *
 * The list is `{"date": "2026-08-22", "models": [{"provider", "id", "kind", …}, …]}`; `docs/models.md` names the
 * fields.
 */
import { NodeRuntime, NodeServices } from "@effect/platform-node"
import { Console, Data, Effect, FileSystem, Option, Path, Schema } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { pathToFileURL } from "node:url"
import * as Catalogue from "./support/Catalogue.ts"

class ModelListError extends Data.TaggedError("ModelListError")<{ readonly message: string }> {}

/** Reads a list of models. */
const readList = Effect.fnUntraced(function*(file: string) {
  const files = yield* FileSystem.FileSystem
  const list = yield* Schema.decodeUnknownEffect(Schema.fromJsonString(Catalogue.ModelList))(
    yield* files.readFileString(file)
  )
  return { date: list.date, models: yield* Catalogue.factsOfList(list) }
})

const Module = Schema.Struct({ date: Schema.String, lines: Schema.String })
const Line = Schema.fromJsonString(Catalogue.Line)

/** Reads the catalogue itself. Fails for a line that has a field too many or of a wrong type. */
const readCatalogue = Effect.fnUntraced(function*(file: string) {
  const { date, lines } = yield* Schema.decodeUnknownEffect(Module)(
    yield* Effect.promise(() => import(pathToFileURL(file).href))
  )
  const models = yield* Effect.forEach(
    lines.trim().split("\n"),
    (line) => Schema.decodeUnknownEffect(Line)(line, { onExcessProperty: "error" })
  )
  return { date, models }
})

/** Writes the catalogue to `target`, or with `check` only compares it. Without a list it is made of its own lines. */
const write = Effect.fn(function*(list: Option.Option<string>, target: string, check: boolean) {
  const files = yield* FileSystem.FileSystem
  const catalogue = yield* Option.match(list, { onNone: () => readCatalogue(target), onSome: readList })
  const problem = Catalogue.problemOf(catalogue.models)
  if (problem !== undefined) {
    return yield* new ModelListError({
      message: `${Option.getOrElse(list, () => target)} makes no catalogue: ${problem}`
    })
  }
  const text = Catalogue.moduleOf(catalogue)
  if (!check) {
    yield* files.writeFileString(target, text)
    return yield* Console.log(`${catalogue.models.length} models of ${catalogue.date} written to ${target}`)
  }
  const state = Option.match(list, { onNone: () => "in order", onSome: (file) => `what ${file} compiles to` })
  return (yield* files.readFileString(target)) === text
    ? yield* Console.log(`${target} is ${state}`)
    : yield* new ModelListError({ message: `${target} is not ${state}: run this without --check` })
})

const command = Command.make("models", {
  check: Flag.Boolean("check").pipe(Flag.withDescription("Only compare"), Flag.withDefault(false)),
  output: Flag.String("output").pipe(
    Flag.withMetavar("FILE"),
    Flag.withDescription("Path of the catalogue; default: the package's own"),
    Flag.withDefault("")
  ),
  file: Argument.String("file").pipe(Argument.optional)
}, ({ check, file, output }) =>
  Effect.gen(function*() {
    const path = yield* Path.Path
    const own = path.join(import.meta.dirname, "../src/layers/catalogue/Catalogue.ts")
    yield* write(file, output === "" ? own : path.resolve(output), check)
  }))

Command.run(command, { version: "1" }).pipe(
  Effect.tapError((error) => Console.error(`${error._tag}: ${error.message}`)),
  Effect.provide(NodeServices.layer),
  NodeRuntime.runMain({ disableErrorReporting: true })
)
