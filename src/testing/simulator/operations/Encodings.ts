/**
 * How the vectors of OpenAI's form and of its kin are written: numbers, bytes in base64, or fewer bits.
 *
 * @since 0.1.0
 */
import * as Json from "../Json.ts"
import type { Problem } from "../WireProtocol.ts"
import { type Dialect, invalid } from "./Operation.ts"
import { vectorOf } from "./Words.ts"

type Type = "float" | "int8" | "uint8" | "binary" | "ubinary"

interface Wanted {
  readonly type: Type
  readonly base64: boolean
}

/** By dialect: the fields that say it, and the words they have. */
const wantedOf = (dialect: Dialect, body: Json.JsonObject): Wanted | string => {
  const format = Json.text(body["encoding_format"])
  switch (dialect) {
    case "perplexity":
      if (format === undefined || format === "base64_int8") return { type: "int8", base64: true }
      return format === "base64_binary" ? { type: "ubinary", base64: true } : "encoding_format"
    case "jina": {
      const type = Json.text(body["embedding_type"]) ?? format ?? "float"
      if (type === "base64") return { type: "float", base64: true }
      return type === "float" || type === "binary" || type === "ubinary" ? { type, base64: false } : "embedding_type"
    }
    case "voyage":
    case "mistral": {
      const type = Json.text(body["output_dtype"]) ?? "float"
      if (!["float", "int8", "uint8", "binary", "ubinary"].includes(type)) return "output_dtype"
      if (format !== undefined && format !== "base64" && !(dialect === "mistral" && format === "float")) {
        return "encoding_format"
      }
      return { type: type as Type, base64: format === "base64" }
    }
    default:
      if (format === undefined || format === "float") return { type: "float", base64: false }
      return format === "base64" ? { type: "float", base64: true } : "encoding_format"
  }
}

/**
 * Refuses an encoding that a provider does not have.
 *
 * @category filtering
 * @since 0.1.0
 */
export const refuses = (dialect: Dialect, body: Json.JsonObject): Problem | undefined => {
  const wanted = wantedOf(dialect, body)
  return typeof wanted === "string" ? invalid(`Invalid value for '${wanted}'.`, wanted) : undefined
}

const clamp = (value: number, least: number, most: number): number => Math.max(least, Math.min(most, value))

/**
 * Makes fewer bits of a vector: a byte a dimension, or a bit, eight to a byte.
 *
 * @category constructors
 * @since 0.1.0
 */
export const quantise = (
  vector: Float32Array,
  type: Exclude<Type, "float">,
  lowestFirst = false
): Int8Array | Uint8Array => {
  // The parts of a vector of length 1 are small: so they fill their byte.
  const scaled = Array.from(vector, (value) => clamp(Math.round(value * 127 * Math.sqrt(vector.length)), -128, 127))
  if (type === "int8") return Int8Array.from(scaled)
  if (type === "uint8") return Uint8Array.from(scaled, (value) => value + 128)
  const bits = new Uint8Array(Math.ceil(vector.length / 8))
  vector.forEach((value, index) => {
    const bit = lowestFirst ? index % 8 : 7 - (index % 8)
    if (value > 0) bits[index >> 3] = (bits[index >> 3] ?? 0) | (1 << bit)
  })
  return type === "ubinary" ? bits : Int8Array.from(bits, (value) => value - 128)
}

const base64 = (vector: Float32Array | Int8Array | Uint8Array): string =>
  Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString("base64")

/**
 * Writes the vector of a text as the request wants it.
 *
 * @category constructors
 * @since 0.1.0
 */
export const write = (
  dialect: Dialect,
  body: Json.JsonObject,
  text: string,
  options: { readonly dimensions: number; readonly seed: number }
): Json.Json => {
  const wanted = wantedOf(dialect, body)
  const vector = vectorOf(text, options.dimensions, options.seed)
  if (typeof wanted === "string") return Array.from(vector)
  const written = wanted.type === "float" ? vector : quantise(vector, wanted.type, dialect === "perplexity")
  return wanted.base64 ? base64(written) : Array.from(written)
}
