/**
 * Test tools: a simulator of the providers, on a socket or in memory, and a cassette that records and replays
 * exchanges.
 *
 * @since 0.1.0
 */
export * as Cassette from "./testing/cassette/Cassette.ts"
export * as SimulatedIdentity from "./testing/simulator/identity/SimulatedIdentity.ts"
export type { Connection, ReceivedRequest, ResponseOutcome } from "./testing/simulator/Journal.ts"
export * as ScriptedCompletion from "./testing/simulator/scenario/ScriptedCompletion.ts"
export * as Delivery from "./testing/simulator/scenario/Delivery.ts"
export * as Fault from "./testing/simulator/scenario/Fault.ts"
export * as ProviderLimits from "./testing/simulator/scenario/ProviderLimits.ts"
export * as SimulatorQuirks from "./testing/simulator/scenario/SimulatorQuirks.ts"
export * as Scenario from "./testing/simulator/scenario/Scenario.ts"
export { Simulator } from "./testing/simulator/Simulator.ts"
export * as SimulatorHttpClient from "./testing/simulator/SimulatorHttpClient.ts"
export * as SimulatorServer from "./testing/simulator/SimulatorServer.ts"
