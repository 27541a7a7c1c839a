/**
 * Starts MCP servers, and makes one toolkit of their tools.
 */
import * as McpClient from "effect/ai/McpClient"
import type { McpClientError } from "effect/ai/McpClientError"
import * as McpProtocol from "effect/ai/McpProtocol"
import type * as McpSchema from "effect/ai/McpSchema"
import * as Tool from "effect/ai/Tool"
import * as Toolkit from "effect/ai/Toolkit"
import * as Config from "effect/Config"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ChildProcess from "effect/process/ChildProcess"
import type { ChildProcessSpawner } from "effect/process/ChildProcessSpawner"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import { CommandLineError, errorLine, FailedError } from "../../Failures.ts"
import * as Version from "../../Version.ts"
import * as CommandWords from "./CommandWords.ts"
import type { ToolFlags } from "./ToolFlags.ts"

/** The variables that every server gets. No key of a provider is among them. */
const inherited = ["PATH", "HOME", "LANG"]

/** A tool of a server. */
interface ServerTool {
  /** The client of the server. */
  readonly client: McpClient.McpClient
  /** The tool as the server describes it. */
  readonly descriptor: McpSchema.Tool
}

const environment = Effect.fnUntraced(function*(names: ReadonlyArray<string>) {
  const found: Record<string, string> = {}
  for (const name of [...inherited, ...names]) {
    const value = yield* Effect.option(Config.String(name))
    if (value._tag === "Some") found[name] = value.value
  }
  return found
})

/** A command of a server: its program and the words after it. */
type Words = readonly [program: string, ...words: ReadonlyArray<string>]

/** Splits the commands into words. An error names a command by its number: its words may be secret. */
const wordsOf = Effect.fnUntraced(
  function*(commands: ReadonlyArray<string>): Effect.fn.Return<ReadonlyArray<Words>, CommandLineError> {
    const split: Array<Words> = []
    for (const [index, command] of commands.entries()) {
      const [program, ...words] = CommandWords.split(command) ?? []
      if (program === undefined) {
        return yield* new CommandLineError({
          message: `--mcp ${index + 1}: this is not a command, or a quote is not closed`
        })
      }
      split.push([program, ...words])
    }
    return split
  }
)

/** Starts a server, which ends with the scope, and lists its tools. */
const connect = Effect.fnUntraced(
  function*(
    [program, ...words]: Words,
    env: Readonly<Record<string, string>>,
    version: string
  ): Effect.fn.Return<ReadonlyArray<ServerTool>, McpClientError, ChildProcessSpawner | Scope.Scope> {
    const context = yield* Layer.build(McpClient.layerStdio({
      name: "sluice",
      version,
      protocol: McpProtocol.v2025_11_25,
      command: ChildProcess.make(program, words, { env })
    }))
    const client = Context.get(context, McpClient.McpClient)
    return (yield* client.listTools()).map((descriptor) => ({ client, descriptor }))
  }
)

/** Names a server by its program alone: the words after it may be secret. */
const failed = (program: string, { message }: McpClientError): FailedError =>
  new FailedError({ line: errorLine({ _tag: "McpError", message: `${program}: ${message}` }) })

/** Makes a name that every provider accepts, and that no earlier tool has. */
const nameOf = (name: string, isTaken: (name: string) => boolean): string => {
  const valid = name.replace(/[^\w-]/g, "_").slice(0, 60)
  if (!isTaken(valid)) return valid
  for (let number = 2;; number++) if (!isTaken(`${valid}_${number}`)) return `${valid}_${number}`
}

const textOf = ({ content, structuredContent }: McpSchema.CallToolResult): string => {
  const texts = content.map((block) => (block.type === "text" ? block.text : `[${block.type} left out]`))
  return texts.length === 0 && structuredContent !== undefined ? JSON.stringify(structuredContent) : texts.join("\n")
}

const toolOf = (name: string, { inputSchema, description }: McpSchema.Tool) =>
  Tool.dynamic(name, {
    parameters: inputSchema,
    description,
    success: Schema.String,
    failure: Schema.String,
    failureMode: "return",
    needsApproval: true
  }).annotate(Tool.Strict, false)

const isArguments = Schema.is(Schema.Record(Schema.String, Schema.Json))

const handlerOf = ({ client, descriptor: tool }: ServerTool) => (input: unknown) =>
  isArguments(input)
    ? client.callTool({ tool, arguments: input }).pipe(
      Effect.mapError((error) => error.reason._tag === "ToolError" ? textOf(error.reason.result) : error.message),
      Effect.flatMap((result) => result.isError === true ? Effect.fail(textOf(result)) : Effect.succeed(textOf(result)))
    )
    : Effect.fail("The arguments are not an object.")

/** Starts the servers of the flags, and returns their tools with their handlers. */
export const make = Effect.fnUntraced(function*({ mcp, mcpEnv }: Pick<ToolFlags, "mcp" | "mcpEnv">) {
  const env = yield* environment(mcpEnv)
  const tools = new Map<string, ServerTool>()
  const version = yield* Version.of(import.meta.url)
  for (const words of yield* wordsOf(mcp)) {
    const found = yield* Effect.mapError(connect(words, env, version), (error) => failed(words[0], error))
    for (const tool of found) tools.set(nameOf(tool.descriptor.name, (name) => tools.has(name)), tool)
  }
  const toolkit = Toolkit.make(...[...tools].map(([name, { descriptor }]) => toolOf(name, descriptor)))
  const handlers = Object.fromEntries([...tools].map(([name, tool]) => [name, handlerOf(tool)]))
  return yield* Effect.provideContext(toolkit, yield* toolkit.toHandlers(handlers))
})

/** The tools of servers with their handlers. */
export type McpToolkit = Effect.Success<ReturnType<typeof make>>
