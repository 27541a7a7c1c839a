/**
 * The flags and the help of `sluice decode`. The code that runs it is loaded on use.
 */
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Flags from "../Flags.ts"
import type { DecodeFlags } from "./Run.ts"

/** The subcommand `decode`. */
export const command = Command.make(
  "decode",
  {
    protocol: Flags.text(
      "protocol",
      "NAME",
      "The protocol of the bodies; default: the provider's, or what the body looks like"
    ),
    provider: Flags.text("provider", "ID", "The provider that sent them, for its protocol and its peculiarities"),
    status: Flag.Int("status").pipe(
      Flag.withMetavar("N"),
      Flag.withDescription("The HTTP status; outside 2xx the body is a refusal"),
      Flag.filter((status) => status >= 100 && status <= 599, (status) => `${status} is no HTTP status (100 to 599)`),
      Flags.optional
    ),
    header: Flag.String("header").pipe(
      Flag.withMetavar("'NAME: VALUE'"),
      Flag.withDescription("A header of the response; may be given many times"),
      Flag.atLeast(0)
    ),
    summary: Flags.toggle("summary", "Print one line of JSON a file, instead of one ResponseEvent a line"),
    files: Argument.String("file").pipe(
      Argument.withDescription(
        "Raw bytes of a response body; .json is a whole answer, anything else a stream; - is stdin"
      ),
      Argument.variadic({ min: 1 })
    )
  },
  Effect.fnUntraced(function*(flags: DecodeFlags) {
    const { run } = yield* Effect.promise(() => import("./Run.ts"))
    yield* run(flags)
  })
).pipe(
  Command.withDescription("Reads response bodies as they came over the wire and says what they mean."),
  Command.withExamples([
    { command: "sluice decode answer.sse", description: "Every event of a captured stream" },
    { command: "sluice decode --summary captures/*.sse", description: "One line for each of many" },
    {
      command: "sluice decode --provider openai --status 429 --header 'retry-after: 7' error.json",
      description: "The error that a refusal is"
    }
  ])
)
