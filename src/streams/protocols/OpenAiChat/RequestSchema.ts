/**
 * Converts the JSON Schema of a tool's parameters to the dialect of a server that accepts only a subset.
 */
import type * as Schema from "effect/Schema"
import type { ChatQuirks } from "../../../domain/ChatQuirks.ts"
import { array, defined, isObject } from "../../json/Json.ts"

type Json = Schema.Json
type JsonSchema = Schema.JsonObject

// The keywords that hold schemas: one, a list, or several by name. Every other value is data, even if it looks like
// one.
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

/** Applies a change to a schema and every schema in it. */
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

/** Moves a tuple's schemas to `prefixItems`, and a type beside `anyOf` into the branches. */
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
 * Converts a schema to a dialect, and returns it unchanged when there is none.
 *
 * **Details**
 *
 * `without-additional-properties`: xAI refuses the keyword. `flavored`: Moonshot's dialect, which has no `items` lists
 * and no type beside `anyOf`, and whose root is always an object without `$schema`.
 *
 * @see https://docs.x.ai/docs/guides/function-calling
 * @see https://platform.moonshot.ai/docs/api/chat
 */
export const convert = (schema: JsonSchema, dialect: ChatQuirks["toolSchema"]): JsonSchema => {
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
