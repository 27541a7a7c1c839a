/**
 * The flags and the help of `sluice providers`. The code that runs it is loaded on use.
 */
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Flags from "../Flags.ts"
import type { ProvidersFlags } from "./Run.ts"

/** The subcommand `providers`. */
export const command = Command.make(
  "providers",
  {
    provider: Flags.text("provider", "ID", "Only this provider"),
    check: Flags.toggle(
      "check",
      "Check whether the key is accepted: by the provider of --provider, or by each whose key is set"
    ),
    json: Flags.toggle("json", "Print one provider per line, as JSON")
  },
  Effect.fnUntraced(function*(flags: ProvidersFlags) {
    const { run } = yield* Effect.promise(() => import("./Run.ts"))
    yield* run(flags)
  })
).pipe(
  Command.withDescription(
    "Lists the providers with the variables that are set or missing, or checks their keys. Keys are never printed."
  ),
  Command.withExamples([
    { command: "sluice providers", description: "List all providers and the variables to set" },
    { command: "sluice providers --check", description: "Check every configured key" },
    { command: "sluice providers --json", description: "List all providers as JSON" }
  ])
)
