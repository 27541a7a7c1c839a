/**
 * Gives a value that is still being read the shape of the caller's schema.
 *
 * Providers get lowered schemas, so that the value may have `null` for an optional property, an object for a tuple, or
 * a list of entries for an object with any keys. What has ended is restored once; only the open containers are made
 * again.
 */
import type * as Schema from "effect/Schema"
import {
  admitsNull,
  isObject,
  listOf,
  modern,
  resolve,
  type SchemaObject,
  schemasOf,
  typesOf
} from "../../../domain/schemas/JsonSchemas.ts"
import * as Lowered from "../../../domain/schemas/Lowered.ts"
import { Restorer } from "../../../domain/schemas/Restore.ts"
import { type Container, type OpenPath, put } from "../../json/partial/OpenPath.ts"

type Json = Schema.Json

/** Returns whether a document has a schema that providers may get in another shape. */
const isReshapable = (value: unknown): boolean => {
  if (Array.isArray(value)) return value.some(isReshapable)
  if (!isObject(value)) return false
  const { additionalProperties, items, patternProperties, prefixItems, properties, required } = value
  const names = isObject(properties) ? Object.keys(properties) : []
  return names.length > (listOf(required)?.length ?? 0) ||
    prefixItems !== undefined || Array.isArray(items) || patternProperties !== undefined ||
    isObject(additionalProperties) || (additionalProperties === true && names.length === 0) ||
    Object.values(value).some(isReshapable)
}

/** The shape that a schema has for a container, as far as it can be told before the container has ended. */
type Shape =
  | { readonly kind: "list" | "tuple" | "struct" | "record"; readonly node: SchemaObject }
  | undefined

/** Gives a value of a container its shape, which its schema describes. */
type Child = (schema: unknown, value: Json) => Json

/** Gives the values of one text their shape. */
export class PartialShape {
  readonly #root: SchemaObject
  readonly #restorer: Restorer
  readonly #isReshapable: boolean
  /** The restored elements of open lists, and the restored properties of open objects. */
  readonly #lists = new Map<object, Array<Json>>()
  readonly #restored = new Map<object, Json>()
  readonly #nodes = new Map<unknown, SchemaObject | undefined>()

  constructor(root: SchemaObject) {
    this.#root = root
    this.#restorer = new Restorer(root)
    this.#isReshapable = isReshapable(root)
  }

  /** Returns the value, which will not change any more. What has ended is shared with earlier ones. */
  of(path: OpenPath): Json | undefined {
    if (!this.#isReshapable || path.root === undefined) return path.snapshot()
    return path.depth === 0 ? this.#ended(this.#root, path.root) : this.#open(this.#root, path.containers, 0)
  }

  /** Returns the schema of a value behind references and beside `null`; `undefined` where several are possible. */
  #nodeOf(schema: unknown, followed: ReadonlyArray<string> = []): SchemaObject | undefined {
    if (!isObject(schema)) return undefined
    const node = modern(schema)
    const reference = node["$ref"]
    if (typeof reference === "string") {
      return followed.includes(reference)
        ? undefined
        : this.#nodeOf(resolve(this.#root, reference), [...followed, reference])
    }
    const branches = schemasOf(node["anyOf"] ?? node["oneOf"]).filter(({ type }) => type !== "null")
    if (branches.length > 1 || node["allOf"] !== undefined) return undefined
    return branches.length === 1 ? this.#nodeOf(branches[0], followed) : node
  }

  #knownNodeOf(schema: unknown): SchemaObject | undefined {
    const known = this.#nodes.get(schema)
    if (known !== undefined || this.#nodes.has(schema)) return known
    const node = this.#nodeOf(schema)
    this.#nodes.set(schema, node)
    return node
  }

  #shapeOf(schema: unknown, container: Container): Shape {
    const node = this.#knownNodeOf(schema)
    if (node === undefined) return undefined
    const types = typesOf(node)
    if (Array.isArray(container)) {
      return types.includes("array")
        ? { kind: "list", node }
        : types.includes("object")
        ? { kind: "record", node }
        : undefined
    }
    if (types.includes("object")) return { kind: "struct", node }
    return types.includes("array") && node["prefixItems"] !== undefined ? { kind: "tuple", node } : undefined
  }

  /** Returns a value that has ended, restored. */
  #ended(schema: unknown, value: Json): Json {
    if (typeof value !== "object" || value === null) return value
    const before = this.#restored.get(value)
    if (before !== undefined) return before
    const shape = this.#shapeOf(schema, value as Container)
    const restored = shape === undefined || shape.node["const"] !== undefined || shape.node["enum"] !== undefined
      ? this.#restorer.value(schema, value)
      : this.#shaped(shape, value as Container, this.#endedChild)
    this.#restored.set(value, restored)
    return restored
  }

  readonly #endedChild: Child = (schema, value) => this.#ended(schema, value)

  /** Makes a container of the values in it, which `child` gives their shape. */
  #shaped({ kind, node }: NonNullable<Shape>, container: Container, child: Child): Json {
    if (Array.isArray(container)) {
      if (kind === "list") return this.#list(node, container, child)
      const out: Record<string, Json> = {}
      addEntries(out, container, (name, value) => child(propertyOf(node, name), value))
      return out
    }
    return kind === "tuple" ? tuple(node, container, child) : this.#struct(node, container, child)
  }

  #open(schema: unknown, containers: ReadonlyArray<Container>, depth: number): Json {
    const container = containers[depth] ?? []
    const shape = this.#shapeOf(schema, container)
    const child: Child = (childSchema, value) =>
      value === containers[depth + 1] ? this.#open(childSchema, containers, depth + 1) : this.#ended(childSchema, value)
    if (shape === undefined)
      return copyOf(container, containers[depth + 1], () => this.#open(undefined, containers, depth + 1))
    // An entry of a record is a container itself, so that its value may be open one level further down.
    if (shape.kind !== "record") return this.#shaped(shape, container, child)
    const inner = containers[depth + 2]
    return this.#shaped(shape, container, (valueSchema, value) =>
      value === inner && inner !== undefined
        ? this.#open(valueSchema, containers, depth + 2)
        : this.#ended(valueSchema, value))
  }

  #list(node: SchemaObject, container: Array<Json>, child: Child): Json {
    const positions = listOf(node["prefixItems"]) ?? []
    const schemaAt = (index: number): unknown => (index < positions.length ? positions[index] : node["items"])
    const out = this.#lists.get(container) ?? []
    this.#lists.set(container, out)
    // The last one may still grow.
    const last = container.length - 1
    for (let index = out.length; index < last; index++) out.push(this.#ended(schemaAt(index), container[index] ?? null))
    if (last < 0) return []
    const copy = out.slice()
    copy.push(child(schemaAt(last), container[last] ?? null))
    return copy
  }

  #struct(node: SchemaObject, container: Record<string, Json>, child: Child): Json {
    const properties = isObject(node["properties"]) ? node["properties"] : {}
    const required = listOf(node["required"]) ?? []
    const out: Record<string, Json> = {}
    for (const name of Object.keys(container)) {
      const value = container[name] ?? null
      const isNamed = Object.hasOwn(properties, name)
      if (
        name === Lowered.otherProperties && !isNamed && Array.isArray(value) && node["additionalProperties"] !== false
      ) {
        addEntries(out, value, (key, entry) => this.#ended(propertyOf(node, key), entry))
      } else if (value !== null || !isNamed || required.includes(name) || admitsNull(this.#root, properties[name])) {
        put(out, name, child(propertyOf(node, name), value))
      }
    }
    return out
  }
}

const propertyOf = (node: SchemaObject, name: string): unknown => {
  const { additionalProperties, properties } = node
  return isObject(properties) && Object.hasOwn(properties, name) ? properties[name] : additionalProperties
}

/** Copies a container of which no shape is known. */
const copyOf = (container: Container, inner: Container | undefined, open: () => Json): Json => {
  if (Array.isArray(container))
    return container.map((value) => (value === inner && inner !== undefined ? open() : value))
  const out: Record<string, Json> = {}
  for (const name of Object.keys(container)) {
    const value = container[name] ?? null
    put(out, name, value === inner && inner !== undefined ? open() : value)
  }
  return out
}

/** Makes the list that an object with the properties "0", "1" and so on stands for. */
const tuple = (
  node: SchemaObject,
  container: Record<string, Json>,
  child: Child
): Json => {
  const out: Array<Json> = []
  for (const [index, schema] of (listOf(node["prefixItems"]) ?? []).entries()) {
    const value = container[String(index)]
    if (value === undefined) break
    out.push(child(schema, value))
  }
  return out
}

/** Adds the properties that a list of entries stands for. An entry appears with its value. */
const addEntries = (
  out: Record<string, Json>,
  entries: ReadonlyArray<Json>,
  child: (name: string, value: Json) => Json
): void => {
  for (const entry of entries) {
    if (!isObject(entry)) continue
    const name = entry[Lowered.entry.key]
    const value = entry[Lowered.entry.value]
    if (typeof name === "string" && value !== undefined) put(out, name, child(name, value))
  }
}
