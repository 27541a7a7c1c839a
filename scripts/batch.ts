/**
 * Sends a folder of prompts (`.txt` and `.md`) through a model, some at a time, into a file of one JSON object a line.
 *
 *     npx tsx scripts/batch.ts --model openai/gpt-6-luna --concurrency 4 prompts/ completions.ndjson
 *
 * Stop it with Ctrl-C and run it again: a prompt that has a completion is not sent again, and a line that a crash cut
 * off is repaired. Failures are lines too; `--retry-failed` sends those prompts again (the last line of a prompt
 * counts). A failure of every prompt, such as an invalid key, stops the batch. The exit code is 1 if anything failed.
 * Keys come from the environment or `.env`; without one, or with `--simulate`, the batch uses the simulator.
 */
import { Clock, Console, Data, Effect, FileSystem, Option, Path, Ref, Stdio, Stream } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { ChatModel, type CompletionError } from "sluice"
import * as BatchFile from "./support/BatchFile.ts"
import { run } from "./support/Main.ts"
import * as Models from "./support/Models.ts"

/** The failure of a batch in which some prompts have no completion. */
class IncompleteBatchError extends Data.TaggedError("IncompleteBatchError")<{ readonly message: string }> {}

/** Returns whether every other prompt would fail too. */
const isFinal = ({ _tag }: CompletionError): boolean =>
  _tag === "AuthenticationError" || _tag === "ConfigurationError" || _tag === "PermissionDeniedError" ||
  _tag === "ModelNotFoundError" || _tag === "UsageLimitReachedError"

const promptsIn = Effect.fn(function*(folder: string) {
  const files = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const names = (yield* files.readDirectory(folder)).filter((name) => /\.(txt|md)$/.test(name)).toSorted()
  return names.map((name) => ({ name, path: path.join(folder, name) }))
})

interface Counts {
  readonly completed: number
  readonly failed: number
  readonly tokens: number
}

/** Prints the progress: one line that changes on a terminal, a line for each prompt otherwise. */
const progress = Effect.fn(function*(name: string, counts: Counts, total: number) {
  const stdio = yield* Stdio.Stdio
  const line = `${counts.completed + counts.failed}/${total} done, ${counts.failed} failed, ${counts.tokens} tokens out`
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
  const results = yield* BatchFile.open(options.output)
  const remaining = prompts.filter(({ name }) => {
    const before = results.last.get(name)
    return before === undefined || (before === "Failure" && options.retryFailed)
  })
  if (results.isRepaired) yield* Console.error("The last line was cut off and is removed: its prompt is sent again.")
  yield* Console.error(`${prompts.length} prompts, ${prompts.length - remaining.length} done before, ${model}`)
  const counts = yield* Ref.make<Counts>({ completed: 0, failed: 0, tokens: 0 })

  const one = Effect.fn(function*(prompt: { readonly name: string; readonly path: string }) {
    const start = yield* Clock.currentTimeMillis
    const text = yield* files.readFileString(prompt.path)
    const result = yield* Effect.result(ChatModel.complete({ model, prompt: text }))
    if (result._tag === "Failure") {
      const { _tag, message } = result.failure
      if (isFinal(result.failure)) return yield* result.failure
      yield* results.add({ _tag: "Failure", prompt: prompt.name, model, error: { _tag, message } })
    } else {
      const { finishReason, text, usage } = result.success
      const millis = (yield* Clock.currentTimeMillis) - start
      yield* results.add({ _tag: "Completion", prompt: prompt.name, model, text, finishReason, usage, millis })
    }
    const now = yield* Ref.updateAndGet(counts, ({ completed, failed, tokens }) =>
      result._tag === "Failure"
        ? { completed, failed: failed + 1, tokens }
        : { completed: completed + 1, failed, tokens: tokens + (result.success.usage?.outputTokens ?? 0) })
    yield* progress(prompt.name, now, remaining.length)
  })

  yield* Effect.forEach(remaining, one, { concurrency: options.concurrency, discard: true }).pipe(
    Effect.onInterrupt(() => Console.error("\nStopped. Completions are kept: run it again to continue."))
  )
  const { failed } = yield* Ref.get(counts)
  yield* Console.error(`\n${options.output} is complete${failed === 0 ? "." : " but for the failures."}`)
  if (failed > 0) {
    return yield* new IncompleteBatchError({ message: `${failed} prompts failed; --retry-failed sends them again` })
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
    Flag.withDescription("Send again what failed before"),
    Flag.withDefault(false)
  ),
  simulate: Flag.Boolean("simulate").pipe(Flag.withDescription("Use the simulator"), Flag.withDefault(false)),
  folder: Argument.Directory("folder", { mustExist: true }),
  output: Argument.Path("output", { pathType: "file" })
}, ({ simulate, ...options }) => Effect.scoped(batch(options)).pipe(Effect.provide(Models.layer(simulate))))

run(command)
