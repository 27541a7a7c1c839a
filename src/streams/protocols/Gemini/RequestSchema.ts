/**
 * JSON Schema in the part of OpenAPI 3.0 that Gemini takes for the schemas of tools and answers.
 *
 * References are replaced by what they refer to; what the dialect cannot say is left out where that allows more, and refused
 * where there is no other way to say it: a schema that contains itself.
 *
 * @see https://ai.google.dev/api/caching#Schema
 * @since 0.1.0
 */
import type * as Schema from "effect/Schema"
import { array, isObject, type JsonObject, number, objects, string } from "../../json/Json.ts"

/** What refers to itself has no end, and what refers to others twice at every step has none that could be waited for. */
const mostNodes = 20_000

/** Keywords that mean the same in both. */
const kept = [
  "title",
  "description",
  "pattern",
  "minLength",
  "maxLength",
  "minItems",
  "maxItems",
  "minProperties",
  "maxProperties",
  "minimum",
  "maximum",
  "propertyOrdering"
] as const

/** Keywords that say something about values of one type only. */
const ofType: Readonly<Record<string, ReadonlyArray<string>>> = {
  string: ["pattern", "minLength", "maxLength", "format", "enum"],
  number: ["minimum", "maximum", "format"],
  integer: ["minimum", "maximum", "format"],
  array: ["items", "minItems", "maxItems"],
  object: ["properties", "required", "minProperties", "maxProperties", "propertyOrdering"],
  boolean: []
}

const typed = new Set(Object.values(ofType).flat())

/** The API refuses formats that it does not know. */
const formats: Readonly<Record<string, ReadonlyArray<string>>> = {
  string: ["date-time", "enum"],
  number: ["float", "double"],
  integer: ["int32", "int64"]
}

type Written = Record<string, Schema.Json>

const definitionNames = ["$defs", "definitions"] as const

/** All of several schemas at once, as far as it can be said by putting their keywords together. */
const merged = (schemas: ReadonlyArray<JsonObject>): JsonObject => {
  const result: Record<string, Schema.Json | undefined> = {}
  for (const schema of schemas) {
    for (const [key, value] of Object.entries(schema)) {
      const before = result[key]
      if (key === "properties" && isObject(before) && isObject(value)) result[key] = { ...before, ...value } as Written
      else if (key === "required" && Array.isArray(before) && Array.isArray(value)) {
        result[key] = [...new Set([...before, ...value])]
      } else result[key] = value
    }
  }
  return result
}

const typeOf = (value: Schema.Json): string => {
  if (value === null) return "null"
  if (Array.isArray(value)) return "array"
  return typeof value === "number" ? (Number.isInteger(value) ? "integer" : "number") : typeof value
}

/** Text that says what the keywords cannot. */
const described = (description: unknown, more: string): string =>
  typeof description === "string" && description !== "" ? `${description} (${more})` : more

/** The place that a reference names, without the escapes of RFC 6901. */
const nameOf = (reference: string): string => reference.replaceAll("~1", "/").replaceAll("~0", "~")

class Translation {
  readonly #definitions = new Map<string, JsonObject>()
  readonly #inside: Array<string> = []
  readonly #onRefused: (why: string) => void
  #nodes = 0
  #isRefused = false

  constructor(root: JsonObject, onRefused: (why: string) => void) {
    this.#onRefused = onRefused
    for (const name of definitionNames) {
      const definitions = root[name]
      if (!isObject(definitions)) continue
      for (const [key, value] of Object.entries(definitions)) {
        if (isObject(value)) this.#definitions.set(`#/${name}/${key}`, value)
      }
    }
    this.#definitions.set("#", root)
  }

  /** Says once what is wrong. Nothing is written from then on. */
  #refuse(why: string): Written {
    if (!this.#isRefused) this.#onRefused(why)
    this.#isRefused = true
    return {}
  }

  schema(value: unknown): Written {
    if (this.#isRefused) return {}
    if (++this.#nodes > mostNodes) return this.#refuse("is too large once its references are written out")
    // `true` and `false`: anything, and nothing, for which there is no word.
    if (!isObject(value)) return {}
    const { $ref } = value
    if (typeof $ref === "string") return this.#reference($ref, value)
    const { allOf, ...own } = value
    if (!Array.isArray(allOf)) return this.#plain(value)
    const depth = this.#inside.length
    const names: Array<string> = []
    const parts = objects(allOf).map((part) => {
      const way: Array<string> = []
      const resolved = this.#resolved(part, way)
      names.push(...way)
      return resolved
    })
    this.#inside.push(...names)
    const written = this.schema(merged([...parts, own]))
    this.#inside.length = depth
    return written
  }

  /** A part of `allOf`, whose keywords are needed themselves. Adds the names of what it refers to. */
  #resolved(part: JsonObject, names: Array<string>): JsonObject {
    const { $ref, ...rest } = part
    if (typeof $ref !== "string") return part
    const name = nameOf($ref)
    const target = this.#target($ref, name, names)
    if (target === undefined) return {}
    names.push(name)
    return merged([this.#resolved(target, names), rest])
  }

  /** What a reference refers to, if it can be written in its place. */
  #target(reference: string, name: string, within: ReadonlyArray<string>): JsonObject | undefined {
    const target = this.#definitions.get(name)
    if (target === undefined) this.#refuse(`refers to ${JSON.stringify(reference)}, which is not in it`)
    else if (this.#inside.includes(name) || within.includes(name)) {
      this.#refuse(`contains itself (${JSON.stringify(reference)}), which this provider's schemas cannot`)
      return undefined
    }
    return target
  }

  #reference(reference: string, { $ref: _, ...beside }: JsonObject): Written {
    const name = nameOf(reference)
    const target = this.#target(reference, name, [])
    if (target === undefined) return {}
    this.#inside.push(name)
    const written = this.schema(Object.keys(beside).length === 0 ? target : merged([target, beside]))
    this.#inside.pop()
    return written
  }

  #plain(value: JsonObject): Written {
    const choices = array(value.anyOf) ?? array(value.oneOf)
    if (choices !== undefined) return this.#choice(value, choices)
    const types = array(value.type)?.flatMap((type) => string(type) ?? [])
    if (types !== undefined) return this.#types(value, types)
    if (value.const !== undefined) return this.#enumeration(value, [value.const])
    const values = array(value.enum)
    if (values !== undefined) return this.#enumeration(value, values)
    return this.#single(value)
  }

  #single(value: JsonObject): Written {
    const type = string(value.type) ??
      (value.properties === undefined ? (value.items === undefined ? undefined : "array") : "object")
    const written: Written = type === undefined ? {} : { type }
    for (const key of kept) {
      const given = value[key]
      if (given !== undefined) written[key] = given
    }
    this.#bounds(value, type, written)
    const format = string(value.format)
    if (format !== undefined && type !== undefined && formats[type]?.includes(format) === true) written.format = format
    if (value.nullable === true) written.nullable = true
    if (type === "array") this.#items(value, written)
    if (isObject(value.properties)) {
      const properties = Object.entries(value.properties).map(([key, entry]) => [key, this.schema(entry)] as const)
      written.properties = Object.fromEntries(properties)
      const names = new Set(properties.map(([key]) => key))
      const required = (array(value.required) ?? []).filter((key) => typeof key === "string" && names.has(key))
      if (required.length > 0) written.required = required
    }
    return written
  }

  /** The dialect knows no bound that is itself left out. */
  #bounds(value: JsonObject, type: string | undefined, written: Written): void {
    // Every integer is within these.
    if (written.minimum === Number.MIN_SAFE_INTEGER) delete written.minimum
    if (written.maximum === Number.MAX_SAFE_INTEGER) delete written.maximum
    const above = number(value.exclusiveMinimum)
    const below = number(value.exclusiveMaximum)
    const by = type === "integer" ? 1 : 0
    if (above !== undefined) written.minimum = Math.max(above + by, number(value.minimum) ?? -Infinity)
    if (below !== undefined) written.maximum = Math.min(below - by, number(value.maximum) ?? Infinity)
  }

  #items(value: JsonObject, written: Written): void {
    const tuple = array(value.prefixItems)
    if (tuple === undefined) {
      written.items = this.schema(value.items)
      return
    }
    const rest = isObject(value.items) ? [value.items] : []
    const kinds = new Map([...tuple, ...rest].map((entry) => [JSON.stringify(entry), entry]))
    written.items = kinds.size === 1
      ? this.schema([...kinds.values()][0])
      : { anyOf: [...kinds.values()].map((entry) => this.schema(entry)) }
    if (rest.length === 0 && written.maxItems === undefined) written.maxItems = tuple.length
  }

  #types(value: JsonObject, types: ReadonlyArray<string>): Written {
    const nullable = types.includes("null")
    const others = types.filter((type) => type !== "null")
    const { type: _, ...rest } = value
    const [only] = others
    if (only === undefined) return this.#null(value)
    if (others.length === 1) return { ...this.schema({ ...rest, type: only }), ...(nullable ? { nullable } : {}) }
    const shared = Object.fromEntries(Object.entries(rest).filter(([key]) => !typed.has(key)))
    const branches = others.map((type) =>
      this.schema({ type, ...Object.fromEntries((ofType[type] ?? []).map((key) => [key, rest[key]])) })
    )
    return { ...this.#single(shared), anyOf: branches, ...(nullable ? { nullable } : {}) }
  }

  #choice(value: JsonObject, choices: ReadonlyArray<Schema.Json>): Written {
    const { anyOf: _, oneOf: __, ...rest } = value
    const isNull = (choice: Schema.Json): boolean =>
      isObject(choice) && (choice.type === "null" || choice.const === null)
    const others = choices.filter((choice) => !isNull(choice))
    const nullable = others.length < choices.length ? { nullable: true } : {}
    const [only] = others
    if (only === undefined) return this.#null(value)
    if (others.length === 1 && isObject(only)) return { ...this.schema({ allOf: [only, rest] }), ...nullable }
    // A choice of single values is an enumeration.
    const values = others.map((choice) =>
      isObject(choice) ? (typeof choice.const === "string" ? choice.const : undefined) : undefined
    )
    if (values.every((entry) => entry !== undefined)) return { ...this.#enumeration(rest, values), ...nullable }
    const { properties: ___, required: ____, ...shared } = rest
    const base = rest.properties === undefined
      ? []
      : [{ type: "object", properties: rest.properties, required: rest.required }]
    return {
      ...this.#single({ ...shared, type: undefined }),
      anyOf: others.map((choice) => this.schema(base.length === 0 ? choice : { allOf: [...base, choice] })),
      ...nullable
    }
  }

  /** Only texts can be enumerated. */
  #enumeration(value: JsonObject, values: ReadonlyArray<Schema.Json>): Written {
    const { const: _, enum: __, ...rest } = value
    const others = values.filter((entry) => entry !== null)
    const nullable = others.length < values.length ? { nullable: true } : {}
    const [first] = others
    if (first === undefined) return this.#null(value)
    const types = new Set(others.map(typeOf))
    if (types.size === 1 && types.has("string")) {
      return { ...this.#single({ ...rest, type: "string" }), enum: others, ...nullable }
    }
    const type = string(value.type) ??
      (types.size === 1
        ? typeOf(first)
        : [...types].every((name) => name === "integer" || name === "number")
        ? "number"
        : undefined)
    const written = this.#single({ ...rest, type })
    const list = others.map((entry) => JSON.stringify(entry)).join(", ")
    return { ...written, description: described(value.description, `one of: ${list}`), ...nullable }
  }

  #null(value: JsonObject): Written {
    const description = string(value.description)
    return { type: "null", ...(description === undefined ? {} : { description }) }
  }
}

/** Whether a schema is of an object of which nothing is said. */
const isBlank = (schema: Written): boolean =>
  schema.type === "object" && schema.anyOf === undefined &&
  (!isObject(schema.properties) || Object.keys(schema.properties).length === 0)

/**
 * Writes a JSON Schema in the dialect. Answers `undefined` for an object without properties, which the API refuses at the
 * root, and calls `refuse` for a schema that cannot be written.
 *
 * @category encoding
 * @since 0.1.0
 */
export const translate = (
  schema: Schema.JsonObject,
  refuse: (why: string) => void
): Schema.JsonObject | undefined => {
  const written = new Translation(schema, refuse).schema(schema)
  return isBlank(written) ? undefined : written
}
