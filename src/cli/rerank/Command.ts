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
    ...TargetFlags.make("one RankedDocument a line and what it took in the end"),
    query: Flag.String("query").pipe(Flag.withMetavar("Q"), Flag.withDescription("What the documents are to answer")),
    topN: Flags.integer("top-n", "How many of the best are wanted; default: all"),
    document: Argument.String("document").pipe(
      Argument.withDescription("The documents; - or nothing reads one a line from stdin"),
      Argument.variadic()
    )
  },
  Effect.fnUntraced(function*(flags: RerankFlags) {
    const { run } = yield* Effect.promise(() => import("./Run.ts"))
    yield* run(flags)
  })
).pipe(
  Command.withDescription(
    "Ranks documents by how well they answer a query: prints score, place and document, the best first. Without any API key, the built-in simulator does."
  ),
  Command.withExamples([
    {
      command: "grep -rh TODO src | sluice rerank --query 'what is unsafe?' --top-n 5",
      description: "The lines that matter most"
    }
  ])
)
