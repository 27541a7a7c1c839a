/**
 * Runs the command with its subcommands: parsing, help, logs and error output.
 */
import * as CliOutput from "effect/cli/CliOutput"
import * as Command from "effect/cli/Command"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Stdio from "effect/Stdio"
import { nearest } from "../domain/Nearest.ts"
import { defaults, type Settings, SluiceConfig } from "../services/SluiceConfig.ts"
import * as Chat from "./chat/Command.ts"
import * as Decode from "./decode/Command.ts"
import * as Embed from "./embed/Command.ts"
import { CommandLineError } from "./Failures.ts"
import * as Models from "./models/Command.ts"
import * as Output from "./Output.ts"
import * as Providers from "./providers/Command.ts"
import * as Rerank from "./rerank/Command.ts"
import * as Simulate from "./simulate/Command.ts"
import * as Speak from "./speak/Command.ts"
import * as HelpText from "./terminal/HelpText.ts"
import * as Transcribe from "./transcribe/Command.ts"
import * as Version from "./Version.ts"

const subcommands = [
  Chat.command,
  Embed.command,
  Rerank.command,
  Transcribe.command,
  Speak.command,
  Decode.command,
  Models.command,
  Providers.command,
  Simulate.command
] as const

const sluice = Command.make("sluice").pipe(
  Command.withDescription(
    "Streams from large language models: sends requests, decodes response bodies, simulates providers."
  ),
  Command.withExamples([
    { command: "sluice chat --simulate Hello", description: "Stream a completion without a key" },
    { command: "sluice providers", description: "List the variables that hold the keys" },
    { command: "sluice chat --help", description: "Show the help of a command" }
  ]),
  Command.withSubcommands(subcommands)
)

/**
 * Fails for an unknown subcommand in first place. The parser reports one without `--help`, and shows the help of the
 * whole program with it.
 */
const checkSubcommand = Effect.fnUntraced(
  function*([first]: ReadonlyArray<string>): Effect.fn.Return<void, CommandLineError> {
    const names = subcommands.map(({ name }) => name)
    if (first === undefined || first.startsWith("-") || names.some((name) => name === first)) return
    const close = nearest(first, names)
    return yield* new CommandLineError({
      message: `Unknown subcommand "${first}".${
        close.length === 0 ? "" : ` Did you mean ${close.join(", ")}?`
      } Try sluice --help`
    })
  }
)

// Stdout is reserved for results, so errors are printed on stderr.
const presenter: CliOutput.Presenter = {
  present: Effect.fnUntraced(function*(event) {
    const formatter = yield* CliOutput.Formatter
    const help = (path: ReadonlyArray<string>) => `Try ${path.join(" ")} --help`
    switch (event._tag) {
      case "Help":
        return yield* event.reason === "Requested"
          ? Console.log(formatter.formatHelpDoc(event.helpDoc))
          : Console.error(formatter.formatHelpDoc(event.helpDoc))
      case "InvalidInvocation":
        return yield* Console.error(
          `${event.errors.map((error) => error.message).join("\n")}\n${help(event.commandPath)}`
        )
      case "Version":
        return yield* Console.log(event.version)
    }
  })
}

const formatter = Layer.effect(
  CliOutput.Formatter,
  Effect.gen(function*() {
    const { colors, stdout } = yield* Output.terminals
    return HelpText.formatter({ width: yield* Output.width, colors: colors && stdout })
  })
)

const logs = Layer.mergeAll(
  Logger.layer([Logger.withConsoleError(Logger.formatLogFmt)]),
  CliOutput.layerPresenter(presenter),
  formatter
)

/** A command prints its error, which says how many attempts there were: no line for each of them. */
const quiet: Settings = { ...defaults, logLevel: "None" }

const hasLogLevel = (args: ReadonlyArray<string>): boolean =>
  args.some((arg) => arg === "--log-level" || arg.startsWith("--log-level="))

/** Runs the command line of the process. */
export const run = Effect.gen(function*() {
  const args = yield* (yield* Stdio.Stdio).args
  yield* checkSubcommand(args)
  const command = Command.runWith(sluice, { version: yield* Version.of(import.meta.url) })(args)
  yield* hasLogLevel(args) ? command : Effect.provideService(command, SluiceConfig, quiet)
}).pipe(
  // The presenter has already printed the errors of the command line.
  Effect.catchTag("ShowHelp", () => Effect.fail(new CommandLineError({ message: "" }))),
  Effect.tapErrorTag(
    "CommandLineError",
    ({ message }) => message === "" ? Effect.void : Output.writeErrorLine(message)
  ),
  Effect.tapErrorTag("FailedError", ({ line }) => line === undefined ? Effect.void : Output.writeErrorLine(line)),
  Effect.provide(logs)
)
