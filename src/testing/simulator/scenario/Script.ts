/**
 * Chooses the answer that a request gets: the one that is next in the script it matches.
 *
 * @since 0.1.0
 */
import type { Match, ScriptedCompletion } from "./ScriptedCompletion.ts"
import type { Scenario } from "./Scenario.ts"

/**
 * An answer, and the how-manieth time it is used, from 1.
 *
 * @category models
 * @since 0.1.0
 */
export interface Choice {
  readonly answer: ScriptedCompletion
  readonly use: number
}

/**
 * A scenario in progress.
 *
 * @category models
 * @since 0.1.0
 */
export interface Script {
  readonly next: (request: Match) => Choice | undefined
}

const matches = (when: Match, request: Match): boolean =>
  (when.protocol === undefined || when.protocol === request.protocol) &&
  (when.model === undefined || when.model === request.model) &&
  (when.stream === undefined || when.stream === request.stream) &&
  (when.contains === undefined || (request.contains ?? "").includes(when.contains))

interface Thread {
  readonly when: Match | undefined
  readonly answers: Array<ScriptedCompletion>
  count: number
}

const threadsOf = (answers: ReadonlyArray<ScriptedCompletion>): ReadonlyArray<Thread> => {
  const threads = new Map<string, Thread>()
  for (const answer of answers) {
    const key = answer.when === undefined ? "" : JSON.stringify(Object.entries(answer.when).toSorted())
    const thread = threads.get(key) ?? { when: answer.when, answers: [], count: 0 }
    thread.answers.push(answer)
    threads.set(key, thread)
  }
  // Those for particular requests first: the others would match everything.
  return [...threads.values()].toSorted((left, right) =>
    Number(left.when === undefined) - Number(right.when === undefined)
  )
}

/**
 * Creates the script of a scenario, at its beginning.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (scenario: Scenario): Script => {
  const threads = threadsOf(scenario.completions ?? scenario.answers ?? [])
  return {
    next: (request) => {
      const thread = threads.find(({ when }) => when === undefined || matches(when, request))
      if (thread === undefined) return undefined
      const position = thread.count++
      const length = thread.answers.length
      const isCycle = scenario.repeat === "cycle"
      const answer = thread.answers[isCycle ? position % length : Math.min(position, length - 1)]
      const use = isCycle ? Math.floor(position / length) + 1 : Math.max(1, position - length + 2)
      return answer === undefined ? undefined : { answer, use }
    }
  }
}
