/**
 * Runs the command in this process, with its own environment, working directory, stdin and terminal. A child process
 * starts in half a second: `Command.ts` is for what only a process shows, such as signals and closed pipes.
 */
import * as NodeServices from "@effect/platform-node/NodeServices"
import { ConfigProvider, Console, Effect, Layer, Runtime, Sink, Stdio, Stream, Terminal } from "effect"
import process from "node:process"
import * as Program from "../../src/cli/Program.ts"
import { emptyFolder, type Finished } from "./Command.ts"

export interface Options {
  /** All environment variables; default: none. */
  readonly env?: Readonly<Record<string, string>>
  /** The working directory; default: an empty folder. Two runs at a time have the same one. */
  readonly cwd?: string
  /** The content of stdin; default: empty. */
  readonly input?: string | Uint8Array
  /** The streams that are a terminal; default: none. */
  readonly terminals?: ReadonlyArray<"stdin" | "stdout" | "stderr">
  /** Called on every write to stdout, with all output so far. */
  readonly onStdout?: (stdout: string) => void
  /** The width of the terminal; default: 0, unknown. */
  readonly columns?: number
}

const nowhere = emptyFolder()

/** Collects what is written to an output, and calls `onText` with all of it so far. */
const collector = (onText: (text: string) => void = () => {}) => {
  const decoder = new TextDecoder()
  let text = ""
  return {
    text: () => text,
    add: (piece: string | Uint8Array) => {
      text += typeof piece === "string" ? piece : decoder.decode(piece, { stream: true })
      onText(text)
    }
  }
}

type Collector = ReturnType<typeof collector>

const stdioOf = (
  args: ReadonlyArray<string>,
  { input = "", terminals = [] }: Options,
  out: Collector,
  err: Collector
) =>
  Stdio.layerTest({
    args: Effect.succeed(args),
    stdin: Stream.make(typeof input === "string" ? new TextEncoder().encode(input) : input),
    stdout: () => Sink.forEach((piece: string | Uint8Array) => Effect.sync(() => out.add(piece))),
    stderr: () => Sink.forEach((piece: string | Uint8Array) => Effect.sync(() => err.add(piece))),
    stdinIsTerminal: Effect.succeed(terminals.includes("stdin")),
    stdoutIsTerminal: Effect.succeed(terminals.includes("stdout")),
    stderrIsTerminal: Effect.succeed(terminals.includes("stderr"))
  })

const terminalOf = (columns: number) =>
  Layer.effect(
    Terminal.Terminal,
    Effect.map(Terminal.Terminal, (terminal) => Terminal.make({ ...terminal, columns: Effect.succeed(columns) }))
  ).pipe(Layer.provide(NodeServices.layer))

const consoleOf = (out: Collector, err: Collector): Console.Console => ({
  ...globalThis.console,
  log: (...args) => out.add(`${args.join(" ")}\n`),
  error: (...args) => err.add(`${args.join(" ")}\n`)
})

/** Runs an effect of the command until it ends, with these arguments on its command line. */
export const run = async <E>(
  effect: Effect.Effect<unknown, E, NodeServices.NodeServices>,
  args: ReadonlyArray<string>,
  options: Options = {}
): Promise<Finished> => {
  const out = collector(options.onStdout)
  const err = collector()
  const services = Layer.merge(stdioOf(args, options, out, err), terminalOf(options.columns ?? 0)).pipe(
    Layer.provideMerge(NodeServices.layer)
  )
  process.chdir(options.cwd ?? nowhere)
  const exit = await effect.pipe(
    Effect.provide(services),
    Effect.provideService(Console.Console, consoleOf(out, err)),
    Effect.provideService(ConfigProvider.ConfigProvider, ConfigProvider.fromEnvRecord({ ...options.env })),
    Effect.runPromiseExit
  )
  let code: number | null = null
  Runtime.defaultTeardown(exit, (status) => {
    code = status
  })
  return { code, stdout: out.text(), stderr: err.text() }
}

/** Runs `sluice` until it ends. */
export const sluice = (args: ReadonlyArray<string>, options?: Options): Promise<Finished> =>
  run(Program.run, args, options)
