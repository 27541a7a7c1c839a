/**
 * Keeps the results of a batch in a file of one JSON object a line, to which lines are only added.
 */
import { Data, Effect, FileSystem, Schema, Semaphore } from "effect"
import { FinishReason, TokenUsage } from "sluice"

/** Schema for the completion of one prompt, or its failure. */
export const Line = Schema.Union([
  Schema.TaggedStruct("Completion", {
    prompt: Schema.String,
    model: Schema.String,
    text: Schema.String,
    finishReason: Schema.NullOr(FinishReason),
    usage: Schema.NullOr(TokenUsage.TokenUsage),
    millis: Schema.Finite
  }),
  Schema.TaggedStruct("Failure", {
    prompt: Schema.String,
    model: Schema.String,
    error: Schema.Struct({ _tag: Schema.String, message: Schema.String })
  })
])

/** The completion of one prompt, or its failure. */
export type Line = typeof Line.Type

const LineJson = Schema.fromJsonString(Line)

/** The failure for a file that is not the result of a batch. The file is not changed. */
export class BatchFileError extends Data.TaggedError("BatchFileError")<{ readonly message: string }> {}

/**
 * Opens the file. Returns the last result of each prompt in it, and a function that adds a line.
 *
 * A last line without its end was being written when a machine or a process stopped: it is removed.
 */
export const open = Effect.fn(function*(path: string) {
  const files = yield* FileSystem.FileSystem
  const text = (yield* files.exists(path)) ? yield* files.readFileString(path) : ""
  const whole = text.slice(0, text.lastIndexOf("\n") + 1)
  const lines = whole.split("\n").slice(0, -1)
  const last = new Map<string, Line["_tag"]>()
  for (const [index, json] of lines.entries()) {
    const line = yield* Effect.mapError(
      Schema.decodeEffect(LineJson)(json),
      () =>
        new BatchFileError({ message: `${path}, line ${index + 1}, was not written by this script: give another file` })
    )
    last.set(line.prompt, line._tag)
  }
  const isRepaired = whole.length < text.length
  if (isRepaired) yield* files.truncate(path, Buffer.byteLength(whole))
  const file = yield* files.open(path, { flag: "a" })
  const lock = yield* Semaphore.make(1)
  // One line at a time, and never a part of one when the batch is interrupted.
  const add = (line: Line) =>
    Effect.flatMap(
      Schema.encodeEffect(LineJson)(line),
      (json) => file.writeAll(new TextEncoder().encode(`${json}\n`))
    ).pipe(Effect.uninterruptible, lock.withPermits(1), Effect.orDie)
  return { last, isRepaired, add }
})
