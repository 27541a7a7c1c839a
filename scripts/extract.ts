/**
 * Extracts a record from each document of a folder with two models, and shows where they disagree.
 *
 *     npx tsx scripts/extract.ts --models openai/gpt-6-luna,anthropic/claude-haiku-5-5 invoices/
 *     npx tsx scripts/extract.ts --simulate invoices/
 *
 * It prints one line of JSON a document: the record of each model, and the fields in which they differ; or the error.
 * Without `--models` it uses the first two models with a key. Keys come from the environment or `.env`; without one, or
 * with `--simulate`, it uses the simulator.
 */
import { Effect, FileSystem, Path, Schema, Stdio, Stream } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { ChatModel } from "sluice"
import { run } from "./support/Main.ts"
import * as Models from "./support/Models.ts"

const Invoice = Schema.Struct({
  number: Schema.String,
  total: Schema.Finite.annotate({ description: "The amount to pay, taxes included" }),
  due: Schema.optionalKey(Schema.String).annotate({ description: "The last day for payment, as YYYY-MM-DD" })
})

const compare = Effect.fn(function*(models: ReadonlyArray<string>, document: string) {
  const request = { prompt: `The facts of this invoice:\n\n${document}`, schema: Invoice, reprompts: 1 }
  const found = yield* Effect.forEach(models, (model) => ChatModel.completeObject({ ...request, model }), {
    concurrency: 2
  })
  const records = found.map(({ value }, at) => Object.assign({ model: models[at] }, value))
  const values = (field: keyof typeof Invoice.Type) => new Set(records.map((record) => record[field]))
  return { records, differ: (["number", "total", "due"] as const).filter((field) => values(field).size > 1) }
})

const command = Command.make("extract", {
  models: Flag.String("models").pipe(Flag.withDescription("provider/model,provider/model"), Flag.withDefault("")),
  simulate: Flag.Boolean("simulate").pipe(Flag.withDescription("Use the simulator"), Flag.withDefault(false)),
  folder: Argument.String("folder")
}, ({ folder, models, simulate }) =>
  Effect.gen(function*() {
    const files = yield* FileSystem.FileSystem
    const { join } = yield* Path.Path
    const { stdout } = yield* Stdio.Stdio
    const chosen = models === "" ? yield* Models.small : models.split(",")
    const line = Effect.fn(function*(document: string) {
      const result = yield* files.readFileString(join(folder, document)).pipe(
        Effect.flatMap((text) => compare(chosen, text)),
        Effect.catch(({ _tag, message }) => Effect.succeed({ error: `${_tag}: ${message}` }))
      )
      return `${JSON.stringify({ document, ...result })}\n`
    })
    yield* Stream.fromIterableEffect(files.readDirectory(folder)).pipe(
      Stream.mapEffect(line, { concurrency: 4 }),
      Stream.run(stdout())
    )
  }).pipe(Effect.provide(Models.layer(simulate))))

run(command)
