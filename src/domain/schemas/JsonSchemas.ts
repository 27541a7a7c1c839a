/**
 * Reads JSON Schemas of any draft: references, and the older spellings of a keyword.
 */
import type * as Schema from "effect/Schema"

/** A JSON Schema that is an object, or a part of one. */
export interface SchemaObject {
  readonly [keyword: string]: Schema.Json | undefined
}

/** Returns whether a value is an object, and no array. */
export const isObject = (value: unknown): value is SchemaObject =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** Returns a list; `undefined` if the value is none. */
export const listOf = (value: unknown): ReadonlyArray<Schema.Json> | undefined =>
  Array.isArray(value) ? value : undefined

/** Returns the schemas of a list. The schema `true` is an empty one. */
export const schemasOf = (value: unknown): ReadonlyArray<SchemaObject> =>
  (listOf(value) ?? []).flatMap((entry) => (isObject(entry) ? [entry] : entry === true ? [{}] : []))

const unescaped = (segment: string): string => {
  const plain = segment.replaceAll("~1", "/").replaceAll("~0", "~")
  if (!plain.includes("%")) return plain
  try {
    return decodeURIComponent(plain)
  } catch {
    return plain
  }
}

/** Returns the schema that a reference within a document (`#/$defs/Tree`) names; `undefined` if there is none. */
export const resolve = (root: SchemaObject, reference: string): SchemaObject | undefined => {
  if (reference === "#") return root
  if (!reference.startsWith("#/")) return undefined
  let at: unknown = root
  for (const segment of reference.slice(2).split("/")) {
    const key = unescaped(segment)
    at = Array.isArray(at) ? at[Number(key)] : isObject(at) && Object.hasOwn(at, key) ? at[key] : undefined
  }
  return isObject(at) ? at : at === true ? {} : undefined
}

/** The type of a JSON value, in the words of JSON Schema. */
export const typeOf = (value: Schema.Json): string => {
  if (value === null) return "null"
  if (Array.isArray(value)) return "array"
  return typeof value === "number" ? (Number.isInteger(value) ? "integer" : "number") : typeof value
}

/** Returns the types that a schema names; empty where it names none. */
export const typesOf = ({ type }: SchemaObject): ReadonlyArray<string> =>
  typeof type === "string" ? [type] : (listOf(type) ?? []).filter((name) => typeof name === "string")

/** Returns whether a value has a type. */
export const hasType = (value: Schema.Json, type: string): boolean => {
  const own = typeOf(value)
  return own === type || (own === "integer" && type === "number")
}

/** Writes a draft's tuple (`items` as a list) as `prefixItems`, and `nullable` as a type or an alternative. */
const respelled = (schema: SchemaObject): SchemaObject => {
  const { additionalItems, exclusiveMaximum, exclusiveMinimum, items, nullable, ...others } = schema
  const out: Record<string, Schema.Json | undefined> = { ...others }
  const tuple = listOf(items)
  if (tuple !== undefined) {
    out["prefixItems"] = tuple
    if (additionalItems !== undefined) out["items"] = additionalItems
  } else if (items !== undefined) out["items"] = items
  if (exclusiveMinimum === true && typeof out["minimum"] === "number") {
    out["exclusiveMinimum"] = out["minimum"]
    delete out["minimum"]
  } else if (typeof exclusiveMinimum === "number") out["exclusiveMinimum"] = exclusiveMinimum
  if (exclusiveMaximum === true && typeof out["maximum"] === "number") {
    out["exclusiveMaximum"] = out["maximum"]
    delete out["maximum"]
  } else if (typeof exclusiveMaximum === "number") out["exclusiveMaximum"] = exclusiveMaximum
  return nullable === true ? withNull(out) : out
}

const withNull = (schema: SchemaObject): SchemaObject => {
  const types = typesOf(schema)
  if (types.length === 0) {
    const { description, title, ...others } = schema
    if (Object.keys(others).length === 0) return schema
    return {
      ...(title === undefined ? {} : { title }),
      ...(description === undefined ? {} : { description }),
      anyOf: [others as Schema.JsonObject, { type: "null" }]
    }
  }
  const values = listOf(schema["enum"])
  return {
    ...schema,
    type: types.includes("null") ? types : [...types, "null"],
    ...(values === undefined || values.includes(null) ? {} : { enum: [...values, null] })
  }
}

const older = ["additionalItems", "exclusiveMaximum", "exclusiveMinimum", "items", "nullable"]

/**
 * Returns a schema in the spelling of draft 2020-12: tuples are `prefixItems`, exclusive bounds are numbers, and
 * `nullable` is a type. Only the schema itself changes, not the schemas in it.
 */
export const modern = (schema: SchemaObject): SchemaObject =>
  older.some((keyword) => {
      const value = schema[keyword]
      return value !== undefined &&
        (keyword === "additionalItems" || Array.isArray(value) || typeof value === "boolean")
    })
    ? respelled(schema)
    : schema

/**
 * Returns whether `null` is valid. A schema without a type and without alternatives allows everything.
 */
export const admitsNull = (root: SchemaObject, schema: unknown, followed: ReadonlyArray<string> = []): boolean => {
  if (!isObject(schema)) return schema === true
  const node = modern(schema)
  const types = typesOf(node)
  if (types.length > 0 && !types.includes("null")) return false
  const values = node["const"] === undefined ? listOf(node["enum"]) : [node["const"]]
  if (values !== undefined && !values.includes(null)) return false
  const reference = node["$ref"]
  if (typeof reference === "string") {
    const target = followed.includes(reference) ? undefined : resolve(root, reference)
    if (target !== undefined && !admitsNull(root, target, [...followed, reference])) return false
  }
  if (isObject(node["not"]) && node["not"]["type"] === "null") return false
  const some = (list: unknown): boolean => listOf(list)?.some((entry) => admitsNull(root, entry, followed)) ?? true
  return some(node["anyOf"]) && some(node["oneOf"]) &&
    (listOf(node["allOf"])?.every((entry) => admitsNull(root, entry, followed)) ?? true)
}
