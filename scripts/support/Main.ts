/**
 * Runs the command of a script: its error is one line, and makes the script exit with 1.
 */
import { NodeRuntime, NodeServices } from "@effect/platform-node"
import { Console, Effect } from "effect"
import { Command } from "effect/cli"

/** Runs a command with the arguments of the process. */
export const run = <Name extends string, Input, E extends { readonly _tag: string; readonly message: string }>(
  command: Command.Command<Name, Input, {}, E, NodeServices.NodeServices>
): void =>
  Command.run(command, { version: "1" }).pipe(
    Effect.tapError((error) => Console.error(`${error._tag}: ${error.message}`)),
    Effect.provide(NodeServices.layer),
    NodeRuntime.runMain({ disableErrorReporting: true })
  )
