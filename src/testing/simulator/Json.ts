/**
 * Reads fields of JSON that somebody else wrote, without trusting its shape.
 */
import * as Schema from "effect/Schema"

export type Json = Schema.Json

export type JsonObject = Schema.JsonObject

/** Tells whether a value is a JSON object. */
export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** Tells whether a value is a JSON array. */
export const isArray = (value: Json | undefined): value is ReadonlyArray<Json> => Array.isArray(value)

/** Reads an object, or an empty one where there is none. */
export const object = (value: Json | undefined): JsonObject => isObject(value) ? value : {}

/** Reads a list, or an empty one where there is none. */
export const list = (value: Json | undefined): ReadonlyArray<Json> => isArray(value) ? value : []

/** Reads a text, or `undefined` where there is none. */
export const text = (value: Json | undefined): string | undefined => typeof value === "string" ? value : undefined

/** Tells whether a field was sent at all: `null` counts as left out, as it does for the providers. */
export const isGiven = (value: Json | undefined): value is Exclude<Json, null> => value !== undefined && value !== null

/** Collects every text in a value, at any depth, in order. */
export const texts = (value: Json | undefined): ReadonlyArray<string> => {
  if (typeof value === "string") return [value]
  if (isArray(value)) return value.flatMap(texts)
  return isObject(value) ? Object.values(value).flatMap(texts) : []
}

/** Decodes a JSON document, or fails with a schema error. */
export const parse = Schema.decodeUnknownOption(Schema.fromJsonString(Schema.Json))
