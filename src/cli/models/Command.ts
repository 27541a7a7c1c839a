/**
 * `sluice models`: its flags. What it does is loaded when it is asked for.
 *
 * @since 0.1.0
 */
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { ModelKind } from "../../domain/ModelInfo.ts"
import type { ModelsFlags } from "./Run.ts"

/**
 * The subcommand.
 *
 * @category commands
 * @since 0.1.0
 */
export const command = Command.make(
  "models",
  {
    provider: Flag.String("provider").pipe(
      Flag.withMetavar("ID"),
      Flag.withDescription("Only the models of this provider"),
      Flag.optional,
      Flag.map(Option.getOrUndefined)
    ),
    kind: Flag.Literals("kind", ModelKind.literals).pipe(
      Flag.withDescription("Only the models that are for this"),
      Flag.optional,
      Flag.map(Option.getOrUndefined)
    ),
    live: Flag.Boolean("live").pipe(
      Flag.withDescription("Ask the provider which models it has: the one of --provider, or each that is configured"),
      Flag.withDefault(false)
    ),
    json: Flag.Boolean("json").pipe(
      Flag.withDescription("Print one model a line, as JSON"),
      Flag.withDefault(false)
    ),
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
