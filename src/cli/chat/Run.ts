/**
 * Runs `sluice chat`.
 */
import * as Prompt from "effect/ai/Prompt"
import * as Effect from "effect/Effect"
import * as Stdio from "effect/Stdio"
import type { CompletionRequestInput } from "../../domain/CompletionRequest.ts"
import * as HttpChatModel from "../../layers/completion/HttpChatModel.ts"
import * as Call from "../call/Call.ts"
import * as Target from "../call/Target.ts"
import { type CliFailure, CommandLineError } from "../Failures.ts"
import * as Input from "../Input.ts"
import * as Output from "../Output.ts"
import * as Attachments from "./Attachments.ts"
import type { ChatFlags } from "./ChatFlags.ts"
import type { Start } from "./conversation/Conversation.ts"
import * as History from "./conversation/History.ts"
import * as RequestFlags from "./RequestFlags.ts"
import type { RequestFields } from "./RequestFlags.ts"
import * as Show from "./Show.ts"

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
const simulator = { scenario: { pace: { timeToFirstTokenMillis: 150, tokensPerSecond: 40, jitter: 0.3 } } }

/** Whether `chat` is a conversation: without a prompt, on a terminal. */
const isConversation = Effect.fnUntraced(
  function*({ json, prompt }: ChatFlags): Effect.fn.Return<boolean, never, Stdio.Stdio> {
    const { stdinIsTerminal, stdoutIsTerminal } = yield* Stdio.Stdio
    return prompt.length === 0 && !json && (yield* stdinIsTerminal) && (yield* stdoutIsTerminal)
  }
)

/** Starts the MCP servers of the flags, which end with the scope. */
const mcpTools = Effect.fnUntraced(function*(flags: ChatFlags) {
  const McpTools = yield* Effect.promise(() => import("./tools/McpTools.ts"))
  return yield* McpTools.make(flags)
})

const converse = Effect.fnUntraced(function*(given: Start) {
  const { flags } = given
  const start = flags.mcp.length === 0 ? given : { ...given, toolkit: yield* mcpTools(flags) }
  const Conversation = yield* Effect.promise(() => import("./conversation/Conversation.ts"))
  const LineEditor = yield* Effect.promise(() => import("./conversation/LineEditor.ts"))
  yield* Effect.provide(Conversation.run(start), LineEditor.layer)
}, Effect.scoped)

/** Returns how a completion is requested and shown: as text, or as a value that follows the schema of a file. */
const showOf = Effect.fnUntraced(function*({ outputSchema, ...fields }: RequestFields, file = "") {
  if (outputSchema === undefined) {
    return (request: CompletionRequestInput, options: Show.ShowOptions) => Show.show({ ...fields, ...request }, options)
  }
  const { schema } = outputSchema
  const OutputCheck = yield* Effect.promise(() => import("./object/OutputCheck.ts"))
  const ShowObject = yield* Effect.promise(() => import("./object/ShowObject.ts"))
  const check = yield* OutputCheck.make(file, schema)
  return (request: CompletionRequestInput, options: Show.ShowOptions) =>
    ShowObject.show({ ...fields, ...request, schema }, { ...options, check })
})

/** Runs a model with the tools of MCP servers. */
const withTools = Effect.fnUntraced(
  function*(flags: ChatFlags, fields: RequestFields, target: Target.Target, prompt: Prompt.Prompt) {
    const AskApproval = yield* Effect.promise(() => import("./tools/AskApproval.ts"))
    const ShowLoop = yield* Effect.promise(() => import("./tools/ShowLoop.ts"))
    const toolkit = yield* mcpTools(flags)
    const options = { json: flags.json, simulated: target.simulated }
    yield* Call.run(
      target,
      HttpChatModel.layer,
      (model) =>
        Effect.provide(
          ShowLoop.show({ ...fields, model, prompt }, toolkit, flags, options),
          AskApproval.layer(flags.yes)
        ),
      simulator
    )
  },
  Effect.scoped
)

/** Sends the prompt of the command line and prints the completion, or runs a conversation. */
export const run = Effect.fnUntraced(function*(flags: ChatFlags) {
  if (flags.mcp.length > 0 && flags.schema !== undefined) {
    return yield* new CommandLineError({ message: "--schema cannot be used with --mcp" })
  }
  const fields = yield* RequestFlags.fields(flags)
  const { stdout } = yield* Output.terminals
  if (yield* isConversation(flags)) {
    const files = yield* Attachments.parts(flags)
    const target = yield* Target.resolve(flags, "chat", stdout)
    return yield* converse({ flags, fields, files, target, simulator })
  }
  const text = yield* promptOf(flags.prompt)
  const files = yield* Attachments.parts(flags)
  const target = yield* Target.resolve(flags, "chat", stdout)
  const prompt = History.withUser(History.withSystem(Prompt.empty, flags.system ?? ""), text, files)
  if (flags.mcp.length > 0) return yield* withTools(flags, fields, target, prompt)
  const options = { json: flags.json, simulated: target.simulated }
  const show = yield* showOf(fields, flags.schema)
  yield* Call.run(target, HttpChatModel.layer, (model) => show({ model, prompt }, options), simulator)
}, Call.command)
