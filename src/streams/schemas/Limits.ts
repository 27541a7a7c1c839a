/**
 * Measures lowered schemas against the limits of a dialect.
 */
import type * as Schema from "effect/Schema"
import { isObject, listOf, resolve, type SchemaObject } from "../../domain/schemas/JsonSchemas.ts"
import type { Limits } from "./Rules.ts"

/** The size of a lowered schema. */
export interface Size {
  /** Objects inside each other. Recursion counts once. */
  readonly depth: number
  /** Properties of all objects. */
  readonly properties: number
  /** Optional properties of all objects. */
  readonly optional: number
  /** Unions, counting lists of types. */
  readonly unions: number
  /** Values of all enumerations. */
  readonly enumValues: number
  /** Characters of all names of properties and values of enumerations. */
  readonly characters: number
  /** The enumerations of texts: values and characters of each. */
  readonly enums: ReadonlyArray<{ readonly values: number; readonly characters: number }>
}

const inner = (schema: SchemaObject): ReadonlyArray<Schema.Json> => [
  ...Object.values(isObject(schema["properties"]) ? schema["properties"] : {}).flatMap((entry) => entry ?? []),
  ...["anyOf", "oneOf", "allOf", "prefixItems"].flatMap((keyword) => listOf(schema[keyword]) ?? []),
  ...["items", "additionalProperties"].flatMap((keyword) => schema[keyword] ?? [])
]

/** Returns the number of objects inside each other, following references. */
const depthOf = (root: SchemaObject, schema: unknown, followed: ReadonlyArray<string>): number => {
  if (!isObject(schema)) return 0
  const reference = schema["$ref"]
  if (typeof reference === "string") {
    return followed.includes(reference) ? 0 : depthOf(root, resolve(root, reference), [...followed, reference])
  }
  const own = schema["type"] === "object" ? 1 : 0
  return own + Math.max(0, ...inner(schema).map((entry) => depthOf(root, entry, followed)))
}

/** Measures a lowered schema. `measuresDepth` also follows its references, which takes longer. */
export const sizeOf = (root: SchemaObject, measuresDepth: boolean): Size => {
  const size = { properties: 0, optional: 0, unions: 0, enumValues: 0, characters: 0 }
  const enums: Array<{ values: number; characters: number }> = []
  const visit = (schema: unknown): void => {
    if (!isObject(schema)) return
    const names = Object.keys(isObject(schema["properties"]) ? schema["properties"] : {})
    const required = new Set(listOf(schema["required"]))
    const values = listOf(schema["enum"]) ?? []
    const texts = values.map((value) => (typeof value === "string" ? value : JSON.stringify(value)).length)
    const characters = texts.reduce((sum, length) => sum + length, 0)
    size.properties += names.length
    size.optional += names.filter((name) => !required.has(name)).length
    size.unions += schema["anyOf"] === undefined && !Array.isArray(schema["type"]) ? 0 : 1
    size.enumValues += values.length
    size.characters += characters + names.join("").length
    if (values.length > 0) enums.push({ values: values.length, characters })
    for (const entry of inner(schema)) visit(entry)
  }
  visit(root)
  for (const definition of Object.values(isObject(root["$defs"]) ? root["$defs"] : {})) visit(definition)
  return { ...size, enums, depth: measuresDepth ? depthOf(root, root, []) : 0 }
}

/** What exceeds a limit: the limit's name for people, the size, and the limit. */
const rows: ReadonlyArray<readonly [name: string, size: (size: Size) => number, limit: (limits: Limits) => number]> = [
  ["levels of objects", (size) => size.depth, ({ depth = Infinity }) => depth],
  ["properties", (size) => size.properties, ({ properties = Infinity }) => properties],
  ["optional properties", (size) => size.optional, ({ optional = Infinity }) => optional],
  ["unions", (size) => size.unions, ({ unions = Infinity }) => unions],
  ["values of enumerations", (size) => size.enumValues, ({ enumValues = Infinity }) => enumValues],
  ["characters of names and enumerations", (size) => size.characters, ({ characters = Infinity }) => characters]
]

/** Returns why a schema of this size is too large; `undefined` if it is not. */
export const exceeded = (size: Size, limits: Limits): string | undefined => {
  for (const [name, sizeOf, limitOf] of rows) {
    const limit = limitOf(limits)
    if (sizeOf(size) > limit) {
      return `has ${sizeOf(size)} ${name}, and this provider enforces at most ${limit}: make it smaller, or leave ` +
        "`strict` out"
    }
  }
  const { longEnum } = limits
  const long = longEnum === undefined
    ? undefined
    : size.enums.find(({ characters, values }) => values > longEnum.values && characters > longEnum.characters)
  return long === undefined || longEnum === undefined
    ? undefined
    : `has an enumeration of ${long.values} values with ${long.characters} characters, and this provider enforces at ` +
      `most ${longEnum.characters}: shorten it, or leave \`strict\` out`
}
