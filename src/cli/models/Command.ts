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
    kind: Flags.literal("kind", ModelKind.literals, "Only the models of this kind"),
    live: Flags.toggle(
      "live",
      "List what a provider has now: the provider of --provider, or each configured one"
    ),
    json: Flags.toggle("json", "Print one model per line, as JSON"),
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
    "Lists models with their limits, prices in US dollars per million tokens, and capabilities."
  ),
  Command.withExamples([
    { command: "sluice models --provider groq", description: "List the known models of a provider" },
    { command: "sluice models claude-sonnet-4-5 openai/gpt-5", description: "List two models" },
    { command: "sluice models --provider ollama --live", description: "List the models that a server has now" }
  ])
)
