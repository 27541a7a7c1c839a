/**
 * Writes the keywords of a schema that hold no schemas of their own: kept, described or left out, as a dialect says.
 */
import type * as Schema from "effect/Schema"
import type { SchemaObject } from "../../domain/schemas/JsonSchemas.ts"
import type { Handling, WholeRules } from "./Rules.ts"

type Json = Schema.Json

/** A schema that is being written. */
export type Out = Record<string, Json>

/** The keywords that the other parts of lowering write. */
const structural = new Set([
  "$defs",
  "$ref",
  "additionalProperties",
  "allOf",
  "anyOf",
  "const",
  "definitions",
  "description",
  "enum",
  "format",
  "items",
  "oneOf",
  "prefixItems",
  "properties",
  "required",
  "type"
])

/** The keywords that say something about a schema and restrict nothing. */
const annotations = new Set([
  "$anchor",
  "$comment",
  "$id",
  "$schema",
  "default",
  "deprecated",
  "description",
  "example",
  "examples",
  "id",
  "readOnly",
  "title",
  "writeOnly"
])

/** Returns whether a keyword restricts nothing. Extensions (`x-…`) do not. */
export const isAnnotation = (keyword: string): boolean => annotations.has(keyword) || keyword.startsWith("x-")

const text = ["contentEncoding", "contentMediaType", "maxLength", "minLength", "pattern"]
const numeric = ["exclusiveMaximum", "exclusiveMinimum", "maximum", "minimum", "multipleOf"]

/** The keywords that apply to values of one type only. */
const ofType: Readonly<Record<string, ReadonlySet<string>>> = {
  string: new Set(text),
  number: new Set(numeric),
  integer: new Set(numeric),
  array: new Set(["contains", "maxContains", "maxItems", "minContains", "minItems", "unevaluatedItems", "uniqueItems"]),
  object: new Set([
    "dependencies",
    "dependentRequired",
    "dependentSchemas",
    "maxProperties",
    "minProperties",
    "patternProperties",
    "propertyNames",
    "propertyOrdering",
    "unevaluatedProperties"
  ])
}

const ofSomeType = new Set(Object.values(ofType).flatMap((keywords) => Array.from(keywords)))

/** Returns the keywords of a schema that say something about values of a type. */
export const belonging = (schema: SchemaObject, type: string): SchemaObject => {
  const structures: Readonly<Record<string, ReadonlyArray<string>>> = {
    object: ["additionalProperties", "properties", "required"],
    array: ["items", "prefixItems"],
    string: ["format"],
    number: ["format"],
    integer: ["format"]
  }
  const foreign = new Set(Object.values(structures).flat())
  for (const name of structures[type] ?? []) foreign.delete(name)
  return Object.fromEntries(
    Object.entries(schema).filter(([keyword]) =>
      !foreign.has(keyword) && (!ofSomeType.has(keyword) || ofType[type]?.has(keyword) === true)
    )
  )
}

/** Joins the description of a schema and what its keywords cannot express. */
export const withNotes = (description: unknown, notes: ReadonlyArray<string>): string | undefined => {
  const own = typeof description === "string" && description !== "" ? description : undefined
  if (notes.length === 0) return own
  const list = notes.join("; ")
  return own === undefined ? list : `${own} (${list})`
}

/** Every integer that JavaScript can count is within these bounds: they restrict nothing. */
const isWide = (keyword: string, value: Json): boolean =>
  (keyword === "minimum" && value === Number.MIN_SAFE_INTEGER) ||
  (keyword === "maximum" && value === Number.MAX_SAFE_INTEGER)

const handlingOf = (keyword: string, rules: WholeRules): Handling =>
  Object.hasOwn(rules.keywords, keyword) ? (rules.keywords[keyword] ?? "drop") : rules.otherKeywords

/** Writes exclusive bounds as inclusive ones, where a dialect has only those. */
const inclusive = (schema: SchemaObject, type: string, rules: WholeRules): SchemaObject => {
  const { exclusiveMaximum: below, exclusiveMinimum: above, ...others } = schema
  const has = (keyword: string): boolean => handlingOf(keyword, rules) === "keep"
  if ((above === undefined && below === undefined) || has("exclusiveMinimum") || !has("minimum")) return schema
  const { maximum, minimum } = others
  const by = type === "integer" ? 1 : 0
  const out: Record<string, Json | undefined> = type === "integer" ? others : { ...schema }
  if (typeof above === "number") out["minimum"] = Math.max(above + by, typeof minimum === "number" ? minimum : above)
  if (typeof below === "number") out["maximum"] = Math.min(below - by, typeof maximum === "number" ? maximum : below)
  return out
}

/** What the keywords of a schema become. */
export interface Written {
  /** The keywords that are kept. */
  readonly kept: Out
  /** What is written into the description instead. */
  readonly notes: ReadonlyArray<string>
}

/**
 * Writes the keywords of a schema of a type. Those that do not belong to the type, and say nothing about its values,
 * are left out. `type` is `undefined` for a schema of any type.
 */
export const write = (schema: SchemaObject, type: string | undefined, rules: WholeRules): Written => {
  const kept: Out = {}
  const notes: Array<string> = []
  const applied = type === undefined ? schema : inclusive(belonging(schema, type), type, rules)
  for (const [keyword, value] of Object.entries(applied)) {
    if (value === undefined || structural.has(keyword) || isWide(keyword, value)) continue
    const handling = handlingOf(keyword, rules)
    if (handling === "keep" || (typeof handling === "function" && handling(value))) kept[keyword] = value
    else if (handling !== "drop") notes.push(`${keyword}: ${typeof value === "string" ? value : JSON.stringify(value)}`)
  }
  const format = applied["format"]
  if (typeof format === "string" && type !== undefined) {
    if (rules.formats === undefined || rules.formats[type]?.includes(format) === true) kept["format"] = format
    else notes.push(`format: ${format}`)
  }
  return { kept, notes }
}
