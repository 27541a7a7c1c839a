/**
 * JSON Schemas in the dialects of servers that do not take all of JSON Schema for a tool's parameters.
 *
 * @since 0.1.0
 */
import type * as Schema from "effect/Schema"
import type { ChatQuirks } from "../../../domain/ChatQuirks.ts"
import { array, defined, isObject } from "../../json/Json.ts"

type Json = Schema.Json
type JsonSchema = Schema.JsonObject

// Where a schema holds schemas: one, a list of them, or some by name. Anything else is data, whatever it looks like.
const holdsOne = new Set([
  "additionalItems",
  "additionalProperties",
  "contains",
  "else",
  "if",
  "items",
  "not",
  "propertyNames",
  "then",
  "unevaluatedItems",
  "unevaluatedProperties"
])
const holdsList = new Set(["allOf", "anyOf", "items", "oneOf", "prefixItems"])
const holdsNamed = new Set(["$defs", "definitions", "dependentSchemas", "patternProperties", "properties"])

const mapSchema = (schema: JsonSchema, change: (schema: JsonSchema) => JsonSchema): JsonSchema => {
  const mapAny = (value: Json): Json => (isObject(value) ? mapSchema(defined(value), change) : value)
  const inner: Record<string, Json> = {}
  for (const [key, value] of Object.entries(schema)) {
    const list = array(value)
    if (holdsNamed.has(key) && isObject(value)) {
      inner[key] = Object.fromEntries(
        Object.entries(defined(value)).map(([name, entry]) => [name, mapAny(entry)])
      )
    } else if (holdsList.has(key) && list !== undefined) inner[key] = list.map(mapAny)
    else if (holdsOne.has(key)) inner[key] = mapAny(value)
    else inner[key] = value
  }
  return change(inner)
}

const withoutAdditionalProperties = ({ additionalProperties: _, ...schema }: JsonSchema): JsonSchema => schema

/** A tuple's schemas are `prefixItems`, and a type beside `anyOf` belongs into the branches. */
const flavored = (schema: JsonSchema): JsonSchema => {
  const { additionalItems, items, ...others } = schema
  const tuple = array(items)
  const out: JsonSchema = tuple === undefined
    ? schema
    : { ...others, prefixItems: tuple, ...(additionalItems === undefined ? {} : { items: additionalItems }) }
  const branches = array(out.anyOf)
  const { type, ...untyped } = out
  if (branches === undefined || type === undefined) return out
  return {
    ...untyped,
    anyOf: branches.map((branch) => (isObject(branch) ? defined({ type, ...branch }) : branch))
  }
}

/**
 * Writes the schema of a tool's parameters in a dialect; as it is when there is none.
 *
 * **Details**
 *
 * `without-additional-properties`: xAI refuses the keyword. `flavored`: Moonshot's own dialect, which has no `items` lists and
 * no type beside `anyOf`, and whose root is always an object, without `$schema`.
 *
 * @see https://docs.x.ai/docs/guides/function-calling
 * @see https://platform.moonshot.ai/docs/api/chat
 * @category encoding
 * @since 0.1.0
 */
export const write = (schema: JsonSchema, dialect: ChatQuirks["toolSchema"]): JsonSchema => {
  switch (dialect) {
    case undefined:
      return schema
    case "without-additional-properties":
      return mapSchema(schema, withoutAdditionalProperties)
    case "flavored": {
      const { $schema: _, ...root } = mapSchema(schema, flavored)
      return { ...root, type: "object" }
    }
  }
}
