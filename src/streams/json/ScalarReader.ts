/**
 * Reads a JSON string or integer where it stands in its bytes. What is not complete, or not valid, is rejected.
 */
import type { Buffer } from "../framing/Buffer.ts"
import type { Chunk } from "./ByteRuns.ts"
import { bytesBefore, decodeString, special } from "./PlainBytes.ts"
import { skipValue } from "./SkipValue.ts"
import { longestShort, type Names, type ShortTexts } from "./TextCaches.ts"

const QUOTE = 34
const BACKSLASH = 92
const ZERO = 48
const NINE = 57
const SPACE = 32

/** Every integer of this many digits is a safe one. */
const mostDigits = 15

const longestName = 64

/** Returns the first bytes of a word. */
const first = (word: number, bytes: number): number => (bytes === 0 ? 0 : word & (-1 >>> (32 - 8 * bytes)))

/** Packs up to four bytes into a word. */
const pack = (bytes: Buffer, from: number, to: number): number => {
  let word = 0
  for (let at = Math.min(to, from + 4) - 1; at >= from; at--) word = (word << 8) | (bytes[at] ?? 0)
  return word
}

/**
 * Returns where a plain string ends that is longer than a short text; -1 if it is not plain, or too long for a name.
 */
const endOfName = ({ base, bytes, words }: Chunk, at: number, limit: number): number => {
  const last = Math.min(limit, at + longestName) - 4
  for (let end = at; end <= last; end += 4) {
    const marks = special(words.getInt32(base + end, true))
    if (marks === 0) continue
    const found = end + bytesBefore(marks)
    return found - at > longestShort && bytes[found] === QUOTE ? found : -1
  }
  return -1
}

/**
 * How a value is read: a string; a string that is likely to come again, such as an id; an integer without a sign; or
 * any value that is skipped, since nobody reads it.
 */
export type ScalarKind = "string" | "name" | "integer" | "skipped"

/**
 * Reads the scalars of one stream.
 */
export class ScalarReader {
  /** The value that was read last. A skipped value leaves it as it was. */
  value: string | number = ""

  readonly #texts: ShortTexts
  readonly #names: Names

  constructor(texts: ShortTexts, names: Names) {
    this.#texts = texts
    this.#names = names
  }

  /**
   * Reads the value that begins at `at`, a string behind its opening quote. Returns where it ends, a string before its
   * closing quote; -1 if there is no such value before `limit`.
   */
  read(kind: ScalarKind, chunk: Chunk, at: number, limit: number): number {
    switch (kind) {
      case "string":
        return this.#string(chunk, at, limit)
      case "name":
        return this.#name(chunk, at, limit)
      case "integer":
        return this.#integer(chunk, at, limit)
      case "skipped":
        return skipValue(chunk, at, limit)
    }
  }

  #string(chunk: Chunk, at: number, limit: number): number {
    const { base, bytes, words } = chunk
    // Most are short and plain: three words, and the end among them.
    if (at + longestShort + 4 > limit) return this.#anyString(chunk, at, limit)
    const a = words.getInt32(base + at, true)
    let marks = special(a)
    if (marks !== 0) {
      const before = bytesBefore(marks)
      if (bytes[at + before] !== QUOTE) return this.#anyString(chunk, at, limit)
      if (before > 0) return this.#short(bytes, at, at + before, first(a, before), 0, 0)
      this.value = ""
      return at
    }
    const b = words.getInt32(base + at + 4, true)
    marks = special(b)
    if (marks !== 0) {
      const before = bytesBefore(marks)
      if (bytes[at + 4 + before] !== QUOTE) return this.#anyString(chunk, at, limit)
      return this.#short(bytes, at, at + 4 + before, a, first(b, before), 0)
    }
    const c = words.getInt32(base + at + 8, true)
    marks = special(c)
    if (marks !== 0) {
      const before = bytesBefore(marks)
      if (bytes[at + 8 + before] !== QUOTE) return this.#anyString(chunk, at, limit)
      return this.#short(bytes, at, at + 8 + before, a, b, first(c, before))
    }
    return this.#anyString(chunk, at, limit)
  }

  #short(bytes: Buffer, at: number, end: number, a: number, b: number, c: number): number {
    this.value = this.#texts.ascii(bytes, at, end, a, b, c)
    return end
  }

  /** Reads a string that is long, or not plain. */
  #anyString({ base, bytes, words }: Chunk, at: number, limit: number): number {
    let ascii = true
    let plain = true
    for (let end = at; end < limit; end++) {
      const byte = bytes[end] ?? 0
      if (byte === QUOTE) return this.#endString(bytes, at, end, plain, ascii)
      if (byte < SPACE) return -1
      if (byte === BACKSLASH) {
        plain = false
        end++
      } else if (byte > 127) ascii = false
      else {
        // Where one byte is plain, whole words of plain bytes follow, or none.
        while (end + 5 <= limit && special(words.getInt32(base + end + 1, true)) === 0) end += 4
      }
    }
    return -1
  }

  #endString(bytes: Buffer, at: number, end: number, plain: boolean, ascii: boolean): number {
    const isShort = end > at && end - at <= longestShort
    if (!isShort) {
      const text = decodeString(bytes, at, end, plain, ascii)
      if (text === undefined) return -1
      this.value = text
      return end
    }
    const a = pack(bytes, at, end)
    const b = pack(bytes, at + 4, end)
    const c = pack(bytes, at + 8, end)
    const known = this.#texts.find(a, b, c)
    const text = known ?? decodeString(bytes, at, end, plain, ascii)
    if (text === undefined) return -1
    if (known === undefined) this.#texts.keep(a, b, c, text)
    this.value = text
    return end
  }

  #name(chunk: Chunk, at: number, limit: number): number {
    const end = endOfName(chunk, at, limit)
    if (end < 0) return this.#string(chunk, at, limit)
    this.value = this.#names.get(chunk, at, end)
    return end
  }

  #integer({ bytes }: Chunk, at: number, limit: number): number {
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
    this.value = value
    return end
  }
}
