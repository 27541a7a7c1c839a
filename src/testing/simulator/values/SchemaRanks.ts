/**
 * Finds which schemas of a document have a finite value, and in which order they are proved to have one.
 *
 * **Details**
 *
 * A schema needs every schema that it cannot do without, and one of each of its alternatives. The proof begins with the
 * schemas that need nothing, and continues with those whose needs are met. A schema that contains itself in every case
 * is never reached. Following the alternative that was proved first always ends. The cost is linear.
 */
import * as Json from "../Json.ts"

/** A schema as an object. */
export type Schema = Json.JsonObject

/** The schema that accepts everything. */
export const anything: Schema = {}

/** The schema that accepts nothing. */
export const nothing: Schema = { not: {} }

/** Converts a schema that may be a boolean, or that is missing. */
export const toSchema = (schema: Json.Json | undefined): Schema =>
  schema === false ? nothing : Json.isObject(schema) ? schema : anything

/** Converts a list of schemas. */
export const toSchemas = (schemas: Json.Json | undefined): ReadonlyArray<Schema> => Json.list(schemas).map(toSchema)

const scalars = new Set(["string", "number", "integer", "boolean", "null"])

/** Returns the types that a schema names, in lower case, as Google writes them in capitals. */
export const typesOf = ({ type }: Schema): ReadonlyArray<string> | undefined => {
  const types = typeof type === "string" ? [type] : Json.list(type).flatMap((one) => Json.text(one) ?? [])
  return types.length === 0 ? undefined : types.map((one) => one.toLowerCase())
}

/** Returns a number of a schema; Google and others write some as strings. */
export const countOf = (value: Json.Json | undefined): number | undefined => {
  const count = typeof value === "string" && value !== "" ? Number(value) : value
  return typeof count === "number" && Number.isFinite(count) ? count : undefined
}

/** Follows a reference within a document; any other reference accepts everything. */
export const follow = (root: Schema, reference: string): Schema => {
  let at: Json.Json | undefined = root
  if (!reference.startsWith("#")) return anything
  for (const segment of reference.slice(1).split("/").slice(1)) {
    const key = decode(segment).replaceAll("~1", "/").replaceAll("~0", "~")
    at = Json.isArray(at) ? at[Number(key)] : Json.isObject(at) && Object.hasOwn(at, key) ? at[key] : undefined
  }
  return toSchema(at)
}

const decode = (segment: string): string => {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

/** Returns the schemas of the elements of an array: those of the first ones, and that of all others. */
export const itemsOf = (
  schema: Schema
): { readonly first: ReadonlyArray<Schema>; readonly rest: Json.Json | undefined } =>
  Json.isArray(schema["items"])
    ? { first: toSchemas(schema["items"]), rest: schema["additionalItems"] }
    : { first: toSchemas(schema["prefixItems"]), rest: schema["items"] }

/** Returns the alternatives of which a schema needs one each. */
const needsOf = (root: Schema, schema: Schema): ReadonlyArray<ReadonlyArray<Schema>> => {
  if (schema === nothing) return [[]]
  if (schema["const"] !== undefined || Json.isArray(schema["enum"])) return []
  const needs: Array<ReadonlyArray<Schema>> = toSchemas(schema["allOf"]).map((one) => [one])
  const reference = Json.text(schema["$ref"])
  if (reference !== undefined) needs.push([follow(root, reference)])
  for (const name of ["anyOf", "oneOf"]) if (Json.isArray(schema[name])) needs.push(toSchemas(schema[name]))
  // A value of another type needs neither properties nor elements.
  if (typesOf(schema)?.some((type) => scalars.has(type)) === true) return needs
  const properties = Json.object(schema["properties"])
  for (const name of Json.list(schema["required"])) {
    if (typeof name === "string" && Object.hasOwn(properties, name)) needs.push([toSchema(properties[name])])
  }
  const length = countOf(schema["minItems"]) ?? 0
  const { first, rest } = itemsOf(schema)
  for (const one of first.slice(0, length)) needs.push([one])
  if (length > first.length) needs.push([toSchema(rest)])
  return needs
}

/** Returns the rank of every schema that has a finite value and that the root needs or may need. */
export const make = (root: Schema): ReadonlyMap<Schema, number> => {
  const users = new Map<Schema, Array<{ readonly user: Schema; readonly need: { isMet: boolean } }>>()
  const unmet = new Map<Schema, number>()
  const proved: Array<Schema> = []
  const pending: Array<Schema> = [root]
  for (let schema = pending.pop(); schema !== undefined; schema = pending.pop()) {
    if (unmet.has(schema)) continue
    const needs = needsOf(root, schema)
    unmet.set(schema, needs.length)
    if (needs.length === 0) proved.push(schema)
    for (const alternatives of needs) {
      const need = { isMet: false }
      for (const one of alternatives) {
        const list = users.get(one) ?? []
        list.push({ user: schema, need })
        users.set(one, list)
        pending.push(one)
      }
    }
    // The generator may use these as well, where they have a value.
    const { first, rest } = itemsOf(schema)
    pending.push(
      ...first,
      toSchema(rest),
      ...Object.values(Json.object(schema["properties"])).map(toSchema),
      toSchema(schema["additionalProperties"])
    )
  }
  const ranks = new Map<Schema, number>()
  for (const schema of proved) {
    ranks.set(schema, ranks.size)
    for (const { need, user } of users.get(schema) ?? []) {
      if (need.isMet) continue
      need.isMet = true
      const left = (unmet.get(user) ?? 1) - 1
      unmet.set(user, left)
      if (left === 0) proved.push(user)
    }
  }
  return ranks
}
