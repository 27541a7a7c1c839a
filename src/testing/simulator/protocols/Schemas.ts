/**
 * Validates schemas that a provider makes the model follow exactly.
 */
import * as Json from "../Json.ts"

const inner = (schema: Json.JsonObject): ReadonlyArray<Json.JsonObject> => {
  const maps = ["properties", "$defs", "definitions"].flatMap((name) => Object.values(Json.object(schema[name])))
  const lists = ["anyOf", "oneOf", "allOf"].flatMap((name) => Json.list(schema[name]))
  return [...maps, ...lists, schema["items"] ?? null].filter(Json.isObject)
}

const isObjectSchema = (schema: Json.JsonObject): boolean =>
  schema["type"] === "object" || Json.isGiven(schema["properties"])

const find = (
  schema: Json.JsonObject,
  check: (schema: Json.JsonObject) => string | undefined
): string | undefined => {
  const problem = check(schema)
  if (problem !== undefined) return problem
  for (const nested of inner(schema)) {
    const problem = find(nested, check)
    if (problem !== undefined) return problem
  }
  return undefined
}

/**
 * Returns the first problem of the root of a schema, strict or not: alternatives and values are refused there.
 */
export const checkRoot = (schema: Json.JsonObject): string | undefined => {
  const keyword = ["oneOf", "anyOf", "allOf", "enum", "not"].find((keyword) => Json.isGiven(schema[keyword]))
  return keyword === undefined
    ? undefined
    : "schema must have type 'object' and not have 'oneOf'/'anyOf'/'allOf'/'enum'/'not' at the top level."
}

const unsupportedByStrict = [
  "allOf",
  "default",
  "dependentRequired",
  "else",
  "if",
  "maxLength",
  "minLength",
  "not",
  "oneOf",
  "patternProperties",
  "prefixItems",
  "then",
  "uniqueItems"
]

/**
 * Returns the first problem for OpenAI's strict mode: an open object, a property that is not required, or a keyword
 * that it does not have.
 */
export const checkStrict = (schema: Json.JsonObject): string | undefined =>
  find(schema, (schema) => {
    const keyword = unsupportedByStrict.find((keyword) => Json.isGiven(schema[keyword]))
    if (keyword !== undefined) return `'${keyword}' is not permitted.`
    if (Json.isGiven(schema["$ref"]) && Object.keys(schema).length > 1) {
      const beside = Object.keys(schema).find((keyword) => keyword !== "$ref") ?? ""
      return `$ref cannot have keywords {'${beside}'}.`
    }
    if (!isObjectSchema(schema)) return undefined
    if (schema["additionalProperties"] !== false) {
      return "'additionalProperties' is required to be supplied and to be false."
    }
    const required = new Set(Json.list(schema["required"]))
    const optional = Object.keys(Json.object(schema["properties"])).find((property) => !required.has(property))
    return optional === undefined
      ? undefined
      : `'required' is required to be supplied and to include every key in properties. Missing '${optional}'.`
  })

const unsupported = [
  "minimum",
  "maximum",
  "exclusiveMinimum",
  "exclusiveMaximum",
  "multipleOf",
  "minLength",
  "maxLength",
  "pattern",
  "uniqueItems",
  "not",
  "oneOf"
]

/**
 * Returns the first problem for Anthropic's structured output: an open object, or an unsupported keyword.
 */
export const checkClosed = (schema: Json.JsonObject): string | undefined =>
  find(schema, (schema) => {
    if (isObjectSchema(schema) && schema["additionalProperties"] !== false) {
      return "For 'object' type, 'additionalProperties' must be explicitly set to false"
    }
    const keyword = unsupported.find((keyword) => Json.isGiven(schema[keyword]))
    return keyword === undefined
      ? undefined
      : `For '${Json.text(schema["type"]) ?? "object"}' type, property '${keyword}' is not supported`
  })

/**
 * Returns the first problem for the parameters of one of Anthropic's tools: alternatives at the root, or what structured
 * output refuses in those of a strict tool.
 */
export const checkParameters = (schema: Json.JsonObject, isStrict: boolean): string | undefined =>
  ["oneOf", "allOf", "anyOf"].some((keyword) => Json.isGiven(schema[keyword]))
    ? "input_schema does not support oneOf, allOf, or anyOf at the top level"
    : isStrict
    ? checkClosed(schema)
    : undefined
