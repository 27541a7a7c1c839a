/**
 * Rows of texts as a table for people: columns as wide as their widest text, the last one as it is.
 */

/** A column: its title, and on which side its texts stand. */
export interface Column {
  readonly title: string
  readonly align?: "left" | "right"
}

/** The lines of a table, with the titles above. */
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
