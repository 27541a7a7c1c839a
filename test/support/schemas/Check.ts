/**
 * Checks schemas against the rules of seven dialects, as the providers document and enforce them. It is written from
 * the facts about the providers and imports nothing of the source.
 */
import { follow, isObject, type Json, type JsonObject, list } from "./Validate.ts"

export type Dialect = "openai" | "anthropic" | "gemini" | "gemini-json" | "bedrock" | "groq" | "moonshot"

interface Node {
  readonly schema: JsonObject
  readonly path: string
}

const nodes = (schema: Json, path = "#"): ReadonlyArray<Node> => {
  if (!isObject(schema)) return []
  const named = ["properties", "$defs", "definitions", "patternProperties"].flatMap((keyword) =>
    Object.entries(isObject(schema[keyword]) ? schema[keyword] : {}).flatMap(([name, inner]) =>
      nodes(inner, `${path}/${keyword}/${name}`)
    )
  )
  const lists = ["anyOf", "oneOf", "allOf", "prefixItems"].flatMap((keyword) =>
    list(schema[keyword]).flatMap((inner, index) => nodes(inner, `${path}/${keyword}/${index}`))
  )
  const single = ["items", "additionalProperties", "not"].flatMap((keyword) =>
    nodes(schema[keyword] ?? null, `${path}/${keyword}`)
  )
  return [{ schema, path }, ...named, ...lists, ...single]
}

type Rule = (schema: JsonObject, root: JsonObject) => string | undefined

const without = (...keywords: ReadonlyArray<string>): Rule => (schema) => {
  const found = keywords.find((keyword) => schema[keyword] !== undefined)
  return found === undefined ? undefined : `has ${found}`
}

const names = (schema: JsonObject): ReadonlyArray<string> =>
  Object.keys(isObject(schema["properties"]) ? schema["properties"] : {})

const isObjectSchema = (schema: JsonObject): boolean =>
  schema["type"] === "object" || schema["properties"] !== undefined

const closed: Rule = (schema) =>
  isObjectSchema(schema) && schema["additionalProperties"] !== false
    ? "has an open object"
    : !isObjectSchema(schema) && schema["additionalProperties"] !== undefined
    ? "has additionalProperties beside no object"
    : undefined

const allRequired: Rule = (schema) => {
  if (!isObjectSchema(schema)) return undefined
  const required = new Set(list(schema["required"]))
  const missing = names(schema).find((name) => !required.has(name))
  return missing === undefined ? undefined : `does not require ${missing}`
}

const declared: Rule = (schema) => {
  const unknown = list(schema["required"]).find((name) => !names(schema).includes(String(name)))
  return unknown === undefined ? undefined : `requires ${String(unknown)}, which it does not have`
}

const typed: Rule = (schema) =>
  ["type", "anyOf", "$ref", "enum", "const"].some((keyword) => schema[keyword] !== undefined)
    ? undefined
    : "has no type"

const arraysTyped: Rule = (schema) =>
  schema["type"] === "array" && !isObject(schema["items"]) ? "has an array without items" : undefined

const referenceAlone: Rule = (schema) =>
  schema["$ref"] !== undefined && Object.keys(schema).length > 1 ? "has keywords beside $ref" : undefined

const referenceFound: Rule = (schema, root) =>
  typeof schema["$ref"] === "string" && !isObject(follow(root, schema["$ref"])) ? "refers to nothing" : undefined

const formats = (...known: ReadonlyArray<string>): Rule => ({ format }) =>
  typeof format === "string" && !known.includes(format) ? `has the format ${format}` : undefined

const noLookAround: Rule = ({ pattern }) =>
  typeof pattern === "string" && /\(\?<?[=!]/.test(pattern) ? "has a pattern that looks around" : undefined

const scalarEnums: Rule = (schema) =>
  [...list(schema["enum"]), schema["const"] ?? null].some((value) => typeof value === "object" && value !== null)
    ? "has a structure among its values"
    : undefined

const enumsOfType: Rule = ({ enum: values, type }) => {
  if (!Array.isArray(values)) return undefined
  if (values.length === 0) return "has an empty enumeration"
  const isForeign = (value: Json): boolean =>
    type === "string"
      ? typeof value !== "string"
      : (type === "number" || type === "integer") && typeof value !== "number"
  return values.some(isForeign) ? "has a value of another type" : undefined
}

/** References that lead back to themselves. */
const acyclic: Rule = (schema, root) => {
  const reaches = (at: Json, from: ReadonlyArray<string>): boolean =>
    nodes(at).some(({ schema: { $ref } }) =>
      typeof $ref === "string" && (from.includes($ref) || reaches(follow(root, $ref), [...from, $ref]))
    )
  return typeof schema["$ref"] === "string" && reaches(follow(root, schema["$ref"]), [schema["$ref"]])
    ? "refers to itself"
    : undefined
}

const strictFormats = ["date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid"]
const bounds = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"]
const noBounds = without(...bounds)
const conditions = ["oneOf", "not", "if", "then", "else", "dependentRequired", "dependentSchemas", "dependencies"]
const noConditions = without(...conditions)
const rareArrays = without("uniqueItems", "contains", "prefixItems", "unevaluatedItems", "additionalItems")
const rareObjects = without(
  "patternProperties",
  "propertyNames",
  "minProperties",
  "maxProperties",
  "unevaluatedProperties"
)

const openAi: ReadonlyArray<Rule> = [
  closed,
  allRequired,
  declared,
  typed,
  arraysTyped,
  referenceAlone,
  referenceFound,
  noConditions,
  without("allOf", "default", "minLength", "maxLength", "nullable"),
  rareArrays,
  rareObjects,
  formats(...strictFormats),
  noLookAround,
  scalarEnums,
  enumsOfType
]

const anthropic: ReadonlyArray<Rule> = [
  closed,
  declared,
  typed,
  referenceAlone,
  referenceFound,
  acyclic,
  noConditions,
  noBounds,
  without("minLength", "maxLength", "pattern", "maxItems", "nullable"),
  rareArrays,
  rareObjects,
  formats(...strictFormats, "uri"),
  scalarEnums,
  enumsOfType,
  ({ minItems }) => minItems !== undefined && minItems !== 0 && minItems !== 1 ? "has minItems above 1" : undefined
]

const geminiWords = new Set(
  ("anyOf description enum format items maxItems maxLength maxProperties maximum minItems minLength minProperties " +
    "minimum nullable pattern properties propertyOrdering required type").split(" ")
)

const gemini: ReadonlyArray<Rule> = [
  (schema) => {
    const unknown = Object.keys(schema).find((keyword) => !geminiWords.has(keyword))
    return unknown === undefined ? undefined : `has ${unknown}`
  },
  declared,
  arraysTyped,
  enumsOfType,
  ({ type }) => Array.isArray(type) ? "has a list of types" : undefined,
  (schema) => schema["anyOf"] !== undefined && Object.keys(schema).length > 1 ? "has keywords beside anyOf" : undefined,
  ({ enum: values, type }) =>
    values !== undefined && (type !== "string" || list(values).includes(""))
      ? "has an enumeration of others than texts"
      : undefined,
  ({ format, type }) =>
    format !== undefined && type === "string" && format !== "date-time"
      ? `has the format ${String(format)}`
      : undefined,
  (schema) =>
    schema["type"] !== "object" && names(schema).length > 0 ? "has properties without being an object" : undefined,
  (schema) =>
    schema["type"] !== "string" &&
      ["pattern", "minLength", "maxLength"].some((keyword) => schema[keyword] !== undefined)
      ? "has keywords of texts"
      : undefined
]

const geminiJson: ReadonlyArray<Rule> = [
  referenceFound,
  referenceAlone,
  enumsOfType,
  without("const", "nullable", "allOf", "minLength", "maxLength", "pattern", ...conditions),
  without("exclusiveMinimum", "exclusiveMaximum", "multipleOf")
]

const moonshot: ReadonlyArray<Rule> = [
  referenceFound,
  without("$schema", "nullable", "additionalItems"),
  ({ items }) => Array.isArray(items) ? "has a tuple as items" : undefined,
  (schema) => schema["anyOf"] !== undefined && schema["type"] !== undefined ? "has a type beside anyOf" : undefined
]

const rules: Readonly<Record<Dialect, ReadonlyArray<Rule>>> = {
  openai: openAi,
  groq: openAi,
  anthropic,
  bedrock: anthropic,
  gemini,
  "gemini-json": geminiJson,
  moonshot
}

/** The dialects whose output schemas need not be objects. */
const anyRoot: ReadonlySet<Dialect> = new Set(["anthropic", "gemini", "gemini-json"])

const count = (root: JsonObject, of: (schema: JsonObject) => number): number =>
  nodes(root).reduce((sum, { schema }) => sum + of(schema), 0)

const depth = (root: JsonObject, schema: Json, followed: ReadonlyArray<string> = []): number => {
  if (!isObject(schema)) return 0
  if (typeof schema["$ref"] === "string") {
    return followed.includes(schema["$ref"])
      ? 0
      : depth(root, follow(root, schema["$ref"]), [...followed, schema["$ref"]])
  }
  const inner = [
    ...Object.values(isObject(schema["properties"]) ? schema["properties"] : {}),
    ...list(schema["anyOf"]),
    schema["items"] ?? null
  ]
  return (schema["type"] === "object" ? 1 : 0) + Math.max(0, ...inner.map((entry) => depth(root, entry, followed)))
}

const tooLarge = (dialect: Dialect, root: JsonObject): ReadonlyArray<string> => {
  const optional = count(root, (schema) => names(schema).length - list(schema["required"]).length)
  const unions = count(root, ({ anyOf, type }) => (anyOf !== undefined || Array.isArray(type) ? 1 : 0))
  const rows: ReadonlyArray<readonly [string, number, number]> = dialect === "openai" || dialect === "groq"
    ? [
      ["levels", depth(root, root), 10],
      ["properties", count(root, (schema) => names(schema).length), 5_000],
      ["values", count(root, (schema) => list(schema["enum"]).length), 1_000],
      [
        "characters",
        count(root, (schema) => names(schema).join("").length + list(schema["enum"]).join("").length),
        120_000
      ]
    ]
    : dialect === "anthropic"
    ? [["optional properties", optional, 23], ["unions", unions, 15]]
    : []
  return rows.flatMap(([name, size, limit]) => size > limit ? [`has ${size} ${name}`] : [])
}

/** Returns everything that a dialect refuses in a schema. */
export const check = (dialect: Dialect, schema: JsonObject, use: "tool" | "output"): ReadonlyArray<string> => {
  const isObjectRoot = schema["type"] === "object" && schema["anyOf"] === undefined && schema["oneOf"] === undefined &&
    schema["allOf"] === undefined
  const root = isObjectRoot || (use === "output" && anyRoot.has(dialect)) ? [] : ["# is no object"]
  const found = nodes(schema).flatMap(({ path, schema: node }) =>
    rules[dialect].flatMap((rule) => {
      const problem = rule(node, schema)
      return problem === undefined ? [] : [`${path} ${problem}`]
    })
  )
  return [...root, ...found, ...tooLarge(dialect, schema)]
}
