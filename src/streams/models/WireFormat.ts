/**
 * The interface of a wire format of lists of models, and what several of them share.
 */
import type * as Schema from "effect/Schema"
import type { ModelKind } from "../../domain/ModelInfo.ts"
import { array, isEmpty, type JsonObject, nonEmpty, object } from "../json/Json.ts"
import type { Facts } from "./Facts.ts"

/** The query parameters of the next page, where there is one. */
export type NextPage = Readonly<Record<string, string>> | "unknown" | undefined

/** A wire format of lists. */
export interface WireFormat {
  /** Returns the entries of a list; `undefined` if the body is none. */
  readonly entries: (body: Schema.Json) => ReadonlyArray<Schema.Json> | undefined
  /**
   * Returns the query parameters of the next page, `undefined` if there is none, or `unknown` if there is one and the
   * body does not say where. Default: there is none.
   */
  readonly next?: (body: JsonObject, last: string | undefined) => NextPage
  /** Returns the provider's own name for a model. */
  readonly id: (entry: JsonObject) => string | undefined
  readonly facts: (entry: JsonObject) => Omit<Facts, "id">
}

/** Returns the entries in a field. */
export const field = (name: string): WireFormat["entries"] => (body) => array(object(body)?.[name])

/** Returns the name in the field `id`. */
export const byId: WireFormat["id"] = (entry) => nonEmpty(entry.id)

/** Returns the query parameter of the next page of a list whose last page has an empty token, or none. */
export const parameter = (name: string, value: unknown): NextPage => {
  if (isEmpty(value)) return undefined
  const token = nonEmpty(typeof value === "number" ? String(value) : value)
  return token === undefined ? "unknown" : { [name]: token }
}

/** Returns the query parameter of the page after the last entry of a list with `has_more`. */
export const after = (name: string): NonNullable<WireFormat["next"]> => (body, last) => {
  if (body.has_more !== true) return undefined
  const id = nonEmpty(body.last_id) ?? last
  return id === undefined ? "unknown" : { [name]: id }
}

/** Returns what a model is for, by the provider's word. */
export const kindOf = (kinds: Readonly<Record<string, ModelKind>>, value: unknown): ModelKind | undefined => {
  const name = nonEmpty(value)?.toLowerCase() ?? ""
  return Object.hasOwn(kinds, name) ? kinds[name] : undefined
}
