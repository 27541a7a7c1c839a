/**
 * Validates values against JSON Schemas, of the caller and as they are sent. It knows every draft's spelling, and
 * `nullable`. It is written for the tests of lowered schemas and imports nothing of the source.
 */
export type Json = null | boolean | number | string | ReadonlyArray<Json> | { readonly [key: string]: Json }
export interface JsonObject {
  readonly [key: string]: Json
}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value)
export const list = (value: unknown): ReadonlyArray<Json> => (Array.isArray(value) ? value : [])

/** Follows a reference within a document. */
export const follow = (root: JsonObject, reference: string): Json =>
  reference.split("/").slice(1).reduce<Json>((at, segment) => {
    const key = segment.replaceAll("~1", "/").replaceAll("~0", "~")
    return (isObject(at) ? at[key] : list(at)[Number(key)]) ?? null
  }, root)

const isType = (value: Json, type: Json): boolean => {
  switch (type) {
    case "null":
      return value === null
    case "array":
      return Array.isArray(value)
    case "object":
      return isObject(value)
    case "integer":
      return Number.isInteger(value)
    default:
      return typeof value === type
  }
}

const equal = (one: Json, other: Json): boolean => JSON.stringify(one) === JSON.stringify(other)

type Valid = (schema: Json, value: Json) => boolean

const numbers = (schema: JsonObject, value: number): boolean => {
  const { exclusiveMaximum, exclusiveMinimum, maximum, minimum, multipleOf } = schema
  if (typeof minimum === "number" && (exclusiveMinimum === true ? value <= minimum : value < minimum)) return false
  if (typeof maximum === "number" && (exclusiveMaximum === true ? value >= maximum : value > maximum)) return false
  if (typeof exclusiveMinimum === "number" && value <= exclusiveMinimum) return false
  if (typeof exclusiveMaximum === "number" && value >= exclusiveMaximum) return false
  return typeof multipleOf !== "number" || Number.isInteger(value / multipleOf)
}

const texts = ({ maxLength, minLength, pattern }: JsonObject, value: string): boolean =>
  !(typeof minLength === "number" && value.length < minLength) &&
  !(typeof maxLength === "number" && value.length > maxLength) &&
  !(typeof pattern === "string" && !new RegExp(pattern, "u").test(value))

const arrays = (schema: JsonObject, value: ReadonlyArray<Json>, valid: Valid): boolean => {
  const isOlder = Array.isArray(schema["items"])
  const tuple = list(isOlder ? schema["items"] : schema["prefixItems"])
  const rest = (isOlder ? schema["additionalItems"] : schema["items"]) ?? true
  if (typeof schema["minItems"] === "number" && value.length < schema["minItems"]) return false
  if (typeof schema["maxItems"] === "number" && value.length > schema["maxItems"]) return false
  return value.every((entry, index) => valid(tuple[index] ?? rest, entry))
}

const objects = (schema: JsonObject, value: JsonObject, valid: Valid): boolean => {
  const properties = isObject(schema["properties"]) ? schema["properties"] : {}
  const patterns = Object.entries(isObject(schema["patternProperties"]) ? schema["patternProperties"] : {})
  if (list(schema["required"]).some((name) => !Object.hasOwn(value, String(name)))) return false
  return Object.entries(value).every(([name, entry]) => {
    const matched = patterns.filter(([pattern]) => new RegExp(pattern, "u").test(name))
    if (Object.hasOwn(properties, name)) return valid(properties[name] ?? true, entry)
    if (matched.length > 0) return matched.every(([, inner]) => valid(inner, entry))
    return valid(schema["additionalProperties"] ?? true, entry)
  })
}

/** Returns whether a value is valid under a schema of a document. */
export const isValid = (root: JsonObject, schema: Json, value: Json): boolean => {
  const valid: Valid = (inner, entry) => isValid(root, inner, entry)
  if (!isObject(schema)) return schema !== false
  if (value === null && schema["nullable"] === true) return true
  if (typeof schema["$ref"] === "string" && !valid(follow(root, schema["$ref"]), value)) return false
  const types = schema["type"] === undefined ? [] : [schema["type"]].flat()
  if (types.length > 0 && !types.some((type) => isType(value, type))) return false
  if (schema["const"] !== undefined && !equal(schema["const"], value)) return false
  if (schema["enum"] !== undefined && !list(schema["enum"]).some((entry) => equal(entry, value))) return false
  if (schema["not"] !== undefined && valid(schema["not"], value)) return false
  for (const keyword of ["anyOf", "oneOf"]) {
    if (schema[keyword] !== undefined && !list(schema[keyword]).some((branch) => valid(branch, value))) return false
  }
  if (!list(schema["allOf"]).every((part) => valid(part, value))) return false
  if (typeof value === "number") return numbers(schema, value)
  if (typeof value === "string") return texts(schema, value)
  if (isObject(value)) return objects(schema, value, valid)
  return !Array.isArray(value) || arrays(schema, value, valid)
}

/** The property of other properties, where it is the list of their entries. */
const othersOf = (properties: JsonObject): Json | undefined => {
  const { otherProperties } = properties
  return isObject(otherProperties) && otherProperties["type"] === "array" ? otherProperties : undefined
}

const object = (root: JsonObject, schema: JsonObject, value: JsonObject): Json => {
  const properties = isObject(schema["properties"]) ? schema["properties"] : {}
  const out: Record<string, Json> = {}
  const others: Array<Json> = []
  for (const [name, entry] of Object.entries(value)) {
    if (Object.hasOwn(properties, name)) out[name] = shape(root, properties[name] ?? true, entry)
    else if (othersOf(properties) === undefined) out[name] = shape(root, schema["additionalProperties"] ?? true, entry)
    else others.push({ key: name, value: entry })
  }
  const shaped = { ...out, ...missing(schema, out) }
  const entries = othersOf(properties)
  return entries === undefined
    ? shaped
    : { ...shaped, otherProperties: others.map((entry) => shapeEntry(root, entries, entry)) }
}

const missing = (schema: JsonObject, value: JsonObject): JsonObject =>
  Object.fromEntries(
    list(schema["required"]).map(String).filter((name) => !Object.hasOwn(value, name) && name !== "otherProperties")
      .map((name) => [name, name === "rest" ? [] : null])
  )

const shapeEntry = (root: JsonObject, entries: Json, entry: Json): Json =>
  shape(root, isObject(entries) ? (entries["items"] ?? true) : true, entry)

/** Returns what a model that follows a lowered schema writes for a value of the original one. */
export const shape = (root: JsonObject, schema: Json, value: Json): Json => {
  if (!isObject(schema)) return value
  if (typeof schema["$ref"] === "string") return shape(root, follow(root, schema["$ref"]), value)
  const branches = [...list(schema["anyOf"]), ...list(schema["oneOf"])]
  if (branches.length > 0) {
    const shaped = branches.map((branch) => [branch, shape(root, branch, value)] as const)
    return shaped.find(([branch, entry]) => isValid(root, branch, entry))?.[1] ?? value
  }
  const properties = isObject(schema["properties"]) ? schema["properties"] : {}
  if (schema["type"] === "object" && Array.isArray(value) && properties["0"] !== undefined) {
    const positions = Object.keys(properties).filter((name) => name !== "rest")
    const elements = value.slice(0, positions.length).map((entry: Json, index) =>
      [String(index), shape(root, properties[String(index)] ?? true, entry)] as const
    )
    const rest = properties["rest"] === undefined
      ? {}
      : {
        rest: value.slice(positions.length).map((entry: Json) => shapeEntry(root, properties["rest"] ?? true, entry))
      }
    const out = { ...Object.fromEntries(elements), ...rest }
    return { ...out, ...missing(schema, out) }
  }
  if (schema["type"] === "array" && isObject(value)) {
    return Object.entries(value).map(([key, entry]) => shapeEntry(root, schema, { key, value: entry }))
  }
  if (Array.isArray(value)) {
    const tuple = list(schema["prefixItems"])
    return value.map((entry: Json, index) => shape(root, tuple[index] ?? schema["items"] ?? true, entry))
  }
  return isObject(value) ? object(root, schema, value) : value
}
