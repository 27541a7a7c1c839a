/**
 * Finds where each scalar of a JSON text stands in its bytes.
 */
import type { Buffer } from "../framing/Buffer.ts"

/**
 * One string, number, literal, empty object or empty array.
 */
export interface Leaf {
  /** Keys and indexes, joined with dots (`choices.0.delta.content`). */
  readonly path: string
  /** `integer` is a number of digits alone; `whole` is a value at a path that was to be one leaf, unless it is bare. */
  readonly kind: "string" | "integer" | "whole" | "other"
  /** Where the value begins and ends in the bytes; a string does so inside of its quotes, a whole one outside. */
  readonly from: number
  readonly to: number
}

const QUOTE = 34
const BACKSLASH = 92
const COMMA = 44
const MINUS = 45
const OPEN_OBJECT = 123
const CLOSE_OBJECT = 125
const OPEN_ARRAY = 91
const CLOSE_ARRAY = 93

const isSpace = (byte: number | undefined): boolean => byte === 32 || byte === 10 || byte === 13 || byte === 9

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 48 && byte <= 57

/** Reads valid JSON once, from its begin to its end. */
class Reader {
  readonly found: Array<Leaf> = []
  /** Whether a key may be there twice. */
  isAmbiguous = false

  readonly #bytes: Buffer
  readonly #end: number
  readonly #whole: ReadonlySet<string>
  readonly #paths = new Set<string>()
  #at: number
  // Whether the value that is being read is inside of one that is a leaf as a whole.
  #isInside = false

  constructor(bytes: Buffer, start: number, end: number, whole: ReadonlySet<string>) {
    this.#bytes = bytes
    this.#at = start
    this.#end = end
    this.#whole = whole
  }

  value(path: string): void {
    this.#space()
    const from = this.#at
    if (!this.#isInside && this.#whole.has(path)) {
      this.#isInside = true
      this.#any(path)
      this.#isInside = false
      this.#leaf(path, this.#isBare(from) ? "other" : "whole", from, this.#at)
    } else this.#any(path)
    this.#space()
  }

  /** Returns whether the value that was just read is a literal, an empty object, or an empty array. */
  #isBare(from: number): boolean {
    const first = this.#bytes[from]
    if (first === OPEN_OBJECT || first === OPEN_ARRAY) return this.#at - from === 2
    return first !== QUOTE && first !== MINUS && !isDigit(first)
  }

  #space(): void {
    while (this.#at < this.#end && isSpace(this.#bytes[this.#at])) this.#at++
  }

  /** Reads a string whose opening quote is next. Returns where its characters begin and end. */
  #string(): readonly [from: number, to: number] {
    const bytes = this.#bytes
    const from = ++this.#at
    while (this.#at < this.#end && bytes[this.#at] !== QUOTE) this.#at += bytes[this.#at] === BACKSLASH ? 2 : 1
    return [from, this.#at++]
  }

  #leaf(path: string, kind: Leaf["kind"], from: number, to: number): void {
    if (this.#isInside) return
    if (this.#paths.has(path)) this.isAmbiguous = true
    this.#paths.add(path)
    this.found.push({ path, kind, from, to })
  }

  #any(path: string): void {
    const first = this.#bytes[this.#at]
    if (first === QUOTE) {
      const [from, to] = this.#string()
      this.#leaf(path, "string", from, to)
    } else if (first === OPEN_OBJECT || first === OPEN_ARRAY) this.#container(path, first === OPEN_OBJECT)
    else this.#numberOrLiteral(path)
  }

  #numberOrLiteral(path: string): void {
    const from = this.#at
    let digits = true
    while (this.#at < this.#end) {
      const byte = this.#bytes[this.#at]
      if (byte === COMMA || byte === CLOSE_OBJECT || byte === CLOSE_ARRAY || isSpace(byte)) break
      digits &&= isDigit(byte)
      this.#at++
    }
    this.#leaf(path, digits ? "integer" : "other", from, this.#at)
  }

  #container(path: string, isObject: boolean): void {
    const from = this.#at++
    // A key may be there once as a container and once as a scalar.
    if (!this.#isInside && this.#paths.has(path)) this.isAmbiguous = true
    this.#space()
    if (this.#bytes[this.#at] === (isObject ? CLOSE_OBJECT : CLOSE_ARRAY)) {
      this.#leaf(path, "other", from, ++this.#at)
      return
    }
    if (!this.#isInside) this.#paths.add(path)
    for (let index = 0; this.#at < this.#end; index++) {
      this.#space()
      const key = isObject ? this.#key() : String(index)
      this.value(path === "" ? key : `${path}.${key}`)
      if (this.#bytes[this.#at++] !== COMMA) return
    }
  }

  /** Reads a key and the colon behind it. */
  #key(): string {
    const [from, to] = this.#string()
    const key = this.#bytes.toString("utf8", from, to)
    // An escape can spell a key that is already there, and a dot a path.
    if (!this.#isInside && (key.includes("\\") || key.includes("."))) this.isAmbiguous = true
    this.#space()
    this.#at++
    return key
  }
}

/**
 * Lists the leaves of the JSON text in `bytes` between `start` and `end`, in their order. The text must be valid JSON:
 * it is read after it was parsed. A value at one of the paths of `whole` is one leaf, whatever is in it. Returns
 * `undefined` if a key may be there twice, since the positions do not say then which value counts.
 */
export const leaves = (
  bytes: Buffer,
  start: number,
  end: number,
  whole: ReadonlySet<string>
): ReadonlyArray<Leaf> | undefined => {
  const reader = new Reader(bytes, start, end, whole)
  reader.value("")
  return reader.isAmbiguous ? undefined : reader.found
}
