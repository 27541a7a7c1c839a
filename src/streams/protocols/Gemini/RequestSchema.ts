/**
 * Tells the two fields apart that Gemini has for each schema: one of OpenAPI, and one of JSON Schema.
 *
 * @see https://ai.google.dev/api/caching#Schema
 */
import type * as Schema from "effect/Schema"
import { isObject } from "../../json/Json.ts"
import type { EncodeContext } from "../../request/EncodeContext.ts"

/** Returns whether schemas are sent in the fields for JSON Schema. */
export const isJsonSchema = ({ quirks }: EncodeContext): boolean => (quirks.schemas ?? "gemini") !== "gemini"

/** Returns whether a schema is that of an object without properties. */
export const isBlank = ({ anyOf, properties, type }: Schema.JsonObject): boolean =>
  type === "object" && anyOf === undefined && (!isObject(properties) || Object.keys(properties).length === 0)
