/**
 * Formats rows of text as a table. Each column is as wide as its widest cell; the last one is not padded.
 */

/** A column of a table. */
export interface Column {
  /** The heading. */
  readonly title: string
  /** The alignment of the cells; default: left. */
  readonly align?: "left" | "right"
}

/** Formats a table: a line of titles, then one line per row. */
export const render = (columns: ReadonlyArray<Column>, rows: ReadonlyArray<ReadonlyArray<string>>): string => {
  const widths = columns.map(({ title }, index) =>
    Math.max(title.length, ...rows.map((row) => row[index]?.length ?? 0))
  )
  const line = (row: ReadonlyArray<string>) =>
    row.map((text, index) => {
      const width = widths[index] ?? 0
      return columns[index]?.align === "right" ? text.padStart(width) : text.padEnd(width)
    }).join("  ").trimEnd()
  return [columns.map(({ title }) => title), ...rows].map((row) => `${line(row)}\n`).join("")
}
