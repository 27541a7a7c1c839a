/**
 * Server-sent events from bytes, by the rules of the WHATWG HTML standard, section 9.2, at any chunking.
 *
 * It differs from Effect's `Sse` in what recorded streams of model providers need: `retry:` is a field and not a failure,
 * an over-long line fails with a position, and the last event can be salvaged when the body ends without its blank line.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html
 * @since 0.1.0
 */

import { asBuffer, isCompleteJsonObject } from "./Bytes.ts"
import type { Locate } from "./Locate.ts"

/**
 * Sizes over which a stream is refused, in bytes. A line counts without its line ending, an event counts its data.
 *
 * @category models
 * @since 0.1.0
 */
export interface SseLimits {
  readonly maxLineBytes: number
  readonly maxEventBytes: number
}

/**
 * A line or an event over its limit. `position` is the number of bytes read up to where the limit was passed.
 *
 * @category errors
 * @since 0.1.0
 */
export interface SseOverflow {
  readonly what: "line" | "event"
  readonly limit: number
  readonly position: number
}

/**
 * A parser of one event stream.
 *
 * **Details**
 *
 * `push` reads a chunk and calls `onEvent` for each event that it completes; it answers whether a line ended in it. After
 * `overflow` is set it reads nothing more. `salvage` is called once when the bytes have ended: an unfinished last event whose data is `[DONE]` or a complete
 * JSON object is dispatched, anything else is dropped, as the standard says. `position` counts the bytes read.
 *
 * @category models
 * @since 0.1.0
 */
export interface SseParser {
  readonly push: (chunk: Uint8Array) => boolean
  readonly salvage: () => void
  readonly overflow: SseOverflow | undefined
  readonly position: number
  readonly lastEventId: string
  readonly reconnectionTime: number | undefined
}

/**
 * Receives one event. `event` is `message` where the stream names none. `bytes` has the event between `from` and `to`, its
 * blank line included, when all of it came in one chunk; `from` is -1 when it did not.
 *
 * @category models
 * @since 0.1.0
 */
export type OnSseEvent = (event: string, data: string, bytes: Buffer, from: number, to: number) => void

/**
 * Reads whole events in its own way from where one begins, and answers where the first event begins that it left alone.
 *
 * @category models
 * @since 0.1.0
 */
export type ReadAhead = (bytes: Buffer, at: number, position: number) => number

/**
 * Finds the event that begins at `from`, its blank line included, and the JSON in it, if it is one of one `data:` line, perhaps named
 * by an `event:` line. Answers nothing for any other event, and for one that is not whole before `limit`.
 *
 * @category decoding
 * @since 0.1.0
 */
export const locate: Locate = (bytes, from, limit) => {
  let event = "message"
  let json = -1
  let to = 0
  let at = from
  for (;;) {
    const lf = bytes.indexOf(LF, at)
    if (lf < 0 || lf >= limit) return undefined
    const end = lf > at && bytes[lf - 1] === CR ? lf - 1 : lf
    if (end === at) return json < 0 ? undefined : { from: json, to, end: lf + 1, event }
    const colon = bytes.indexOf(COLON, at)
    if (colon < 0 || colon >= end) return undefined
    const value = bytes[colon + 1] === SPACE ? colon + 2 : colon + 1
    const name = fieldName(bytes, at, colon)
    if (name === "event" && end > value) {
      event = nameAt(bytes, value, end)
      // Which ends a line, too.
      if (event.includes("\r")) return undefined
    } else if (name === "data" && json < 0) {
      json = value
      to = end
    } else return undefined
    at = lf + 1
  }
}

/** Up to this length, looking at each byte is faster than asking native code where a line ends. */
const few = 16

const LF = 10
const CR = 13
const COLON = 58
const SPACE = 32

/** Whether bytes are the letters of a text, which is taken for no if it is not ASCII. */
const spells = (bytes: Buffer, from: number, to: number, text: string): boolean => {
  if (to - from !== text.length) return false
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code > 127 || bytes[from + i] !== code) return false
  }
  return true
}

/** The two names that every event of a model has cost no string. */
const fieldName = (bytes: Buffer, from: number, to: number): string => {
  if (spells(bytes, from, to, "data")) return "data"
  return spells(bytes, from, to, "event") ? "event" : bytes.toString("latin1", from, to)
}

// Nearly always the name of the event before.
let lastName = ""

const nameAt = (bytes: Buffer, from: number, to: number): string =>
  spells(bytes, from, to, lastName) ? lastName : lastName = bytes.toString("utf8", from, to)

const noBytes = Buffer.allocUnsafe(0)

class Parser implements SseParser {
  readonly #onEvent: OnSseEvent
  readonly #limits: SseLimits
  readonly #readAhead: ReadAhead | undefined
  // The beginning of a line whose end has not arrived. It grows by doubling, so that bytes are copied a bounded number of
  // times however small the chunks are.
  #carry = noBytes
  #carried = 0
  #firstLine = true
  // A CR ends a line at once; the LF that may follow it, perhaps in the next chunk, belongs to it.
  #afterCr = false
  #data: string | undefined
  #dataBytes = 0
  #event = ""
  position = 0
  overflow: SseOverflow | undefined
  lastEventId = ""
  reconnectionTime: number | undefined

  constructor(onEvent: OnSseEvent, limits: SseLimits, readAhead: ReadAhead | undefined) {
    this.#onEvent = onEvent
    this.#limits = limits
    this.#readAhead = readAhead
  }

  push(chunk: Uint8Array): boolean {
    if (this.overflow !== undefined) return true
    const length = chunk.length
    if (length <= few && this.#carried > 0 && this.#keepFew(chunk, length)) return false
    const bytes = asBuffer(chunk)
    const base = this.position
    const readAhead = this.#readAhead
    let at = 0
    if (this.#afterCr && length > 0) {
      this.#afterCr = false
      if (bytes[0] === LF) at = 1
    }
    // Only a mark before the first line would be in the way of reading ahead.
    if (this.#firstLine && this.#carried === 0 && length > 0 && bytes[0] !== 0xef) this.#firstLine = false
    // The next CR, once it has been looked for.
    let nextCr = -1
    // Where the event that is being read began, if that was in this chunk.
    let began = this.#isBetweenEvents ? at : -1
    while (at < length) {
      if (began === at && readAhead !== undefined) {
        at = readAhead(bytes, at, base)
        if (at > began) {
          began = at
          this.position = base + at
          if (at === length) break
        }
      }
      if (nextCr < at) {
        nextCr = bytes.indexOf(CR, at)
        if (nextCr < 0) nextCr = length
      }
      // The line that ends an event is empty.
      let end = bytes[at] === LF ? at : bytes.indexOf(LF, at)
      if (end < 0) end = length
      if (nextCr < end) end = nextCr
      if (this.#carried + end - at > this.#limits.maxLineBytes) {
        this.#overrun("line", base + at + Math.max(0, this.#limits.maxLineBytes - this.#carried))
        return true
      }
      if (end === length) {
        this.#keep(bytes, at, length)
        break
      }
      this.position = base + end + 1
      const from = at
      at = end + 1
      if (end === nextCr) {
        if (at === length) this.#afterCr = true
        else if (bytes[at] === LF) at++
      }
      if (this.#endLine(bytes, from, end)) {
        this.#dispatch(bytes, began, at)
        began = at
      }
      if (this.overflow !== undefined) return true
    }
    this.position = base + length
    return true
  }

  salvage(): void {
    if (this.overflow !== undefined) return
    if (this.#carried > 0) {
      const length = this.#carried
      this.#carried = 0
      this.#line(this.#carry, 0, length)
    }
    const data = this.#data
    if (data !== undefined && (data === "[DONE]" || isCompleteJsonObject(data))) this.#dispatch(this.#carry, -1, 0)
    this.#data = undefined
  }

  get #isBetweenEvents(): boolean {
    return this.#carried === 0 && this.#data === undefined && this.#event === "" && !this.#firstLine
  }

  #overrun(what: SseOverflow["what"], position: number): void {
    this.position = position
    this.overflow = { what, limit: this.#limits[what === "line" ? "maxLineBytes" : "maxEventBytes"], position }
    this.#carry = noBytes
    this.#carried = 0
  }

  #keep(bytes: Buffer, from: number, to: number): void {
    const needed = this.#carried + to - from
    if (needed > this.#carry.length) {
      const larger = Buffer.allocUnsafe(Math.max(256, this.#carry.length * 2, needed))
      this.#carry.copy(larger, 0, 0, this.#carried)
      this.#carry = larger
    }
    bytes.copy(this.#carry, this.#carried, from, to)
    this.#carried = needed
  }

  /** Keeps a few bytes in which no line ends. Answers false, and does nothing, when one does or would be too long. */
  #keepFew(bytes: Uint8Array, length: number): boolean {
    const carry = this.#carry
    const carried = this.#carried
    if (this.#afterCr || carried + length > this.#limits.maxLineBytes || carried + length > carry.length) return false
    for (let i = 0; i < length; i++) if (bytes[i] === LF || bytes[i] === CR) return false
    for (let i = 0; i < length; i++) carry[carried + i] = bytes[i] ?? 0
    this.#carried = carried + length
    this.position += length
    return true
  }

  #endLine(bytes: Buffer, from: number, to: number): boolean {
    if (this.#carried === 0) return this.#line(bytes, from, to)
    this.#keep(bytes, from, to)
    const length = this.#carried
    this.#carried = 0
    return this.#line(this.#carry, 0, length)
  }

  /** Reads a line; answers whether it was the blank one that ends an event. */
  #line(bytes: Buffer, start: number, to: number): boolean {
    let from = start
    if (this.#firstLine) {
      this.#firstLine = false
      if (to - from >= 3 && bytes[from] === 0xef && bytes[from + 1] === 0xbb && bytes[from + 2] === 0xbf) from += 3
    }
    if (from === to) return true
    if (bytes[from] === COLON) return false
    let nameEnd = from
    while (nameEnd < to && bytes[nameEnd] !== COLON) nameEnd++
    let valueFrom = nameEnd
    if (valueFrom < to) valueFrom++
    if (valueFrom < to && bytes[valueFrom] === SPACE) valueFrom++
    this.#field(bytes, from, nameEnd, valueFrom, to)
    return false
  }

  #field(bytes: Buffer, from: number, nameEnd: number, valueFrom: number, to: number): void {
    switch (fieldName(bytes, from, nameEnd)) {
      case "data": {
        this.#dataBytes += to - valueFrom + 1
        if (this.#dataBytes - 1 > this.#limits.maxEventBytes) {
          this.#overrun("event", this.position)
          return
        }
        // Without an encoding, `toString` goes to the native decoder at once.
        const value = bytes.toString(undefined, valueFrom, to)
        this.#data = this.#data === undefined ? value : `${this.#data}\n${value}`
        return
      }
      case "event":
        this.#event = nameAt(bytes, valueFrom, to)
        return
      case "id": {
        const id = bytes.toString("utf8", valueFrom, to)
        if (!id.includes("\0")) this.lastEventId = id
        return
      }
      case "retry": {
        const digits = bytes.toString("latin1", valueFrom, to)
        if (/^[0-9]+$/.test(digits)) this.reconnectionTime = Number(digits)
        return
      }
        // Other fields are ignored, says the standard.
    }
  }

  #dispatch(bytes: Buffer, from: number, to: number): void {
    const type = this.#event
    this.#event = ""
    const data = this.#data
    if (data === undefined) return
    this.#data = undefined
    this.#dataBytes = 0
    this.#onEvent(type === "" ? "message" : type, data, bytes, from, to)
  }
}

/**
 * Creates a parser for one event stream. `readAhead` is asked at the beginning of each event.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (onEvent: OnSseEvent, limits: SseLimits, readAhead?: ReadAhead): SseParser =>
  new Parser(onEvent, limits, readAhead)
