/**
 * Reads the lines of the catalogue.
 */
import * as ModelInfo from "../../domain/ModelInfo.ts"
import * as ModelName from "../../domain/ModelName.ts"

/** The last day that a source names in brackets: `… (2026-08-22)`. */
const listedDay = /.*\((\d{4}-\d\d-\d\d)\)/

/** Returns the dates of a model, with those that only its id and its source state. */
const datesOf = ({ dates, id, source }: ModelInfo.ModelFacts): ModelInfo.ModelDates => {
  const { snapshot } = ModelName.parse(id)
  const listed = source === undefined ? undefined : listedDay.exec(source)?.[1]
  return {
    ...(snapshot === undefined ? {} : { snapshot }),
    ...(listed === undefined ? {} : { listed }),
    ...dates
  }
}

/**
 * Returns the models of lines, each line one of `ModelFacts` in JSON, in their order.
 *
 * The lines are part of the package and a test holds them to the schema, so nothing is validated here.
 */
export const parse = (lines: string): ReadonlyArray<ModelInfo.ModelInfo> => {
  const models: ReadonlyArray<ModelInfo.ModelFacts> = JSON.parse(`[${lines.trim().replaceAll("\n", ",")}]`)
  return models.map((facts) => ModelInfo.make({ ...facts, dates: datesOf(facts) }))
}
