/**
 * Finds the end of a JSON value that is not read, without making it.
 *
 * A value is accepted only if it is valid JSON on one line, so that skipping it accepts nothing that parsing would
 * reject.
 */
import type { Buffer } from "../framing/Buffer.ts"
import type { Chunk } from "./ByteRuns.ts"
import { bytesBefore, decodeString, special } from "./PlainBytes.ts"

const TAB = 9
const SPACE = 32
const QUOTE = 34
const PLUS = 43
const COMMA = 44
const MINUS = 45
const DOT = 46
const ZERO = 48
const NINE = 57
const COLON = 58
const OPEN_ARRAY = 91
const BACKSLASH = 92
const CLOSE_ARRAY = 93
const LOWER_E = 101
const LOWER_F = 102
const LOWER_N = 110
const LOWER_T = 116
const OPEN_OBJECT = 123
const CLOSE_OBJECT = 125

// The letters of literals as words.
const TRUE = 0x65757274
const ALSE = 0x65736c61
const NULL = 0x6c6c756e

/** A value that is nested deeper is left to the parser. */
const deepest = 32

/**
 * Returns where the string ends whose characters begin at `at`: the offset of its closing quote; -1 if it is not valid.
 */
const stringEnd = ({ base, bytes, words }: Chunk, at: number, limit: number): number => {
  let end = at
  while (end + 4 <= limit) {
    const marks = special(words.getInt32(base + end, true))
    if (marks === 0) {
      end += 4
      continue
    }
    end += bytesBefore(marks)
    if (bytes[end] === QUOTE) return end
    break
  }
  let plain = true
  for (; end < limit; end++) {
    const byte = bytes[end] ?? 0
    if (byte === QUOTE) return plain || decodeString(bytes, at, end, false, false) !== undefined ? end : -1
    if (byte < SPACE) return -1
    if (byte === BACKSLASH) {
      plain = false
      end++
    }
  }
  return -1
}

// A line end is white space to JSON, but ends a line of an event.
const skipSpace = (bytes: Buffer, at: number, limit: number): number => {
  let end = at
  while (end < limit && (bytes[end] === SPACE || bytes[end] === TAB)) end++
  return end
}

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= ZERO && byte <= NINE

const skipDigits = (bytes: Buffer, at: number, limit: number): number => {
  let end = at
  while (end < limit && isDigit(bytes[end])) end++
  return end
}

const skipNumber = (bytes: Buffer, at: number, limit: number): number => {
  const from = bytes[at] === MINUS ? at + 1 : at
  let end = skipDigits(bytes, from, limit)
  if (end === from || (end > from + 1 && bytes[from] === ZERO)) return -1
  if (bytes[end] === DOT) {
    const decimals = end + 1
    end = skipDigits(bytes, decimals, limit)
    if (end === decimals) return -1
  }
  if (((bytes[end] ?? 0) | 32) === LOWER_E) {
    const exponent = bytes[end + 1] === PLUS || bytes[end + 1] === MINUS ? end + 2 : end + 1
    end = skipDigits(bytes, exponent, limit)
    if (end === exponent) return -1
  }
  return end
}

const skipLiteral = ({ base, words }: Chunk, at: number, limit: number, word: number): number =>
  at + 4 <= limit && words.getInt32(base + at, true) === word ? at + 4 : -1

const skipArray = (chunk: Chunk, from: number, limit: number, depth: number): number => {
  const { bytes } = chunk
  let at = skipSpace(bytes, from, limit)
  if (bytes[at] === CLOSE_ARRAY) return at + 1
  for (;;) {
    at = skipNested(chunk, at, limit, depth)
    if (at < 0) return -1
    at = skipSpace(bytes, at, limit)
    if (bytes[at] === CLOSE_ARRAY) return at + 1
    if (bytes[at] !== COMMA) return -1
    at = skipSpace(bytes, at + 1, limit)
  }
}

const skipObject = (chunk: Chunk, from: number, limit: number, depth: number): number => {
  const { bytes } = chunk
  let at = skipSpace(bytes, from, limit)
  if (bytes[at] === CLOSE_OBJECT) return at + 1
  for (;;) {
    if (bytes[at] !== QUOTE) return -1
    const quote = stringEnd(chunk, at + 1, limit)
    if (quote < 0) return -1
    at = skipSpace(bytes, quote + 1, limit)
    if (bytes[at] !== COLON) return -1
    at = skipNested(chunk, skipSpace(bytes, at + 1, limit), limit, depth)
    if (at < 0) return -1
    at = skipSpace(bytes, at, limit)
    if (bytes[at] === CLOSE_OBJECT) return at + 1
    if (bytes[at] !== COMMA) return -1
    at = skipSpace(bytes, at + 1, limit)
  }
}

const skipNested = (chunk: Chunk, at: number, limit: number, depth: number): number => {
  if (at >= limit) return -1
  switch (chunk.bytes[at]) {
    case QUOTE: {
      const quote = stringEnd(chunk, at + 1, limit)
      return quote < 0 ? -1 : quote + 1
    }
    case OPEN_OBJECT:
      return depth === deepest ? -1 : skipObject(chunk, at + 1, limit, depth + 1)
    case OPEN_ARRAY:
      return depth === deepest ? -1 : skipArray(chunk, at + 1, limit, depth + 1)
    case LOWER_N:
      return skipLiteral(chunk, at, limit, NULL)
    case LOWER_T:
      return skipLiteral(chunk, at, limit, TRUE)
    case LOWER_F:
      return skipLiteral(chunk, at + 1, limit, ALSE)
    default:
      return skipNumber(chunk.bytes, at, limit)
  }
}

/**
 * Returns where the value that begins at `at` ends; -1 if it is not valid, not whole before `limit`, or nested too
 * deep.
 *
 * **Details**
 *
 * A number may go on behind `limit`: what follows a value has to be compared by the caller.
 */
export const skipValue = (chunk: Chunk, at: number, limit: number): number => {
  const end = skipNested(chunk, at, limit, 0)
  return end > limit ? -1 : end
}
