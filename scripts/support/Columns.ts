/**
 * Renders texts in columns of a terminal.
 */
import { CliOutput } from "effect/cli"

/** A column, whose text grows. */
export interface Column {
  /** The heading. */
  readonly title: string
  /** The text so far. */
  text: string
  /** The line below the text: progress, usage or an error. */
  state: string
  /** Whether it failed. */
  failed: boolean
}

const gap = 3

/** Breaks a text into lines of at most so many terminal cells, at spaces where there are any. */
export const wrap = (text: string, width: number): ReadonlyArray<string> =>
  text.split("\n").flatMap((paragraph) => {
    const lines: Array<string> = []
    let line = ""
    for (const word of paragraph.split(/(?<= )/)) {
      if (CliOutput.displayWidth((line + word).trimEnd()) <= width) {
        line += word
        continue
      }
      if (line !== "") lines.push(line.trimEnd())
      line = ""
      for (const character of word) {
        if (CliOutput.displayWidth(line + character) > width) {
          lines.push(line)
          line = ""
        }
        line += character
      }
    }
    lines.push(line.trimEnd())
    return lines
  })

const pad = (line: string, width: number): string =>
  line + " ".repeat(Math.max(0, width - CliOutput.displayWidth(line)))

/**
 * Returns the lines of the columns for a terminal of `width` cells. With `rows`, only the last lines of long texts fit.
 */
export const render = (
  columns: ReadonlyArray<Column>,
  width: number,
  rows: number | undefined
): ReadonlyArray<string> => {
  const each = Math.max(8, Math.floor((width - gap * (columns.length - 1)) / Math.max(1, columns.length)))
  const bodies = columns.map((column) => {
    const states = wrap(column.state, each)
    const texts = wrap(column.text.trim(), each)
    const room = rows === undefined ? texts.length : Math.max(1, rows - states.length - 3)
    return [...wrap(column.title, each).slice(0, 1), "─".repeat(each), ...texts.slice(-room), "", ...states]
  })
  const height = Math.max(...bodies.map((body) => body.length))
  return Array.from(
    { length: height },
    (_, row) => bodies.map((body) => pad(body[row] ?? "", each)).join(" ".repeat(gap)).trimEnd()
  )
}
