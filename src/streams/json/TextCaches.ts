/**
 * Keeps strings by their bytes, so that a string that comes again is not made again.
 */
import type { Buffer } from "../framing/Buffer.ts"
import { type Chunk, matches, type Runs, runsOf } from "./ByteRuns.ts"

/**
 * The longest text that `ShortTexts` keeps, in bytes.
 */
export const longestShort = 12

const shortTexts = 4096

/** Returns where a text with these words is kept, or would be. */
const entryOf = (a: number, b: number, c: number): number => {
  const hash = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b) ^ Math.imul(c, 0xc2b2ae35)
  return (hash ^ (hash >>> 15)) & (shortTexts - 1)
}

/**
 * Short texts by their bytes, which are three words at most; bytes that are not there count as 0.
 *
 * **Details**
 *
 * The tokens of a model come again in all streams, and looking one up costs less than making it. The bytes are those of
 * the JSON text, so escapes and UTF-8 need no care. A new text replaces the one that has its place.
 */
export class ShortTexts {
  readonly #words = new Int32Array(3 * shortTexts)
  readonly #texts: Array<string> = Array.from({ length: shortTexts }, () => "")

  /** Returns the text of plain ASCII whose bytes stand between `from` and `to` and are these words, and keeps it. */
  ascii(bytes: Buffer, from: number, to: number, a: number, b: number, c: number): string {
    const entry = entryOf(a, b, c)
    return this.#has(entry, a, b, c)
      ? this.#texts[entry] ?? ""
      : this.#keep(entry, a, b, c, bytes.toString("latin1", from, to))
  }

  /** Returns the text that is kept with these words, if there is one. */
  find(a: number, b: number, c: number): string | undefined {
    const entry = entryOf(a, b, c)
    return this.#has(entry, a, b, c) ? this.#texts[entry] : undefined
  }

  /** Keeps a text with the words of its bytes. */
  keep(a: number, b: number, c: number, text: string): void {
    this.#keep(entryOf(a, b, c), a, b, c, text)
  }

  #has(entry: number, a: number, b: number, c: number): boolean {
    const words = this.#words
    return words[3 * entry] === a && words[3 * entry + 1] === b && words[3 * entry + 2] === c
  }

  #keep(entry: number, a: number, b: number, c: number, text: string): string {
    const words = this.#words
    words[3 * entry] = a
    words[3 * entry + 1] = b
    words[3 * entry + 2] = c
    return this.#texts[entry] = text
  }
}

const names = 256

interface Name {
  readonly words: Runs
  readonly length: number
  readonly text: string
}

/** Returns the same text, interned as a property name: comparing two of those compares their addresses. */
const interned = (text: string): string => Object.keys({ [text]: true })[0] ?? text

/**
 * The names of things, such as ids and models, that come again in each kind of event, and in each stream of the same
 * model.
 */
export class Names {
  readonly #names: Array<Name | undefined> = Array.from({ length: names }, () => undefined)

  /**
   * Returns the text of plain ASCII, longer than `longestShort`, whose bytes stand between `at` and `end`, and keeps
   * it.
   */
  get(chunk: Chunk, at: number, end: number): string {
    const { base, bytes, words } = chunk
    const length = end - at
    const entry = entryOf(words.getInt32(base + at + 8, true), words.getInt32(base + end - 4, true), length) &
      (names - 1)
    const found = this.#names[entry]
    if (found?.length === length && matches(found.words, 0, length, chunk, at)) return found.text
    const text = interned(bytes.toString("latin1", at, end))
    this.#names[entry] = { words: runsOf(bytes, [at, end]), length, text }
    return text
  }
}
