/**
 * Writes the table that the list of models is compiled to (its form: `src/layers/models/Table.ts`).
 */
import { Schema } from "effect"

/** The letters that stand for numbers, from 0. */
const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

/** A row: an object with an id, and whatever other fields. */
const Row = Schema.StructWithRest(
  Schema.Struct({ provider: Schema.NonEmptyString, id: Schema.NonEmptyString, kind: Schema.NonEmptyString }),
  [Schema.Record(Schema.String, Schema.Json)]
)

/** The file that is compiled. */
export const Source = Schema.Struct({
  date: Schema.String.check(Schema.isPattern(/^\d{4}-\d\d-\d\d$/)),
  models: Schema.Array(Row)
})

type Models = (typeof Source.Type)["models"]

const sharedStart = (left: string, right: string): number => {
  let at = 0
  while (at < digits.length - 1 && at < left.length && left[at] === right[at]) at++
  return at
}

const idsOf = (models: Models): ReadonlyArray<string> =>
  models.map(({ id }, index) => {
    const shared = sharedStart(models[index - 1]?.id ?? "", id)
    return `${digits[shared]}${id.slice(shared)}`
  })

const letters = (number: number, width: number): string =>
  width === 0 ? "" : letters(Math.floor(number / digits.length), width - 1) + digits[number % digits.length]

interface Column {
  readonly field: string
  readonly width: number
  readonly values: ReadonlyArray<Schema.Json>
  readonly cells: string
}

const columnOf = (field: string, models: Models): Column => {
  const texts = models.map((model) => (model[field] === undefined ? undefined : JSON.stringify(model[field])))
  const places = new Map<string, number>()
  for (const text of texts) if (text !== undefined && !places.has(text)) places.set(text, places.size + 1)
  const width = places.size < digits.length ? 1 : places.size < digits.length ** 2 ? 2 : 3
  return {
    field,
    width,
    values: [...places.keys()].map((text) => JSON.parse(text)),
    cells: texts.map((text) => letters(text === undefined ? 0 : places.get(text) ?? 0, width)).join("")
  }
}

/** The table of a list. */
export const tableOf = ({ date, models }: typeof Source.Type) => ({
  date,
  rows: models.length,
  ids: idsOf(models).join("\n"),
  columns: [...new Set(models.flatMap((model) => Object.keys(model)))]
    .filter((field) => field !== "id")
    .map((field) => columnOf(field, models))
})

const pieces = (text: string, length: number): ReadonlyArray<string> =>
  text.match(new RegExp(`.{1,${length}}`, "g")) ?? []

/** What cannot be compiled, in a sentence. */
export const flawOf = (models: Models): string | undefined => {
  const seen = new Set<string>()
  for (const { id, provider } of models) {
    const name = `${provider}/${id}`
    if (/[\n\r]/.test(id)) return `the id of a model of ${provider} has a line break in it`
    if (seen.has(name)) return `${name} is there twice`
    seen.add(name)
  }
  return models.length === 0 ? "there are no models in it" : undefined
}

/** The module with the table: the same text for the same list, on any machine. */
export const moduleOf = (source: typeof Source.Type): string => {
  const { columns, date, ids, rows } = tableOf(source)
  const column = ({ cells, field, values, width }: Column) =>
    `    {
      field: ${JSON.stringify(field)},
      width: ${width},
      values: [
${values.map((value) => `        ${JSON.stringify(value)}`).join(",\n")}
      ],
      cells: [
${pieces(cells, 108).map((piece) => `        "${piece}"`).join(",\n")}
      ].join("")
    }`
  return `/**
 * The models that are known without asking anyone, as of ${date}.
 *
 * Written by \`scripts/models.ts\`; a change made here is lost. See \`Table.ts\` for its form.
 *
 * @since 0.1.0
 */
import type { Table } from "./Table.ts"

/**
 * ${rows} models.
 *
 * @category models
 * @since 0.1.0
 */
export const table: Table = {
  date: ${JSON.stringify(date)},
  rows: ${rows},
  ids: [
${ids.split("\n").map((line) => `    ${JSON.stringify(line)}`).join(",\n")}
  ].join("\\n"),
  columns: [
${columns.map(column).join(",\n")}
  ]
}
`
}
