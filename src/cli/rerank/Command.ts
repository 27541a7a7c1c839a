/**
 * The flags and the help of `sluice rerank`. The code that runs it is loaded on use.
 */
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as TargetFlags from "../call/TargetFlags.ts"
import * as Flags from "../Flags.ts"
import type { RerankFlags } from "./Run.ts"

/** The subcommand `rerank`. */
export const command = Command.make(
  "rerank",
  {
    ...TargetFlags.make("one RankedDocument per line, then the usage"),
    query: Flag.String("query").pipe(
      Flag.withMetavar("Q"),
      Flag.withDescription("The text that the documents are compared with")
    ),
    topN: Flags.integer("top-n", "How many of the best documents to print; default: all"),
    document: Argument.String("document").pipe(
      Argument.withDescription("The documents; with - or no argument, the lines of stdin"),
      Argument.variadic()
    )
  },
  Effect.fnUntraced(function*(flags: RerankFlags) {
    const { run } = yield* Effect.promise(() => import("./Run.ts"))
    yield* run(flags)
  })
).pipe(
  Command.withDescription(
    "Ranks documents by relevance to a query and prints score, index and document, the best first."
  ),
  Command.withExamples([
    {
      command: "grep -rh TODO src | sluice rerank --query 'what is unsafe?' --top-n 5",
      description: "Print the five most relevant lines"
    }
  ])
)
