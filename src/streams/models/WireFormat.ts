/**
 * The interface of a wire format of lists of models, and what several of them share.
 */
import type * as Schema from "effect/Schema"
import type { ModelKind } from "../../domain/ModelInfo.ts"
import { array, type JsonObject, nonEmpty, object } from "../json/Json.ts"
import type { Facts } from "./Facts.ts"

/** A wire format of lists. */
export interface WireFormat {
  /** Returns the entries of a list; `undefined` if the body is none. */
  readonly entries: (body: Schema.Json) => ReadonlyArray<Schema.Json> | undefined
  readonly next?: (body: JsonObject) => Readonly<Record<string, string>> | undefined
  /** Returns the provider's own name for a model. */
  readonly id: (entry: JsonObject) => string | undefined
  readonly facts: (entry: JsonObject) => Omit<Facts, "id">
}

/** Returns the entries in a field. */
export const field = (name: string): WireFormat["entries"] => (body) => array(object(body)?.[name])

/** Returns the name in the field `id`. */
export const byId: WireFormat["id"] = (entry) => nonEmpty(entry.id)

/** Returns the query parameter of the next page, if there is one. */
export const parameter = (name: string, value: unknown): Readonly<Record<string, string>> | undefined => {
  const token = nonEmpty(value)
  return token === undefined ? undefined : { [name]: token }
}

/** Returns what a model is for, by the provider's word. */
export const kindOf = (kinds: Readonly<Record<string, ModelKind>>, value: unknown): ModelKind | undefined => {
  const name = nonEmpty(value)?.toLowerCase() ?? ""
  return Object.hasOwn(kinds, name) ? kinds[name] : undefined
}
