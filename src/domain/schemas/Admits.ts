/**
 * Finds out whether a value fits a schema, as far as it takes to tell the alternatives of a union apart.
 */
import * as Equal from "effect/Equal"
import type * as Schema from "effect/Schema"
import { hasType, isObject, listOf, modern, resolve, type SchemaObject, typesOf } from "./JsonSchemas.ts"

type Check = (
  value: Schema.Json,
  schema: SchemaObject,
  admits: (value: Schema.Json, schema: unknown) => boolean
) => boolean

const objects: Check = (value, schema, admits) => {
  if (!isObject(value)) return true
  const required = listOf(schema["required"]) ?? []
  if (required.some((name) => typeof name !== "string" || !Object.hasOwn(value, name))) return false
  const properties = isObject(schema["properties"]) ? schema["properties"] : {}
  const additional = schema["patternProperties"] === undefined ? schema["additionalProperties"] : true
  // Scalars first: they tell alternatives apart without a visit to what is below.
  const isScalar = ([, entry]: readonly [string, unknown]): boolean => typeof entry !== "object"
  const entries = Object.entries(value)
  return [...entries.filter(isScalar), ...entries.filter((entry) => !isScalar(entry))].every(([name, entry]) =>
    entry === undefined ||
    (Object.hasOwn(properties, name)
      ? admits(entry, properties[name])
      : additional === undefined || admits(entry, additional))
  )
}

const arrays: Check = (value, schema, admits) => {
  const list = listOf(value)
  if (list === undefined) return true
  const tuple = listOf(schema["prefixItems"]) ?? []
  const { items, maxItems, minItems } = schema
  if (typeof minItems === "number" && list.length < minItems) return false
  if (typeof maxItems === "number" && list.length > maxItems) return false
  return list.every((entry, index) => admits(entry, index < tuple.length ? tuple[index] : (items ?? true)))
}

const texts: Check = (value, { pattern }) => {
  if (typeof value !== "string" || typeof pattern !== "string") return true
  try {
    return new RegExp(pattern, "u").test(value)
  } catch {
    return true
  }
}

const scalars: Check = (value, schema) => {
  const types = typesOf(schema)
  if (types.length > 0 && !types.some((type) => hasType(value, type))) return false
  if (schema["const"] !== undefined && !Equal.equals(value, schema["const"])) return false
  const values = listOf(schema["enum"])
  return values === undefined || values.some((entry) => Equal.equals(entry, value))
}

const combinations: Check = (value, schema, admits) => {
  const some = (list: unknown): boolean => listOf(list)?.some((entry) => admits(value, entry)) ?? true
  return some(schema["anyOf"]) && some(schema["oneOf"]) &&
    (listOf(schema["allOf"])?.every((entry) => admits(value, entry)) ?? true)
}

const checks: ReadonlyArray<Check> = [scalars, objects, arrays, texts, combinations]

/**
 * Returns whether a value fits a schema of a document: its types, constants, patterns, properties, elements and
 * alternatives. Bounds of numbers and lengths of texts are not checked.
 */
export const admits = (root: SchemaObject, schema: unknown, value: Schema.Json): boolean => {
  // References that lead from one schema to the next at the same value; they must not lead back.
  const visit = (value: Schema.Json, schema: unknown, followed: ReadonlyArray<string>): boolean => {
    if (!isObject(schema)) return schema !== false
    const node = modern(schema)
    const reference = node["$ref"]
    if (typeof reference === "string") {
      const target = followed.includes(reference) ? undefined : resolve(root, reference)
      if (target !== undefined && !visit(value, target, [...followed, reference])) return false
    }
    return checks.every((check) =>
      check(value, node, (inner, schema) => visit(inner, schema, inner === value ? followed : []))
    )
  }
  return visit(value, schema, [])
}
