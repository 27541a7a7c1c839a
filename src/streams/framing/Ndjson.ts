/**
 * Lines of JSON from bytes, at any chunking.
 *
 * A line ends with LF or CR LF; the last one needs no end. Blank lines are passed over, and so is the mark that may
 * stand before any text.
 *
 * @see https://github.com/ndjson/ndjson-spec
 */
import type { Buffer } from "./Buffer.ts"
import { asBuffer, isCompleteJsonObject, textStart, withoutMark } from "./Bytes.ts"
import { Carry } from "./Carry.ts"
import type { Locate } from "./Locate.ts"
import type { ReadAhead } from "./ReadAhead.ts"

/** A line over its limit. */
export interface LineOverflow {
  readonly what: "line"
  /** The limit in bytes. */
  readonly limit: number
  /** The number of bytes read up to where the limit was passed. */
  readonly position: number
}

/** A parser of one body of lines. */
export interface LineParser {
  /** Reads a chunk and calls `onLine` for each line that it completes. Returns whether a line ended in it. */
  readonly push: (chunk: Uint8Array) => boolean
  /**
   * Reads what is left when the bytes have ended: it is a line if it is a complete JSON object, and was cut off
   * otherwise. Called once.
   */
  readonly salvage: () => void
  /** The limit that was passed, if it was. Nothing more is read after it. */
  readonly overflow: LineOverflow | undefined
  /** The number of bytes read. */
  readonly position: number
}

/**
 * Receives one line without its end. `bytes` has it, its end included, between `from` and `to`, when all of it came in
 * one chunk; `from` is -1 when it did not.
 */
export type OnLine = (text: string, bytes: Buffer, from: number, to: number) => void

const LF = 10
const CR = 13
const SPACE = 32

/** Finds the JSON of a line. */
export const locate: Locate = (bytes, from, limit) => {
  const lf = bytes.indexOf(LF, from)
  if (lf < 0 || lf >= limit) return undefined
  let to = lf
  while (to > from && (bytes[to - 1] ?? 0) <= SPACE) to--
  return { from, to }
}

class Parser implements LineParser {
  readonly #onLine: OnLine
  readonly #maxLineBytes: number
  readonly #readAhead: ReadAhead | undefined
  // The beginning of a line whose end has not arrived.
  readonly #carry = new Carry()
  #isFirst = true
  position = 0
  overflow: LineOverflow | undefined

  constructor(onLine: OnLine, maxLineBytes: number, readAhead: ReadAhead | undefined) {
    this.#onLine = onLine
    this.#maxLineBytes = maxLineBytes
    this.#readAhead = readAhead
  }

  push(chunk: Uint8Array): boolean {
    if (this.overflow !== undefined) return true
    const carry = this.#carry
    const bytes = asBuffer(chunk)
    const length = bytes.length
    const base = this.position
    let ended = false
    let at = 0
    while (at < length) {
      if (carry.length === 0 && !this.#isFirst && this.#readAhead !== undefined) {
        const next = this.#readAhead.read(bytes, at, base)
        if (next > at) {
          ended = true
          at = next
          this.position = base + at
          if (at === length) break
        }
      }
      const lf = bytes.indexOf(LF, at)
      const end = lf < 0 ? length : lf
      if (this.#overruns(bytes, at, end, base)) return true
      if (lf < 0) {
        carry.keep(bytes, at, length)
        break
      }
      ended = true
      const from = at
      at = lf + 1
      this.position = base + at
      if (carry.length === 0) this.#line(bytes, from, lf, bytes, from, at)
      else {
        carry.keep(bytes, from, lf)
        const kept = carry.take()
        this.#line(kept, 0, kept.length, kept, -1, 0)
      }
    }
    this.position = base + length
    return ended
  }

  salvage(): void {
    if (this.overflow !== undefined || this.#carry.length === 0) return
    const kept = this.#carry.take()
    if (isCompleteJsonObject(withoutMark(kept.toString("utf8")).trim())) {
      this.#line(kept, 0, kept.length, kept, -1, 0)
    }
  }

  /** Returns whether the line of which `at` to `end` has arrived is too long; nothing more is read then. */
  #overruns(bytes: Buffer, at: number, end: number, base: number): boolean {
    const carry = this.#carry
    const limit = this.#maxLineBytes
    // The CR of a line's end, too, may have come with an earlier chunk.
    const endsInCr = end > at ? bytes[end - 1] === CR : carry.last === CR
    if (carry.length + end - at - (endsInCr ? 1 : 0) <= limit) return false
    this.position = base + at + Math.max(0, limit - carry.length)
    this.overflow = { what: "line", limit, position: this.position }
    carry.drop()
    return true
  }

  /** Passes on the line whose text stands between `start` and `end`, unless it is blank. */
  #line(text: Buffer, start: number, end: number, bytes: Buffer, from: number, to: number): void {
    let first = start
    if (this.#isFirst) {
      this.#isFirst = false
      first = textStart(text, first, end)
    }
    let last = end
    while (last > first && (text[last - 1] ?? 0) <= SPACE) last--
    while (first < last && (text[first] ?? 0) <= SPACE) first++
    if (last > first) this.#onLine(text.toString("utf8", first, last), bytes, from, to)
  }
}

/**
 * Creates a parser for one body. `maxLineBytes` counts a line without its end. `readAhead` is tried at the beginning of
 * each line.
 */
export const make = (onLine: OnLine, maxLineBytes: number, readAhead?: ReadAhead): LineParser =>
  new Parser(onLine, maxLineBytes, readAhead)
