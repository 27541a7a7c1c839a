/**
 * Reads one JSON string or integer where it stands in its bytes. What is not complete, or not right, is refused.
 *
 * @since 0.1.0
 */
import { type Chunk, join, type Runs, stand } from "./Words.ts"

const QUOTE = 34
const BACKSLASH = 92
const ZERO = 48
const NINE = 57
const SPACE = 32

/** Every integer of this many digits is a safe one. */
const mostDigits = 15

/**
 * Short texts come again and again, over all streams: looking one up costs less than making it. Its bytes, which are three words
 * at most, are its name, so that escapes and UTF-8 need no other care.
 */
const longestCached = 12
const cacheSize = 4096
const names = new Int32Array(3 * cacheSize)
const cache: Array<string> = Array.from({ length: cacheSize }, () => "")

/** How many bytes of a word come before the lowest of the marked ones. */
const bytesBefore = (marks: number): number => (31 - Math.clz32(marks & -marks)) >> 3

/**
 * Marks, by their highest bit, the bytes of a word that are no plain part of a string: quotes, backslashes, control characters,
 * what is not ASCII. A byte that is none of these may be marked too, but only above one that is.
 */
const special = (word: number): number => {
  const quote = word ^ 0x22222222
  const backslash = word ^ 0x5c5c5c5c
  return (((quote - 0x01010101) & ~quote) | ((backslash - 0x01010101) & ~backslash) | ((word - 0x20202020) & ~word) |
    word) & 0x80808080
}

/** The first bytes of a word. */
const first = (word: number, bytes: number): number => (bytes === 0 ? 0 : word & (-1 >>> (32 - 8 * bytes)))

/** The text that stands between two places: what JSON means by it, or nothing when it is not right. */
const decode = (bytes: Buffer, from: number, to: number, plain: boolean, ascii: boolean): string | undefined => {
  if (plain) return ascii ? bytes.toString("latin1", from, to) : bytes.toString("utf8", from, to)
  try {
    return String(JSON.parse(bytes.toString("utf8", from - 1, to + 1)))
  } catch {
    return undefined
  }
}

/** Where a text with these bytes is kept, or would be. */
const slotOf = (a: number, b: number, c: number): number => {
  const hash = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b) ^ Math.imul(c, 0xc2b2ae35)
  return (hash ^ (hash >>> 15)) & (cacheSize - 1)
}

const isKept = (slot: number, a: number, b: number, c: number): boolean =>
  names[3 * slot] === a && names[3 * slot + 1] === b && names[3 * slot + 2] === c

const keep = (slot: number, a: number, b: number, c: number, text: string): string => {
  names[3 * slot] = a
  names[3 * slot + 1] = b
  names[3 * slot + 2] = c
  return cache[slot] = text
}

/**
 * Reads a value that begins at `at`: a string behind its opening quote, an integer at its first digit. Answers where it ends, -1
 * when it is none; what it is then is in `read`.
 *
 * @category decoding
 * @since 0.1.0
 */
export type Scan = (chunk: Chunk, at: number, limit: number) => number

let latest: string | number = ""

/**
 * The value that was scanned last.
 *
 * @category accessors
 * @since 0.1.0
 */
export const read = (): string | number => latest

/** Keeps a short text of plain ASCII, and answers where it ends. */
const take = (bytes: Buffer, at: number, end: number, a: number, b: number, c: number): number => {
  const slot = slotOf(a, b, c)
  latest = isKept(slot, a, b, c) ? (cache[slot] ?? "") : keep(slot, a, b, c, bytes.toString("latin1", at, end))
  return end
}

/** Packs up to four bytes into a word. */
const pack = (bytes: Buffer, from: number, to: number): number => {
  let word = 0
  for (let at = Math.min(to, from + 4) - 1; at >= from; at--) word = (word << 8) | (bytes[at] ?? 0)
  return word
}

/** Reads a string that is long, or not plain. */
const slowly = ({ base, bytes, words }: Chunk, at: number, limit: number): number => {
  let ascii = true
  let plain = true
  for (let end = at; end < limit; end++) {
    const byte = bytes[end] ?? 0
    if (byte === QUOTE) {
      const isShort = end - at <= longestCached
      const a = isShort ? pack(bytes, at, end) : 0
      const b = isShort ? pack(bytes, at + 4, end) : 0
      const c = isShort ? pack(bytes, at + 8, end) : 0
      const slot = slotOf(a, b, c)
      if (isShort && end > at && isKept(slot, a, b, c)) {
        latest = cache[slot] ?? ""
        return end
      }
      const text = decode(bytes, at, end, plain, ascii)
      if (text === undefined) return -1
      latest = isShort && end > at ? keep(slot, a, b, c, text) : text
      return end
    }
    if (byte < SPACE) return -1
    if (byte === BACKSLASH) {
      plain = false
      end++
    } else if (byte > 127) ascii = false
    else {
      // Where one is plain, whole words of them follow, or none.
      while (end + 5 <= limit && special(words.getInt32(base + end + 1, true)) === 0) end += 4
    }
  }
  return -1
}

/**
 * Reads a string. It ends at its closing quote.
 *
 * @category decoding
 * @since 0.1.0
 */
export const string: Scan = (chunk, at, limit) => {
  const { base, bytes, words } = chunk
  // Most are short and plain: three words, and the end among them.
  if (at + longestCached + 4 > limit) return slowly(chunk, at, limit)
  const a = words.getInt32(base + at, true)
  let marks = special(a)
  if (marks !== 0) {
    const before = bytesBefore(marks)
    if (bytes[at + before] !== QUOTE) return slowly(chunk, at, limit)
    if (before > 0) return take(bytes, at, at + before, first(a, before), 0, 0)
    latest = ""
    return at
  }
  const b = words.getInt32(base + at + 4, true)
  marks = special(b)
  if (marks !== 0) {
    const before = bytesBefore(marks)
    if (bytes[at + 4 + before] !== QUOTE) return slowly(chunk, at, limit)
    return take(bytes, at, at + 4 + before, a, first(b, before), 0)
  }
  const c = words.getInt32(base + at + 8, true)
  marks = special(c)
  if (marks !== 0) {
    const before = bytesBefore(marks)
    if (bytes[at + 8 + before] !== QUOTE) return slowly(chunk, at, limit)
    return take(bytes, at, at + 8 + before, a, b, first(c, before))
  }
  return slowly(chunk, at, limit)
}

/** The names of things (ids, models) come again in each kind of event, and in each stream of the same model. */
const longestName = 64
const known: Array<{ readonly words: Runs; readonly length: number; readonly text: string } | undefined> = Array
  .from({ length: 256 }, () => undefined)

/** Where a plain string ends that is longer than a few words; -1 when it is not plain, or not of that length. */
const endOfName = ({ base, bytes, words }: Chunk, at: number, limit: number): number => {
  const last = Math.min(limit, at + longestName) - 4
  for (let end = at; end <= last; end += 4) {
    const marks = special(words.getInt32(base + end, true))
    if (marks === 0) continue
    const found = end + bytesBefore(marks)
    return found - at > longestCached && bytes[found] === QUOTE ? found : -1
  }
  return -1
}

/** The same text as a name of a property is: comparing two of those compares where they are, and none of their characters. */
const interned = (text: string): string => Object.keys({ [text]: true })[0] ?? text

/**
 * Reads a string that is likely to come again: a name, and no text.
 *
 * @category decoding
 * @since 0.1.0
 */
export const name: Scan = (chunk, at, limit) => {
  const end = endOfName(chunk, at, limit)
  if (end < 0) return string(chunk, at, limit)
  const length = end - at
  const { base, bytes, words } = chunk
  const slot = slotOf(words.getInt32(base + at + 8, true), words.getInt32(base + end - 4, true), length) & 255
  const found = known[slot]
  if (found?.length === length && stand(found.words, 0, length, chunk, at)) {
    latest = found.text
    return end
  }
  const text = interned(bytes.toString("latin1", at, end))
  known[slot] = { words: join(bytes, [at, end]), length, text }
  latest = text
  return end
}

/**
 * Passes over a string that nobody reads. An escape in it must be a right one all the same.
 *
 * @category decoding
 * @since 0.1.0
 */
export const skipString: Scan = ({ base, bytes, words }, at, limit) => {
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
    if (byte === QUOTE) return plain || decode(bytes, at, end, false, false) !== undefined ? end : -1
    if (byte < SPACE) return -1
    if (byte === BACKSLASH) {
      plain = false
      end++
    }
  }
  return -1
}

/**
 * Reads an integer without a sign. It ends behind its last digit.
 *
 * @category decoding
 * @since 0.1.0
 */
export const integer: Scan = ({ bytes }, at, limit) => {
  let end = at
  let value = 0
  while (end < limit) {
    const byte = bytes[end] ?? 0
    if (byte < ZERO || byte > NINE) break
    value = value * 10 + byte - ZERO
    end++
  }
  const digits = end - at
  if (digits === 0 || digits > mostDigits || (digits > 1 && bytes[at] === ZERO)) return -1
  latest = value
  return end
}
