/**
 * The flags and the help of `sluice embed`. The code that runs it is loaded on use.
 */
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as TargetFlags from "../call/TargetFlags.ts"
import * as Flags from "../Flags.ts"
import type { EmbedFlags } from "./Run.ts"

/** The subcommand `embed`. */
export const command = Command.make(
  "embed",
  {
    ...TargetFlags.make("one Embedding per line, then the usage"),
    dimensions: Flags.integer(
      "dimensions",
      "The length of the vectors, for models that support several"
    ),
    purpose: Flags.text(
      "purpose",
      "WORD",
      "The use of the vectors: query, document, classification, clustering, similarity"
    ),
    text: Argument.String("text").pipe(
      Argument.withDescription("The texts; with - or no argument, the lines of stdin"),
      Argument.variadic()
    )
  },
  Effect.fnUntraced(function*(flags: EmbedFlags) {
    const { run } = yield* Effect.promise(() => import("./Run.ts"))
    yield* run(flags)
  })
).pipe(
  Command.withDescription("Computes embedding vectors of texts and prints one JSON array per line."),
  Command.withExamples([
    {
      command: "sluice embed 'a first text' 'and a second'",
      description: "Embed with the first provider that has a key"
    },
    {
      command: "sluice embed --model voyageai/voyage-4 --purpose document --json - < lines.txt",
      description: "Embed every line of a file"
    }
  ])
)
