/**
 * Sends the same prompt to several models at once and shows their texts side by side as they arrive.
 *
 *     npx tsx scripts/compare.ts --models openai/gpt-6-luna,anthropic/claude-haiku-5-5 "Why is the sky blue?"
 *     npx tsx scripts/compare.ts --simulate "Why is the sky blue?"
 *
 * Without `--models` it uses a small model of every provider with a key. On a terminal the texts are columns; otherwise
 * they are printed one below the other. The error of a model is printed in its place. Keys come from the environment or
 * `.env`; without one, or with `--simulate`, it uses the simulator.
 */
import { Clock, Data, Effect, Fiber, Schedule, Stdio, Stream, Terminal } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { ChatModel } from "sluice"
import * as Columns from "./support/Columns.ts"
import { run } from "./support/Main.ts"
import * as Models from "./support/Models.ts"

/** The failure of a comparison in which at least one model failed. */
class FailedError extends Data.TaggedError("FailedError")<{ readonly message: string }> {}

/** Streams one completion into its column. */
const streamInto = Effect.fn(function*(column: Columns.Column, prompt: string) {
  const start = yield* Clock.currentTimeMillis
  yield* ChatModel.stream({ model: column.title, prompt }).pipe(
    Stream.runForEach((event) =>
      Effect.map(Clock.currentTimeMillis, (now) => {
        const seconds = ((now - start) / 1000).toFixed(1)
        if (event._tag === "OutputTextDelta" || event._tag === "RefusalDelta") column.text += event.delta
        if (event._tag === "Completed") {
          column.state = `${event.finishReason}, ${event.usage?.outputTokens ?? "?"} tokens in ${seconds} s`
        } else column.state = `${seconds} s`
      })
    ),
    Effect.catch((error) =>
      Effect.sync(() => {
        column.failed = true
        column.state = `${error._tag}: ${error.message}`
      })
    )
  )
})

const write = Effect.fn(function*(text: string) {
  const stdio = yield* Stdio.Stdio
  yield* Stream.run(Stream.succeed(text), stdio.stdout())
})

/** Redraws the columns until all are finished: the last lines that fit while they grow, everything at the end. */
const watch = Effect.fn(function*(columns: ReadonlyArray<Columns.Column>, running: Effect.Effect<unknown>) {
  const terminal = yield* Terminal.Terminal
  let drawn = 0
  const draw = (whole: boolean) =>
    Effect.gen(function*() {
      const rows = ((yield* terminal.rows) || 24) - 2
      const lines = Columns.render(columns, ((yield* terminal.columns) || 80) - 1, whole ? undefined : rows)
      yield* write(`${drawn === 0 ? "" : `\u001b[${drawn}A`}\u001b[J${lines.join("\n")}\n`)
      drawn = lines.length
    })
  const drawing = yield* draw(false).pipe(Effect.repeat(Schedule.spaced("80 millis")), Effect.forkChild)
  yield* running
  yield* Fiber.interrupt(drawing)
  yield* draw(true)
})

const compare = Effect.fn(function*(models: ReadonlyArray<string>, prompt: string) {
  const stdio = yield* Stdio.Stdio
  const columns = models.map((title): Columns.Column => ({ title, text: "", state: "waiting", failed: false }))
  if (yield* stdio.stdoutIsTerminal) {
    yield* watch(
      columns,
      Effect.forEach(columns, (column) => streamInto(column, prompt), { concurrency: "unbounded" }).pipe(
        Effect.provideContext(yield* Effect.context<ChatModel>())
      )
    )
  } else {
    const fibers = yield* Effect.forEach(columns, (column) => Effect.forkChild(streamInto(column, prompt)))
    for (const [index, fiber] of fibers.entries()) {
      yield* Fiber.join(fiber)
      const column = columns[index]
      if (column !== undefined) yield* write(`## ${column.title}\n\n${column.text}\n\n(${column.state})\n\n`)
    }
  }
  const failed = columns.filter((column) => column.failed).length
  if (failed > 0) return yield* new FailedError({ message: `${failed} of ${columns.length} models failed` })
})

const command = Command.make("compare", {
  models: Flag.String("models").pipe(
    Flag.withDescription("provider/model,provider/model,…"),
    Flag.map((text) => text.split(",").map((name) => name.trim()).filter((name) => name !== "")),
    Flag.withDefault([])
  ),
  simulate: Flag.Boolean("simulate").pipe(Flag.withDescription("Use the simulator"), Flag.withDefault(false)),
  prompt: Argument.String("prompt")
}, ({ models, prompt, simulate }) =>
  Effect.gen(function*() {
    yield* compare(models.length === 0 ? yield* Models.small : models, prompt)
  }).pipe(Effect.provide(Models.layer(simulate))))

run(command)
