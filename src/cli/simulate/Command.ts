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
      Flag.withDescription("The port to listen on; 0, the default, is any free one"),
      Flag.filter((port) => port >= 0 && port <= 65_535, (port) => `${port} is no port (0 to 65535)`),
      Flag.withDefault(0)
    ),
    scenario: Flags.text("scenario", "FILE", "A JSON file that says what is answered, how fast and how broken"),
    seed: Flags.integer("seed", "The seed of everything random, over the scenario's own; default 0")
  },
  Effect.fnUntraced(function*(flags: SimulateFlags) {
    const { run } = yield* Effect.promise(() => import("./Run.ts"))
    return yield* run(flags)
  })
).pipe(
  Command.withDescription(
    "Plays the providers on a local port until it is stopped; its URLs are one line of JSON on stdout."
  ),
  Command.withExamples([
    { command: "sluice simulate --port 8080", description: "Answer everything sensibly" },
    { command: "sluice simulate --scenario broken.json --seed 7", description: "Break as a file says" }
  ])
)
