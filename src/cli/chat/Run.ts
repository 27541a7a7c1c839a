/**
 * What `sluice chat` does.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import * as Stdio from "effect/Stdio"
import * as Stream from "effect/Stream"
import type { CompletionRequestInput } from "../../domain/CompletionRequest.ts"
import * as Model from "../../domain/Model.ts"
import * as DotEnv from "../../layers/configuration/DotEnv.ts"
import * as SingleProvider from "../../layers/registry/SingleProvider.ts"
import * as ChatModel from "../../services/ChatModel.ts"
import * as Asking from "../Asking.ts"
import { type CliFailure, CommandLineError, type FailedError } from "../Failures.ts"
import * as Input from "../Input.ts"
import * as Output from "../Output.ts"
import * as Target from "./Target.ts"
import * as Transcript from "./Transcript.ts"

/**
 * What was asked for on the command line.
 *
 * @category models
 * @since 0.1.0
 */
export interface ChatFlags {
  readonly provider: string | undefined
  readonly model: string | undefined
  readonly baseUrl: string | undefined
  readonly apiKeyEnv: string | undefined
  readonly protocol: string | undefined
  readonly system: string | undefined
  readonly json: boolean
  readonly prompt: ReadonlyArray<string>
}

const promptOf = Effect.fnUntraced(
  function*(words: ReadonlyArray<string>): Effect.fn.Return<string, CliFailure, Stdio.Stdio> {
    const stdio = yield* Stdio.Stdio
    const isPiped = words.length === 1 && words[0] === "-" || words.length === 0 && !(yield* stdio.stdinIsTerminal)
    const prompt = isPiped ? yield* Input.text : words.join(" ")
    if (prompt.trim() !== "") return prompt
    return yield* new CommandLineError({
      message: isPiped
        ? "There is no prompt: stdin is empty"
        : "There is no prompt: give one as the last argument, or pipe it in"
    })
  }
)

// The simulator's own words, at a pace that shows them coming.
const scenario = { pace: { timeToFirstTokenMillis: 150, tokensPerSecond: 40, jitter: 0.3 } }

/** Starts the simulator and directs the question to it. */
const simulated = Effect.fnUntraced(
  function*(target: Target.Target): Effect.fn.Return<Target.Target, FailedError, Stdio.Stdio | Scope.Scope> {
    const simulator = yield* Asking.simulator(target.definition, { scenario })
    const baseUrl = simulator.baseUrl(target.protocol)
    return { ...target, options: { ...target.options, baseUrl, apiKey: Redacted.make("simulated") } }
  }
)

/** Streams the answer to whoever watches. */
const show = Effect.fnUntraced(function*(request: CompletionRequestInput, json: boolean) {
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
      if (json) yield* Output.write(events.map((event) => `${JSON.stringify(event)}\n`).join(""))
    })),
    Effect.tapError(() => print(transcript.end())),
    // The shell's prompt is not to stand at the end of half an answer.
    Effect.onInterrupt(() => (terminals.stdout ? Effect.ignore(print(transcript.end())) : Effect.void))
  )
  yield* print(transcript.end())
  yield* Output.sayError(transcript.line(start))
})

/**
 * Asks the question of the command line.
 *
 * @category running
 * @since 0.1.0
 */
export const run = Effect.fnUntraced(
  function*(flags: ChatFlags) {
    const resolved = yield* Target.resolve(flags)
    const prompt = yield* promptOf(flags.prompt)
    const target = resolved.simulated ? yield* simulated(resolved) : resolved
    const request: CompletionRequestInput = {
      model: Model.make(target.definition.id, target.model),
      prompt: [
        ...(flags.system === undefined ? [] : [{ role: "system" as const, content: flags.system }]),
        { role: "user", content: prompt }
      ]
    }
    const model = SingleProvider.layer(target.definition)(target.options)
    yield* Effect.provide(show(request, flags.json), Asking.connected(model, target))
  },
  Effect.scoped,
  Effect.provide(DotEnv.layer()),
  Asking.failing
)
