/**
 * Encodes a JSON Schema in the part of OpenAPI 3.0 that Gemini takes for the schemas of tools and outputs.
 *
 * References are replaced by their targets. A keyword that the dialect does not have is left out where that allows more
 * values. A schema that contains itself cannot be expressed, and is refused.
 *
 * @see https://ai.google.dev/api/caching#Schema
 */
import type * as Schema from "effect/Schema"
import { array, isObject, type JsonObject, number, objects, string } from "../../json/Json.ts"

/** The largest schema, in nodes. Schemas that refer to others twice at every level grow exponentially. */
const maxNodes = 20_000

/** The keywords that mean the same in both dialects. */
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

/** The keywords that apply to values of one type only. */
const ofType: Readonly<Record<string, ReadonlyArray<string>>> = {
  string: ["pattern", "minLength", "maxLength", "format", "enum"],
  number: ["minimum", "maximum", "format"],
  integer: ["minimum", "maximum", "format"],
  array: ["items", "minItems", "maxItems"],
  object: ["properties", "required", "minProperties", "maxProperties", "propertyOrdering"],
  boolean: []
}

const typed = new Set(Object.values(ofType).flat())

/** The formats that the API knows. It refuses others. */
const formats: Readonly<Record<string, ReadonlyArray<string>>> = {
  string: ["date-time", "enum"],
  number: ["float", "double"],
  integer: ["int32", "int64"]
}

type GeminiSchema = Record<string, Schema.Json>

const definitionNames = ["$defs", "definitions"] as const

/** Merges schemas that all apply, by their keywords. */
const merged = (schemas: ReadonlyArray<JsonObject>): JsonObject => {
  const result: Record<string, Schema.Json | undefined> = {}
  for (const schema of schemas) {
    for (const [key, value] of Object.entries(schema)) {
      const before = result[key]
      if (key === "properties" && isObject(before) && isObject(value))
        result[key] = { ...before, ...value } as GeminiSchema
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

/** Adds what the keywords cannot express to a description. */
const described = (description: unknown, addition: string): string =>
  typeof description === "string" && description !== "" ? `${description} (${addition})` : addition

/** Returns the pointer of a reference without the escapes of RFC 6901. */
const nameOf = (reference: string): string => reference.replaceAll("~1", "/").replaceAll("~0", "~")

class Encoder {
  readonly #definitions = new Map<string, JsonObject>()
  /** The references that lead to the current node. */
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

  /** Reports the first problem. Everything encoded after it is empty. */
  #refuse(why: string): GeminiSchema {
    if (!this.#isRefused) this.#onRefused(why)
    this.#isRefused = true
    return {}
  }

  schema(value: unknown): GeminiSchema {
    if (this.#isRefused) return {}
    if (++this.#nodes > maxNodes) return this.#refuse("is too large once its references are written out")
    // The schemas `true` (anything) and `false` (nothing). The dialect has no word for the latter.
    if (!isObject(value)) return {}
    const { $ref } = value
    if (typeof $ref === "string") return this.#reference($ref, value)
    const { allOf, ...own } = value
    if (!Array.isArray(allOf)) return this.#plain(value)
    const depth = this.#inside.length
    const names: Array<string> = []
    const parts = objects(allOf).map((part) => {
      const followed: Array<string> = []
      const resolved = this.#resolved(part, followed)
      names.push(...followed)
      return resolved
    })
    this.#inside.push(...names)
    const schema = this.schema(merged([...parts, own]))
    this.#inside.length = depth
    return schema
  }

  /** Returns a part of `allOf` with its references replaced. Adds the names of the references to `names`. */
  #resolved(part: JsonObject, names: Array<string>): JsonObject {
    const { $ref, ...rest } = part
    if (typeof $ref !== "string") return part
    const name = nameOf($ref)
    const target = this.#target($ref, name, names)
    if (target === undefined) return {}
    names.push(name)
    return merged([this.#resolved(target, names), rest])
  }

  /** Returns the target of a reference; `undefined` for one that is missing or contains itself, which is refused. */
  #target(reference: string, name: string, within: ReadonlyArray<string>): JsonObject | undefined {
    const target = this.#definitions.get(name)
    if (target === undefined) this.#refuse(`refers to ${JSON.stringify(reference)}, which is not in it`)
    else if (this.#inside.includes(name) || within.includes(name)) {
      this.#refuse(`contains itself (${JSON.stringify(reference)}), which this provider's schemas cannot`)
      return undefined
    }
    return target
  }

  #reference(reference: string, { $ref: _, ...beside }: JsonObject): GeminiSchema {
    const name = nameOf(reference)
    const target = this.#target(reference, name, [])
    if (target === undefined) return {}
    this.#inside.push(name)
    const schema = this.schema(Object.keys(beside).length === 0 ? target : merged([target, beside]))
    this.#inside.pop()
    return schema
  }

  #plain(value: JsonObject): GeminiSchema {
    const choices = array(value.anyOf) ?? array(value.oneOf)
    if (choices !== undefined) return this.#choice(value, choices)
    const types = array(value.type)?.flatMap((type) => string(type) ?? [])
    if (types !== undefined) return this.#types(value, types)
    if (value.const !== undefined) return this.#enumeration(value, [value.const])
    const values = array(value.enum)
    if (values !== undefined) return this.#enumeration(value, values)
    return this.#single(value)
  }

  #single(value: JsonObject): GeminiSchema {
    const type = string(value.type) ??
      (value.properties === undefined ? (value.items === undefined ? undefined : "array") : "object")
    const schema: GeminiSchema = type === undefined ? {} : { type }
    for (const key of kept) {
      const keyword = value[key]
      if (keyword !== undefined) schema[key] = keyword
    }
    this.#bounds(value, type, schema)
    const format = string(value.format)
    if (format !== undefined && type !== undefined && formats[type]?.includes(format) === true) schema.format = format
    if (value.nullable === true) schema.nullable = true
    if (type === "array") this.#items(value, schema)
    if (isObject(value.properties)) {
      const properties = Object.entries(value.properties).map(([key, entry]) => [key, this.schema(entry)] as const)
      schema.properties = Object.fromEntries(properties)
      const names = new Set(properties.map(([key]) => key))
      const required = (array(value.required) ?? []).filter((key) => typeof key === "string" && names.has(key))
      if (required.length > 0) schema.required = required
    }
    return schema
  }

  /** Encodes bounds. The dialect has only inclusive ones. */
  #bounds(value: JsonObject, type: string | undefined, schema: GeminiSchema): void {
    // Every integer is within these bounds.
    if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum
    if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum
    const above = number(value.exclusiveMinimum)
    const below = number(value.exclusiveMaximum)
    const by = type === "integer" ? 1 : 0
    if (above !== undefined) schema.minimum = Math.max(above + by, number(value.minimum) ?? -Infinity)
    if (below !== undefined) schema.maximum = Math.min(below - by, number(value.maximum) ?? Infinity)
  }

  #items(value: JsonObject, schema: GeminiSchema): void {
    const tuple = array(value.prefixItems)
    if (tuple === undefined) {
      schema.items = this.schema(value.items)
      return
    }
    const rest = isObject(value.items) ? [value.items] : []
    const kinds = new Map([...tuple, ...rest].map((entry) => [JSON.stringify(entry), entry]))
    schema.items = kinds.size === 1
      ? this.schema([...kinds.values()][0])
      : { anyOf: [...kinds.values()].map((entry) => this.schema(entry)) }
    if (rest.length === 0 && schema.maxItems === undefined) schema.maxItems = tuple.length
  }

  #types(value: JsonObject, types: ReadonlyArray<string>): GeminiSchema {
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

  #choice(value: JsonObject, choices: ReadonlyArray<Schema.Json>): GeminiSchema {
    const { anyOf: _, oneOf: __, ...rest } = value
    const isNull = (choice: Schema.Json): boolean =>
      isObject(choice) && (choice.type === "null" || choice.const === null)
    const others = choices.filter((choice) => !isNull(choice))
    const nullable = others.length < choices.length ? { nullable: true } : {}
    const [only] = others
    if (only === undefined) return this.#null(value)
    if (others.length === 1 && isObject(only)) return { ...this.schema({ allOf: [only, rest] }), ...nullable }
    // A choice among single values is an enumeration.
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

  /** Encodes an enumeration. The dialect has only enumerations of strings: others go into the description. */
  #enumeration(value: JsonObject, values: ReadonlyArray<Schema.Json>): GeminiSchema {
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
    const schema = this.#single({ ...rest, type })
    const list = others.map((entry) => JSON.stringify(entry)).join(", ")
    return { ...schema, description: described(value.description, `one of: ${list}`), ...nullable }
  }

  #null(value: JsonObject): GeminiSchema {
    const description = string(value.description)
    return { type: "null", ...(description === undefined ? {} : { description }) }
  }
}

/** Whether a schema is that of an object without properties. */
const isBlank = (schema: GeminiSchema): boolean =>
  schema.type === "object" && schema.anyOf === undefined &&
  (!isObject(schema.properties) || Object.keys(schema.properties).length === 0)

/**
 * Encodes a JSON Schema. Returns `undefined` for an object without properties, which the API refuses at the root, and
 * calls `refuse` with the reason for a schema that cannot be expressed.
 */
export const encode = (
  schema: Schema.JsonObject,
  refuse: (why: string) => void
): Schema.JsonObject | undefined => {
  const encoded = new Encoder(schema, refuse).schema(schema)
  return isBlank(encoded) ? undefined : encoded
}
