/**
 * Fits the fields of a request to what a server knows: under its names, without what it does not know.
 *
 * @since 0.1.0
 */
import type * as Schema from "effect/Schema"
import type { ChatField } from "../../../domain/ChatQuirks.ts"
import type { Quirks } from "../../../domain/Quirks.ts"
import type * as PromptParts from "../../request/PromptParts.ts"

/** By the name of any field, also of those that no dialect differs in. */
type Names = Readonly<Partial<Record<string, string>>>

/** What a caller calls the fields, where that is something else. */
const callersNames: Readonly<Partial<Record<ChatField, string>>> = {
  top_p: "topP",
  top_k: "topK",
  parallel_tool_calls: "parallelToolCalls",
  reasoning_effort: "reasoning",
  verbosity: "text",
  response_format: "outputSchema",
  prompt_cache_key: "promptCache",
  prompt_cache_retention: "promptCache"
}

/**
 * Fits the fields of a request by `quirks.unknownFields` and `quirks.fieldNames`.
 *
 * @category encoding
 * @since 0.1.0
 */
export const fit = (fields: Schema.JsonObject, quirks: Quirks, found: PromptParts.Problems): Schema.JsonObject => {
  const { fieldNames, unknownFields } = quirks
  if (fieldNames === undefined && unknownFields === undefined) return fields
  const names: Names = fieldNames ?? {}
  const unknown: Names = unknownFields ?? {}
  const own: Names = callersNames
  const fitted: Record<string, Schema.Json> = {}
  for (const [name, value] of Object.entries(fields)) {
    const treatment = unknown[name]
    if (treatment === undefined) fitted[names[name] ?? name] = value
    else if (treatment === "reject") {
      found.refuse(own[name] ?? name, "this provider or model has no such field, and the answer would be another")
    }
  }
  return fitted
}

/**
 * Writes the temperature, with what stands for 0 where that is not allowed.
 *
 * @category encoding
 * @since 0.1.0
 */
export const temperature = (value: number | undefined, { zeroTemperature }: Quirks): Schema.JsonObject => {
  if (value === undefined) return {}
  if (value !== 0 || zeroTemperature === undefined) return { temperature: value }
  return zeroTemperature === "do_sample" ? { do_sample: false } : { temperature: zeroTemperature }
}
