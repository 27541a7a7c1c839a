/**
 * Writes schemas for servers that take them as they are.
 */
import type * as Schema from "effect/Schema"
import { isObject, listOf, type SchemaObject } from "../../domain/schemas/JsonSchemas.ts"
import type { RootRules } from "./Rules.ts"

/** The keywords, other than those that all dialects have, that hold one schema. */
export const holdsSchema = new Set(["contains", "else", "if", "not", "propertyNames", "then"])

/** Closes the objects of a schema that say nothing about other properties. */
const closed = (schema: Schema.JsonObject): Schema.JsonObject =>
  schema["type"] === "object" && (schema["additionalProperties"] ?? true) === true
    ? { ...schema, additionalProperties: false }
    : schema

const holdsNamed = new Set(["$defs", "definitions", "dependentSchemas", "patternProperties", "properties"])
const holdsMore = new Set(["additionalItems", "additionalProperties", "items", "unevaluatedItems", ...holdsSchema])
const holdsList = new Set(["allOf", "anyOf", "items", "oneOf", "prefixItems"])

/** Applies a change to a schema and every schema in it. Values that only look like schemas (`default`) stay. */
const mapped = (
  schema: Schema.JsonObject,
  change: (schema: Schema.JsonObject) => Schema.JsonObject
): Schema.JsonObject => {
  const visit = (value: Schema.Json): Schema.Json => (isJsonObject(value) ? mapped(value, change) : value)
  const inner = Object.entries(schema).map(([keyword, value]): readonly [string, Schema.Json] => {
    if (holdsNamed.has(keyword) && isJsonObject(value)) {
      return [keyword, Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, visit(entry)]))]
    }
    const list = holdsList.has(keyword) ? listOf(value) : undefined
    if (list !== undefined) return [keyword, list.map(visit)]
    return [keyword, holdsMore.has(keyword) ? visit(value) : value]
  })
  return change(Object.fromEntries(inner))
}

const isJsonObject = (value: unknown): value is Schema.JsonObject => isObject(value)

const defined = (schema: SchemaObject): Schema.JsonObject =>
  Object.fromEntries(
    Object.entries(schema).flatMap(([keyword, value]) => (value === undefined ? [] : [[keyword, value]]))
  )

/** Writes a schema as it is, but for the keywords that the server refuses. */
export const write = (schema: SchemaObject, { closes, without = [] }: RootRules): Schema.JsonObject => {
  const isUnchanged = closes !== true && without.length === 0
  const change = (part: Schema.JsonObject): Schema.JsonObject => {
    const kept = without.some((keyword) => part[keyword] !== undefined)
      ? Object.fromEntries(Object.entries(part).filter(([keyword]) => !without.includes(keyword)))
      : part
    return closes === true ? closed(kept) : kept
  }
  return isUnchanged ? defined(schema) : mapped(defined(schema), change)
}
