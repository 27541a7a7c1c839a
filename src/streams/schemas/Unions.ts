/**
 * Writes lowered alternatives as one schema, and makes schemas nullable.
 */
import { listOf } from "../../domain/schemas/JsonSchemas.ts"
import type * as Keywords from "./Keywords.ts"
import type { WholeRules } from "./Rules.ts"

type Out = Keywords.Out

const isNull = ({ const: constant, type }: Out): boolean => type === "null" || constant === null

/** Returns whether a lowered schema has a union or allows null. */
const alternativesOf = ({ anyOf }: Out): ReadonlyArray<Out> | undefined => anyOf as ReadonlyArray<Out> | undefined

/** Returns the schema as its only alternatives, where it is nothing else. */
const flattened = (branch: Out): ReadonlyArray<Out> => {
  const inner = alternativesOf(branch)
  return inner !== undefined && inner.length > 1 && Object.keys(branch).length === 1 ? inner : [branch]
}

/** Returns the one enumeration that alternatives of single values of a type are; `undefined` if they are more. */
const enumeration = (branches: ReadonlyArray<Out>): Out | undefined => {
  const [first, ...others] = branches
  if (first === undefined || others.length === 0) return undefined
  const isListed = (branch: Out): boolean =>
    Object.keys(branch).length === 2 && branch["type"] === first["type"] &&
    (branch["enum"] !== undefined || branch["const"] !== undefined)
  if (first["type"] === undefined || !branches.every(isListed)) return undefined
  const values = branches.flatMap((branch) => listOf(branch["enum"]) ?? [branch["const"] ?? null])
  return { type: first["type"], enum: [...new Set(values)] }
}

/** Puts a description over that of a lowered schema. */
const over = (branch: Out, description: string | undefined, rules: WholeRules): Out => {
  if (description === undefined) return branch
  const own = branch["description"]
  const text = typeof own === "string" && own !== description ? `${description}\n${own}` : description
  if (branch["$ref"] === undefined || rules.beside === "keep") return { ...branch, description: text }
  return { anyOf: [branch], description: text }
}

/** Makes a lowered schema admit null. */
export const nullable = (schema: Out, rules: WholeRules): Out => {
  if (isNull(schema) || schema["nullable"] === true) return schema
  const branches = alternativesOf(schema)
  if (rules.nulls === "nullable") {
    return branches === undefined
      ? { ...schema, nullable: true }
      : { ...schema, anyOf: branches.map((branch) => ({ ...branch, nullable: true })) }
  }
  if (branches?.some(isNull) === true) return schema
  const { description, title, ...others } = schema
  const outer = {
    ...(title === undefined ? {} : { title }),
    ...(description === undefined ? {} : { description })
  }
  return { anyOf: [...branches ?? [others], { type: "null" }], ...outer }
}

/**
 * Writes lowered alternatives as one schema: nested unions in one, single values as an enumeration, null as the dialect
 * has it. Returns `undefined` if there are no alternatives.
 */
export const write = (
  lowered: ReadonlyArray<Out>,
  description: string | undefined,
  rules: WholeRules
): Out | undefined => {
  const all = lowered.flatMap(flattened)
  const different = [...new Map(all.map((branch) => [JSON.stringify(branch), branch])).values()]
  const branches = different.filter((branch) => !isNull(branch))
  const hasNull = branches.length < different.length
  const [first, ...others] = branches
  if (first === undefined) return hasNull ? over({ type: "null" }, description, rules) : undefined
  const one = others.length === 0 ? first : enumeration(branches)
  const out = one !== undefined
    ? over(one, description, rules)
    : rules.unions === "alone"
    ? { anyOf: branches.map((branch) => over(branch, description, rules)) }
    : { anyOf: branches, ...(description === undefined ? {} : { description }) }
  return hasNull ? nullable(out, rules) : out
}
