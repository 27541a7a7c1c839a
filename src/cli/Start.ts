/**
 * Starts the `sluice` command: signals, exit codes and closed pipes.
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import * as Runtime from "effect/Runtime"
import process from "node:process"
import { OutputClosedError } from "./Failures.ts"
import { isClosed } from "./Output.ts"
import * as Program from "./Program.ts"

// A write to a closed pipe succeeds, and its error arrives later as this event. It interrupts the program, which closes
// its connections.
const outputClosed = Effect.callback<never, OutputClosedError>((resume) => {
  process.stdout.on("error", (error) => {
    if (isClosed(error)) resume(Effect.fail(new OutputClosedError()))
  })
})

/** Runs the command and exits. */
export const start = (): void => {
  // An error event of stderr without a listener would end the process.
  process.stderr.on("error", () => {})

  // Effect's runner exits with 130 after any signal; the convention for SIGTERM is 143.
  let exitCodeOfInterrupt = 130
  process.once("SIGTERM", () => {
    exitCodeOfInterrupt = 143
  })

  // The first Ctrl-C interrupts the program, which closes its connections; the second one exits at once.
  let interrupts = 0
  process.on("SIGINT", () => {
    interrupts++
    if (interrupts > 1) process.exit(130)
  })

  const teardown: Runtime.Teardown = (exit, onExit) =>
    Runtime.defaultTeardown(exit, (code) => onExit(code === 130 ? exitCodeOfInterrupt : code))

  Program.run.pipe(
    Effect.raceFirst(outputClosed),
    Effect.provide(NodeServices.layer),
    NodeRuntime.runMain({ teardown })
  )
}
