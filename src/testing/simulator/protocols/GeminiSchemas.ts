/**
 * Validates schemas as Google does: a subset of OpenAPI 3.0, without unknown keywords.
 *
 * @see https://ai.google.dev/api/caching#Schema
 */
import * as Json from "../Json.ts"

const keywords = new Set([
  "anyOf",
  "default",
  "description",
  "enum",
  "example",
  "format",
  "items",
  "maxItems",
  "maxLength",
  "maxProperties",
  "maximum",
  "minItems",
  "minLength",
  "minProperties",
  "minimum",
  "nullable",
  "pattern",
  "properties",
  "propertyOrdering",
  "required",
  "title",
  "type"
])

const formats: Readonly<Record<string, ReadonlyArray<string>>> = {
  string: ["enum", "date-time"],
  number: ["float", "double"],
  integer: ["int32", "int64"]
}

const checkOne = (schema: Json.JsonObject, path: string): string | undefined => {
  const unknown = Object.keys(schema).find((keyword) => !keywords.has(keyword))
  if (unknown !== undefined) {
    return `Invalid JSON payload received. Unknown name "${unknown}" at '${path}': Cannot find field.`
  }
  const beside = Object.keys(schema).find((keyword) => keyword !== "anyOf")
  if (schema["anyOf"] !== undefined && beside !== undefined) {
    return `Unable to submit request because ${path} schema specified other fields alongside any_of. When using any_of, it must be the only field set.`
  }
  const type = Json.text(schema["type"])?.toLowerCase()
  if (Json.isArray(schema["type"])) {
    return `Invalid JSON payload received. Unknown name "type" at '${path}': Proto field is not repeating, cannot start list.`
  }
  const odd = Json.list(schema["enum"]).find((value) => typeof value !== "string")
  if (odd !== undefined) return `Invalid value at '${path}.enum[0]' (TYPE_STRING), ${JSON.stringify(odd)}`
  const empty = Json.list(schema["enum"]).indexOf("")
  if (empty >= 0) return `${path}.enum[${empty}]: cannot be empty`
  if (type !== "object" && Json.isGiven(schema["properties"])) return `${path}.properties: only allowed for OBJECT type`
  if (schema["enum"] !== undefined && type !== "string") return `${path}.enum: only allowed for STRING type`
  if (type === "array" && !Json.isObject(schema["items"])) return `${path}.items: missing field.`
  const format = Json.text(schema["format"])
  if (format !== undefined && formats[type ?? ""]?.includes(format) !== true) {
    return `${path}.format: only 'enum' and 'date-time' are supported for STRING type`
  }
  const properties = Json.object(schema["properties"])
  const undeclared = Json.list(schema["required"]).find((name) => typeof name !== "string" || !(name in properties))
  return undeclared === undefined ? undefined : `${path}.required[0]: property is not defined`
}

/**
 * Returns the first problem of a schema. The parameters of a tool must not be an object without properties.
 */
export const check = (schema: Json.JsonObject, path: string, isParameters: boolean): string | undefined => {
  const problem = checkOne(schema, path)
  if (problem !== undefined) return problem
  const properties = Object.entries(Json.object(schema["properties"]))
  if (isParameters && Json.text(schema["type"])?.toLowerCase() === "object" && properties.length === 0) {
    return `* GenerateContentRequest.${path}.properties: should be non-empty for OBJECT type`
  }
  const inner: ReadonlyArray<readonly [Json.Json, string]> = [
    ...properties.map(([name, value]) => [value, `${path}.properties[${name}]`] as const),
    ...Json.list(schema["anyOf"]).map((value, index) => [value, `${path}.any_of[${index}]`] as const),
    ...(schema["items"] === undefined ? [] : [[schema["items"], `${path}.items`] as const])
  ]
  for (const [value, where] of inner) {
    const problem = check(Json.object(value), where, false)
    if (problem !== undefined) return problem
  }
  return undefined
}
