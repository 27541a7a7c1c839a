/**
 * Tells schemas apart that have no keywords to say so.
 */
import type * as Schema from "effect/Schema"
import { isObject, type SchemaObject } from "../../domain/schemas/JsonSchemas.ts"
import { isAnnotation } from "./Keywords.ts"

/** Returns whether a schema allows no value: `false`, or what stands for it. */
export const isNever = (schema: unknown): boolean =>
  schema === false || (isObject(schema) && isObject(schema["not"]) && Object.keys(schema["not"]).length === 0)

/** Returns whether a schema allows every value. */
export const isAnything = (schema: unknown): boolean =>
  schema === true || (isObject(schema) && Object.keys(schema).every(isAnnotation))

/** Returns the type of a schema that does not name one, by its other keywords. */
export const impliedType = (schema: SchemaObject): string | undefined => {
  const has = (...keywords: ReadonlyArray<string>): boolean => keywords.some((keyword) => schema[keyword] !== undefined)
  if (has("properties", "additionalProperties", "patternProperties", "required", "propertyNames")) return "object"
  if (has("items", "prefixItems", "minItems", "maxItems", "uniqueItems")) return "array"
  if (has("pattern", "minLength", "maxLength", "format")) return "string"
  return has("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf") ? "number" : undefined
}

/** Returns the JSON pointer of a schema in another. */
export const child = (path: string, keyword: string, name: string): string =>
  `${path}/${keyword}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`

/** Separates the keywords that restrict from those that do not. */
export const split = (
  schema: SchemaObject
): { readonly annotations: SchemaObject; readonly constraints: SchemaObject } => {
  const annotations: Record<string, Schema.Json | undefined> = {}
  const constraints: Record<string, Schema.Json | undefined> = {}
  for (const [keyword, value] of Object.entries(schema)) {
    if (value === undefined || keyword === "$defs" || keyword === "definitions") continue
    const target = isAnnotation(keyword) ? annotations : constraints
    target[keyword] = value
  }
  return { annotations, constraints }
}
