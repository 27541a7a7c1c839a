/**
 * The flags and the help of `sluice simulate`. The code that runs it is loaded on use.
 */
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Flags from "../Flags.ts"
import type { SimulateFlags } from "./Run.ts"

/** The subcommand `simulate`. */
export const command = Command.make(
  "simulate",
  {
    port: Flag.Int("port").pipe(
      Flag.withMetavar("N"),
      Flag.withDescription("The port to listen on; default: 0, any free port"),
      Flag.filter((port) => port >= 0 && port <= 65_535, () => "a port (0 to 65535)"),
      Flag.withDefault(0)
    ),
    scenario: Flags.text("scenario", "FILE", "A JSON file with completions, pace and faults"),
    seed: Flags.integer("seed", "The seed of all randomness; default: the scenario's, else 0")
  },
  Effect.fnUntraced(function*(flags: SimulateFlags) {
    const { run } = yield* Effect.promise(() => import("./Run.ts"))
    return yield* run(flags)
  })
).pipe(
  Command.withDescription(
    "Simulates the providers on a local port until it is stopped. Prints its URLs as one line of JSON on stdout."
  ),
  Command.withExamples([
    { command: "sluice simulate --port 8080", description: "Respond to every request with a plausible completion" },
    { command: "sluice simulate --scenario broken.json --seed 7", description: "Respond with the faults of a scenario" }
  ])
)
