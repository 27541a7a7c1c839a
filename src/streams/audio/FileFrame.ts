/**
 * Encodes the bytes before and after the content of a file in the body of a request, so that the content can be
 * streamed between them: a form, or JSON with the file as base64.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7578
 */
import type * as Schema from "effect/Schema"
import { Buffer } from "../framing/Buffer.ts"
import * as MediaTypes from "../../domain/MediaTypes.ts"
import * as JsonText from "../json/JsonText.ts"

/** The body of a request around a file's content. */
export interface Frame {
  /** The media type of the body. */
  readonly mediaType: string
  /** The bytes before the content. */
  readonly before: Uint8Array
  /** The bytes after the content. */
  readonly after: Uint8Array
  /** Whether the content is encoded as base64. */
  readonly base64: boolean
}

const encoder = new TextEncoder()

/** Quotes a name as browsers do in a form (HTML, "multipart/form-data encoding algorithm"). */
const quoted = (name: string): string => `"${name.replaceAll(/\r\n|\r|\n/g, "%0D%0A").replaceAll("\"", "%22")}"`

const oneLine = (text: string): string => text.replaceAll(/[\r\n]+/g, " ")

type Field = readonly [name: string, value: string]

/** Returns the fields of a value. A list is a repeated field. */
const fields = (name: string, value: Schema.Json): ReadonlyArray<Field> => {
  if (value === null) return []
  if (Array.isArray(value)) return value.flatMap((entry: Schema.Json) => fields(name, entry))
  return [[name, typeof value === "object" ? JsonText.write(value) ?? "" : String(value)]]
}

/** Makes the frame of a form. The file is last, since some servers need the model before they read the file. */
export const multipart = (
  values: Schema.JsonObject,
  file: { readonly name: string; readonly mediaType: string },
  boundary: string
): Frame => {
  const parts = Object.entries(values).flatMap(([name, value]) => fields(name, value)).map(([name, value]) =>
    `--${boundary}\r\ncontent-disposition: form-data; name=${quoted(name)}\r\n\r\n${value}\r\n`
  )
  const head = `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename=${
    quoted(file.name)
  }\r\ncontent-type: ${oneLine(file.mediaType)}\r\n\r\n`
  return {
    mediaType: `multipart/form-data; boundary=${boundary}`,
    before: encoder.encode(parts.join("") + head),
    after: encoder.encode(`\r\n--${boundary}--\r\n`),
    base64: false
  }
}

/**
 * Makes the frame of JSON with the file as `input_audio: {data, format}`. The format is the ending of the file's name.
 */
export const json = (values: Schema.JsonObject, file: { readonly name: string }): Frame => {
  const format = MediaTypes.extensionIn(file.name)
  const empty = JsonText.write({ ...values, input_audio: { format, data: "" } }) ?? ""
  const after = "\"}}"
  return {
    mediaType: "application/json",
    before: encoder.encode(empty.slice(0, -after.length)),
    after: encoder.encode(after),
    base64: true
  }
}

/** Returns how many bytes the body has for a content of `size` bytes. */
export const sizeOf = (frame: Frame, size: number): number =>
  frame.before.length + (frame.base64 ? Math.ceil(size / 3) * 4 : size) + frame.after.length

/** Makes an encoder of base64, piece by piece. Bytes that do not fill a group of three wait for the next piece. */
export const base64Writer = (): {
  readonly write: (bytes: Uint8Array) => Uint8Array
  readonly end: () => Uint8Array
} => {
  let rest = Buffer.alloc(0)
  const text = (bytes: Buffer): Uint8Array => encoder.encode(bytes.toString("base64"))
  return {
    write: (bytes) => {
      const all = Buffer.concat([rest, bytes])
      const whole = all.length - (all.length % 3)
      rest = all.subarray(whole)
      return text(all.subarray(0, whole))
    },
    end: () => text(rest)
  }
}
