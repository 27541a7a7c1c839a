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
    check: Flags.toggle("check", "Ask whether the key is right: the provider of --provider, or each whose key is set"),
    json: Flags.toggle("json", "Print one provider a line, as JSON")
  },
  Effect.fnUntraced(function*(flags: ProvidersFlags) {
    const { run } = yield* Effect.promise(() => import("./Run.ts"))
    yield* run(flags)
  })
).pipe(
  Command.withDescription(
    "Lists the providers: which are configured, and what the others lack; or checks their keys. Keys are never printed."
  ),
  Command.withExamples([
    { command: "sluice providers", description: "All of them, and the variables to set" },
    { command: "sluice providers --check", description: "Whether the keys that are set are right" },
    { command: "sluice providers --json", description: "The same for programs" }
  ])
)
