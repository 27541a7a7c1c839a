/**
 * What `sluice chat` does.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import * as Stdio from "effect/Stdio"
import * as Stream from "effect/Stream"
import type { CompletionError } from "../../domain/CompletionError.ts"
import type { CompletionRequestInput } from "../../domain/CompletionRequest.ts"
import * as Model from "../../domain/Model.ts"
import * as DotEnv from "../../layers/DotEnv.ts"
import * as UndiciHttpClient from "../../layers/http/UndiciHttpClient.ts"
import * as SingleProvider from "../../layers/providers/SingleProvider.ts"
import * as ChatModel from "../../services/ChatModel.ts"
import * as SluiceConfig from "../../services/SluiceConfig.ts"
import type { ChatFlags } from "../Chat.ts"
import { type CliFailure, CommandLineError, errorLine, FailedError } from "../Failures.ts"
import * as Input from "../Input.ts"
import * as Output from "../Output.ts"
import * as Target from "./Target.ts"
import * as Transcript from "./Transcript.ts"

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
    const SimulatorServer = yield* Effect.promise(() => import("../../layers/simulator/SimulatorServer.ts"))
    const simulator = yield* Effect.mapError(
      SimulatorServer.serve({ scenario }),
      (error) => new FailedError({ line: errorLine(error) })
    )
    yield* Output.sayError(
      `No API key is configured: the built-in simulator answers in place of ${target.definition.name}. Set ${
        target.definition.keyEnv.join(" or ")
      } to ask the real one, or give --base-url.`
    )
    const options = {
      ...target.options,
      baseUrl: simulator.baseUrl(target.protocol),
      apiKey: Redacted.make("simulated")
    }
    return { ...target, options }
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

const modelLayer = ({ definition, options, simulated }: Target.Target) =>
  SingleProvider.layer(definition)(options).pipe(
    Layer.provide(UndiciHttpClient.layer),
    // The simulator is in this process: no proxy knows the way to it.
    Layer.provide(SluiceConfig.layer(simulated ? { proxy: "none" } : {}))
  )

/** Whether it is a flag that is wrong, and not the configuration. */
const isFlagWrong = (error: CompletionError, flags: ChatFlags): boolean =>
  error._tag === "ConfigurationError" && (
    error.setting === "baseUrl" && flags.baseUrl !== undefined ||
    error.setting === "apiKey" && flags.apiKeyEnv !== undefined
  )

const fail = Effect.fnUntraced(
  function*(error: CompletionError, flags: ChatFlags): Effect.fn.Return<never, CliFailure, Stdio.Stdio> {
    if (isFlagWrong(error, flags)) return yield* new CommandLineError({ message: error.message })
    if (flags.json) yield* Output.write(`${JSON.stringify({ _tag: error._tag, message: error.message })}\n`)
    return yield* new FailedError({ line: errorLine(error) })
  }
)

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
    yield* Effect.provide(show(request, flags.json), modelLayer(target))
  },
  Effect.scoped,
  Effect.provide(DotEnv.layer()),
  (effect, flags) =>
    Effect.catch(effect, (error): Effect.Effect<never, CliFailure, Stdio.Stdio> => {
      switch (error._tag) {
        case "CommandLineError":
        case "FailedError":
        case "OutputClosedError":
          return Effect.fail(error)
        default:
          return fail(error, flags)
      }
    })
)
