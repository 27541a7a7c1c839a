/**
 * A provider that does as it is told: speaks the wire protocols of the real ones, and breaks them on request.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { Connection, ReceivedRequest } from "./Journal.ts"
import type { ProtocolId } from "./scenario/ScriptedCompletion.ts"
import type { Scenario } from "./scenario/Scenario.ts"

/**
 * Options of every simulator, on a socket or in memory.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  readonly scenario?: Scenario | undefined
  /** Wins over the scenario's own seed. */
  readonly seed?: number | undefined
  /** How many requests and connections are remembered: 1000 unless said otherwise. */
  readonly maxRecords?: number | undefined
  /** How large a request may be, in bytes: 32 MiB unless said otherwise. */
  readonly maxRequestBytes?: number | undefined
}

/**
 * Service that tells what a simulator received, and changes what it answers.
 *
 * @category services
 * @since 0.1.0
 */
export class Simulator extends Context.Service<Simulator, {
  /** The address without a path. */
  readonly url: string
  /** The base URL that a client of the protocol is to be given. */
  readonly baseUrl: (protocol: ProtocolId) => string
  /** The requests so far, the oldest first. */
  readonly requests: Effect.Effect<ReadonlyArray<ReceivedRequest>>
  /** The connections so far, the oldest first. */
  readonly connections: Effect.Effect<ReadonlyArray<Connection>>
  /** Waits until the response to the request with this number, from 1, has ended, however it did. */
  readonly ended: (number: number) => Effect.Effect<ReceivedRequest>
  /**
   * Begins another scenario, or the same one again. What was received so far stays, and the requests are numbered on from
   * there; the `on` of faults and the seed count from the scenario's own beginning, so that the same scenario repeats
   * the same bytes.
   */
  readonly setScenario: (scenario: Scenario) => Effect.Effect<void>
}>()("sluice/testing/Simulator") {}
