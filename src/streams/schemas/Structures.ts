/**
 * Writes objects and arrays.
 */
import type * as Schema from "effect/Schema"
import { isObject, listOf, type SchemaObject } from "../../domain/schemas/JsonSchemas.ts"
import * as Lowered from "../../domain/schemas/Lowered.ts"
import type { Context } from "./Context.ts"
import * as Keywords from "./Keywords.ts"
import { child, isAnything, isNever } from "./Nodes.ts"

type Json = Schema.Json

const described = (schema: SchemaObject, type: string, context: Context, ...notes: ReadonlyArray<string>) => {
  const written = Keywords.write(schema, type, context.rules)
  const description = Keywords.withNotes(schema["description"], [...notes, ...written.notes])
  return { kept: written.kept, description: description === undefined ? {} : { description } }
}

/** What an object's keywords say about the properties that it does not name. */
interface Others {
  /** The schema of their values; `false` if there are none, `true` if they may be anything. */
  readonly schema: Json
  /** The patterns of their names. */
  readonly patterns: ReadonlyArray<string>
}

const othersOf = ({ additionalProperties, patternProperties }: SchemaObject): Others => {
  const patterns = isObject(patternProperties) ? Object.entries(patternProperties) : []
  const additional = additionalProperties ?? true
  if (patterns.length === 0 || isObject(additionalProperties)) {
    return { schema: isAnything(additional) ? true : additional, patterns: patterns.map(([pattern]) => pattern) }
  }
  const [[, only] = ["", true]] = patterns
  return {
    schema: patterns.length === 1 ? (only ?? true) : { anyOf: patterns.map(([, schema]) => schema ?? true) },
    patterns: patterns.map(([pattern]) => pattern)
  }
}

/** Writes an object with any keys as the list of its entries. */
const entries = (schema: SchemaObject, others: Others, path: string, context: Context): Keywords.Out => {
  context.reshaped()
  const { additional } = context.rules
  const value = context.lower(others.schema, `${path}/additionalProperties`)
  const pattern = others.patterns.length === 0 ? [] : [`keys match ${others.patterns.join(" or ")}`]
  const { patternProperties: _, ...rest } = schema
  const { description } = described(rest, "object", context, "an object, as the list of its entries", ...pattern)
  return {
    type: "array",
    ...description,
    items: {
      type: "object",
      properties: { [Lowered.entry.key]: { type: "string" }, [Lowered.entry.value]: value },
      required: [Lowered.entry.key, Lowered.entry.value],
      ...(additional === "none" ? {} : { additionalProperties: false })
    }
  }
}

interface Properties {
  readonly properties: Record<string, Json>
  readonly required: Array<string>
}

/** Writes the named properties. Those that can have no value are left out. */
const properties = (schema: SchemaObject, path: string, context: Context): Properties => {
  const { optional } = context.rules
  const named = isObject(schema["properties"]) ? Object.entries(schema["properties"]) : []
  const needed = new Set(listOf(schema["required"])?.filter((name) => typeof name === "string"))
  const written: Array<readonly [string, Json]> = []
  const required: Array<string> = []
  for (const [name, property] of named) {
    const at = child(path, "properties", name)
    const isRequired = needed.has(name)
    if (isNever(property)) {
      if (isRequired) context.refuse(at, "is required and allows no value: correct it")
      continue
    }
    const lowered = context.lower(property, at)
    if (isRequired || optional === "omit") written.push([name, lowered])
    else {
      context.reshaped()
      written.push([name, context.nullable(lowered)])
    }
    if (isRequired || optional === "nullable") required.push(name)
    needed.delete(name)
  }
  const [missing] = needed
  if (missing !== undefined && context.rules.additional === "closed") {
    context.refuse(path, `requires "${missing}", which is not among its properties: add it, or do not require it`)
  }
  const undeclared = context.rules.additional === "keep" ? [...needed] : []
  return { properties: Object.fromEntries(written), required: [...required, ...undeclared] }
}

/** Writes `additionalProperties` as the caller has it. */
const additional = (schema: SchemaObject, path: string, context: Context): Keywords.Out => {
  const isDescribed = schema["patternProperties"] !== undefined && context.rules.otherKeywords !== "keep"
  const own = isDescribed ? othersOf(schema).schema : schema["additionalProperties"]
  if (own === undefined) return {}
  return {
    additionalProperties: isObject(own) && !isAnything(own)
      ? context.lower(own, `${path}/additionalProperties`)
      : own !== false
  }
}

const freeForm = "is an object with any properties, which this provider cannot enforce: " +
  "name its properties, give `additionalProperties` a type, or leave `strict` out"

/** Writes an object. The root of a tool's parameters stays an object, and has no properties where it names none. */
export const object = (schema: SchemaObject, path: string, context: Context, isRoot: boolean): Keywords.Out => {
  const { rules } = context
  const others = othersOf(schema)
  const isOpen = others.schema !== false
  const isTyped = isOpen && others.schema !== true
  const isNamed = isObject(schema["properties"]) && Object.keys(schema["properties"]).length > 0
  if (isTyped && !isNamed && !isRoot && rules.records === "entries") return entries(schema, others, path, context)
  if (isOpen && !isTyped && !isNamed && !isRoot && rules.additional === "closed") return context.refuse(path, freeForm)
  const fields = properties(schema, path, context)
  if (isTyped && rules.records === "entries") {
    if (Object.hasOwn(fields.properties, Lowered.otherProperties)) {
      return context.refuse(path, `has a property "${Lowered.otherProperties}" beside unnamed ones: rename it`)
    }
    fields.properties[Lowered.otherProperties] = entries({}, others, path, context)
    fields.required.push(Lowered.otherProperties)
  }
  const { patternProperties: _, ...rest } = schema
  const { description, kept } = described(rules.records === "entries" && isTyped ? rest : schema, "object", context)
  const isEmpty = Object.keys(fields.properties).length === 0 && schema["properties"] === undefined
  return {
    type: "object",
    ...description,
    ...(isEmpty && rules.additional !== "closed" ? {} : { properties: fields.properties }),
    ...(fields.required.length === 0 && rules.optional === "omit" ? {} : { required: fields.required }),
    ...(rules.additional === "closed"
      ? { additionalProperties: false }
      : rules.additional === "keep"
      ? additional(schema, path, context)
      : {}),
    ...kept
  }
}

/** Writes a tuple as an object, whose properties are the positions of its elements. */
const positions = (
  schema: SchemaObject,
  elements: ReadonlyArray<Json>,
  path: string,
  context: Context
): Keywords.Out => {
  context.reshaped()
  const { rules } = context
  const { items, maxItems: _, minItems, ...others } = schema
  const needed = typeof minItems === "number" ? Math.min(minItems, elements.length) : elements.length
  const written: Record<string, Json> = {}
  const required: Array<string> = []
  for (const [index, element] of elements.entries()) {
    const lowered = context.lower(element, `${path}/prefixItems/${index}`)
    const isRequired = index < needed
    written[String(index)] = isRequired || rules.optional === "omit" ? lowered : context.nullable(lowered)
    if (isRequired || rules.optional === "nullable") required.push(String(index))
  }
  const hasRest = isObject(items) && !isAnything(items)
  if (hasRest) {
    written[Lowered.rest] = { type: "array", items: context.lower(items, `${path}/items`) }
    required.push(Lowered.rest)
  }
  const note = `a list, as an object of its positions${hasRest ? ` and the rest in "${Lowered.rest}"` : ""}`
  const { description } = described(others, "array", context, note)
  return {
    type: "object",
    ...description,
    properties: written,
    required,
    ...(rules.additional === "closed" ? { additionalProperties: false } : {})
  }
}

/** Returns the only schema of a tuple's elements; `undefined` if they differ or their number is not fixed. */
const uniform = (schema: SchemaObject, elements: ReadonlyArray<Json>): Json | undefined => {
  const [first] = elements
  const texts = new Set(elements.map((element) => JSON.stringify(element)))
  const rest = schema["items"]
  if (rest !== undefined && rest !== false) return undefined
  return texts.size === 1 && schema["maxItems"] === elements.length ? first : undefined
}

const keepsLengths = ({ keywords }: Context["rules"]): boolean =>
  keywords["minItems"] === "keep" && keywords["maxItems"] === "keep"

/** Writes an array. */
export const array = (schema: SchemaObject, path: string, context: Context): Keywords.Out => {
  const { rules } = context
  const elements = listOf(schema["prefixItems"])
  if (elements === undefined || elements.length === 0) return plain(schema, schema["items"], `${path}/items`, context)
  if (rules.tuples === "keep") {
    const items = schema["items"]
    return {
      ...plain(schema, undefined, path, context, true),
      prefixItems: elements.map((element, index) => context.lower(element, `${path}/prefixItems/${index}`)),
      ...(items === undefined ? {} : { items: isObject(items) ? context.lower(items, `${path}/items`) : items })
    }
  }
  const only = keepsLengths(rules) ? uniform(schema, elements) : undefined
  return only === undefined
    ? positions(schema, elements, path, context)
    : plain(schema, only, `${path}/prefixItems/0`, context)
}

const plain = (
  schema: SchemaObject,
  items: Json | undefined,
  path: string,
  context: Context,
  isTuple = false
): Keywords.Out => {
  const { description, kept } = described(schema, "array", context)
  return {
    type: "array",
    ...description,
    ...(isTuple ? {} : itemsOf(items, path, context)),
    ...kept
  }
}

const itemsOf = (items: Json | undefined, path: string, context: Context): Keywords.Out => {
  if (items === undefined || items === true || isNever(items)) {
    if (context.rules.anything === "keep")
      return items === undefined && context.rules.additional === "keep"
        ? {}
        : { items: {} }
  }
  return { items: context.lower(items ?? true, path) }
}
