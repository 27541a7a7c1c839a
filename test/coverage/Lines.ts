/**
 * Turns what Vitest and Node report about coverage into lines.
 */

/** The coverage of a file as Vitest writes it: its statements, and how often each ran. */
export interface FileCoverage {
  /** The places of the statements, with lines from 1. */
  readonly statementMap: Readonly<Record<string, { readonly start: { readonly line: number } }>>
  /** How often each statement ran. */
  readonly s: Readonly<Record<string, number>>
}

/** The coverage of a script as V8 writes it: ranges of characters, an inner one over an outer one. */
export interface ScriptCoverage {
  /** The address of the script. */
  readonly url: string
  /** Its functions; the first is the script itself. */
  readonly functions: ReadonlyArray<{
    /** The function itself, then its blocks. */
    readonly ranges: ReadonlyArray<{
      readonly startOffset: number
      readonly endOffset: number
      readonly count: number
    }>
  }>
}

/** Returns the lines at which statements begin, and how often the first of each ran at most. */
export const linesOf = ({ s, statementMap }: FileCoverage): Map<number, number> => {
  const lines = new Map<number, number>()
  for (const [id, { start }] of Object.entries(statementMap)) {
    lines.set(start.line, Math.max(lines.get(start.line) ?? 0, s[id] ?? 0))
  }
  return lines
}

/** Returns the lines, from 1, of which no character ran. Empty lines are never among them. */
export const uncoveredBy = ({ functions }: ScriptCoverage, text: string): Set<number> => {
  const ran = new Uint8Array(text.length).fill(1)
  const ranges = functions.flatMap((one) => one.ranges)
    // Outer ranges first, so that inner ones replace them.
    .toSorted((a, b) => a.startOffset - b.startOffset || b.endOffset - a.endOffset)
  for (const { count, endOffset, startOffset } of ranges) ran.fill(count > 0 ? 1 : 0, startOffset, endOffset)
  const uncovered = new Set<number>()
  let at = 0
  for (const [index, line] of text.split("\n").entries()) {
    const from = at + line.length - line.trimStart().length
    const to = at + line.trimEnd().length
    if (from < to && !ran.subarray(from, to).includes(1)) uncovered.add(index + 1)
    at += line.length + 1
  }
  return uncovered
}
