/**
 * Reads fields of JSON whose shape is not known.
 */
import * as Schema from "effect/Schema"

/** A JSON value. */
export type Json = Schema.Json

/** A JSON object. */
export type JsonObject = Schema.JsonObject

/** Returns whether a value is a JSON object. */
export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** Returns whether a value is a JSON array. */
export const isArray = (value: Json | undefined): value is ReadonlyArray<Json> => Array.isArray(value)

/** Returns an object, or an empty one for any other value. */
export const object = (value: Json | undefined): JsonObject => isObject(value) ? value : {}

/** Returns an array, or an empty one for any other value. */
export const list = (value: Json | undefined): ReadonlyArray<Json> => isArray(value) ? value : []

/** Returns a string, or `undefined` for any other value. */
export const text = (value: Json | undefined): string | undefined => typeof value === "string" ? value : undefined

/** Returns whether a field is set. `null` counts as not set, as it does for the providers. */
export const isGiven = (value: Json | undefined): value is Exclude<Json, null> => value !== undefined && value !== null

/** Collects every string in a value, at any depth, in order. */
export const texts = (value: Json | undefined): ReadonlyArray<string> => {
  if (typeof value === "string") return [value]
  if (isArray(value)) return value.flatMap(texts)
  return isObject(value) ? Object.values(value).flatMap(texts) : []
}

/** Decodes a JSON document. */
export const parse = Schema.decodeUnknownOption(Schema.fromJsonString(Schema.Json))

/** The nesting that a body may have. Deeper bodies would exhaust the stack of the functions that read them. */
export const maximumDepth = 256

/** Returns whether a JSON text is nested too deeply to be parsed. */
export const isTooDeep = (text: string): boolean => {
  if (!/^\s*[[{]/.test(text)) return false
  let depth = 0
  let isInString = false
  for (let index = 0; index < text.length; index++) {
    const character = text.charAt(index)
    if (isInString) {
      if (character === "\\") index++
      else if (character === "\"") isInString = false
    } else if (character === "\"") isInString = true
    else if (character === "[" || character === "{") {
      if (++depth > maximumDepth) return true
    } else if (character === "]" || character === "}") depth--
  }
  return false
}
