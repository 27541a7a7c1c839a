/**
 * Tests and conversions of bytes that all framings need.
 */
import { Buffer } from "./Buffer.ts"

/** Returns the same bytes as a `Buffer`, without a copy. */
export const asBuffer = (chunk: Uint8Array): Buffer =>
  Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)

/** The first byte of the byte order mark of UTF-8, which may stand before any text. */
export const markStart = 0xef

/** Returns where the text between `from` and `to` begins: behind a byte order mark, if there is one. */
export const textStart = (bytes: Uint8Array, from: number, to: number): number =>
  to - from >= 3 && bytes[from] === markStart && bytes[from + 1] === 0xbb && bytes[from + 2] === 0xbf ? from + 3 : from

/** Returns a text without the byte order mark before it, if there is one. */
export const withoutMark = (text: string): string => text.startsWith("\uFEFF") ? text.slice(1) : text

/** Returns whether a byte is white space of JSON, a form feed or a vertical tab. */
export const isSpace = (byte: number): boolean => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d)

/** Returns whether a byte may stand before the beginning of a text: white space, or a byte of the byte order mark. */
export const isBlank = (byte: number): boolean => isSpace(byte) || byte === markStart || byte === 0xbb || byte === 0xbf

/** Returns the index of the first byte that is not blank; -1 if all are. */
export const firstByte = (bytes: Uint8Array): number => bytes.findIndex((byte) => !isBlank(byte))

/** Returns whether a text is a complete JSON object, as the last event of a body that ended too early may be. */
export const isCompleteJsonObject = (text: string): boolean => {
  if (!text.startsWith("{")) return false
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
