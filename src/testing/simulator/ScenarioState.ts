/**
 * A scenario in progress: its position in the script, its tokens, and where its requests began.
 */
import * as AccessControl from "./identity/AccessControl.ts"
import * as Memory from "./Memory.ts"
import * as ProviderWindows from "./ProviderWindows.ts"
import type { Scenario } from "./scenario/Scenario.ts"
import * as Script from "./scenario/Script.ts"

/** A scenario in progress. */
export interface ScenarioState {
  readonly scenario: Scenario
  readonly script: Script.Script
  readonly accessControl: AccessControl.AccessControl
  readonly seed: number
  readonly memory: Memory.Memory
  readonly windows: ProviderWindows.ProviderWindows | undefined
  /** The journal's number of the first request that belongs to the scenario. */
  readonly firstNumber: number
}

/** Starts a scenario. `seed` wins over the scenario's own. */
export const make = (scenario: Scenario, seed: number | undefined, firstNumber: number): ScenarioState => {
  const chosen = seed ?? scenario.seed ?? 0
  return {
    scenario,
    script: Script.make(scenario),
    accessControl: AccessControl.make(scenario.identity, chosen),
    seed: chosen,
    memory: Memory.make(),
    windows: scenario.limits === undefined ? undefined : ProviderWindows.make(scenario.limits),
    firstNumber
  }
}

/**
 * Converts a number of the journal to one within the scenario, from 1. Token requests are counted apart. Faults and
 * seeds use this number, so that the same scenario repeats the same bytes.
 */
export const ordinalOf = ({ accessControl, firstNumber }: ScenarioState, number: number): number =>
  number - firstNumber + 1 - accessControl.tokenRequests()
