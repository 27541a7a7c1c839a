/**
 * Chooses the scripted completion for a request: the next one of the script that the request matches.
 */
import type { Match, ScriptedCompletion } from "./ScriptedCompletion.ts"
import type { Scenario } from "./Scenario.ts"

/** A scripted completion in use. */
export interface Choice {
  readonly scripted: ScriptedCompletion
  /** How many times the completion has been used, this use included. */
  readonly use: number
}

/** The position in a scenario's scripts. */
export interface Script {
  /** Returns the next completion for a request, or `undefined` where no script matches, and moves on. */
  readonly next: (request: Match) => Choice | undefined
}

const matches = (when: Match, request: Match): boolean =>
  (when.protocol === undefined || when.protocol === request.protocol) &&
  (when.model === undefined || when.model === request.model) &&
  (when.stream === undefined || when.stream === request.stream) &&
  (when.contains === undefined || (request.contains ?? "").includes(when.contains))

/** The completions of one `when`, in the order of the scenario. */
interface Sequence {
  readonly when: Match | undefined
  readonly completions: Array<ScriptedCompletion>
  count: number
}

const sequencesOf = (completions: ReadonlyArray<ScriptedCompletion>): ReadonlyArray<Sequence> => {
  const sequences = new Map<string, Sequence>()
  for (const scripted of completions) {
    const key = scripted.when === undefined ? "" : JSON.stringify(Object.entries(scripted.when).toSorted())
    const sequence = sequences.get(key) ?? { when: scripted.when, completions: [], count: 0 }
    sequence.completions.push(scripted)
    sequences.set(key, sequence)
  }
  // The sequence without `when` matches every request, so it comes last.
  return [...sequences.values()].toSorted((left, right) =>
    Number(left.when === undefined) - Number(right.when === undefined)
  )
}

/** Creates the script of a scenario at its beginning. */
export const make = (scenario: Scenario): Script => {
  const sequences = sequencesOf(scenario.completions ?? scenario.answers ?? [])
  return {
    next: (request) => {
      const sequence = sequences.find(({ when }) => when === undefined || matches(when, request))
      if (sequence === undefined) return undefined
      const position = sequence.count++
      const length = sequence.completions.length
      const isCycle = scenario.repeat === "cycle"
      const scripted = sequence.completions[isCycle ? position % length : Math.min(position, length - 1)]
      const use = isCycle ? Math.floor(position / length) + 1 : Math.max(1, position - length + 2)
      return scripted === undefined ? undefined : { scripted, use }
    }
  }
}
