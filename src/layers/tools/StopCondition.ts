/**
 * Conditions that end a tool loop. They are checked after each step, when all its tool calls have results.
 */
import * as Duration from "effect/Duration"
import type { TokenUsage } from "../../domain/TokenUsage.ts"

/**
 * How far a loop has come.
 *
 * @category models
 * @since 0.2.0
 */
export interface LoopProgress {
  /** The number of steps. */
  readonly steps: number
  /** The tokens of all steps together, failed attempts included. */
  readonly usage: TokenUsage
  /** The cost of all steps, in US dollars; 0 where no condition is about money. */
  readonly usd: number
  /** The time that the loop has run, in milliseconds. */
  readonly millis: number
  /** The names of the tools that ran and did not fail. */
  readonly called: ReadonlyArray<string>
  /** How often in a row a step had the same tool calls, with the same arguments and results. */
  readonly repeats: number
}

/**
 * A condition that ends a loop.
 *
 * @category models
 * @since 0.2.0
 */
export interface StopCondition {
  /** Returns the name of the condition that is met; `undefined` where none is. */
  readonly met: (progress: LoopProgress) => string | undefined
  /** Whether the condition is about money, so that the prices of the models must be known. Default `false`. */
  readonly needsPrices?: boolean | undefined
}

/**
 * Creates a condition. `name` is in `LoopFinished.condition`.
 *
 * @category stop conditions
 * @since 0.2.0
 */
export const when = (name: string, isMet: (progress: LoopProgress) => boolean): StopCondition => ({
  met: (progress) => (isMet(progress) ? name : undefined)
})

/**
 * Stops after so many steps.
 *
 * @category stop conditions
 * @since 0.2.0
 */
export const steps = (most: number): StopCondition => when(`steps(${most})`, ({ steps }) => steps >= most)

/**
 * Stops after the step in which a tool ran and did not fail.
 *
 * @category stop conditions
 * @since 0.2.0
 */
export const toolCalled = (name: string): StopCondition =>
  when(`toolCalled(${name})`, ({ called }) => called.includes(name))

/**
 * Stops after the step in which so many tokens were reached, read and written together. A `Budget` bounds them before a
 * request is sent.
 *
 * @category stop conditions
 * @since 0.2.0
 */
export const tokens = (most: number): StopCondition => when(`tokens(${most})`, ({ usage }) => usage.totalTokens >= most)

/**
 * Stops after the step in which so many US dollars were reached, by the prices of the `ModelRegistry`; a model without
 * a price fails with a `ConfigurationError`. A `Budget` bounds them before a request is sent.
 *
 * @category stop conditions
 * @since 0.2.0
 */
export const usd = (most: number): StopCondition => ({
  ...when(`usd(${most})`, ({ usd }) => usd >= most),
  needsPrices: true
})

/**
 * Stops after the step in which the time was reached. `toolTimeout` and `timeouts` bound what is inside a step.
 *
 * @category stop conditions
 * @since 0.2.0
 */
export const duration = (longest: Duration.Input): StopCondition => {
  const limit = Duration.toMillis(Duration.fromInputUnsafe(longest))
  return when(`duration(${Duration.format(Duration.millis(limit))})`, ({ millis }) => millis >= limit)
}

/**
 * Stops after so many steps in a row with the same tool calls in any order, with the same arguments, and the same
 * results: the model makes no progress. A tool whose result changes, such as one that polls, is not repeated.
 *
 * @category stop conditions
 * @since 0.2.0
 */
export const repetition = (times: number): StopCondition =>
  when(`repetition(${times})`, ({ repeats }) => repeats >= times)

const priced = (conditions: ReadonlyArray<StopCondition>): Pick<StopCondition, "needsPrices"> => ({
  needsPrices: conditions.some(({ needsPrices }) => needsPrices === true)
})

/**
 * Stops when one of the conditions is met.
 *
 * @category stop conditions
 * @since 0.2.0
 */
export const any = (...conditions: ReadonlyArray<StopCondition>): StopCondition => ({
  met: (progress) => {
    for (const condition of conditions) {
      const name = condition.met(progress)
      if (name !== undefined) return name
    }
    return undefined
  },
  ...priced(conditions)
})

/**
 * Stops when all conditions are met. Without conditions it never stops.
 *
 * @category stop conditions
 * @since 0.2.0
 */
export const all = (...conditions: ReadonlyArray<StopCondition>): StopCondition => ({
  met: (progress) => {
    const names = conditions.map((condition) => condition.met(progress))
    return names.length > 0 && names.every((name) => name !== undefined) ? names.join(" and ") : undefined
  },
  ...priced(conditions)
})
