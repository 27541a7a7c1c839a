#!/usr/bin/env node
/** The `sluice` command: where the program meets the process. */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import * as Runtime from "effect/Runtime"
import process from "node:process"
import { OutputClosedError } from "./Failures.ts"
import { isClosed } from "./Output.ts"
import * as Program from "./Program.ts"

// A write to a closed pipe is reported here, after the write seemed to have worked: the program is interrupted, which
// closes its connections.
const outputClosed = Effect.callback<never, OutputClosedError>((resume) => {
  process.stdout.on("error", (error) => {
    if (isClosed(error)) resume(Effect.fail(new OutputClosedError()))
  })
})

// An error event without a listener would end the process.
process.stderr.on("error", () => {})

// Effect's own runner ends with 130 after any signal.
let exitCodeOfInterrupt = 130
process.once("SIGTERM", () => {
  exitCodeOfInterrupt = 143
})

// The first one closes the connections; whoever cannot wait for that presses again.
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
