/**
 * Reads a JSON object from its bytes, so that objects with the same keys are alike in whatever order the keys came.
 *
 * An object that is parsed has its keys in the order of its text. To an engine each order is a form of its own, and each read of
 * a property in a new form is a search. Here all objects with the same keys have them in one order. Keys and texts that come
 * again are found by their bytes and not made again. What is answered is what parsing gives, but for the order of keys: what
 * is wrong, or only unusual, is refused.
 *
 * @since 0.1.0
 */
import type * as Schema from "effect/Schema"
import * as Keys from "./JsonKeys.ts"
import * as Layouts from "./JsonLayouts.ts"
import * as Text from "./JsonText.ts"
import * as Scalars from "./Scalars.ts"

const TAB = 9
const LF = 10
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
const CLOSE_ARRAY = 93
const LOWER_E = 101
const LOWER_F = 102
const LOWER_N = 110
const LOWER_T = 116
const OPEN_OBJECT = 123
const CLOSE_OBJECT = 125

// The letters of literals as words.
const TRUE = 0x65757274
const FALS = 0x736c6166
const NULL = 0x6c6c756e

const deepest = 16
/** Every integer of this many digits is a safe one. */
const mostDigits = 15
const powers = Array.from({ length: mostDigits + 1 }, (_, exponent) => 10 ** exponent)

// To an engine, constants of the module itself are constants; those of others are not.
const { chunk } = Text
const { bytes, words } = chunk
const { hashes: keyHashes, lengths: keyLengths } = Keys.known
const { keys: openKeys, values: openValues } = Layouts.open

// How far the text was read, and how many members belong to objects that have not ended.
let at = 0
let openMembers = 0
/** Whether an object could not be made: the text is read to its end all the same, to learn from it. */
let isStrange = false

// A CR is white space, too, but ends a line of an event stream: what has one is not for us.
const isSpace = (byte: number): boolean => byte === SPACE || byte === LF || byte === TAB

/** Answers where white space ends. Up to four spaces are one step. */
const skip = (from: number): number => {
  const others = words.getInt32(from, true) ^ 0x20202020
  let end = others === 0 ? from + 4 : from + ((31 - Math.clz32(others & -others)) >> 3)
  while ((bytes[end] ?? 0) <= SPACE && isSpace(bytes[end] ?? 0)) end++
  return end
}

const literal = <A extends boolean | null>(word: number, meaning: A): A | undefined => {
  if (words.getInt32(at, true) !== word) return undefined
  at += 4
  return meaning
}

const isDigit = (byte: number): boolean => byte >= ZERO && byte <= NINE

const isExponent = (byte: number): boolean => (byte | 32) === LOWER_E

/** Passes over digits, and answers the number that they continue. */
const continued = (before: number): number => {
  let made = before
  let byte = bytes[at] ?? 0
  while (isDigit(byte)) {
    made = made * 10 + byte - ZERO
    byte = bytes[++at] ?? 0
  }
  return made
}

/** Passes over an exponent; answers whether it is one. */
const hasExponent = (): boolean => {
  at++
  if (bytes[at] === PLUS || bytes[at] === MINUS) at++
  const from = at
  continued(0)
  return at > from
}

const number = (): number | undefined => {
  const isNegative = bytes[at] === MINUS
  if (isNegative) at++
  const from = at
  let made = continued(0)
  let digits = at - from
  if (digits === 0 || (digits > 1 && bytes[from] === ZERO)) return undefined
  if (bytes[at] === DOT) {
    const point = ++at
    made = continued(made)
    const decimals = at - point
    if (decimals === 0) return undefined
    digits += decimals
    // Both are exact, so the quotient is the nearest number there is.
    if (digits <= mostDigits) made /= powers[decimals] ?? 1
  }
  const hasMore = isExponent(bytes[at] ?? 0)
  if (hasMore && !hasExponent()) return undefined
  if (hasMore || digits > mostDigits) made = Number(bytes.toString("latin1", from, at))
  // A zero with a sign is taken for one without when values are compared.
  if (isNegative) return made === 0 ? undefined : -made
  return made
}

// The text that a key had last is likely to come again: it is kept with its bytes, when it is a name, and no part of a text.
const shortestKept = 13
const longestKept = 64
const wordsEach = longestKept / 4
/** An object and one inside of it may have the same key (`type`). */
const slots = 2 * Keys.size
const keptLengths = new Uint8Array(slots)
const keptWords = new Int32Array(slots * wordsEach)
const keptTexts: Array<string> = Array.from({ length: slots }, () => "")

/** Whether the text that is kept in a slot stands at `from`. */
const stands = (slot: number, length: number, from: number): boolean => {
  let offset = from
  let next = slot * wordsEach
  const end = next + (length >> 2)
  for (; next < end; next++, offset += 4) if (keptWords[next] !== words.getInt32(offset, true)) return false
  // The last word of a text that does not come out even overlaps the one before it.
  return (length & 3) === 0 || keptWords[next] === words.getInt32(from + length - 4, true)
}

const keep = (slot: number, from: number, length: number, text: string): void => {
  const first = slot * wordsEach
  const whole = length >> 2
  for (let i = 0; i < whole; i++) keptWords[first + i] = words.getInt32(from + 4 * i, true)
  if ((length & 3) !== 0) keptWords[first + whole] = words.getInt32(from + length - 4, true)
  keptLengths[slot] = length
  keptTexts[slot] = text
}

const string = (slot: number): string | undefined => {
  const from = at + 1
  const keptLength = keptLengths[slot] ?? 0
  if (keptLength > 0 && bytes[from + keptLength] === QUOTE && stands(slot, keptLength, from)) {
    at = from + keptLength + 1
    return keptTexts[slot]
  }
  const end = Scalars.string(chunk, from, bytes.length)
  const text = Scalars.read()
  if (end < 0 || typeof text !== "string") return undefined
  at = end + 1
  const length = end - from
  if (length >= shortestKept && length <= longestKept) keep(slot, from, length, text)
  return text
}

/** Reads an array behind its bracket. */
const array = (key: number, depth: number): Schema.JsonArray | undefined => {
  const made: Array<Schema.Json> = []
  if (depth > deepest) return undefined
  at = skip(at)
  if (bytes[at] === CLOSE_ARRAY) {
    at++
    return made
  }
  for (;;) {
    const entry = value(key, depth)
    if (entry === undefined) return undefined
    made.push(entry)
    at = skip(at)
    const byte = bytes[at++]
    if (byte === CLOSE_ARRAY) return made
    if (byte !== COMMA) return undefined
    at = skip(at)
  }
}

/** Reads an object behind its brace. */
const object = (depth: number): Schema.JsonObject | undefined => {
  let next = skip(at)
  if (bytes[next] === CLOSE_OBJECT) {
    at = next + 1
    return {}
  }
  if (depth > deepest) return undefined
  const from = openMembers
  let sum = 0
  for (;;) {
    if (bytes[next] !== QUOTE) return undefined
    const key = Keys.find(next + 1)
    if (key < 0) return undefined
    next += (keyLengths[key] ?? 0) + 2
    // Nearly nobody puts spaces before a colon or a comma.
    if (bytes[next] !== COLON) {
      next = skip(next)
      if (bytes[next] !== COLON) return undefined
    }
    at = skip(next + 1)
    const member = value(key, depth)
    if (member === undefined || openMembers === openKeys.length) return undefined
    openKeys[openMembers] = key
    openValues[openMembers++] = member
    sum = (sum + (keyHashes[key] ?? 0)) | 0
    next = at
    if (bytes[next] !== COMMA) {
      next = skip(next)
      if (bytes[next] === CLOSE_OBJECT) break
      if (bytes[next] !== COMMA) return undefined
    }
    next = skip(next + 1)
  }
  at = next + 1
  const made = Layouts.make(from, openMembers, sum)
  openMembers = from
  if (made !== undefined) return made
  isStrange = true
  return {}
}

/** Reads a value: of the member with that key, in something so deep. */
const value = (key: number, depth: number): Schema.Json | undefined => {
  switch (bytes[at]) {
    case QUOTE:
      return string(2 * key + (depth & 1))
    case OPEN_OBJECT:
      at++
      return object(depth + 1)
    case OPEN_ARRAY:
      at++
      return array(key, depth + 1)
    case LOWER_N:
      return literal(NULL, null)
    case LOWER_T:
      return literal(TRUE, true)
    case LOWER_F:
      return literal(FALS, false) === false && bytes[at++] === LOWER_E ? false : undefined
    default:
      return number()
  }
}

/**
 * Reads the object whose text stands between `from` and `to`, and nothing around it. Answers what `JSON.parse` gives, but for the
 * order of keys; answers nothing when the text is wrong, long or unusual, or an object in it has keys that have not come
 * together twice before.
 *
 * @category decoding
 * @since 0.1.0
 */
export const read = (source: Buffer, from: number, to: number): Schema.JsonObject | undefined => {
  if (Keys.isFull() || Layouts.isFull()) {
    Keys.forget()
    Layouts.forget()
  }
  const length = Text.put(source, from, to)
  if (length < 0 || bytes[0] !== OPEN_OBJECT) return undefined
  at = 1
  openMembers = 0
  isStrange = false
  const made = object(1)
  // What ends elsewhere was not whole: bytes behind its end were taken for its own.
  return isStrange || at !== length ? undefined : made
}
