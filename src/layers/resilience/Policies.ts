/**
 * The policies that a program adds to its calls.
 */
import * as Context from "effect/Context"
import type { Policy } from "./Policy.ts"

/**
 * Context reference with further policies, outermost first. They stand around the retries, so that they may open an
 * attempt on another target once retries have given up; the budget counts each attempt inside of them. Default: none.
 */
export const Policies = Context.Reference<ReadonlyArray<Policy>>("sluice/layers/resilience/Policies", {
  defaultValue: () => []
})
