/**
 * Formats rows of text as a table.
 *
 * Each column is as wide as its widest cell. Where the terminal is too narrow for that, cells are broken between words;
 * where it is too narrow for the longest words, the first cell of a row has a line of its own above the others, and at
 * last each cell has a line with its title.
 */
import * as Words from "./Words.ts"

/** A column of a table. */
export interface Column {
  /** The heading. */
  readonly title: string
  /** The alignment of the cells; default: left. */
  readonly align?: "left" | "right"
}

type Row = ReadonlyArray<string>

const gap = 2

const total = (widths: ReadonlyArray<number>): number =>
  widths.reduce((sum, width) => sum + width, gap * (widths.length - 1))

/** Returns the widest of the cells of each column, its title included, which is not broken. */
const widest = (columns: ReadonlyArray<Column>, rows: ReadonlyArray<Row>, measure: (text: string) => number) =>
  columns.map(({ title }, index) =>
    rows.reduce((most, row) => Math.max(most, measure(row[index] ?? "")), Words.cells(title))
  )

/** Formats rows, of which each cell may have several lines. */
const aligned = (columns: ReadonlyArray<Column>, rows: ReadonlyArray<Row>, widths: ReadonlyArray<number>) =>
  rows.map((row) => {
    const cells = widths.map((width, index) => Words.lines(row[index] ?? "", width))
    const height = Math.max(...cells.map(({ length }) => length))
    return Array.from(
      { length: height },
      (_, line) =>
        widths.map((width, index) => Words.padded(cells[index]?.[line] ?? "", width, columns[index]?.align))
          .join(" ".repeat(gap)).trimEnd()
    )
  })

/** Widens columns from the longest word towards the widest cell, each by its share of what is left of the line. */
const shared = (least: ReadonlyArray<number>, natural: ReadonlyArray<number>, width: number): ReadonlyArray<number> => {
  const spare = width - total(least)
  const wanted = total(natural) - total(least)
  return least.map((cells, index) => cells + Math.floor((spare * ((natural[index] ?? cells) - cells)) / wanted))
}

/** Returns the widths of columns that fit into a line; `undefined` where a word would be broken. */
const fitting = (columns: ReadonlyArray<Column>, rows: ReadonlyArray<Row>, width: number | undefined) => {
  const natural = widest(columns, rows, Words.cells)
  if (width === undefined || total(natural) <= width) return natural
  const least = widest(columns, rows, Words.longest)
  return total(least) <= width ? shared(least, natural, width) : undefined
}

const records = (columns: ReadonlyArray<Column>, rows: ReadonlyArray<Row>, width: number): ReadonlyArray<string> => {
  const label = Math.max(...columns.slice(1).map(({ title }) => Words.cells(title)))
  return rows.flatMap(([first = "", ...rest]) => [
    first,
    ...rest.flatMap((text, index) =>
      text === ""
        ? []
        : Words.beside(`  ${Words.padded(columns[index + 1]?.title ?? "", label)}  `, text, width).split("\n")
    )
  ])
}

/** Formats a table for a terminal of `width` cells; `undefined`: every row is one line. */
export const render = (columns: ReadonlyArray<Column>, rows: ReadonlyArray<Row>, width?: number): string => {
  const all = [columns.map(({ title }) => title), ...rows]
  const asLines = (lines: ReadonlyArray<string>) => lines.map((line) => `${line}\n`).join("")
  const whole = fitting(columns, rows, width)
  if (whole !== undefined || width === undefined) return asLines(aligned(columns, all, whole ?? []).flat())
  const others = columns.slice(1)
  const below = fitting(others, rows.map((row) => row.slice(1)), width - gap)
  if (below === undefined) return asLines(records(columns, rows, width))
  const indented = aligned(others, all.map((row) => row.slice(1)), below)
  return all.map(([first = ""], index) => {
    const rest = indented[index]?.filter((line) => line !== "") ?? []
    return `${first}\n${asLines(rest.map((line) => " ".repeat(gap) + line))}`
  }).join("")
}
