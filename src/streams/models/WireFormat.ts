/**
 * What a form of a list of models has to know: where the entries are, and what each says.
 */
import type * as Schema from "effect/Schema"
import type { ModelKind } from "../../domain/ModelInfo.ts"
import { array, type JsonObject, nonEmpty, object } from "../json/Json.ts"
import type { Facts } from "./Facts.ts"

/** A form of lists. */
export interface WireFormat {
  /** The entries of a list, or nothing when the body is none. */
  readonly entries: (body: Schema.Json) => ReadonlyArray<Schema.Json> | undefined
  readonly next?: (body: JsonObject) => Readonly<Record<string, string>> | undefined
  /** The provider's own name for a model. */
  readonly id: (entry: JsonObject) => string | undefined
  readonly facts: (entry: JsonObject) => Omit<Facts, "id">
}

/** The entries that stand in a field. */
export const field = (name: string): WireFormat["entries"] => (body) => array(object(body)?.[name])

/** The name that is called `id`. */
export const byId: WireFormat["id"] = (entry) => nonEmpty(entry.id)

/** The parameter that asks for the next page, where there is one. */
export const parameter = (name: string, value: unknown): Readonly<Record<string, string>> | undefined => {
  const token = nonEmpty(value)
  return token === undefined ? undefined : { [name]: token }
}

/** What a model is for, by the provider's word for it. */
export const kindOf = (kinds: Readonly<Record<string, ModelKind>>, value: unknown): ModelKind | undefined => {
  const name = nonEmpty(value)?.toLowerCase() ?? ""
  return Object.hasOwn(kinds, name) ? kinds[name] : undefined
}
