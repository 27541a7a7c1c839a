/**
 * Reads of parsed JSON whose shape is only hoped for: each answers `undefined` where the value is not of the kind.
 *
 * @since 0.1.0
 */
import type * as Schema from "effect/Schema"

/**
 * A parsed JSON object.
 *
 * @category models
 * @since 0.1.0
 */
export type JsonObject = { readonly [key: string]: Schema.Json | undefined }

/**
 * Whether a value is an object, and no array.
 *
 * @category guards
 * @since 0.1.0
 */
export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/**
 * @category accessors
 * @since 0.1.0
 */
export const object = (value: unknown): JsonObject | undefined => (isObject(value) ? value : undefined)

/**
 * @category accessors
 * @since 0.1.0
 */
export const array = (value: unknown): ReadonlyArray<Schema.Json> | undefined =>
  Array.isArray(value) ? value : undefined

/**
 * The objects of an array; none when the value is no array.
 *
 * @category accessors
 * @since 0.1.0
 */
export const objects = (value: unknown): ReadonlyArray<JsonObject> => Array.isArray(value) ? value.filter(isObject) : []

/**
 * @category accessors
 * @since 0.1.0
 */
export const string = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined)

/**
 * The string, unless it is empty: gateways send `""` for what they do not know.
 *
 * @category accessors
 * @since 0.1.0
 */
export const nonEmpty = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined

/**
 * A finite number.
 *
 * @category accessors
 * @since 0.1.0
 */
export const number = (value: unknown): number | undefined =>
  typeof value === "number" && Number.isFinite(value) ? value : undefined

/**
 * A count of tokens: a number that is not negative, without its fraction; 0 for anything else.
 *
 * @category accessors
 * @since 0.1.0
 */
export const count = (value: unknown): number =>
  typeof value === "number" && Number.isFinite(value) && value > 0 ? Math.floor(value) : 0

/**
 * Parses text. `undefined` when it is not JSON.
 *
 * @category decoding
 * @since 0.1.0
 */
export const parse = (text: string): Schema.Json | undefined => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
