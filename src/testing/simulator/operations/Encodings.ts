/**
 * Encodes vectors in OpenAI's wire format and its variants: numbers, bytes in base64, or fewer bits.
 */
import * as Json from "../Json.ts"
import type { Problem } from "../WireProtocol.ts"
import { type Dialect, invalid } from "./Operation.ts"
import { vectorOf } from "./TextSimilarity.ts"

type Type = "float" | "int8" | "uint8" | "binary" | "ubinary"

/** The encoding that a request asks for. */
interface Encoding {
  readonly type: Type
  readonly base64: boolean
}

/** Reads the encoding of a request, or returns the name of the field whose value is not valid. */
const encodingOf = (dialect: Dialect, body: Json.JsonObject): Encoding | string => {
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

/** Checks that the provider has the requested encoding. */
export const check = (dialect: Dialect, body: Json.JsonObject): Problem | undefined => {
  const encoding = encodingOf(dialect, body)
  return typeof encoding === "string" ? invalid(`Invalid value for '${encoding}'.`, encoding) : undefined
}

const clamp = (value: number, minimum: number, maximum: number): number => Math.max(minimum, Math.min(maximum, value))

/** Quantises a vector to one byte a dimension, or to one bit, eight dimensions to a byte. */
export const quantise = (
  vector: Float32Array,
  type: Exclude<Type, "float">,
  isLowestBitFirst = false
): Int8Array | Uint8Array => {
  // The components of a vector of length 1 are small. The scale makes them fill their byte.
  const scaled = Array.from(vector, (value) => clamp(Math.round(value * 127 * Math.sqrt(vector.length)), -128, 127))
  if (type === "int8") return Int8Array.from(scaled)
  if (type === "uint8") return Uint8Array.from(scaled, (value) => value + 128)
  const bits = new Uint8Array(Math.ceil(vector.length / 8))
  vector.forEach((value, index) => {
    const bit = isLowestBitFirst ? index % 8 : 7 - (index % 8)
    if (value > 0) bits[index >> 3] = (bits[index >> 3] ?? 0) | (1 << bit)
  })
  return type === "ubinary" ? bits : Int8Array.from(bits, (value) => value - 128)
}

const base64 = (vector: Float32Array | Int8Array | Uint8Array): string =>
  Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString("base64")

/** Encodes the vector of a text as the request asks for it. */
export const write = (
  dialect: Dialect,
  body: Json.JsonObject,
  text: string,
  options: { readonly dimensions: number; readonly seed: number }
): Json.Json => {
  const encoding = encodingOf(dialect, body)
  const vector = vectorOf(text, options.dimensions, options.seed)
  if (typeof encoding === "string") return Array.from(vector)
  const written = encoding.type === "float" ? vector : quantise(vector, encoding.type, dialect === "perplexity")
  return encoding.base64 ? base64(written) : Array.from(written)
}
