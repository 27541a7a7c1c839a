/**
 * What the simulator knows of a request besides its content.
 */
import type { Memory } from "./Memory.ts"
import type { ProviderWindows } from "./ProviderWindows.ts"
import type { Scenario } from "./scenario/Scenario.ts"

/** The circumstances in which one request is responded to. */
export interface RequestContext {
  /** The scenario in force when the request arrived. */
  readonly scenario: Scenario
  /** The id that the response's headers carry. */
  readonly requestId: string
  /** The number of the request within its scenario, from 1. */
  readonly ordinal: number
  /** The seed of the scenario. */
  readonly seed: number
  /** The time at which the request arrived, in milliseconds. */
  readonly nowMillis: number
  /** What the scenario remembers of the requests before. */
  readonly memory: Memory
  /** The rate limits of the scenario; `undefined` where it has none. */
  readonly windows: ProviderWindows | undefined
}
