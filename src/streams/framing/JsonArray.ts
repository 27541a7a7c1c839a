/**
 * The elements of a JSON array that grows while it is read, at any chunking: what Google's streams are without
 * `alt=sse`.
 *
 * Objects without an array around them are taken one after the other, too, so that the same reader does for whatever a
 * gateway makes of such a stream. Nothing is parsed here: an element ends where its brackets do.
 */
import type { Buffer } from "./Buffer.ts"
import { asBuffer, isBlank, isSpace } from "./Bytes.ts"
import { Carry } from "./Carry.ts"

/** An element over its limit. */
export interface JsonArrayOverflow {
  readonly what: "JSON value"
  /** The limit in bytes. */
  readonly limit: number
  /** The number of bytes read up to where the limit was passed. */
  readonly position: number
}

/** A parser of one growing array. */
export interface JsonArrayParser {
  /** Reads a chunk and calls `onElement` for each element that it completes. Returns whether there was any. */
  readonly push: (chunk: Uint8Array) => boolean
  /** Drops what is left when the bytes have ended: it cannot be whole. Called once. */
  readonly salvage: () => void
  /** The limit that was passed, if it was. Nothing more is read after it. */
  readonly overflow: JsonArrayOverflow | undefined
  /** The number of bytes read. */
  readonly position: number
}

const QUOTE = 34
const COMMA = 44
const BACKSLASH = 92
const OPEN_ARRAY = 91
const CLOSE_ARRAY = 93
const OPEN_OBJECT = 123
const CLOSE_OBJECT = 125

/** What the next byte is in the middle of. */
type State = "between" | "brackets" | "string" | "escape" | "word"

/**
 * Returns where the string goes on in which the byte at `at` is: at its quote, at a backslash, or at the end of the
 * bytes.
 */
const stringEnd = (bytes: Buffer, at: number): number => {
  let end = at
  while (end < bytes.length && bytes[end] !== QUOTE && bytes[end] !== BACKSLASH) end++
  return end
}

class Parser implements JsonArrayParser {
  readonly #onElement: (text: string) => void
  readonly #limit: number
  // The beginning of an element whose end has not arrived.
  readonly #carry = new Carry()
  #state: State = "between"
  #depth = 0
  // The bracket around all elements belongs to none. It is looked for only at the beginning.
  #begun = false
  // Where the element began, or goes on, in the chunk.
  #from = 0
  position = 0
  overflow: JsonArrayOverflow | undefined

  constructor(onElement: (text: string) => void, limit: number) {
    this.#onElement = onElement
    this.#limit = limit
  }

  push(chunk: Uint8Array): boolean {
    if (this.overflow !== undefined) return true
    const bytes = asBuffer(chunk)
    const base = this.position
    let any = false
    let at = 0
    this.#from = 0
    while (at < bytes.length) {
      const isBetween = this.#state === "between"
      const next = this.#step(bytes, at)
      if (!isBetween && this.#state === "between") {
        any = true
        if (!this.#close(bytes, base, next)) return true
      }
      at = next
    }
    if (this.#state !== "between") {
      if (this.#isTooLong(base, this.#from, bytes.length)) return true
      this.#carry.keep(bytes, this.#from, bytes.length)
    }
    this.position = base + bytes.length
    return any
  }

  salvage(): void {
    this.#carry.drop()
  }

  /**
   * Reads the byte at `at`, or more. Returns where to go on. An element has ended there if the state becomes `between`.
   */
  #step(bytes: Buffer, at: number): number {
    const byte = bytes[at] ?? 0
    switch (this.#state) {
      case "between":
        this.#between(byte, at)
        return at + 1
      case "brackets":
        if (byte === QUOTE) this.#state = "string"
        else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) this.#depth++
        else if ((byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) && --this.#depth === 0) this.#state = "between"
        return at + 1
      case "string": {
        const end = stringEnd(bytes, at)
        if (end === bytes.length) return end
        this.#state = bytes[end] === QUOTE ? "brackets" : "escape"
        return end + 1
      }
      case "escape":
        this.#state = "string"
        return at + 1
      case "word":
        // No protocol has such an element: it goes on to where the next one could begin.
        if (byte !== COMMA && byte !== CLOSE_ARRAY && !isSpace(byte)) return at + 1
        this.#state = "between"
        return at
    }
  }

  #between(byte: number, at: number): void {
    if (!this.#begun && byte === OPEN_ARRAY) this.#begun = true
    else if (!(this.#begun ? isSpace(byte) : isBlank(byte)) && byte !== COMMA && byte !== CLOSE_ARRAY) {
      this.#begun = true
      this.#from = at
      this.#depth = byte === OPEN_OBJECT || byte === OPEN_ARRAY ? 1 : 0
      this.#state = this.#depth > 0 ? "brackets" : "word"
    }
  }

  /** Passes on the element that ends before `to`. Returns whether to read on. */
  #close(bytes: Buffer, base: number, to: number): boolean {
    const carry = this.#carry
    if (this.#isTooLong(base, this.#from, to)) return false
    this.position = base + to
    if (carry.length === 0) this.#onElement(bytes.toString("utf8", this.#from, to))
    else {
      carry.keep(bytes, this.#from, to)
      this.#onElement(carry.take().toString("utf8"))
    }
    return true
  }

  /** Returns whether an element of which `from` to `to` has arrived is too long; nothing more is read then. */
  #isTooLong(base: number, from: number, to: number): boolean {
    const carry = this.#carry
    const limit = this.#limit
    if (carry.length + to - from <= limit) return false
    this.position = base + from + Math.max(0, limit - carry.length)
    this.overflow = { what: "JSON value", limit, position: this.position }
    carry.drop()
    return true
  }
}

/**
 * Creates a parser of one growing array. `onElement` receives the text of an element. `maxEventBytes` is the most bytes
 * of an element.
 */
export const make = (
  onElement: (text: string) => void,
  limits: { readonly maxEventBytes: number }
): JsonArrayParser => new Parser(onElement, limits.maxEventBytes)
