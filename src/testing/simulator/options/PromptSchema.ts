/**
 * Finds the JSON Schema that a prompt asks the model to follow, for models that have no field for it: an object in one
 * line behind the words "JSON Schema".
 */
import * as Option from "effect/Option"
import * as Json from "../Json.ts"
import { anyObject, type RequestOptions } from "./RequestOptions.ts"

const described = /JSON Schema\b[^{\n]{0,80}\n?[ \t]*(\{[^\n]*\})/i

const find = ({ tools: _, ...body }: Json.JsonObject): Json.JsonObject | undefined => {
  for (const text of Json.texts(body)) {
    const found = described.exec(text)?.[1]
    const schema = found === undefined || Json.isTooDeep(found) ? Option.none() : Json.parse(found)
    if (Option.isSome(schema) && Json.isObject(schema.value)) return schema.value
  }
  return undefined
}

/** Adds the schema of the prompt to the options of a request that has no other. */
export const added = (options: RequestOptions, body: Json.JsonObject): RequestOptions =>
  options.outputSchema === undefined || options.outputSchema === anyObject
    ? { ...options, outputSchema: find(body) ?? options.outputSchema }
    : options
