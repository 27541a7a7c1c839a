/**
 * Adapts the fields of a request to a server: renames them, and removes or refuses those that it does not know.
 */
import type * as Schema from "effect/Schema"
import type { ChatField } from "../../../domain/ChatQuirks.ts"
import type { Quirks } from "../../../domain/Quirks.ts"
import type * as Problems from "../../request/Problems.ts"

/** Names by the name of any field, including fields in which no dialect differs. */
type Names = Readonly<Partial<Record<string, string>>>

/** The parameters of a request by the name of their field, where the two differ. */
const parameterNames: Readonly<Partial<Record<ChatField, string>>> = {
  top_p: "topP",
  top_k: "topK",
  parallel_tool_calls: "parallelToolCalls",
  reasoning_effort: "reasoning",
  verbosity: "text",
  response_format: "outputSchema",
  prompt_cache_key: "promptCache",
  prompt_cache_retention: "promptCache"
}

/** The fields that are not the caller's. */
const transportFields: ReadonlySet<string> = new Set(["model", "stream_options"])

/** Adapts the fields of a request by `quirks.unknownFields` and `quirks.fieldNames`. */
export const fit = (fields: Schema.JsonObject, quirks: Quirks, problems: Problems.Problems): Schema.JsonObject => {
  const { fieldNames, unknownFields } = quirks
  if (fieldNames === undefined && unknownFields === undefined) return fields
  const names: Names = fieldNames ?? {}
  const unknown: Names = unknownFields ?? {}
  const parameters: Names = parameterNames
  const fitted: Record<string, Schema.Json> = {}
  for (const [name, value] of Object.entries(fields)) {
    const treatment = unknown[name]
    if (treatment === undefined) fitted[names[name] ?? name] = value
    else if (treatment === "reject") {
      problems.refuse(
        parameters[name] ?? name,
        "this provider or model has no such field, and without it the result would be different"
      )
    } else if (!transportFields.has(name)) {
      const parameter = parameters[name] ?? name
      problems.warn(parameter, `${parameter} was left out: this provider or model has no such field.`)
    }
  }
  return fitted
}

/** Encodes the temperature, with the replacement for 0 where a server refuses 0. */
export const temperature = (value: number | undefined, { zeroTemperature }: Quirks): Schema.JsonObject => {
  if (value === undefined) return {}
  if (value !== 0 || zeroTemperature === undefined) return { temperature: value }
  return zeroTemperature === "do_sample" ? { do_sample: false } : { temperature: zeroTemperature }
}
