/**
 * Reads parsed JSON of unknown shape: each function returns `undefined` where the value is of another kind.
 */
import type * as Schema from "effect/Schema"

/**
 * A parsed JSON object.
 */
export type JsonObject = { readonly [key: string]: Schema.Json | undefined }

/**
 * Whether a value is an object, and no array.
 */
export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/**
 * The same object as one without `undefined`: what was parsed has no such values.
 */
export const isJson = (value: JsonObject): value is Schema.JsonObject => isObject(value)

/**
 * Drops the fields that are `undefined`.
 */
export const defined = (fields: JsonObject): Record<string, Schema.Json> => {
  const entries: Array<[string, Schema.Json]> = []
  for (const key of Object.keys(fields)) {
    const value = fields[key]
    if (value !== undefined) entries.push([key, value])
  }
  // Not by assignment: what came over the wire may have a field named `__proto__`.
  return Object.fromEntries(entries)
}

export const object = (value: unknown): JsonObject | undefined => (isObject(value) ? value : undefined)

export const array = (value: unknown): ReadonlyArray<Schema.Json> | undefined =>
  Array.isArray(value) ? value : undefined

/**
 * The objects of an array; none when the value is no array.
 */
export const objects = (value: unknown): ReadonlyArray<JsonObject> => Array.isArray(value) ? value.filter(isObject) : []

export const string = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined)

/**
 * The string, unless it is empty: gateways send `""` for what they do not know.
 */
export const nonEmpty = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined

/**
 * Returns whether a field has nothing in it: it is missing, `null` or an empty text.
 */
export const isEmpty = (value: unknown): boolean => value === undefined || value === null || value === ""

/**
 * A finite number.
 */
export const number = (value: unknown): number | undefined =>
  typeof value === "number" && Number.isFinite(value) ? value : undefined

// More tokens than any completion has, and few enough that sums of such counts are exact.
const maxCount = 1e12

/**
 * A count of tokens: a number that is not negative, without its fraction; 0 for anything else.
 */
export const count = (value: unknown): number =>
  typeof value === "number" && value > 0 && value <= maxCount ? Math.floor(value) : 0

// Far below what makes `JSON.stringify` overflow the stack, ours or that of whoever is given the events.
const maxDepth = 512

/** How often a letter stands in a text, as far as a limit. */
const occurrences = (text: string, letter: string, limit: number): number => {
  let found = 0
  for (let at = text.indexOf(letter); at >= 0 && found <= limit; at = text.indexOf(letter, at + 1)) found++
  return found
}

/** Returns whether a text nests values more deeply than any response does, without parsing it. */
const isTooDeep = (text: string): boolean => {
  let depth = 0
  let quoted = false
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (quoted) {
      if (code === 0x5c) at++
      else if (code === 0x22) quoted = false
    } else if (code === 0x22) quoted = true
    else if (code === 0x7b || code === 0x5b) {
      if (++depth > maxDepth) return true
    } else if (code === 0x7d || code === 0x5d) depth--
  }
  return false
}

/**
 * Returns whether a value that was parsed has more levels of containers.
 */
export const isDeeper = (value: object | null, levels: number): boolean => {
  if (value === null) return false
  if (levels === 0) return true
  for (const entry of Array.isArray(value) ? value : Object.values(value)) {
    if (typeof entry === "object" && isDeeper(entry, levels - 1)) return true
  }
  return false
}

const parseShallow = (text: string): Schema.Json | undefined => {
  // Each level opens and closes. A long event is nearly always a long text, in which native code finds nothing quickly.
  if (text.length < 2 * maxDepth) return JSON.parse(text)
  // Brackets that are this far between, on the whole, make no depth that would take long to parse.
  const few = Math.max(maxDepth, text.length >> 8)
  const opened = occurrences(text, "[", few) + occurrences(text, "{", few)
  if (opened <= maxDepth) return JSON.parse(text)
  if (opened > few) return isTooDeep(text) ? undefined : JSON.parse(text)
  // A hundred vectors are few values and very many letters.
  const value = JSON.parse(text)
  return typeof value === "object" && isDeeper(value, maxDepth) ? undefined : value
}

/**
 * Parses text. Returns `undefined` when it is not JSON, or nested more deeply than any response is.
 */
export const parse = (text: string): Schema.Json | undefined => {
  try {
    return parseShallow(text)
  } catch {
    return undefined
  }
}

/**
 * Returns whether every number of a value is finite: 1e999 is JSON, but cannot be stored. The value must come from
 * `parse`, which limits its depth.
 */
export const isStorable = (value: Schema.Json): boolean => {
  if (typeof value === "number") return Number.isFinite(value)
  if (typeof value !== "object" || value === null) return true
  return Object.values(value).every(isStorable)
}
