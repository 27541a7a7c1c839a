/**
 * The form in which the list of models is compiled into the package: a column for each field, and in it each different
 * value once.
 *
 * `scripts/models.ts` writes it, from a list of JSON objects; what is read here is those objects again, unchanged.
 *
 * @since 0.1.0
 */
import type * as Schema from "effect/Schema"

/**
 * The letters that stand for numbers, from 0.
 *
 * @category models
 * @since 0.1.0
 */
export const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

/**
 * A field of all rows.
 *
 * **Details**
 *
 * `cells` has `width` letters a row: 0 for a row without the field, and otherwise one more than the place of its value in
 * `values`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Column {
  readonly field: string
  readonly width: number
  readonly values: ReadonlyArray<Schema.Json>
  readonly cells: string
}

/**
 * A list of objects, in columns.
 *
 * **Details**
 *
 * `ids` is the field `id` of each row, one a line: a letter for how much of the previous row's it begins with, and the rest.
 * `date` is the day of the list.
 *
 * @category models
 * @since 0.1.0
 */
export interface Table {
  readonly date: string
  readonly rows: number
  readonly ids: string
  readonly columns: ReadonlyArray<Column>
}

/**
 * A row of the list, as it was in the JSON.
 *
 * @category models
 * @since 0.1.0
 */
export type Row = { readonly id: string; readonly [field: string]: Schema.Json | undefined }

const numbers: ReadonlyMap<string, number> = new Map([...digits].map((digit, number) => [digit, number]))

const numberAt = (cells: string, from: number, to: number): number => {
  let number = 0
  for (let at = from; at < to; at++) number = number * digits.length + (numbers.get(cells.charAt(at)) ?? 0)
  return number
}

/**
 * The rows of a table, in their order. A field that a row does not have is not in it.
 *
 * @category decoding
 * @since 0.1.0
 */
export const rows = (table: Table): ReadonlyArray<Row> => {
  const all: Array<Row> = []
  const lines = table.ids.split("\n")
  let id = ""
  for (let row = 0; row < table.rows; row++) {
    const line = lines[row] ?? ""
    id = id.slice(0, numberAt(line, 0, 1)) + line.slice(1)
    const fields: Record<string, Schema.Json> = {}
    for (const { cells, field, values, width } of table.columns) {
      const value = values[numberAt(cells, row * width, (row + 1) * width) - 1]
      if (value !== undefined) fields[field] = value
    }
    all.push({ ...fields, id })
  }
  return all
}
