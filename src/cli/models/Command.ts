/**
 * The flags and the help of `sluice models`. The code that runs it is loaded on use.
 */
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import { ModelKind } from "../../domain/ModelInfo.ts"
import * as Flags from "../Flags.ts"
import type { ModelsFlags } from "./Run.ts"

/** The subcommand `models`. */
export const command = Command.make(
  "models",
  {
    provider: Flags.text("provider", "ID", "Only the models of this provider"),
    kind: Flags.literal("kind", ModelKind.literals, "Only the models that are for this"),
    live: Flags.toggle(
      "live",
      "Ask the provider which models it has: the one of --provider, or each that is configured"
    ),
    json: Flags.toggle("json", "Print one model a line, as JSON"),
    names: Argument.String("model").pipe(
      Argument.withDescription("Only these models, as NAME or PROVIDER/NAME"),
      Argument.variadic()
    )
  },
  Effect.fnUntraced(function*(flags: ModelsFlags) {
    const { run } = yield* Effect.promise(() => import("./Run.ts"))
    yield* run(flags)
  })
).pipe(
  Command.withDescription(
    "Lists models: their limits, prices in US dollars for a million tokens, and what they can do."
  ),
  Command.withExamples([
    { command: "sluice models --provider groq", description: "What is known of one provider's models" },
    { command: "sluice models claude-sonnet-4-5 openai/gpt-5", description: "Two models" },
    { command: "sluice models --provider ollama --live", description: "What the server has now" }
  ])
)
