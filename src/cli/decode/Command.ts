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
      "The protocol of the bodies; default: the provider's, or detected from the body"
    ),
    provider: Flags.text("provider", "ID", "The provider that sent the bodies, for its protocol and quirks"),
    status: Flag.Int("status").pipe(
      Flag.withMetavar("N"),
      Flag.withDescription("The HTTP status; outside 2xx the body is an error response"),
      Flag.filter(
        (status) => status >= 100 && status <= 599,
        () => "an HTTP status (100 to 599)"
      ),
      Flags.optional
    ),
    header: Flag.String("header").pipe(
      Flag.withMetavar("'NAME: VALUE'"),
      Flag.withDescription("A header of the response; may be repeated"),
      Flag.atLeast(0)
    ),
    summary: Flags.toggle("summary", "Print one line of JSON per file, instead of one ResponseEvent per line"),
    files: Argument.String("file").pipe(
      Argument.withDescription(
        "Raw bytes of a response body: .json is a whole body, any other file a stream; - is stdin"
      ),
      Argument.variadic({ min: 1 })
    )
  },
  Effect.fnUntraced(function*(flags: DecodeFlags) {
    const { run } = yield* Effect.promise(() => import("./Run.ts"))
    yield* run(flags)
  })
).pipe(
  Command.withDescription("Decodes captured response bodies into events or summaries."),
  Command.withExamples([
    { command: "sluice decode response.sse", description: "Print every event of a captured stream" },
    { command: "sluice decode --summary captures/*.sse", description: "Print one line per file" },
    {
      command: "sluice decode --provider openai --status 429 --header 'retry-after: 7' error.json",
      description: "Print the error of an error response"
    }
  ])
)
