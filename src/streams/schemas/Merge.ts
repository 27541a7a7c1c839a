/**
 * Merges schemas that apply to the same value.
 */
import type * as Schema from "effect/Schema"
import { isObject, listOf, modern, type SchemaObject, typesOf } from "../../domain/schemas/JsonSchemas.ts"

type Json = Schema.Json
type Draft = Record<string, Json | undefined>

/** Returns the schema that both schemas apply to. It is merged when it is lowered. */
const both = (one: Json, other: Json): Json =>
  JSON.stringify(one) === JSON.stringify(other) ? one : { allOf: [one, other] }

const named = (one: SchemaObject, other: SchemaObject): Json => {
  const out = new Map<string, Json>()
  for (const part of [one, other]) {
    for (const [name, schema] of Object.entries(part)) {
      if (schema === undefined) continue
      const before = out.get(name)
      out.set(name, before === undefined ? schema : both(before, schema))
    }
  }
  return Object.fromEntries(out)
}

const tuples = (one: ReadonlyArray<Json>, other: ReadonlyArray<Json>): Json =>
  Array.from({ length: Math.max(one.length, other.length) }, (_, index) => {
    const first = one[index]
    const second = other[index]
    return first === undefined ? (second ?? true) : second === undefined ? first : both(first, second)
  })

const commonTypes = (one: SchemaObject, other: SchemaObject): ReadonlyArray<string> => {
  const others = typesOf(other)
  return typesOf(one).flatMap((type) => {
    if (others.includes(type)) return type
    if (type === "number" && others.includes("integer")) return "integer"
    return type === "integer" && others.includes("number") ? type : []
  })
}

const valuesOf = (schema: SchemaObject): ReadonlyArray<Json> | undefined =>
  schema["const"] === undefined ? listOf(schema["enum"]) : [schema["const"]]

/** Returns the alternatives of which a value must fit one of each list. */
export const pairs = (one: Json, other: Json): ReadonlyArray<Json> =>
  (listOf(one) ?? []).flatMap((first) => (listOf(other) ?? []).map((second) => both(first, second)))

const same = (one: Json, other: Json): boolean => JSON.stringify(one) === JSON.stringify(other)

/** How two values of a keyword become one. The keywords that are not here take the second value. */
const combined: Readonly<Record<string, (one: Json, other: Json) => Json>> = {
  properties: (one, other) => isObject(one) && isObject(other) ? named(one, other) : other,
  patternProperties: (one, other) => isObject(one) && isObject(other) ? named(one, other) : other,
  required: (one, other) => [...new Set([...listOf(one) ?? [], ...listOf(other) ?? []])],
  additionalProperties: (one, other) =>
    one === false || other === false ? false : one === true ? other : other === true ? one : both(one, other),
  items: both,
  prefixItems: (one, other) => tuples(listOf(one) ?? [], listOf(other) ?? []),
  anyOf: (one, other) => (same(one, other) ? one : pairs(one, other)),
  oneOf: (one, other) => (same(one, other) ? one : pairs(one, other)),
  not: (one, other) => same(one, other) ? one : { anyOf: [one, other] },
  pattern: (one) => one,
  format: (one) => one
}

/** The keywords of which the larger value, or the smaller one, allows less. */
const stricter: Readonly<Record<string, (one: number, other: number) => number>> = {
  minimum: Math.max,
  exclusiveMinimum: Math.max,
  minLength: Math.max,
  minItems: Math.max,
  minProperties: Math.max,
  maximum: Math.min,
  exclusiveMaximum: Math.min,
  maxLength: Math.min,
  maxItems: Math.min,
  maxProperties: Math.min
}

const combine = (keyword: string, one: Json, other: Json): Json => {
  const bound = stricter[keyword]
  if (bound !== undefined && typeof one === "number" && typeof other === "number") return bound(one, other)
  return combined[keyword]?.(one, other) ?? other
}

/** Puts the common types and values of two schemas into their merged one. Returns `false` if there are none. */
const restrict = (one: SchemaObject, other: SchemaObject, out: Draft): boolean => {
  if (typesOf(one).length > 0 && typesOf(other).length > 0) {
    const types = commonTypes(one, other)
    const [first] = types
    if (first === undefined) return false
    out["type"] = types.length === 1 ? first : types
  }
  const values = valuesOf(one)
  const others = valuesOf(other)
  if (values === undefined || others === undefined) return true
  const common = values.filter((value) => others.some((entry) => same(value, entry)))
  delete out["const"]
  out["enum"] = common
  return common.length > 0
}

/** Describes a second pattern or format, since a schema has only one of each. */
const second = (one: SchemaObject, other: SchemaObject, out: Draft): void => {
  for (const keyword of ["pattern", "format"]) {
    const value = other[keyword]
    if (one[keyword] === undefined || typeof value !== "string" || value === one[keyword]) continue
    const before = typeof out["description"] === "string" ? `${out["description"]} ` : ""
    out["description"] = `${before}(also ${keyword}: ${value})`
  }
}

/**
 * Merges two schemas without references of their own. Where both describe, the second does. Returns `undefined` if no
 * value fits both.
 */
export const merge = (first: SchemaObject, next: SchemaObject): SchemaObject | undefined => {
  const one = modern(first)
  const other = modern(next)
  const out: Draft = { ...one }
  for (const [keyword, value] of Object.entries(other)) {
    if (value === undefined) continue
    const before = out[keyword]
    out[keyword] = before === undefined ? value : combine(keyword, before, value)
  }
  if (!restrict(one, other, out)) return undefined
  second(one, other, out)
  return out
}
