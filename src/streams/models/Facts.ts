/**
 * Facts about models as providers tell them: of each only what is told, and what is a fact.
 */
import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"
import type { ModelFacts } from "../../domain/ModelInfo.ts"
import { array, nonEmpty, number } from "../json/Json.ts"

/** Facts about a model of the provider that was asked. */
export type Facts = Omit<ModelFacts, "provider">

/** The same without the fields that are `undefined`. */
export const known = <A extends object>(
  fields: A
): { readonly [Field in keyof A]?: Exclude<A[Field], undefined> } => {
  const facts: { [Field in keyof A]?: Exclude<A[Field], undefined> } = {}
  for (const field of Object.keys(fields) as Array<keyof A>) {
    const value = fields[field]
    if (value !== undefined) facts[field] = value as Exclude<A[typeof field], undefined>
  }
  return facts
}

/**
 * A number of tokens: whole and more than none. Some servers write 0 for what they do not know, and some write texts.
 */
export const tokens = (...values: ReadonlyArray<unknown>): number | undefined => {
  for (const value of values) {
    const count = typeof value === "string" && value !== "" ? Number(value) : number(value)
    if (count !== undefined && count >= 1 && count <= Number.MAX_SAFE_INTEGER) return Math.floor(count)
  }
  return undefined
}

/** A price: a number, or a text that is one, and not negative. `scale` makes it one for a million tokens. */
export const price = (value: unknown, scale = 1): number | undefined => {
  const amount = typeof value === "string" && value !== "" ? Number(value) : number(value)
  // 0.00000125 a token is not exactly 1.25 a million of them, in binary.
  const scaled = amount === undefined ? Number.NaN : Number((amount * scale).toPrecision(12))
  return Number.isFinite(scaled) && scaled >= 0 ? scaled : undefined
}

/**
 * The day of a date, as a text or as seconds since 1970. The first year of all is what servers write that know none.
 */
export const day = (value: unknown): string | undefined => {
  const date = typeof value === "string" ? DateTime.make(value) : DateTime.make((number(value) ?? 0) * 1000)
  const text = Option.getOrUndefined(Option.map(date, DateTime.formatIsoDateUtc))
  return text === undefined || text < "1971" ? undefined : text
}

/** A truth value. */
export const truth = (value: unknown): boolean | undefined => (typeof value === "boolean" ? value : undefined)

/** The texts of a list, in small letters; `undefined` when there is no list. */
export const words = (value: unknown): ReadonlySet<string> | undefined => {
  const list = array(value)
  return list === undefined ? undefined : new Set(list.flatMap((word) => nonEmpty(word)?.toLowerCase() ?? []))
}

/** Whether a list names something: that it does not is no proof where the list is not known to be complete. */
export const named = (list: ReadonlySet<string> | undefined, ...names: ReadonlyArray<string>): true | undefined =>
  list !== undefined && names.some((name) => list.has(name)) ? true : undefined
