/**
 * What `sluice simulate` does.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import process from "node:process"
import { ProtocolId } from "../../testing/simulator/scenario/ScriptedCompletion.ts"
import * as Scenario from "../../testing/simulator/scenario/Scenario.ts"
import * as SimulatorServer from "../../testing/simulator/SimulatorServer.ts"
import { CommandLineError, errorLine, FailedError } from "../Failures.ts"
import * as Output from "../Output.ts"
import type { SimulateFlags } from "../Simulate.ts"

const read = Effect.fnUntraced(
  function*(file: string): Effect.fn.Return<Scenario.Scenario, CommandLineError, FileSystem.FileSystem> {
    const files = yield* FileSystem.FileSystem
    const text = yield* Effect.mapError(
      files.readFileString(file),
      (error) => new CommandLineError({ message: `The scenario ${file} cannot be read: ${error.reason._tag}` })
    )
    return yield* Effect.mapError(
      Scenario.fromJson(text),
      (error) => new CommandLineError({ message: `The scenario ${file} is not one:\n${error.message}` })
    )
  }
)

/**
 * Serves until it is interrupted.
 *
 * @category running
 * @since 0.1.0
 */
export const run = Effect.fnUntraced(function*(flags: SimulateFlags) {
  const scenario = flags.scenario === undefined ? {} : yield* read(flags.scenario)
  const seed = flags.seed ?? scenario.seed ?? 0
  const simulator = yield* Effect.mapError(
    SimulatorServer.serve({ scenario, seed, port: flags.port }),
    (error) => new FailedError({ line: errorLine(error) })
  )
  const baseUrls = Object.fromEntries(ProtocolId.literals.map((protocol) => [protocol, simulator.baseUrl(protocol)]))
  yield* Output.write(`${JSON.stringify({ url: simulator.url, baseUrls, seed, pid: process.pid })}\n`)
  return yield* Effect.never
}, Effect.scoped)
