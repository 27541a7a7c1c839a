/**
 * Runs `sluice chat`.
 */
import * as Clock from "effect/Clock"
import * as Prompt from "effect/ai/Prompt"
import * as Effect from "effect/Effect"
import type * as Stdio from "effect/Stdio"
import * as Stream from "effect/Stream"
import type { CompletionRequestInput } from "../../domain/CompletionRequest.ts"
import type { ResponseEvent } from "../../domain/ResponseEvent.ts"
import * as HttpChatModel from "../../layers/completion/HttpChatModel.ts"
import { ChatModel } from "../../services/ChatModel.ts"
import * as Call from "../call/Call.ts"
import * as Target from "../call/Target.ts"
import type { TargetFlags } from "../call/TargetFlags.ts"
import { type CliFailure, CommandLineError } from "../Failures.ts"
import * as Input from "../Input.ts"
import * as Output from "../Output.ts"
import * as Attachments from "./Attachments.ts"
import * as RequestFlags from "./RequestFlags.ts"
import * as Transcript from "./Transcript.ts"

/** The flags and arguments of `sluice chat`. */
export interface ChatFlags extends TargetFlags, RequestFlags.RequestFlags {
  /** `--protocol`: the name of a protocol; default: the provider's first for the model. */
  readonly protocol: string | undefined
  /** `--system`: instructions to the model; default: none. */
  readonly system: string | undefined
  /** The words of the prompt; `-` or none where stdin is piped: the prompt is stdin. */
  readonly prompt: ReadonlyArray<string>
}

const promptOf = Effect.fnUntraced(
  function*(words: ReadonlyArray<string>): Effect.fn.Return<string, CliFailure, Stdio.Stdio> {
    const isPiped = yield* Input.isPiped(words)
    const prompt = isPiped ? yield* Input.text : words.join(" ")
    if (prompt.trim() !== "") return prompt
    return yield* new CommandLineError({
      message: isPiped
        ? "There is no prompt: stdin is empty"
        : "There is no prompt: give one as the last argument, or pipe it in"
    })
  }
)

// The simulator's default completion, at a pace that a reader can follow.
const scenario = { pace: { timeToFirstTokenMillis: 150, tokensPerSecond: 40, jitter: 0.3 } }

/** Marks the first event of a simulated completion, which programs could take for a model's. */
const marked = (event: ResponseEvent, simulated: boolean) =>
  simulated && event._tag === "Created" ? { ...event, simulated } : event

/** Streams a completion to stdout, and its summary to stderr. */
const show = Effect.fnUntraced(function*(request: CompletionRequestInput, json: boolean, simulated: boolean) {
  const terminals = yield* Output.terminals
  const transcript = Transcript.make(terminals)
  const print = (pieces: ReadonlyArray<Transcript.Piece>) =>
    Effect.forEach(
      json ? [] : pieces,
      ({ text, to }) => (to === "stdout" ? Output.write(text) : Output.writeError(text)),
      { discard: true }
    )
  const start = yield* Clock.currentTimeMillis
  yield* ChatModel.stream(request).pipe(
    Stream.runForEachArray(Effect.fnUntraced(function*(events) {
      const now = yield* Clock.currentTimeMillis
      const pieces = events.flatMap((event) => transcript.add(event, now))
      yield* print(pieces)
      if (json) yield* Output.write(events.map((event) => `${JSON.stringify(marked(event, simulated))}\n`).join(""))
    })),
    Effect.tapError(() => print(transcript.end())),
    // The shell's prompt starts on a line of its own after an interrupt.
    Effect.onInterrupt(() => (terminals.stdout ? Effect.ignore(print(transcript.end())) : Effect.void))
  )
  yield* print(transcript.end())
  yield* Output.writeErrorLine(transcript.line(start))
})

const messagesOf = (
  system: string | undefined,
  prompt: string,
  files: ReadonlyArray<Prompt.FilePart>
): Prompt.Prompt =>
  Prompt.fromMessages([
    ...(system === undefined ? [] : [Prompt.systemMessage({ content: system })]),
    Prompt.userMessage({ content: [...files, Prompt.textPart({ text: prompt })] })
  ])

/** Sends the prompt of the command line and prints the completion. */
export const run = Effect.fnUntraced(function*(flags: ChatFlags) {
  const fields = yield* RequestFlags.fields(flags)
  const text = yield* promptOf(flags.prompt)
  const prompt = messagesOf(flags.system, text, yield* Attachments.parts(flags))
  const { stdout } = yield* Output.terminals
  const target = yield* Target.resolve(flags, "chat", stdout)
  yield* Call.run(
    target,
    HttpChatModel.layer,
    (model) => show({ ...fields, model, prompt }, flags.json, target.simulated),
    { scenario }
  )
}, Call.command)
