/**
 * Restores values that follow a lowered schema to the shape of the schema that they were requested with.
 *
 * It needs only the original schema: the shapes that lowering makes are invalid under it, and so are told apart.
 */
import type * as Schema from "effect/Schema"
import { admits } from "./Admits.ts"
import { admitsNull, isObject, listOf, modern, resolve, type SchemaObject, schemasOf, typesOf } from "./JsonSchemas.ts"
import * as Lowered from "./Lowered.ts"

type Json = Schema.Json

/** A value that has other values in it. */
type Structure = Schema.JsonObject | Schema.JsonArray

/** A value's own properties, without those that are undefined. */
const entriesOf = (value: SchemaObject): ReadonlyArray<readonly [string, Json]> =>
  Object.entries(value).filter((entry): entry is [string, Json] => entry[1] !== undefined)

/** Returns the entries of an object that was written as a list of them; `undefined` if the value is no such list. */
const entriesIn = (value: unknown): ReadonlyArray<readonly [string, Json]> | undefined => {
  const found: Array<readonly [string, Json]> = []
  for (const entry of listOf(value) ?? [undefined]) {
    if (!isObject(entry) || Object.keys(entry).length !== 2) return undefined
    const key = entry[Lowered.entry.key]
    const content = entry[Lowered.entry.value]
    if (typeof key !== "string" || content === undefined) return undefined
    found.push([key, content])
  }
  return found
}

/** Returns whether a value is what lowering makes of one that a schema lists. */
const represents = (listed: Json, value: Json | undefined): boolean => {
  if (value === undefined || typeof listed !== "object" || listed === null) return listed === value
  const entries = Object.entries(listed)
  if (typeof value !== "object" || value === null || Object.keys(value).length !== entries.length) return false
  return entries.every(([name, entry]) => represents(entry, (value as SchemaObject)[name]))
}

/** Restores values that follow the lowered form of a JSON Schema. */
export class Restorer {
  readonly #root: SchemaObject

  constructor(root: SchemaObject) {
    this.#root = root
  }

  /** Restores a value. `followed` are the references that led here from the same value. */
  value(schema: unknown, value: Json, followed: ReadonlyArray<string> = []): Json {
    if (!isObject(schema) || value === null || typeof value !== "object") return value
    const node = modern(schema)
    const listed = [node["const"] ?? null, ...listOf(node["enum"]) ?? []].find((entry) => represents(entry, value))
    if (listed !== undefined) return listed
    let restored: Structure = value
    const reference = node["$ref"]
    if (typeof reference === "string" && !followed.includes(reference)) {
      restored = this.#again(resolve(this.#root, reference), restored, [...followed, reference])
    }
    for (const part of schemasOf(node["allOf"])) restored = this.#again(part, restored, followed)
    restored = this.#own(node, restored)
    for (const keyword of ["anyOf", "oneOf"]) restored = this.#alternatives(node, keyword, restored, followed)
    return restored
  }

  #again(schema: unknown, value: Structure, followed: ReadonlyArray<string>): Structure {
    const restored = this.value(schema, value, followed)
    return typeof restored === "object" && restored !== null ? restored : value
  }

  #own(node: SchemaObject, value: Structure): Structure {
    const types = typesOf(node)
    const isList = types.includes("array") ||
      (types.length === 0 && (node["prefixItems"] !== undefined || node["items"] !== undefined))
    const isStruct = types.includes("object") || (types.length === 0 &&
      ["properties", "additionalProperties", "patternProperties"].some((keyword) => node[keyword] !== undefined))
    const list = listOf(value)
    if (isList && list !== undefined) return this.#list(node, list)
    if (isList && !isStruct && isObject(value)) return this.#tuple(node, value) ?? value
    if (isStruct && isObject(value)) return this.#struct(node, value)
    if (isStruct && !isList) return this.#record(node, value) ?? value
    return value
  }

  #list(node: SchemaObject, list: ReadonlyArray<Json>): ReadonlyArray<Json> {
    const tuple = listOf(node["prefixItems"]) ?? []
    return list.map((entry, index) => this.value(index < tuple.length ? tuple[index] : node["items"], entry))
  }

  /** Returns the list that an object with the properties "0", "1" and so on stands for. */
  #tuple(node: SchemaObject, value: SchemaObject): ReadonlyArray<Json> | undefined {
    const tuple = listOf(node["prefixItems"])
    if (tuple === undefined) return undefined
    const isPosition = (name: string): boolean => /^\d+$/.test(name) && Number(name) < tuple.length
    if (!Object.keys(value).every((name) => name === Lowered.rest || isPosition(name))) return undefined
    const elements: Array<Json> = []
    for (const [index, schema] of tuple.entries()) {
      const element = value[String(index)]
      if (element === undefined || this.endsTuple(schema, element)) break
      elements.push(element)
    }
    return this.#list(node, [...elements, ...listOf(value[Lowered.rest]) ?? []])
  }

  #record(node: SchemaObject, value: unknown): SchemaObject & Schema.JsonObject | undefined {
    const entries = entriesIn(value)
    return entries === undefined ? undefined : this.#struct(node, Object.fromEntries(entries))
  }

  /** Returns the schema of a property; `undefined` for one that no keyword names. */
  property(node: SchemaObject, name: string): unknown {
    const { additionalProperties, patternProperties, properties } = node
    if (isObject(properties) && Object.hasOwn(properties, name)) return properties[name]
    for (const [pattern, schema] of Object.entries(isObject(patternProperties) ? patternProperties : {})) {
      if (admits({}, { pattern }, name)) return schema
    }
    return additionalProperties
  }

  /** Returns whether `null` is a value of a property, and does not stand for its absence. */
  keepsNull(node: SchemaObject, name: string): boolean {
    const properties = isObject(node["properties"]) ? node["properties"] : {}
    return !Object.hasOwn(properties, name) || listOf(node["required"])?.includes(name) === true ||
      admitsNull(this.#root, properties[name])
  }

  /** Returns whether an element that is `null` stands for the end of a tuple. */
  endsTuple(schema: unknown, element: Json): boolean {
    return element === null && !admitsNull(this.#root, schema)
  }

  #struct(node: SchemaObject, value: SchemaObject): Schema.JsonObject {
    const restored: Array<readonly [string, Json]> = []
    for (const [name, entry] of entriesOf(value)) {
      const others = holdsOthers(node, name) ? entriesIn(entry) : undefined
      if (others !== undefined) {
        restored.push(...others.map(([key, inner]) => [key, this.value(this.property(node, key), inner)] as const))
      } else if (entry !== null || this.keepsNull(node, name)) {
        restored.push([name, this.value(this.property(node, name), entry)])
      }
    }
    return Object.fromEntries(restored)
  }

  /** Restores a value by the first alternative that admits the result. */
  #alternatives(
    node: SchemaObject,
    keyword: string,
    value: Structure,
    followed: ReadonlyArray<string>
  ): Structure {
    const branches = schemasOf(node[keyword])
    if (branches.length === 0) return value
    const targets = branches.map((branch) => this.#target(branch))
    const names = new Set(targets.flatMap(({ properties }) => (isObject(properties) ? Object.keys(properties) : [])))
    for (const [index, branch] of branches.entries()) {
      const target = targets[index] ?? branch
      if (!this.#mayFit(target, value)) continue
      const own = withoutForeign(value, target, node, names)
      const restored = this.#again(branch, own, followed)
      if (admits(this.#root, branch, restored)) return restored
    }
    return value
  }

  /**
   * Returns whether the scalars of an object, such as its tag, fit an alternative, without a visit to what is below.
   */
  #mayFit({ properties }: SchemaObject, value: Structure): boolean {
    if (!isObject(properties) || !isObject(value)) return true
    return entriesOf(value).every(([name, entry]) =>
      typeof entry === "object" || !Object.hasOwn(properties, name) || admits(this.#root, properties[name], entry)
    )
  }

  /** Returns the schema that an alternative refers to. */
  #target(branch: SchemaObject): SchemaObject {
    const reference = branch["$ref"]
    return typeof reference === "string" && Object.keys(branch).length === 1
      ? (resolve(this.#root, reference) ?? branch)
      : branch
  }
}

/** Returns whether a property holds the list of those that the object's schema does not name. */
export const holdsOthers = (node: SchemaObject, name: string): boolean => {
  if (name !== Lowered.otherProperties) return false
  const { additionalProperties, patternProperties, properties } = node
  return !(isObject(properties) && Object.hasOwn(properties, name)) &&
    (isObject(additionalProperties) || additionalProperties === true || patternProperties !== undefined)
}

/** Leaves out the properties of other branches that are null: branches that became one object have them. */
const withoutForeign = (
  value: Structure,
  branch: SchemaObject,
  node: SchemaObject,
  names: ReadonlySet<string>
): Structure => {
  if (!isObject(value) || names.size === 0) return value
  const isIn = (properties: unknown, name: string): boolean => isObject(properties) && Object.hasOwn(properties, name)
  const isForeign = (name: string, entry: Json): boolean =>
    entry === null && names.has(name) && !isIn(branch["properties"], name) && !isIn(node["properties"], name)
  return Object.fromEntries(entriesOf(value).filter(([name, entry]) => !isForeign(name, entry)))
}

/**
 * Restores a value that follows the lowered form of a JSON Schema: optional properties that are `null` go, tuples and
 * objects that were written as objects and lists become themselves again. Every other value stays as it is.
 */
export const restore = (schema: SchemaObject, value: Json): Json => new Restorer(schema).value(schema, value)
