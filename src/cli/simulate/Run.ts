/**
 * Runs `sluice simulate`.
 */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import process from "node:process"
import { ProtocolId } from "../../testing/simulator/scenario/ScriptedCompletion.ts"
import * as Scenario from "../../testing/simulator/scenario/Scenario.ts"
import * as SimulatorServer from "../../testing/simulator/SimulatorServer.ts"
import { CommandLineError, errorLine, FailedError } from "../Failures.ts"
import * as Output from "../Output.ts"

/** The flags and arguments of `sluice simulate`. */
export interface SimulateFlags {
  /** `--port`: the port to listen on; default: 0, any free port. */
  readonly port: number
  /** `--scenario`: the path of a scenario; default: none. */
  readonly scenario: string | undefined
  /** `--seed`: the seed of all randomness; default: the scenario's, else 0. */
  readonly seed: number | undefined
}

const read = Effect.fnUntraced(
  function*(file: string): Effect.fn.Return<Scenario.Scenario, CommandLineError, FileSystem.FileSystem> {
    const files = yield* FileSystem.FileSystem
    const text = yield* Effect.mapError(
      files.readFileString(file),
      (error) => new CommandLineError({ message: `The scenario ${file} cannot be read: ${error.reason._tag}` })
    )
    return yield* Effect.mapError(
      Scenario.fromJson(text),
      (error) => new CommandLineError({ message: `The scenario ${file} is invalid:\n${error.message}` })
    )
  }
)

/** Runs the simulator until the command is interrupted. */
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
