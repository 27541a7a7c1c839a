/**
 * The elements of a JSON array that grows while it is read, at any chunking: what Google's streams are without `alt=sse`.
 *
 * Objects without an array around them are taken one after the other, too, so that the same reader does for whatever a
 * gateway makes of such a stream. Nothing is parsed here: an element ends where its brackets do.
 *
 * @since 0.1.0
 */
import { asBuffer } from "./Bytes.ts"
import { Carry } from "./Carry.ts"

/**
 * An element over its limit. `position` is the number of bytes read up to where the limit was passed.
 *
 * @category errors
 * @since 0.1.0
 */
export interface JsonArrayOverflow {
  readonly what: "JSON value"
  readonly limit: number
  readonly position: number
}

/**
 * A reader of one growing array.
 *
 * **Details**
 *
 * `push` reads a chunk and calls `onElement` for each element that it completes; it answers whether there was any. After
 * `overflow` is set it reads nothing more. `salvage` is called once when the bytes have ended: what is left cannot be whole,
 * and is dropped. `position` counts the bytes read.
 *
 * @category models
 * @since 0.1.0
 */
export interface JsonArrayParser {
  readonly push: (chunk: Uint8Array) => boolean
  readonly salvage: () => void
  readonly overflow: JsonArrayOverflow | undefined
  readonly position: number
}

const QUOTE = 34
const COMMA = 44
const BACKSLASH = 92
const OPEN_ARRAY = 91
const CLOSE_ARRAY = 93
const OPEN_OBJECT = 123
const CLOSE_OBJECT = 125

const isSpace = (byte: number): boolean => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d)
// The mark that may stand before any text.
const isMark = (byte: number): boolean => byte === 0xef || byte === 0xbb || byte === 0xbf

/** What the byte at hand is in the middle of. */
type State = "between" | "brackets" | "string" | "escape" | "word"

/**
 * Creates a reader of one growing array. `onElement` receives the text of an element.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (
  onElement: (text: string) => void,
  limits: { readonly maxEventBytes: number }
): JsonArrayParser => {
  const carry = new Carry()
  let position = 0
  let state: State = "between"
  let depth = 0
  // The bracket around all elements belongs to none. It is looked for only at the beginning.
  let begun = false
  let overflow: JsonArrayOverflow | undefined

  const dispatch = (bytes: Buffer, from: number, to: number): void => {
    if (carry.length === 0) return onElement(bytes.toString("utf8", from, to))
    carry.keep(bytes, from, to)
    onElement(carry.take().toString("utf8"))
  }

  /** Whether an element of which `to - from` more bytes are here is too long; if so, nothing is read any more. */
  const isTooLong = (base: number, from: number, to: number): boolean => {
    const limit = limits.maxEventBytes
    if (carry.length + to - from <= limit) return false
    position = base + from + Math.max(0, limit - carry.length)
    overflow = { what: "JSON value", limit, position }
    carry.drop()
    return true
  }

  /** The end of a string in which the byte at `at` stands: the quote, or a backslash, or the end of the bytes. */
  const stringEnd = (bytes: Buffer, at: number): number => {
    let end = at
    while (end < bytes.length && bytes[end] !== QUOTE && bytes[end] !== BACKSLASH) end++
    return end
  }

  const push = (chunk: Uint8Array): boolean => {
    if (overflow !== undefined) return true
    const bytes = asBuffer(chunk)
    const base = position
    let any = false
    let at = 0
    // Where the element began, or goes on, in this chunk.
    let from = 0

    /** Ends the element before `to`. Answers whether to read on. */
    const close = (to: number): boolean => {
      if (isTooLong(base, from, to)) return false
      state = "between"
      any = true
      position = base + to
      dispatch(bytes, from, to)
      return true
    }

    while (at < bytes.length) {
      const byte = bytes[at] ?? 0
      switch (state) {
        case "between":
          if (!begun && byte === OPEN_ARRAY) begun = true
          else if (!isSpace(byte) && byte !== COMMA && byte !== CLOSE_ARRAY && (begun || !isMark(byte))) {
            begun = true
            from = at
            depth = byte === OPEN_OBJECT || byte === OPEN_ARRAY ? 1 : 0
            state = depth > 0 ? "brackets" : "word"
          }
          at++
          break
        case "brackets":
          at++
          if (byte === QUOTE) state = "string"
          else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) depth++
          else if ((byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) && --depth === 0 && !close(at)) return true
          break
        case "string": {
          at = stringEnd(bytes, at)
          if (at === bytes.length) break
          state = bytes[at] === QUOTE ? "brackets" : "escape"
          at++
          break
        }
        case "escape":
          state = "string"
          at++
          break
        case "word":
          // No element that any protocol has: it goes on to where the next one could begin.
          if (byte !== COMMA && byte !== CLOSE_ARRAY && !isSpace(byte)) at++
          else if (!close(at)) return true
          break
      }
    }
    if (state !== "between") {
      if (isTooLong(base, from, bytes.length)) return true
      carry.keep(bytes, from, bytes.length)
    }
    position = base + bytes.length
    return any
  }

  return {
    push,
    salvage: () => carry.drop(),
    get overflow() {
      return overflow
    },
    get position() {
      return position
    }
  }
}
