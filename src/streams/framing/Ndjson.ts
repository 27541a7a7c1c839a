/**
 * Lines of JSON from bytes, at any chunking.
 *
 * A line ends with LF or CR LF; the last one needs no end. Blank lines are passed over, and so is the mark that may stand
 * before any text.
 *
 * @see https://github.com/ndjson/ndjson-spec
 * @since 0.1.0
 */
import { asBuffer, isCompleteJsonObject } from "./Bytes.ts"
import { Carry } from "./Carry.ts"
import type { Locate } from "./Locate.ts"

/**
 * A line over its limit. `position` is the number of bytes read up to where the limit was passed.
 *
 * @category errors
 * @since 0.1.0
 */
export interface LineOverflow {
  readonly what: "line"
  readonly limit: number
  readonly position: number
}

/**
 * A parser of one body of lines.
 *
 * **Details**
 *
 * `push` reads a chunk and calls `onLine` for each line that it completes; it answers whether a line ended in it. After
 * `overflow` is set it reads nothing more. `salvage` is called once when the bytes have ended: what is left is a line if
 * it is a complete JSON object, and was cut off otherwise. `position` counts the bytes read.
 *
 * @category models
 * @since 0.1.0
 */
export interface LineParser {
  readonly push: (chunk: Uint8Array) => boolean
  readonly salvage: () => void
  readonly overflow: LineOverflow | undefined
  readonly position: number
}

/**
 * Receives one line without its end. `bytes` has it, its end included, between `from` and `to`, when all of it came in one
 * chunk; `from` is -1 when it did not.
 *
 * @category models
 * @since 0.1.0
 */
export type OnLine = (text: string, bytes: Buffer, from: number, to: number) => void

/**
 * Reads whole lines in its own way from where one begins, and answers where the first line begins that it left alone.
 *
 * @category models
 * @since 0.1.0
 */
export type ReadAhead = (bytes: Buffer, at: number, position: number) => number

const LF = 10
const CR = 13
const SPACE = 32

/**
 * Finds the line that begins at `from` and ends before `limit`, and the JSON in it.
 *
 * @category decoding
 * @since 0.1.0
 */
export const locate: Locate = (bytes, from, limit) => {
  const lf = bytes.indexOf(LF, from)
  if (lf < 0 || lf >= limit) return undefined
  let to = lf
  while (to > from && (bytes[to - 1] ?? 0) <= SPACE) to--
  return { from, to, end: lf + 1, event: "" }
}

/**
 * Creates a parser for one body. `maxLineBytes` counts a line without its end. `readAhead` is asked at the beginning of each
 * line.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (onLine: OnLine, maxLineBytes: number, readAhead?: ReadAhead): LineParser => {
  const carry = new Carry()
  let position = 0
  let isFirst = true
  let overflow: LineOverflow | undefined

  /** Hands over the line whose text stands between `start` and `end`, unless it is blank. */
  const line = (text: Buffer, start: number, end: number, bytes: Buffer, from: number, to: number): void => {
    let first = start
    if (isFirst) {
      isFirst = false
      if (end - first >= 3 && text[first] === 0xef && text[first + 1] === 0xbb && text[first + 2] === 0xbf) first += 3
    }
    let last = end
    while (last > first && (text[last - 1] ?? 0) <= SPACE) last--
    while (first < last && (text[first] ?? 0) <= SPACE) first++
    if (last > first) onLine(text.toString("utf8", first, last), bytes, from, to)
  }

  const push = (chunk: Uint8Array): boolean => {
    if (overflow !== undefined) return true
    const bytes = asBuffer(chunk)
    const length = bytes.length
    const base = position
    let ended = false
    let at = 0
    while (at < length) {
      if (carry.length === 0 && !isFirst && readAhead !== undefined) {
        const next = readAhead(bytes, at, base)
        if (next > at) {
          ended = true
          at = next
          position = base + at
          if (at === length) break
        }
      }
      const lf = bytes.indexOf(LF, at)
      const end = lf < 0 ? length : lf
      // The CR of a line's end, too, may have come with an earlier chunk.
      const endsInCr = end > at ? bytes[end - 1] === CR : carry.last === CR
      if (carry.length + end - at - (endsInCr ? 1 : 0) > maxLineBytes) {
        position = base + at + Math.max(0, maxLineBytes - carry.length)
        overflow = { what: "line", limit: maxLineBytes, position }
        carry.drop()
        return true
      }
      if (lf < 0) {
        carry.keep(bytes, at, length)
        break
      }
      ended = true
      const from = at
      at = lf + 1
      position = base + at
      if (carry.length === 0) line(bytes, from, lf, bytes, from, at)
      else {
        carry.keep(bytes, from, lf)
        const kept = carry.take()
        line(kept, 0, kept.length, kept, -1, 0)
      }
    }
    position = base + length
    return ended
  }

  const salvage = (): void => {
    if (overflow !== undefined || carry.length === 0) return
    const kept = carry.take()
    if (isCompleteJsonObject(kept.toString("utf8").replace(/^\uFEFF/, "").trim())) {
      line(kept, 0, kept.length, kept, -1, 0)
    }
  }

  return {
    push,
    salvage,
    get overflow() {
      return overflow
    },
    get position() {
      return position
    }
  }
}
