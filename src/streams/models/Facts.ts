/**
 * Decodes the facts about models in providers' lists: of each model only the facts that its entry has.
 */
import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"
import type { ModelFacts } from "../../domain/ModelInfo.ts"
import { array, nonEmpty, number } from "../json/Json.ts"

/** Facts about a model of the provider whose list it is. */
export type Facts = Omit<ModelFacts, "provider">

/** Returns the facts without the fields that are `undefined`. */
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

/** Decodes a number of tokens: whole and over 0. Some servers send 0 if they do not know it, and some send a text. */
export const tokens = (...values: ReadonlyArray<unknown>): number | undefined => {
  for (const value of values) {
    const count = typeof value === "string" && value !== "" ? Number(value) : number(value)
    if (count !== undefined && count >= 1 && count <= Number.MAX_SAFE_INTEGER) return Math.floor(count)
  }
  return undefined
}

/** Decodes a price: a number or a text of one, and not negative. `scale` converts it to a price of a million tokens. */
export const price = (value: unknown, scale = 1): number | undefined => {
  const amount = typeof value === "string" && value !== "" ? Number(value) : number(value)
  // 0.00000125 a token is not exactly 1.25 a million of them, in binary.
  const scaled = amount === undefined ? Number.NaN : Number((amount * scale).toPrecision(12))
  return Number.isFinite(scaled) && scaled >= 0 ? scaled : undefined
}

/**
 * Decodes the day of a date, as a text or as seconds since 1970. Servers that know none send a date of 1970.
 */
export const day = (value: unknown): string | undefined => {
  const date = typeof value === "string" ? DateTime.make(value) : DateTime.make((number(value) ?? 0) * 1000)
  const text = Option.getOrUndefined(Option.map(date, DateTime.formatIsoDateUtc))
  return text === undefined || text < "1971" ? undefined : text
}

/** Decodes a truth value. */
export const truth = (value: unknown): boolean | undefined => (typeof value === "boolean" ? value : undefined)

/** Decodes the texts of a list, in lower case; `undefined` if there is no list. */
export const words = (value: unknown): ReadonlySet<string> | undefined => {
  const list = array(value)
  return list === undefined ? undefined : new Set(list.flatMap((word) => nonEmpty(word)?.toLowerCase() ?? []))
}

/** Returns whether a list has a name; `undefined` if it has not, since the list may be incomplete. */
export const named = (list: ReadonlySet<string> | undefined, ...names: ReadonlyArray<string>): true | undefined =>
  list !== undefined && names.some((name) => list.has(name)) ? true : undefined
