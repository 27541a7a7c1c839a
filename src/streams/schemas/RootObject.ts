/**
 * Makes the root of a schema an object, for providers that accept no other.
 *
 * Alternatives at the root become one object: it has the properties of all, and requires what all require. A sentence
 * in the description says which belong together.
 */
import type * as Schema from "effect/Schema"
import { isObject, listOf, modern, resolve, type SchemaObject, typesOf } from "../../domain/schemas/JsonSchemas.ts"
import * as Keywords from "./Keywords.ts"
import { merge } from "./Merge.ts"
import { impliedType, isNever } from "./Nodes.ts"
import { valuesOf } from "./Values.ts"

type Json = Schema.Json
type Refuse = (path: string, why: string) => void

const wrap = "wrap it in an object with one property"

/** Returns a schema with its references and `allOf` merged into it; `undefined` if that is not possible. */
const flat = (
  root: SchemaObject,
  schema: SchemaObject,
  path: string,
  refuse: Refuse,
  followed: ReadonlyArray<string> = []
): SchemaObject | undefined => {
  const { $ref, allOf, ...own } = modern(schema)
  if (typeof $ref !== "string" && allOf === undefined) return own
  const target = typeof $ref === "string" && !followed.includes($ref) ? resolve(root, $ref) : undefined
  if (typeof $ref === "string" && target === undefined) {
    refuse(path, `refers to "${$ref}", which is not in it`)
    return undefined
  }
  const parts = [...(target === undefined ? [] : [target]), ...(listOf(allOf) ?? [])]
  let merged: SchemaObject | undefined = {}
  for (const part of parts) {
    if (!isObject(part)) continue
    const names = typeof $ref === "string" && part === target ? [...followed, $ref] : followed
    const next = flat(root, part, path, refuse, names)
    if (next === undefined) return undefined
    merged = merged === undefined ? undefined : merge(merged, next)
  }
  merged = merged === undefined ? undefined : merge(merged, own)
  if (merged === undefined) refuse(path, "allows no value: the parts of `allOf` exclude each other")
  return merged
}

/** Describes the properties of one form of an object: `{kind: "a", size, color?}`. */
const formOf = (branch: SchemaObject): string => {
  const required = new Set(listOf(branch["required"]))
  const names = Object.entries(isObject(branch["properties"]) ? branch["properties"] : {}).map(([name, property]) => {
    const values = isObject(property) ? valuesOf(property) : undefined
    const value = values === undefined || values.length > 3
      ? ""
      : `: ${values.map((entry) => JSON.stringify(entry)).join(" | ")}`
    return `${name}${required.has(name) ? "" : "?"}${value}`
  })
  return `{${names.join(", ")}}`
}

/** Returns the schema of a property that several forms have. */
const property = (schemas: ReadonlyArray<Json>): Json => {
  const different = [...new Map(schemas.map((schema) => [JSON.stringify(schema), schema])).values()]
  const [first = {}, ...others] = different
  if (others.length === 0) return first
  const lists = different.map((schema) => (isObject(schema) ? valuesOf(schema) : undefined))
  const types = new Set(lists.flatMap((values) => values?.map((value) => typeof value) ?? [undefined]))
  if (lists.some((values) => values === undefined) || types.size !== 1) return { anyOf: different }
  const { const: _, enum: __, ...rest } = isObject(first) ? first : {}
  return { ...rest, enum: [...new Set(lists.flatMap((values) => values ?? []))] } as Json
}

const additional = (branches: ReadonlyArray<SchemaObject>): SchemaObject => {
  const all = branches.map((branch) => branch["additionalProperties"])
  if (all.every((own) => own === false)) return { additionalProperties: false }
  const schemas = all.filter((own) => isObject(own))
  const [first] = schemas
  if (first === undefined) return {}
  return { additionalProperties: schemas.length === 1 ? first : { anyOf: schemas } }
}

/** Makes one object of the forms that an object can have. */
const joined = (branches: ReadonlyArray<SchemaObject>, description: unknown): SchemaObject => {
  const properties = new Map<string, Array<Json>>()
  for (const branch of branches) {
    for (const [name, schema] of Object.entries(isObject(branch["properties"]) ? branch["properties"] : {})) {
      if (schema !== undefined) properties.set(name, [...properties.get(name) ?? [], schema])
    }
  }
  const [first = {}, ...others] = branches
  const required = (listOf(first["required"]) ?? []).filter((name) =>
    others.every((branch) => listOf(branch["required"])?.includes(name) === true)
  )
  const forms = [...new Set(branches.map(formOf))]
  const text = Keywords.withNotes(description, forms.length === 1 ? [] : [`one of these forms: ${forms.join(" or ")}`])
  return {
    type: "object",
    ...(text === undefined ? {} : { description: text }),
    properties: Object.fromEntries([...properties].map(([name, schemas]) => [name, property(schemas)])),
    ...(required.length === 0 ? {} : { required }),
    ...additional(branches)
  }
}

/** The keywords that no root may have beside its properties. */
const unknownAtRoot = new Set(["const", "enum", "not"])

/** A schema whose root is an object. */
export interface RootObject {
  readonly schema: SchemaObject
  /** Whether alternatives were joined. */
  readonly isJoined: boolean
}

/** Returns the objects that a root without `allOf` and references allows; `undefined` if it allows something else. */
const formsOf = (
  root: SchemaObject,
  node: SchemaObject,
  path: string,
  refuse: Refuse,
  depth = 0
): ReadonlyArray<SchemaObject> | undefined => {
  const { anyOf, oneOf, ...shared } = node
  const keyword = anyOf === undefined ? "oneOf" : "anyOf"
  const branches = listOf(anyOf ?? oneOf)
  const beside = anyOf !== undefined && oneOf !== undefined ? { ...shared, oneOf } : shared
  if (branches === undefined) {
    const types = typesOf(node)
    if (types.length === 0 ? [undefined, "object"].includes(impliedType(node)) : types.includes("object")) return [node]
    refuse(path, `is not an object but ${types.join(" or ") || impliedType(node)}: ${wrap}`)
    return undefined
  }
  const { description: _, title: __, $defs: ___, definitions: ____, ...constraints } = beside
  const forms: Array<SchemaObject> = []
  for (const [index, branch] of branches.entries()) {
    const at = `${path}/${keyword}/${index}`
    if (isNever(branch) || depth > 8) continue
    const merged = flat(root, { allOf: [constraints as Schema.JsonObject, isObject(branch) ? branch : {}] }, at, refuse)
    const inner = merged === undefined ? undefined : formsOf(root, merged, at, refuse, depth + 1)
    if (inner === undefined) return undefined
    forms.push(...inner)
  }
  return forms
}

/** Returns a schema whose root is an object; `undefined`, after `refuse`, where that is not possible. */
export const make = (root: SchemaObject, refuse: Refuse): RootObject | undefined => {
  const node = flat(root, root, "#", refuse)
  if (node === undefined) return undefined
  const forms = formsOf(root, node, "#", refuse)
  const [first] = forms ?? []
  if (forms === undefined) return undefined
  if (first === undefined) {
    refuse("#", "allows no value: give it properties")
    return undefined
  }
  const isJoined = node["anyOf"] !== undefined || node["oneOf"] !== undefined
  const object = isJoined
    ? { ...node, anyOf: undefined, oneOf: undefined, ...joined(forms, node["description"]) }
    : node
  const definitions = Object.fromEntries(
    ["$defs", "definitions"].flatMap((name) => (root[name] === undefined ? [] : [[name, root[name]]]))
  )
  const known = Object.entries({ ...object, ...definitions }).filter(([keyword, value]) =>
    value !== undefined && !unknownAtRoot.has(keyword)
  )
  return { schema: { ...Object.fromEntries(known), type: "object" }, isJoined }
}
