/**
 * For tests of what uses Sluice: a simulator of the providers, on a socket or in memory, and a cassette of live exchanges.
 *
 * @since 0.1.0
 */
export * as Cassette from "./layers/cassette/Cassette.ts"
export * as Identity from "./layers/simulator/identity/Identity.ts"
export type { Connection, Outcome, ReceivedRequest } from "./layers/simulator/Journal.ts"
export * as Answer from "./layers/simulator/scenario/Answer.ts"
export * as Delivery from "./layers/simulator/scenario/Delivery.ts"
export * as Fault from "./layers/simulator/scenario/Fault.ts"
export * as Quirks from "./layers/simulator/scenario/Quirks.ts"
export * as Scenario from "./layers/simulator/scenario/Scenario.ts"
export { Simulator } from "./layers/simulator/Simulator.ts"
export * as SimulatorHttpClient from "./layers/simulator/SimulatorHttpClient.ts"
export * as SimulatorServer from "./layers/simulator/SimulatorServer.ts"
