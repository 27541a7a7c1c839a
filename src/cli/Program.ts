/**
 * Runs the command with its subcommands: parsing, help, logs and error output.
 */
import * as CliOutput from "effect/cli/CliOutput"
import * as Command from "effect/cli/Command"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Schema from "effect/Schema"
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
import * as Transcribe from "./transcribe/Command.ts"

const Manifest = Schema.fromJsonString(Schema.Struct({ version: Schema.String }))

// The package is two folders up, both from `src/cli` and from `dist/cli`.
const version = FileSystem.FileSystem.use((files) =>
  files.readFileString(decodeURIComponent(new URL("../../package.json", import.meta.url).pathname))
).pipe(
  Effect.flatMap(Schema.decodeEffect(Manifest)),
  Effect.map((manifest) => manifest.version),
  Effect.orElseSucceed(() => "unknown")
)

const sluice = Command.make("sluice").pipe(
  Command.withDescription(
    "Streams from large language models: sends requests, decodes response bodies, simulates providers."
  ),
  Command.withSubcommands([
    Chat.command,
    Embed.command,
    Rerank.command,
    Transcribe.command,
    Speak.command,
    Decode.command,
    Models.command,
    Providers.command,
    Simulate.command
  ])
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

const logs = Layer.mergeAll(
  Logger.layer([Logger.withConsoleError(Logger.formatLogFmt)]),
  CliOutput.layerPresenter(presenter)
)

/** Runs the command line of the process. */
export const run = Effect.gen(function*() {
  yield* Command.run(sluice, { version: yield* version })
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
