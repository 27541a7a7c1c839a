/**
 * Formats a JSON value as rows of a terminal: indented, and long texts broken between words.
 */
import type * as Schema from "effect/Schema"
import * as Controls from "../../terminal/Controls.ts"
import * as Words from "../../terminal/Words.ts"

/** How rows are formatted. */
export interface RowOptions {
  /** The cells of a row. */
  readonly width: number
  /** Whether keys are coloured. */
  readonly colors: boolean
}

/** The indentation of the further rows of a long line. */
const hang = 2

/** The least cells of a row behind its indentation. */
const least = 16

/** Breaks a word that is longer than a row. */
const broken = (word: string, width: number): ReadonlyArray<string> => {
  if (Words.cells(word) <= width) return [word]
  const rows: Array<string> = []
  let row = ""
  let length = 0
  for (const character of word) {
    const added = Words.cells(character)
    if (length + added > width) {
      rows.push(row)
      row = ""
      length = 0
    }
    row += character
    length += added
  }
  return [...rows, row]
}

const wrapped = (line: string, width: number): ReadonlyArray<string> => {
  const text = line.trimStart()
  const indent = Math.min(line.length - text.length, Math.max(0, width - least - hang))
  const room = Math.max(least, width - indent - hang)
  return Words.lines(text, room).flatMap((row) => broken(row, room)).map((row, index) =>
    `${" ".repeat(index === 0 ? indent : indent + hang)}${row}`
  )
}

const coloured = (row: string): string =>
  row.replace(
    /^( *)("(?:[^"\\]|\\.)*")(?=:)/,
    (_, indent: string, key: string) => `${indent}\u001b[36m${key}\u001b[39m`
  )

/** Formats a value. */
export const format = (value: Schema.Json, { colors, width }: RowOptions): ReadonlyArray<string> =>
  JSON.stringify(value, null, 2).split("\n").flatMap((line) => {
    const rows = wrapped(Controls.visible(line), width)
    return colors ? rows.map((row, index) => (index === 0 ? coloured(row) : row)) : rows
  })
