/**
 * Runs `sluice chat` on a terminal without a prompt: a conversation, line by line.
 *
 * Ctrl-C stops a response and keeps its text. A request that fails leaves the conversation as it was before, but for the
 * whole steps of a loop.
 */
import * as Prompt from "effect/ai/Prompt"
import * as Effect from "effect/Effect"
import * as ScopedRef from "effect/ScopedRef"
import type { CompletionRequestInput } from "../../../domain/CompletionRequest.ts"
import type { Options } from "../../../testing/simulator/SimulatorServer.ts"
import type { CallError } from "../../call/Call.ts"
import type { Target } from "../../call/Target.ts"
import { type CliFailure, errorLine } from "../../Failures.ts"
import * as Output from "../../Output.ts"
import type { RequestFields } from "../RequestFlags.ts"
import type { ChatFlags } from "../ChatFlags.ts"
import * as Show from "../Show.ts"
import type { McpToolkit } from "../tools/McpTools.ts"
import * as Commands from "./Commands.ts"
import * as Connection from "./Connection.ts"
import * as History from "./History.ts"
import { LineEditor } from "./LineEditor.ts"
import * as SavedPrompt from "./SavedPrompt.ts"

/** What a conversation starts with. */
export interface Start {
  /** The flags of the command. */
  readonly flags: ChatFlags
  /** The fields of every request. */
  readonly fields: RequestFields
  /** The files of the first message. */
  readonly files: ReadonlyArray<Prompt.FilePart>
  /** The first model. */
  readonly target: Target
  /** The tools that the model may call; default: none. */
  readonly toolkit?: McpToolkit
  /** The options of the simulator, where that is the model. */
  readonly simulator: Options
}

/** The state of a conversation. */
interface State {
  /** The messages so far. */
  history: Prompt.Prompt
  /** The files of the next message. */
  files: ReadonlyArray<Prompt.FilePart>
}

type Current = ScopedRef.ScopedRef<Connection.Connection>

/** Prints a failure that does not end the conversation. */
const report = (error: CallError | CliFailure) => {
  switch (error._tag) {
    case "OutputClosedError":
      return Effect.fail(error)
    case "FailedError":
      return error.line === undefined ? Effect.void : Output.writeErrorLine(error.line)
    case "CommandLineError":
      return Output.writeErrorLine(error.message)
    default:
      return Output.writeErrorLine(errorLine(error))
  }
}

/** Returns the fields of a request. Headers may hold a key, so that they are for the first provider alone. */
const fieldsFor = ({ target }: Connection.Connection, { fields, target: first }: Start): RequestFields => {
  const { headers, ...others } = fields
  return headers === undefined || target.definition.id !== first.definition.id ? others : { ...others, headers }
}

/** Requests a response, or runs a loop where there are tools, and shows it. */
const request = Effect.fnUntraced(function*(
  { flags, toolkit }: Start,
  fields: CompletionRequestInput,
  { add: onEvents }: History.Arriving
) {
  const repaired = { ...fields, history: "repair" } as const
  if (toolkit === undefined) return yield* Show.show(repaired, { onEvents })
  const AskApproval = yield* Effect.promise(() => import("../tools/AskApproval.ts"))
  const ShowLoop = yield* Effect.promise(() => import("../tools/ShowLoop.ts"))
  const { tools: _, toolChoice: __, ...rest } = repaired
  yield* Effect.provide(ShowLoop.show(rest, toolkit, flags, { onEvents }), AskApproval.layer(flags.yes))
})

/** Sends a text, shows the response and adds both to the history. Returns whether Ctrl-C stopped the response. */
const send = Effect.fnUntraced(function*(state: State, text: string, current: Current, start: Start) {
  const editor = yield* LineEditor
  const connection = yield* ScopedRef.get(current)
  const prompt = History.withUser(state.history, text, state.files)
  const arriving = new History.Arriving(prompt)
  const response = request(start, { ...fieldsFor(connection, start), model: connection.model, prompt }, arriving).pipe(
    Effect.provide(connection.services),
    Effect.as("whole" as const)
  )
  const end = yield* Effect.raceFirst(response, Effect.as(editor.interrupted, "stopped" as const)).pipe(
    Effect.catch((error) => Effect.as(report(error), "failed" as const))
  )
  const history = arriving[end]
  if (history === undefined) {
    yield* Output.writeErrorLine("This message is not part of the conversation.")
  } else {
    if (end === "failed") yield* Output.writeErrorLine("The steps before the failure are kept.")
    state.history = history
    state.files = []
  }
  return end === "stopped"
})

/** Runs a command. Returns whether it ends the conversation. */
const runCommand = Effect.fnUntraced(function*(
  state: State,
  { argument, name }: Extract<Commands.Parsed, { readonly _tag: "Command" }>,
  current: Current,
  { flags, simulator, target: first }: Start
) {
  switch (name) {
    case "model": {
      if (argument !== "") {
        const target = yield* Connection.resolve(argument, flags, first, yield* ScopedRef.get(current))
        yield* ScopedRef.set(current, Connection.open(target, simulator))
      }
      yield* Output.write(`The model is ${Connection.nameOf(yield* ScopedRef.get(current))}.\n`)
      return false
    }
    case "system":
      state.history = History.withSystem(state.history, argument)
      yield* Output.write(argument === "" ? "There are no instructions.\n" : "The instructions are replaced.\n")
      return false
    case "save":
      yield* SavedPrompt.save(state.history, argument)
      yield* Output.write(`${Output.counted(state.history.content.length, "message")} saved in ${argument}.\n`)
      return false
    case "load":
      state.history = yield* SavedPrompt.load(argument)
      yield* Output.write(`${Output.counted(state.history.content.length, "message")} loaded from ${argument}.\n`)
      return false
    case "help":
      yield* Output.write(Commands.help(yield* Output.width))
      return false
    case "exit":
      return true
  }
})

/** Runs a conversation until the user ends it. */
export const run = Effect.fnUntraced(function*(start: Start) {
  const editor = yield* LineEditor
  const current = yield* ScopedRef.fromAcquire(Connection.open(start.target, start.simulator))
  const state: State = { history: History.withSystem(Prompt.empty, start.flags.system ?? ""), files: start.files }
  yield* Output.write(
    `A conversation with ${Connection.nameOf(yield* ScopedRef.get(current))}. /help lists commands, Ctrl-D ends.\n`
  )
  // How often Ctrl-C came without a line between.
  let interrupts = 0
  while (true) {
    const input = yield* editor.read("> ")
    if (input._tag === "Ended") return
    if (input._tag === "Interrupted") {
      interrupts = input.isEmpty ? interrupts + 1 : 0
      if (interrupts > 1) return
      if (interrupts === 1) yield* Output.write("Press Ctrl-C again, or Ctrl-D, to end.\n")
      continue
    }
    interrupts = 0
    if (input.text.trim() === "") continue
    const parsed = Commands.parse(input.text)
    if (parsed._tag === "Problem") yield* Output.writeErrorLine(parsed.message)
    else if (parsed._tag === "Text") interrupts = (yield* send(state, input.text, current, start)) ? 1 : 0
    else if (yield* Effect.catch(runCommand(state, parsed, current, start), (error) => Effect.as(report(error), false)))
      return
  }
}, Effect.scoped)
