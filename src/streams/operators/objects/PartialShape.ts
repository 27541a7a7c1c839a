/**
 * Gives a value that is still being read the shape of the caller's schema.
 *
 * Providers get lowered schemas, so that the value may have `null` for an optional property, an object for a tuple, or
 * a list of entries for an object with any keys. What has ended is restored once; only the open containers are made
 * again.
 */
import type * as Schema from "effect/Schema"
import {
  isObject,
  listOf,
  modern,
  resolve,
  type SchemaObject,
  schemasOf,
  typesOf
} from "../../../domain/schemas/JsonSchemas.ts"
import * as Lowered from "../../../domain/schemas/Lowered.ts"
import { holdsOthers, Restorer } from "../../../domain/schemas/Restore.ts"
import { type Container, type Key, type OpenPath, put } from "../../json/partial/OpenPath.ts"

type Json = Schema.Json

/** Returns whether a schema has alternatives that may become one object, each with the properties of all. */
const hasAlternatives = ({ anyOf, oneOf }: SchemaObject): boolean =>
  [anyOf, oneOf].some((list) =>
    schemasOf(list).filter(({ type }) => type === undefined || type === "object").length > 1
  )

/** Returns whether a document has a schema that providers may get in another shape. */
const isReshapable = (value: unknown): boolean => {
  if (Array.isArray(value)) return value.some(isReshapable)
  if (!isObject(value)) return false
  const { additionalProperties, items, patternProperties, prefixItems, properties, required } = value
  const names = isObject(properties) ? Object.keys(properties) : []
  return names.length > (listOf(required)?.length ?? 0) ||
    prefixItems !== undefined || Array.isArray(items) || patternProperties !== undefined ||
    isObject(additionalProperties) || (additionalProperties === true && names.length === 0) ||
    hasAlternatives(value) ||
    Object.values(value).some(isReshapable)
}

/** The shape that a schema has for a container, as far as it can be told before the container has ended. */
type Shape =
  | { readonly kind: "list" | "tuple" | "struct" | "record"; readonly node: SchemaObject }
  | undefined

/** Gives a value of a container its shape, which its schema describes. */
type Child = (schema: () => unknown, value: Json) => Json

/** Gives the values of one text their shape. */
export class PartialShape {
  readonly #root: SchemaObject
  readonly #restorer: Restorer
  readonly #isReshapable: boolean
  /** The restored elements of open lists, and the restored properties of open objects. */
  readonly #lists = new Map<object, Array<Json>>()
  readonly #restored = new Map<object, Json>()
  readonly #nodes = new Map<unknown, SchemaObject | undefined>()
  /** The depth of the outermost open container that has a schema and no shape yet. */
  #unshaped: number | undefined

  constructor(root: SchemaObject) {
    this.#root = root
    this.#restorer = new Restorer(root)
    this.#isReshapable = isReshapable(root)
  }

  /** Returns the value, which will not change any more. What has ended is shared with earlier ones. */
  of(path: OpenPath): Json | undefined {
    this.#unshaped = undefined
    if (!this.#isReshapable || path.root === undefined) return path.snapshot()
    return path.depth === 0 ? this.#ended(this.#root, path.root) : this.#open(this.#root, path.containers, 0)
  }

  /**
   * Returns whether a part that has ended has its shape in the value that `of` returned last. One in a union has it when
   * the union has ended.
   */
  isShapedAt(open: OpenPath, path: ReadonlyArray<Key>): boolean {
    const depth = this.#unshaped ?? Infinity
    const keys = open.path()
    return path.length <= depth || path.slice(0, depth).some((key, at) => key !== keys[at])
  }

  /**
   * Returns the schema of a value, with what is behind its references and in its alternative beside `null`; `undefined`
   * where several alternatives are possible.
   */
  #nodeOf(schema: unknown, followed: ReadonlyArray<string> = []): SchemaObject | undefined {
    if (!isObject(schema)) return undefined
    const { $ref: reference, allOf, anyOf, oneOf, ...own } = modern(schema)
    const branches = schemasOf(anyOf ?? oneOf).filter(({ type }) => type !== "null")
    if (branches.length > 1 || (anyOf !== undefined && oneOf !== undefined)) return undefined
    const parts = [...schemasOf(allOf), ...branches].map((part) => this.#nodeOf(part, followed))
    if (typeof reference === "string") {
      if (followed.includes(reference)) return undefined
      parts.unshift(this.#nodeOf(resolve(this.#root, reference), [...followed, reference]))
    }
    return parts.reduce<SchemaObject | undefined>((node, part) => node && part && both(node, part), own)
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
    const restored = this.#restorer.value(schema, value)
    this.#restored.set(value, restored)
    return restored
  }

  /** Makes an open container of the values in it. Those that are open, too, are further down the same path. */
  #open(schema: unknown, containers: ReadonlyArray<Container>, depth: number): Json {
    const container = containers[depth] ?? []
    const child: Child = (schema, value) => {
      if (typeof value !== "object" || value === null) return value
      const at = containers.indexOf(value as Container, depth + 1)
      return at === -1 ? this.#ended(schema(), value) : this.#open(schema(), containers, at)
    }
    const shape = this.#shapeOf(schema, container)
    if (shape === undefined) {
      // Whatever the schema is, it describes the value when it has ended.
      if (isObject(schema) && Object.keys(schema).length > 0) this.#unshaped ??= depth
      return copyOf(container, child)
    }
    const { kind, node } = shape
    if (Array.isArray(container)) {
      if (kind === "list") return this.#list(node, container, child)
      const out: Record<string, Json> = {}
      this.#addEntries(out, node, container, child)
      return out
    }
    return kind === "tuple" ? this.#tuple(node, container, child) : this.#struct(node, container, child)
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
    copy.push(child(() => schemaAt(last), container[last] ?? null))
    return copy
  }

  /** Makes the list that an object with the properties "0", "1" and so on stands for. */
  #tuple(node: SchemaObject, container: Record<string, Json>, child: Child): Json {
    const out: Array<Json> = []
    for (const [index, schema] of (listOf(node["prefixItems"]) ?? []).entries()) {
      const value = container[String(index)]
      if (value === undefined || this.#restorer.endsTuple(schema, value)) break
      out.push(child(() => schema, value))
    }
    return out
  }

  #struct(node: SchemaObject, container: Record<string, Json>, child: Child): Json {
    const out: Record<string, Json> = {}
    for (const name of Object.keys(container)) {
      const value = container[name] ?? null
      if (Array.isArray(value) && holdsOthers(node, name)) this.#addEntries(out, node, value, child)
      else if (value !== null || this.#restorer.keepsNull(node, name)) {
        put(out, name, child(() => this.#restorer.property(node, name), value))
      }
    }
    return out
  }

  /** Adds the properties that a list of entries stands for. An entry appears with its value. */
  #addEntries(out: Record<string, Json>, node: SchemaObject, entries: ReadonlyArray<Json>, child: Child): void {
    for (const entry of entries) {
      if (!isObject(entry)) continue
      const name = entry[Lowered.entry.key]
      const value = entry[Lowered.entry.value]
      if (typeof name !== "string" || value === undefined) continue
      put(out, name, child(() => this.#restorer.property(node, name), value))
    }
  }
}

const noSchema = (): undefined => undefined

/** Copies a container of which no shape is known. */
const copyOf = (container: Container, child: Child): Json => {
  if (Array.isArray(container)) return container.map((value) => child(noSchema, value))
  const out: Record<string, Json> = {}
  for (const name of Object.keys(container)) put(out, name, child(noSchema, container[name] ?? null))
  return out
}

/** Returns a schema for what fits two. */
const both = (one: SchemaObject, other: SchemaObject): SchemaObject => {
  const out: Record<string, Json | undefined> = { ...one, ...other }
  const required = [...listOf(one["required"]) ?? [], ...listOf(other["required"]) ?? []]
  if (required.length > 0) out["required"] = required
  for (const keyword of ["properties", "patternProperties"]) {
    const [ones, others] = [one[keyword], other[keyword]]
    if (!isObject(ones) || !isObject(others)) out[keyword] = others ?? ones
    else {
      const shared = Object.keys(others).filter((name) => Object.hasOwn(ones, name))
      const allOf = (name: string): Json => ({ allOf: [ones[name] ?? {}, others[name] ?? {}] })
      out[keyword] = { ...ones, ...others, ...Object.fromEntries(shared.map((name) => [name, allOf(name)])) } as Json
    }
  }
  return out
}
