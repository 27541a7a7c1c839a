/**
 * Writes enumerations and constants.
 */
import type * as Schema from "effect/Schema"
import { hasType, listOf, type SchemaObject, typeOf, typesOf } from "../../domain/schemas/JsonSchemas.ts"
import type { Context } from "./Context.ts"
import * as Keywords from "./Keywords.ts"

type Json = Schema.Json

/** Returns the values that a schema lists; `undefined` if it lists none. */
export const valuesOf = (schema: SchemaObject): ReadonlyArray<Json> | undefined =>
  schema["const"] === undefined ? listOf(schema["enum"]) : [schema["const"]]

/** Returns the schema of one object or list, by its properties and elements. */
const literal = (value: Json): Schema.JsonObject => {
  const list = listOf(value)
  if (list !== undefined) {
    return { type: "array", prefixItems: list.map(literal), minItems: list.length, maxItems: list.length }
  }
  if (typeof value !== "object" || value === null) return { const: value }
  return {
    type: "object",
    properties: Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, literal(entry)])),
    required: Object.keys(value),
    additionalProperties: false
  }
}

/** The types of scalars that are one group: integers are numbers. */
const groupOf = (value: Json): string => (typeOf(value) === "integer" ? "number" : typeOf(value))

const typeOfGroup = (group: string, values: ReadonlyArray<Json>, declared: ReadonlyArray<string>): string => {
  if (group !== "number") return group
  if (declared.includes("number")) return "number"
  return values.every(Number.isInteger) ? "integer" : "number"
}

const list = (values: ReadonlyArray<Json>): string =>
  `one of: ${values.map((value) => JSON.stringify(value)).join(", ")}`

/** Writes the values of one type. */
const group = (
  type: string,
  values: ReadonlyArray<Json>,
  schema: SchemaObject,
  { rules }: Context
): Keywords.Out => {
  if (type === "null") return { type }
  const isText = type === "string"
  // A description is a weaker statement than an enumeration, but it takes no value away.
  const isNamed = rules.enums !== "texts" || (isText && !values.includes(""))
  const isAll = type === "boolean" && values.length === 2
  const one = schema["const"] !== undefined && rules.constants === "keep" ? values[0] : undefined
  const { kept, notes } = Keywords.write(schema, type, rules)
  const description = Keywords.withNotes(schema["description"], isNamed || isAll ? notes : [list(values), ...notes])
  return {
    type,
    ...(description === undefined ? {} : { description }),
    ...(!isNamed || isAll ? {} : one === undefined ? { enum: values } : { const: one }),
    ...kept
  }
}

/**
 * Writes a schema that lists its values. Values of another type than the declared one go: they are not valid. Values of
 * several types become a union.
 */
export const enumeration = (
  schema: SchemaObject,
  values: ReadonlyArray<Json>,
  path: string,
  context: Context
): Keywords.Out => {
  const declared = typesOf(schema)
  const valid = values.filter((value, index) =>
    (declared.length === 0 || declared.some((type) => hasType(value, type))) &&
    values.findIndex((other) => JSON.stringify(other) === JSON.stringify(value)) === index
  )
  if (valid.length === 0) return context.refuse(path, "lists no value that its type allows: correct `enum` or `type`")
  const isStructured = (value: Json): boolean => typeof value === "object" && value !== null
  if (context.rules.enums === "any" && valid.some(isStructured)) {
    const { description } = schema
    return { ...(typeof description === "string" ? { description } : {}), enum: valid }
  }
  const groups = new Map<string, Array<Json>>()
  for (const value of valid) {
    if (isStructured(value)) continue
    const name = groupOf(value)
    groups.set(name, [...groups.get(name) ?? [], value])
  }
  const structures = valid.filter(isStructured).map((value) => context.lower(literal(value), path))
  if (groups.size === 1 && structures.length === 0) {
    const [[name, members] = ["null", []]] = [...groups]
    return group(typeOfGroup(name, members, declared), members, schema, context)
  }
  const { description, ...others } = schema
  const scalars = [...groups].map(([name, members]) =>
    group(typeOfGroup(name, members, declared), members, others, context)
  )
  return context.union([...scalars, ...structures], Keywords.withNotes(description, []), path)
}
