/**
 * The service of a simulator: an HTTP server, or an `HttpClient`, that implements the wire protocols of the providers
 * and breaks them on request.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { Connection, ReceivedRequest } from "./Journal.ts"
import type { Scenario } from "./scenario/Scenario.ts"
import type { ProtocolId } from "./scenario/ScriptedCompletion.ts"

/**
 * Options of every simulator, on a socket or in memory.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  /** The scenario. The default is `{}`, which returns the default completion to every request. */
  readonly scenario?: Scenario | undefined
  /** The seed, which wins over the scenario's own. */
  readonly seed?: number | undefined
  /** How many requests and connections are kept for inspection. The default is 1000. */
  readonly maxRecords?: number | undefined
  /**
   * How many bytes of request bodies are kept for inspection. The bodies of the oldest requests are dropped first. The
   * default is 16 MiB.
   */
  readonly maxBodyBytes?: number | undefined
  /** The largest body of a request, in bytes; a larger one is a 413. The default is 32 MiB. */
  readonly maxRequestBytes?: number | undefined
}

/**
 * Service for inspecting the requests of a simulator and for changing its scenario.
 *
 * @category services
 * @since 0.1.0
 */
export class Simulator extends Context.Service<Simulator, {
  /** The address without a path. */
  readonly url: string
  /** Returns the base URL for a client of a protocol. */
  readonly baseUrl: (protocol: ProtocolId) => string
  /** The requests so far, the oldest first. */
  readonly requests: Effect.Effect<ReadonlyArray<ReceivedRequest>>
  /** The connections so far, the oldest first. */
  readonly connections: Effect.Effect<ReadonlyArray<Connection>>
  /** Waits until the response to the request with a number, from 1, has ended in any way. */
  readonly ended: (number: number) => Effect.Effect<ReceivedRequest>
  /**
   * Starts another scenario, or the same one again. The record of requests stays, and their numbers continue. The `on`
   * of faults and the seed count from the start of the scenario, so that the same scenario repeats the same bytes.
   */
  readonly setScenario: (scenario: Scenario) => Effect.Effect<void>
}>()("sluice/testing/Simulator") {}
