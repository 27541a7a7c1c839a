/**
 * Creates a value that a JSON Schema accepts: the same one for the same seed.
 *
 * **Details**
 *
 * It understands the keywords that tools and output schemas use: types, properties, elements, `enum`, `const`, `anyOf`,
 * `oneOf`, `allOf`, `$ref`, bounds, formats and simple patterns. Of the properties it writes those that are required.
 * It does not understand `not`, `if` and `propertyNames`. Schemas that contain themselves are followed to a depth of 5.
 * A value has at most 2,000 parts; what is missing beyond that is `null`. The cost is linear in the schema and in the
 * value.
 */
import * as Json from "../Json.ts"
import type { Seed } from "../Seed.ts"
import * as ScalarValue from "./ScalarValue.ts"
import * as SchemaRanks from "./SchemaRanks.ts"
import { type Schema, toSchema, toSchemas } from "./SchemaRanks.ts"

const maximumDepth = 5

const maximumParts = 2000

/** The state of one value. */
interface Creation {
  readonly root: Schema
  readonly ranks: ReadonlyMap<Schema, number>
  readonly seed: Seed
  /** The alternatives that have a value, by their list. */
  readonly choices: Map<Json.Json, Choice>
  parts: number
}

interface Choice {
  /** The alternatives that are more than `null`. */
  readonly full: ReadonlyArray<Schema>
  /** The alternative that ends soonest. */
  readonly shortest: Schema
  /** The types that the alternatives have; `undefined` where one does not name its types. */
  readonly types: ReadonlySet<string> | undefined
}

const rankOf = ({ ranks }: Creation, schema: Schema): number => ranks.get(schema) ?? Infinity

const isNull = (schema: Schema): boolean => {
  const types = SchemaRanks.typesOf(schema)
  return schema["const"] === null || types?.every((type) => type === "null") === true
}

const choiceOf = (creation: Creation, alternatives: ReadonlyArray<Json.Json>): Choice => {
  const known = creation.choices.get(alternatives)
  if (known !== undefined) return known
  const all = toSchemas(alternatives)
  const [first = SchemaRanks.anything] = all
  const types = all.map(SchemaRanks.typesOf)
  const choice: Choice = {
    types: types.includes(undefined) ? undefined : new Set(types.flatMap((one) => one ?? [])),
    full: all.filter((schema) => rankOf(creation, schema) < Infinity && !isNull(schema)),
    shortest: all.reduce((best, one) => rankOf(creation, one) < rankOf(creation, best) ? one : best, first)
  }
  creation.choices.set(alternatives, choice)
  return choice
}

/** Chooses one of several schemas: any of the allowed types at first, and deep inside the one that ends soonest. */
const choose = (creation: Creation, { full, shortest }: Choice, allowed: Types, depth: number): Schema => {
  if (depth >= maximumDepth) return shortest
  const fitting = allowed === undefined
    ? full
    : full.filter((schema) => SchemaRanks.typesOf(schema)?.some((type) => allowed.has(type)) !== false)
  return fitting[creation.seed.between(0, fitting.length - 1)] ?? shortest
}

type Types = ReadonlySet<string> | undefined

/** Returns the types that all lists have. */
const common = (lists: ReadonlyArray<Types>): Types => {
  const [first, ...others] = lists.filter((list) => list !== undefined)
  return first === undefined || others.length === 0
    ? first
    : new Set([...first].filter((type) => others.every((list) => list.has(type))))
}

/** Returns the schemas that a value has to fit at the same time, with every reference followed and choice made. */
const flatten = (creation: Creation, schemas: ReadonlyArray<Schema>, depth: number): ReadonlyArray<Schema> => {
  const flat = new Set<Schema>()
  let pending = [...schemas]
  while (pending.length > 0) {
    const choices: Array<Choice> = []
    for (let schema = pending.pop(); schema !== undefined; schema = pending.pop()) {
      if (flat.has(schema)) continue
      flat.add(schema)
      const reference = Json.text(schema["$ref"])
      if (reference !== undefined) pending.push(SchemaRanks.follow(creation.root, reference))
      pending.push(...toSchemas(schema["allOf"]))
      for (const name of ["anyOf", "oneOf"]) {
        const alternatives = Json.list(schema[name])
        if (alternatives.length > 0) choices.push(choiceOf(creation, alternatives))
      }
    }
    const allowed = choices.length > 1 ? common(choices.map(({ types }) => types)) : undefined
    pending = choices.map((choice) => choose(creation, choice, allowed, depth))
  }
  return [...flat]
}

const impliedType = (schemas: ReadonlyArray<Schema>): string => {
  const has = (...names: ReadonlyArray<string>) =>
    schemas.some((schema) => names.some((name) => schema[name] !== undefined))
  if (has("properties", "required", "additionalProperties", "minProperties")) return "object"
  if (has("items", "prefixItems", "minItems", "contains")) return "array"
  return has("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf") ? "number" : "string"
}

const order = ["object", "array", "string", "integer", "number", "boolean", "null"]

/** Returns the type of the value: the first that all schemas allow, and deep inside one without parts. */
const typeOf = (creation: Creation, schemas: ReadonlyArray<Schema>, depth: number): string => {
  const named = schemas.flatMap((schema) => {
    const types = SchemaRanks.typesOf(schema)
    return types === undefined ? [] : [types]
  })
  const [first] = named
  if (first === undefined) return impliedType(schemas)
  const allows = (types: ReadonlyArray<string>, type: string) =>
    types.includes(type) || type === "integer" && types.includes("number")
  const found = named.length === 1
    ? first.filter((type) => type !== "null")
    : order.filter((type) => type !== "null" && named.every((types) => allows(types, type)))
  const scalar = found.find((type) => type !== "object" && type !== "array")
  if (scalar !== undefined && depth >= maximumDepth) return scalar
  const isNullable = named.every((types) => types.includes("null"))
  if (isNullable && scalar === undefined && depth >= maximumDepth) return "null"
  return found[0] ?? (isNullable ? "null" : first[0] ?? "string")
}

const isType = (value: Json.Json, type: string): boolean => {
  switch (type) {
    case "string":
    case "boolean":
    case "number":
      return typeof value === type
    case "integer":
      return Number.isInteger(value)
    case "null":
      return value === null
    case "array":
      return Json.isArray(value)
    default:
      return Json.isObject(value)
  }
}

const key = (value: Json.Json): string => JSON.stringify(value)

/** Returns the values to choose from, where any of the schemas lists them. */
const listed = (schemas: ReadonlyArray<Schema>): ReadonlyArray<Json.Json> | undefined => {
  let values: ReadonlyArray<Json.Json> | undefined
  for (const schema of schemas) {
    const fixed = schema["const"]
    const own = fixed === undefined ? (Json.isArray(schema["enum"]) ? schema["enum"] : undefined) : [fixed]
    if (own === undefined) continue
    const keys = values === undefined ? undefined : new Set(values.map(key))
    values = keys === undefined ? own : own.filter((value) => keys.has(key(value)))
  }
  const types = schemas.flatMap((schema) => SchemaRanks.typesOf(schema) ?? [])
  const fitting = values?.filter((value) => types.length === 0 || types.some((type) => isType(value, type)))
  return fitting !== undefined && fitting.length > 0 ? fitting : values
}

/** Returns the names of the properties to write. */
const namesOf = (schemas: ReadonlyArray<Schema>): ReadonlyArray<string> => {
  const names = new Set<string>()
  const pending = schemas.flatMap((schema) => Json.list(schema["required"]).flatMap((name) => Json.text(name) ?? []))
  const dependent = schemas.map((schema) => Json.object(schema["dependentRequired"]))
  // The list grows while it is read.
  for (const name of pending) {
    if (names.has(name)) continue
    names.add(name)
    for (const more of dependent) {
      if (Object.hasOwn(more, name)) pending.push(...Json.list(more[name]).flatMap((one) => Json.text(one) ?? []))
    }
  }
  const minimum = Math.min(ScalarValue.largest(schemas, "minProperties") ?? 0, maximumParts)
  if (names.size >= minimum) return [...names]
  const optional = schemas.flatMap((schema) => Object.keys(Json.object(schema["properties"])))
  for (const name of optional) if (names.size < minimum) names.add(name)
  for (let number = 1; names.size < minimum; number++) names.add(`key${number}`)
  return [...names]
}

/** Returns the schemas of each property. Those without properties may describe all that others do not name. */
const propertiesOf = (schemas: ReadonlyArray<Schema>) => {
  const named = new Map<string, Array<Schema>>()
  const others: Array<Schema> = []
  for (const schema of schemas) {
    const properties = Object.entries(Json.object(schema["properties"]))
    for (const [name, property] of properties) {
      const list = named.get(name) ?? []
      list.push(toSchema(property))
      named.set(name, list)
    }
    if (Json.isObject(schema["additionalProperties"])) others.push(schema["additionalProperties"])
  }
  return (name: string): ReadonlyArray<Schema> => named.get(name) ?? others
}

const objectValue = (
  creation: Creation,
  schemas: ReadonlyArray<Schema>,
  depth: number,
  variant: number
): Json.JsonObject => {
  const property = propertiesOf(schemas)
  return Object.fromEntries(
    namesOf(schemas).map((name, index) => [name, valueOf(creation, property(name), depth + 1, variant + index)])
  )
}

const arrayValue = (
  creation: Creation,
  schemas: ReadonlyArray<Schema>,
  depth: number,
  variant: number
): ReadonlyArray<Json.Json> => {
  const minimum = ScalarValue.largest(schemas, "minItems") ?? 0
  const maximum = ScalarValue.smallest(schemas, "maxItems") ?? Infinity
  const items = schemas.map(SchemaRanks.itemsOf)
  const contained = schemas.flatMap((schema) => schema["contains"] === undefined ? [] : [toSchema(schema["contains"])])
  const at = (index: number): ReadonlyArray<Schema> => items.map(({ first, rest }) => first[index] ?? toSchema(rest))
  const isFinite = (index: number) => at(index).every((schema) => rankOf(creation, schema) < Infinity)
  const wanted = Math.max(1, ...items.map(({ first }) => first.length))
  const values: Array<Json.Json> = []
  const count = Math.min(Math.max(minimum, depth >= maximumDepth ? 0 : wanted), maximum, maximumParts)
  for (let index = 0; index < Math.max(count, Math.min(contained.length, maximum)); index++) {
    if (creation.parts > maximumParts || index >= minimum && !isFinite(index)) break
    const also = contained[index]
    values.push(valueOf(creation, also === undefined ? at(index) : [...at(index), also], depth + 1, variant + index))
  }
  return values
}

/** Creates a value. Values of different variants differ where the schemas allow it. */
const valueOf = (
  creation: Creation,
  schemas: ReadonlyArray<Schema>,
  depth: number,
  variant: number
): Json.Json => {
  if (++creation.parts > maximumParts || depth > Json.maximumDepth) return null
  const flat = flatten(creation, schemas, depth)
  const values = listed(flat)
  if (values !== undefined && values.length > 0) {
    return values[variant % values.length] ?? null
  }
  switch (typeOf(creation, flat, depth)) {
    case "object":
      return objectValue(creation, flat, depth, variant)
    case "array":
      return arrayValue(creation, flat, depth, variant)
    case "integer":
      return ScalarValue.number(flat, true, variant)
    case "number":
      return ScalarValue.number(flat, false, variant)
    case "boolean":
      return variant % 2 === 0
    case "null":
      return null
    default:
      return ScalarValue.text(flat, creation.seed, variant)
  }
}

/** Creates a value for a schema, which may be a boolean. */
export const make = (schema: Json.Json | undefined, seed: Seed): Json.Json => {
  const root = toSchema(schema)
  return valueOf(
    { root, ranks: SchemaRanks.make(root), seed, choices: new Map(), parts: 0 },
    [root],
    0,
    seed.between(0, 7)
  )
}
