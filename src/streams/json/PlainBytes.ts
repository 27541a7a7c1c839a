/**
 * Finds, in words of four bytes, the bytes that a JSON string does not contain as they stand.
 */
import type { Buffer } from "../framing/Buffer.ts"

/**
 * Returns how many bytes of a word come before the lowest marked one.
 */
export const bytesBefore = (marks: number): number => (31 - Math.clz32(marks & -marks)) >> 3

/**
 * Marks, by their highest bit, the bytes of a word that are no plain part of a string: quotes, backslashes, control
 * characters, and bytes outside ASCII. A plain byte may be marked too, but only above one that is not plain.
 */
export const special = (word: number): number => {
  const quote = word ^ 0x22222222
  const backslash = word ^ 0x5c5c5c5c
  return (((quote - 0x01010101) & ~quote) | ((backslash - 0x01010101) & ~backslash) | ((word - 0x20202020) & ~word) |
    word) & 0x80808080
}

/**
 * Returns the string whose characters stand between two quotes, or `undefined` if it is not valid JSON. `plain` says
 * that there is no backslash in it, `ascii` that all bytes are ASCII.
 */
export const decodeString = (
  bytes: Buffer,
  from: number,
  to: number,
  plain: boolean,
  ascii: boolean
): string | undefined => {
  if (plain) return ascii ? bytes.toString("latin1", from, to) : bytes.toString("utf8", from, to)
  try {
    return String(JSON.parse(bytes.toString("utf8", from - 1, to + 1)))
  } catch {
    return undefined
  }
}
