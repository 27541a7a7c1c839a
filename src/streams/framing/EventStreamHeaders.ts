/**
 * The headers of a frame of Amazon's event stream: names with values of ten types.
 *
 * @see https://smithy.io/2.0/aws/amazon-eventstream.html
 */
import type { Buffer } from "./Buffer.ts"

/**
 * The value of a header: `true` and `false`, integers of 8, 16 and 32 bits (numbers) and of 64 bits (bigints), bytes,
 * text, times (milliseconds of Unix time), and UUIDs (as text in their usual form).
 */
export type HeaderValue = boolean | number | bigint | Uint8Array | string

/** The headers of a frame by name. */
export type Headers = ReadonlyMap<string, HeaderValue>

const uuid = (bytes: Buffer, at: number): string =>
  bytes.toString("hex", at, at + 16).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5")

/** How many bytes the value of a type has behind its type; -1 for those that begin with their length. */
const sizes: ReadonlyArray<number> = [0, 0, 1, 2, 4, 8, -1, -1, 8, 16]

const valueOf = (type: number, bytes: Buffer, at: number, length: number): HeaderValue => {
  switch (type) {
    case 0:
      return true
    case 1:
      return false
    case 2:
      return bytes.readInt8(at)
    case 3:
      return bytes.readInt16BE(at)
    case 4:
      return bytes.readInt32BE(at)
    case 5:
      return bytes.readBigInt64BE(at)
    case 6:
      // A copy: the bytes of a chunk are used again.
      return Uint8Array.prototype.slice.call(bytes, at, at + length)
    case 7:
      return bytes.toString("utf8", at, at + length)
    case 8:
      return Number(bytes.readBigInt64BE(at))
    default:
      return uuid(bytes, at)
  }
}

/** Reads the headers between `from` and `to`. Returns a sentence if they are not headers. */
export const read = (bytes: Buffer, from: number, to: number): Headers | string => {
  const headers = new Map<string, HeaderValue>()
  let at = from
  while (at < to) {
    const nameLength = bytes[at++] ?? 0
    if (nameLength === 0) return "a header of a frame has no name"
    const name = bytes.toString("utf8", at, Math.min(at + nameLength, to))
    at += nameLength
    const type = at < to ? bytes[at++] : undefined
    if (type === undefined) return "a header of a frame goes on behind the headers' end"
    let size = sizes[type]
    if (size === undefined) return `a header of a frame is of type ${type}, which there is not`
    if (size < 0) {
      if (at + 2 > to) return "a header of a frame goes on behind the headers' end"
      size = bytes.readUInt16BE(at)
      at += 2
    }
    if (at + size > to) return "a header of a frame goes on behind the headers' end"
    headers.set(name, valueOf(type, bytes, at, size))
    at += size
  }
  return headers
}
