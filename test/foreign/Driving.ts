/**
 * What driving an official client against the simulator takes, whichever client it is.
 */
import { Effect } from "effect"
import type { Scenario } from "../../src/testing/simulator/scenario/Scenario.ts"
import type { Simulator } from "../../src/testing/simulator/Simulator.ts"
import * as SimulatorServer from "../../src/testing/simulator/SimulatorServer.ts"

/** Starts simulators with a client on each. `always` is what every scenario of the client begins with. */
export const connecting = <Client>(makeClient: (simulator: Simulator["Service"]) => Client, always: Scenario = {}) =>
  Effect.fnUntraced(function*(scenario: Scenario = {}) {
    const simulator = yield* SimulatorServer.serve({ scenario: { ...always, ...scenario }, seed: 3 })
    return { simulator, client: makeClient(simulator) }
  })

export const collect = async <A>(iterable: AsyncIterable<A>): Promise<ReadonlyArray<A>> => {
  const collected: Array<A> = []
  for await (const element of iterable) collected.push(element)
  return collected
}

/** What a call fails with, and nothing when it does not. */
export const failure = (run: () => Promise<unknown>) =>
  Effect.promise(() => run().then(() => undefined, (error: unknown) => error))
