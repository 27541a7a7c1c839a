/**
 * Holds `PartialJson` to what must be true of every text: it agrees with `JSON.parse`, at any pieces it gives the same,
 * its value only grows, and it fails with nothing but its own error.
 */
import { isDeepStrictEqual } from "node:util"
import * as PartialJson from "../../src/streams/json/PartialJson.ts"
import { grows } from "../support/Growing.ts"
import * as JsonTexts from "./JsonTexts.ts"
import { Random } from "./Random.ts"

interface Outcome {
  /** The value in a list; `undefined` where the text is refused. */
  readonly value: readonly [unknown] | undefined
  /** The reason and the position of the error. */
  readonly error: readonly [string, number] | undefined
  readonly repairs: ReadonlyArray<PartialJson.Repair>
  /** What is wrong with the values on the way. */
  readonly problem: string | undefined
}

const run = (pieces: ReadonlyArray<string>, lenient: boolean): Outcome => {
  const parser = PartialJson.make({ lenient })
  let before: unknown
  let problem: string | undefined
  try {
    for (const piece of pieces) {
      parser.push(piece)
      const now = parser.snapshot()
      // A repeated key takes back what it had, and a bracket in prose what looked like a value.
      if (before !== undefined && !lenient && parser.repeatedKeys.length === 0 && !grows(before, now)) {
        problem ??= `${JSON.stringify(before)} became ${JSON.stringify(now)}`
      }
      before = now
    }
    const value = parser.end()
    if (!parser.isComplete) problem ??= "it is not complete after its end"
    return { value: [value], error: undefined, repairs: parser.repairs, problem }
  } catch (error) {
    if (!(error instanceof PartialJson.PartialJsonError)) throw error
    return { value: undefined, error: [error.reason, error.position], repairs: parser.repairs, problem }
  }
}

const parsed = (text: string): readonly [unknown] | undefined => {
  try {
    return [JSON.parse(text)]
  } catch {
    return undefined
  }
}

/** Returns what is wrong with how a text is parsed; `undefined` where nothing is. */
export const check = (text: string, random: Random): string | undefined => {
  try {
    const expected = parsed(text)
    const whole = run([text], false)
    if (!isDeepStrictEqual(whole.value, expected)) {
      return `JSON.parse has ${JSON.stringify(expected)}, PartialJson ${JSON.stringify(whole.value)}`
    }
    const lenient = run([text], true)
    if (lenient.repairs.length === 0 && typeof expected?.[0] === "object" && expected[0] !== null) {
      if (!isDeepStrictEqual(lenient.value, expected)) return "the lenient parser changes valid JSON"
    }
    const comparable = ({ error, repairs, value }: Outcome) => [value, error, repairs]
    for (const pieces of [text.split(""), JsonTexts.cut(text, random)]) {
      for (const [strict, other] of [[whole, run(pieces, false)], [lenient, run(pieces, true)]] as const) {
        const problem = strict.problem ?? other.problem
        if (problem !== undefined) return problem
        if (!isDeepStrictEqual(comparable(other), comparable(strict))) {
          return `in pieces ${JSON.stringify(comparable(other))}, in one ${JSON.stringify(comparable(strict))}`
        }
      }
    }
    return undefined
  } catch (error) {
    return `the parser threw ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`
  }
}

/** Makes the text of a case, and returns what is wrong with how it is parsed. */
export const checkCase = (seed: number): string | undefined => {
  const random = new Random(seed)
  const text = JsonTexts.mutate(JsonTexts.make(random), random)
  const problem = check(text, random)
  return problem === undefined ? undefined : `${JSON.stringify(text)}: ${problem}`
}
