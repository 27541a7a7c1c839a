/**
 * Sends a folder of prompts (`.txt` and `.md`) through a model, some at a time, into a file of one JSON object a line.
 *
 *     npx tsx scripts/batch.ts --model openai/gpt-5-mini --concurrency 4 prompts/ answers.ndjson
 *
 * Stop it with Ctrl-C and run it again: what has an answer is not asked again, and a line that was cut off by a crash is
 * repaired. Failures are lines too; `--retry-failed` asks those again (the last line of a prompt counts). What would fail
 * for every prompt, such as a wrong key, stops the batch. Exit code 1 if anything failed. Keys come from the environment or
 * `.env`; without one, or with `--simulate`, the simulator answers.
 */
import { NodeRuntime, NodeServices } from "@effect/platform-node"
import { Clock, Console, Data, Effect, FileSystem, Option, Path, Ref, Stdio, Stream } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { ChatModel, type CompletionError } from "sluice"
import * as Answers from "./support/Answers.ts"
import * as Models from "./support/Models.ts"

/** Some prompts have no answer. */
class UnansweredError extends Data.TaggedError("UnansweredError")<{ readonly message: string }> {}

/** Failures that the next prompt would meet, too. */
const isHopeless = ({ _tag }: CompletionError): boolean =>
  _tag === "AuthenticationError" || _tag === "ConfigurationError" || _tag === "PermissionDeniedError" ||
  _tag === "ModelNotFoundError" || _tag === "UsageLimitReachedError"

const promptsIn = Effect.fn(function*(folder: string) {
  const files = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const names = (yield* files.readDirectory(folder)).filter((name) => /\.(txt|md)$/.test(name)).toSorted()
  return names.map((name) => ({ name, path: path.join(folder, name) }))
})

interface Counts {
  readonly answered: number
  readonly failed: number
  readonly tokens: number
}

/** Shows how far the batch is: one line that changes on a terminal, a line a prompt otherwise. */
const progress = Effect.fn(function*(name: string, counts: Counts, total: number) {
  const stdio = yield* Stdio.Stdio
  const line = `${counts.answered + counts.failed}/${total} done, ${counts.failed} failed, ${counts.tokens} tokens out`
  const text = (yield* stdio.stderrIsTerminal) ? `\r\u001b[K${line}` : `${line} (${name})\n`
  yield* Stream.run(Stream.succeed(text), stdio.stderr())
})

interface Options {
  readonly model: Option.Option<string>
  readonly concurrency: number
  readonly retryFailed: boolean
  readonly folder: string
  readonly output: string
}

const batch = Effect.fn(function*(options: Options) {
  const files = yield* FileSystem.FileSystem
  const [small = "no model"] = yield* Models.small
  const model = Option.getOrElse(options.model, () => small)
  const prompts = yield* promptsIn(options.folder)
  const answers = yield* Answers.open(options.output)
  const todo = prompts.filter(({ name }) => {
    const before = answers.last.get(name)
    return before === undefined || (before === "Failure" && options.retryFailed)
  })
  if (answers.isRepaired) yield* Console.error("The last line was cut off and is removed: its prompt is asked again.")
  yield* Console.error(`${prompts.length} prompts, ${prompts.length - todo.length} done before, ${model}`)
  const counts = yield* Ref.make<Counts>({ answered: 0, failed: 0, tokens: 0 })

  const one = Effect.fn(function*(prompt: { readonly name: string; readonly path: string }) {
    const start = yield* Clock.currentTimeMillis
    const question = yield* files.readFileString(prompt.path)
    const result = yield* Effect.result(ChatModel.complete({ model, prompt: question }))
    if (result._tag === "Failure") {
      const { _tag, message } = result.failure
      if (isHopeless(result.failure)) return yield* result.failure
      yield* answers.add({ _tag: "Failure", prompt: prompt.name, model, error: { _tag, message } })
    } else {
      const { finishReason, text, usage } = result.success
      const millis = (yield* Clock.currentTimeMillis) - start
      yield* answers.add({ _tag: "Answer", prompt: prompt.name, model, text, finishReason, usage, millis })
    }
    const now = yield* Ref.updateAndGet(counts, ({ answered, failed, tokens }) =>
      result._tag === "Failure"
        ? { answered, failed: failed + 1, tokens }
        : { answered: answered + 1, failed, tokens: tokens + (result.success.usage?.outputTokens ?? 0) })
    yield* progress(prompt.name, now, todo.length)
  })

  yield* Effect.forEach(todo, one, { concurrency: options.concurrency, discard: true }).pipe(
    Effect.onInterrupt(() => Console.error("\nStopped. What is answered is kept: run it again to go on."))
  )
  const { failed } = yield* Ref.get(counts)
  yield* Console.error(`\n${options.output} is complete${failed === 0 ? "." : " but for the failures."}`)
  if (failed > 0) {
    return yield* new UnansweredError({ message: `${failed} prompts failed; --retry-failed asks them again` })
  }
})

const command = Command.make("batch", {
  model: Flag.String("model").pipe(Flag.withDescription("provider/model"), Flag.optional),
  concurrency: Flag.Int("concurrency").pipe(
    Flag.withDescription("How many at a time"),
    Flag.filter((count) => count > 0, () => "at least one at a time"),
    Flag.withDefault(4)
  ),
  retryFailed: Flag.Boolean("retry-failed").pipe(
    Flag.withDescription("Ask again what failed before"),
    Flag.withDefault(false)
  ),
  simulate: Flag.Boolean("simulate").pipe(Flag.withDescription("Ask the simulator"), Flag.withDefault(false)),
  folder: Argument.Directory("folder", { mustExist: true }),
  output: Argument.Path("output", { pathType: "file" })
}, ({ simulate, ...options }) => Effect.scoped(batch(options)).pipe(Effect.provide(Models.layer(simulate))))

Command.run(command, { version: "1" }).pipe(
  Effect.tapError((error) => Console.error(`\n${error._tag}: ${error.message}`)),
  Effect.provide(NodeServices.layer),
  NodeRuntime.runMain({ disableErrorReporting: true })
)
