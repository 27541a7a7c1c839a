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
    ...TargetFlags.make("one Embedding a line and what it took in the end"),
    dimensions: Flags.integer(
      "dimensions",
      "How many numbers a vector has, where the model can do with less than its own"
    ),
    purpose: Flags.text(
      "purpose",
      "WORD",
      "What the vectors are for: query, document, classification, clustering, similarity"
    ),
    text: Argument.String("text").pipe(
      Argument.withDescription("The texts; - or nothing reads one a line from stdin"),
      Argument.variadic()
    )
  },
  Effect.fnUntraced(function*(flags: EmbedFlags) {
    const { run } = yield* Effect.promise(() => import("./Run.ts"))
    yield* run(flags)
  })
).pipe(
  Command.withDescription(
    "Makes vectors of texts: prints one JSON array a line. Without any API key, the built-in simulator does."
  ),
  Command.withExamples([
    {
      command: "sluice embed 'a first text' 'and a second'",
      description: "Embed with the first provider that has a key"
    },
    {
      command: "sluice embed --model voyageai/voyage-3.5 --purpose document --json - < lines.txt",
      description: "Embed every line of a file"
    }
  ])
)
