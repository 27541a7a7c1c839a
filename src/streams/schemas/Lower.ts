/**
 * Lowers a JSON Schema to what a dialect accepts.
 *
 * What a dialect cannot enforce goes into the description, which models read. What it cannot express at all is a
 * problem with its path in the schema.
 */
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import { isObject, listOf, modern, resolve, type SchemaObject, typesOf } from "../../domain/schemas/JsonSchemas.ts"
import type { Context } from "./Context.ts"
import * as Keywords from "./Keywords.ts"
import * as Limits from "./Limits.ts"
import { merge, pairs } from "./Merge.ts"
import { child, impliedType, isNever, split } from "./Nodes.ts"
import { Definitions } from "./References.ts"
import * as RootObject from "./RootObject.ts"
import * as RootOnly from "./RootOnly.ts"
import type { Rules, WholeRules } from "./Rules.ts"
import * as Structures from "./Structures.ts"
import * as Unions from "./Unions.ts"
import * as Values from "./Values.ts"

/** The largest lowered schema, in nodes: schemas that refer to others twice at every level grow exponentially. */
const maxNodes = 20_000

/** The deepest schema, in nodes. */
const maxDepth = 128

/** A schema that a dialect accepts. */
export interface LoweredSchema {
  readonly schema: Schema.JsonObject
  /** Whether values of the schema must be restored to be valid under the original. */
  readonly isReshaped: boolean
}

/** Why a schema cannot be lowered. */
export interface SchemaProblem {
  /** The JSON pointer (`#/properties/a`) of the part that cannot be lowered. */
  readonly path: string
  /** What is wrong with it and what to do, as the end of a sentence. */
  readonly why: string
}

class Lowering implements Context {
  readonly rules: WholeRules
  readonly #document: SchemaObject
  readonly #definitions = new Definitions()
  /** The references that are being written out. */
  readonly #inlined: Array<string> = []
  #nodes = 0
  #depth = 0
  problem: SchemaProblem | undefined
  isReshaped = false

  constructor(document: SchemaObject, rules: WholeRules) {
    this.#document = document
    this.rules = rules
  }

  readonly refuse = (path: string, why: string): Keywords.Out => {
    this.problem ??= { path, why }
    return {}
  }

  readonly reshaped = (): void => {
    this.isReshaped = true
  }

  readonly nullable = (schema: Keywords.Out): Keywords.Out => Unions.nullable(schema, this.rules)

  readonly union = (
    branches: ReadonlyArray<Keywords.Out>,
    description: string | undefined,
    path: string
  ): Keywords.Out =>
    Unions.write(branches, description, this.rules) ??
      this.refuse(path, "has no alternative that allows a value: correct it")

  /** Lowers the root. */
  root(schema: SchemaObject, isObject: boolean): Schema.JsonObject {
    const { $ref, ...others } = modern(schema)
    // A root that is a reference would be alone with its definitions.
    const target = typeof $ref === "string" ? resolve(this.#document, $ref) : undefined
    const node = target === undefined ? schema : merge(target, others)
    const out = node === undefined
      ? this.refuse("#", "allows no value: the parts exclude each other")
      : isObject
      ? Structures.object(modern(node), "#", this, true)
      : this.lower(node, "#")
    const definitions = this.#definitions.all()
    return definitions === undefined ? out : { ...out, $defs: definitions }
  }

  readonly lower = (schema: unknown, path: string): Keywords.Out => {
    if (this.problem !== undefined) return {}
    if (++this.#nodes > maxNodes) return this.refuse(path, "is too large once its references are written out")
    if (this.#depth >= maxDepth) return this.refuse(path, "is nested too deeply")
    this.#depth++
    const out = this.#node(schema, path)
    this.#depth--
    return out
  }

  #node(schema: unknown, path: string): Keywords.Out {
    if (isNever(schema)) return this.refuse(path, "allows no value: remove it")
    const node = isObject(schema) ? modern(schema) : {}
    if (node["$ref"] !== undefined) return this.#reference(node, path)
    if (node["allOf"] !== undefined && this.rules.allOf === "merge") return this.#merged(node, path)
    if (node["anyOf"] !== undefined || node["oneOf"] !== undefined) return this.#alternatives(node, path)
    const values = Values.valuesOf(node)
    if (values !== undefined) return this.#kept(Values.enumeration(node, values, path, this), node, path)
    const types = typesOf(node)
    const [type = impliedType(node), ...others] = types
    if (others.length > 0) return this.#types(node, types, path)
    if (type === undefined) return this.#anything(node, path)
    const out = type === "object"
      ? Structures.object(node, path, this, false)
      : type === "array"
      ? Structures.array(node, path, this)
      : this.#scalar(node, type)
    return this.#kept(out, node, path)
  }

  /** Lowers the schemas in the keywords that the dialect keeps as they are. */
  #kept(out: Keywords.Out, node: SchemaObject, path: string): Keywords.Out {
    if (this.rules.otherKeywords !== "keep") return out
    const inner = Object.keys(node).filter((keyword) => RootOnly.holdsSchema.has(keyword) && isObject(node[keyword]))
    const parts = this.rules.allOf === "keep" ? listOf(node["allOf"]) : undefined
    const patterns = isObject(node["patternProperties"]) ? Object.entries(node["patternProperties"]) : []
    const lowered = patterns.map(([name, inner]) => [name, this.lower(inner, child(path, "patternProperties", name))])
    return {
      ...out,
      ...Object.fromEntries(inner.map((keyword) => [keyword, this.lower(node[keyword], `${path}/${keyword}`)])),
      ...(patterns.length === 0 ? {} : { patternProperties: Object.fromEntries(lowered) }),
      ...(parts === undefined
        ? {}
        : { allOf: parts.map((part, index) => this.lower(part, `${path}/allOf/${index}`)) })
    }
  }

  #scalar(node: SchemaObject, type: string): Keywords.Out {
    const { kept, notes } = Keywords.write(node, type, this.rules)
    const description = Keywords.withNotes(node["description"], notes)
    return { type, ...(description === undefined ? {} : { description }), ...kept }
  }

  #anything(node: SchemaObject, path: string): Keywords.Out {
    if (this.rules.anything === "refuse") {
      return this.refuse(
        path,
        "allows any value, which this provider cannot enforce: give it a type, or leave `strict` out"
      )
    }
    const { kept, notes } = Keywords.write(node, undefined, this.rules)
    const description = Keywords.withNotes(node["description"], notes)
    return this.#kept({ ...(description === undefined ? {} : { description }), ...kept }, node, path)
  }

  #types(node: SchemaObject, types: ReadonlyArray<string>, path: string): Keywords.Out {
    const { description, type: _, ...others } = node
    // A type that another one includes adds nothing.
    const distinct = types.filter((type) => type !== "integer" || !types.includes("number"))
    const branches = distinct.map((type) => this.lower({ type, ...Keywords.belonging(others, type) }, path))
    return this.#kept(this.union(branches, Keywords.withNotes(description, []), path), node, path)
  }

  #alternatives(node: SchemaObject, path: string): Keywords.Out {
    const { anyOf, oneOf, ...rest } = node
    const alternatives = anyOf === undefined || oneOf === undefined ? (anyOf ?? oneOf) : pairs(anyOf, oneOf)
    const keyword = anyOf === undefined ? "oneOf" : "anyOf"
    const { annotations, constraints } = split(rest)
    const branches = (listOf(alternatives) ?? []).flatMap((branch, index) =>
      isNever(branch) ? [] : this.#branch(constraints, isObject(branch) ? branch : {}, `${path}/${keyword}/${index}`)
    )
    const { kept, notes } = Keywords.write(annotations, undefined, this.rules)
    const out = this.union(branches, Keywords.withNotes(annotations["description"], notes), path)
    const { anyOf: written, ...others } = out
    const named = this.rules.oneOf === "keep" && anyOf === undefined && written !== undefined
    return { ...(named ? { ...others, oneOf: written } : out), ...(this.rules.unions === "alone" ? {} : kept) }
  }

  /** Lowers an alternative with what stands beside all of them. One that no value can fit is none. */
  #branch(constraints: SchemaObject, branch: SchemaObject, path: string): ReadonlyArray<Keywords.Out> {
    const isMerged = branch["allOf"] !== undefined && this.rules.allOf === "merge"
    if (Object.keys(constraints).length === 0 && !isMerged) return [this.lower(branch, path)]
    const before = this.#inlined.length
    const parts = [constraints as Schema.JsonObject, branch as Schema.JsonObject]
    const merged = this.#flat({ allOf: parts }, path)
    const out = merged === undefined ? [] : [this.lower(merged, path)]
    this.#inlined.length = before
    return out
  }

  /** Lowers a schema with `allOf` or a reference: its parts, and what stands beside them, as one. */
  #merged(node: SchemaObject, path: string): Keywords.Out {
    const before = this.#inlined.length
    const merged = this.#flat(node, path)
    const out = merged === undefined
      ? this.refuse(path, "allows no value: its parts exclude each other")
      : this.lower(merged, path)
    this.#inlined.length = before
    return out
  }

  /** Merges a schema with its references and the parts of its `allOf`. Returns `undefined` if no value fits. */
  #flat(schema: SchemaObject, path: string): SchemaObject | undefined {
    const { $ref, allOf, ...own } = modern(schema)
    let merged: SchemaObject | undefined = {}
    const parts: Array<readonly [SchemaObject, string]> = []
    if (typeof $ref === "string") {
      const target = this.#target($ref, path)
      if (target === undefined) return undefined
      if (this.#inlined.includes($ref)) return this.#circular($ref, path)
      this.#inlined.push($ref)
      parts.push([target, $ref])
    }
    for (const [index, part] of (listOf(allOf) ?? []).entries()) {
      if (isNever(part)) this.refuse(`${path}/allOf/${index}`, "allows no value: remove it")
      else if (isObject(part)) parts.push([part, `${path}/allOf/${index}`])
    }
    for (const [part, at] of parts) {
      const next = this.#flat(part, at)
      merged = next === undefined || merged === undefined ? undefined : merge(merged, next)
      if (merged === undefined) break
    }
    return merged === undefined ? undefined : merge(merged, own)
  }

  #circular(reference: string, path: string): undefined {
    this.refuse(path, `contains itself ("${reference}"), which this provider's schemas cannot`)
    return undefined
  }

  #target(reference: string, path: string): SchemaObject | undefined {
    const target = resolve(this.#document, reference)
    if (target === undefined) this.refuse(path, `refers to "${reference}", which is not in it`)
    return target
  }

  #reference(node: SchemaObject, path: string): Keywords.Out {
    const { $ref, ...rest } = node
    if (typeof $ref !== "string") return this.refuse(path, "has a reference that is not a text")
    const { annotations, constraints } = split(rest)
    const target = this.#target($ref, path)
    if (target === undefined) return {}
    const isAlone = Object.keys(annotations).length === 0
    const isInlined = this.rules.references === "inline" || (!isAlone && this.rules.beside === "inline")
    if (isInlined || (Object.keys(constraints).length > 0 && !this.#inlined.includes($ref))) {
      return this.#merged(node, isAlone ? $ref : path)
    }
    const name = this.#definitions.nameOf($ref, () => this.#definition(target, $ref), () => {
      if (this.rules.references === "acyclic") this.#circular($ref, path)
    })
    const reference = { $ref: `#/$defs/${name}` }
    const { kept, notes } = Keywords.write(annotations, undefined, this.rules)
    const description = Keywords.withNotes(annotations["description"], notes)
    const beside = { ...kept, ...(description === undefined ? {} : { description }) }
    if (Object.keys(beside).length === 0) return reference
    return this.rules.beside === "wrap" ? { anyOf: [reference], ...beside } : { ...reference, ...beside }
  }

  /** Lowers a definition, which is in no other. */
  #definition(target: SchemaObject, path: string): Keywords.Out {
    const depth = this.#depth
    const inlined = this.#inlined.splice(0)
    this.#depth = 0
    const out = this.lower(target, path)
    this.#depth = depth
    this.#inlined.push(...inlined)
    return out
  }
}

/** Lowers a JSON Schema. The same schema is lowered to the same bytes. */
export const lower = (document: SchemaObject, rules: Rules): Result.Result<LoweredSchema, SchemaProblem> => {
  let problem: SchemaProblem | undefined
  const object = rules.root === "any" ? undefined : RootObject.make(document, (path, why) => {
    problem ??= { path, why }
  })
  if (problem !== undefined) return Result.fail(problem)
  const schema = object?.schema ?? document
  const isJoined = object?.isJoined ?? false
  if (rules.lowering === "root") return Result.succeed({ schema: RootOnly.write(schema, rules), isReshaped: isJoined })
  const lowering = new Lowering(document, rules)
  const out = lowering.root(schema, object !== undefined)
  const tooLarge = rules.limits === undefined || lowering.problem !== undefined
    ? undefined
    : Limits.exceeded(Limits.sizeOf(out, rules.limits.depth !== undefined), rules.limits)
  if (lowering.problem !== undefined) return Result.fail(lowering.problem)
  if (tooLarge !== undefined) return Result.fail({ path: "#", why: tooLarge })
  return Result.succeed({ schema: out, isReshaped: lowering.isReshaped || isJoined })
}
