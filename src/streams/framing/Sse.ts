/**
 * Server-sent events from bytes, by the rules of the WHATWG HTML standard, section 9.2, at any chunking.
 *
 * It differs from Effect's `Sse` in what recorded streams of model providers need: `retry:` is a field and not a
 * failure, an over-long line fails with a position, and the last event can be salvaged when the body ends without its
 * blank line.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html
 */

import type { Buffer } from "./Buffer.ts"
import { asBuffer, isCompleteJsonObject, markStart, textStart } from "./Bytes.ts"
import { Carry } from "./Carry.ts"
import type { Locate } from "./Locate.ts"
import type { ReadAhead } from "./ReadAhead.ts"

/** Sizes over which a stream is rejected, in bytes. */
export interface SseLimits {
  /** The most bytes of a line, without its line ending. */
  readonly maxLineBytes: number
  /** The most bytes of the data of an event. */
  readonly maxEventBytes: number
}

/** A line or an event over its limit. */
export interface SseOverflow {
  readonly what: "line" | "event"
  /** The limit in bytes. */
  readonly limit: number
  /** The number of bytes read up to where the limit was passed. */
  readonly position: number
}

/** A parser of one event stream. */
export interface SseParser {
  /** Reads a chunk and calls `onEvent` for each event that it completes. Returns whether a line ended in it. */
  readonly push: (chunk: Uint8Array) => boolean
  /**
   * Reads what is left when the bytes have ended: an unfinished last event is dispatched if its data is `[DONE]` or a
   * complete JSON object, and dropped otherwise, as the standard says. Called once.
   */
  readonly salvage: () => void
  /** The limit that was passed, if one was. Nothing more is read after it. */
  readonly overflow: SseOverflow | undefined
  /** The number of bytes read. */
  readonly position: number
  /** The `id` of the latest event that has one; empty by default. */
  readonly lastEventId: string
  /** The latest `retry`, in milliseconds; `undefined` by default. */
  readonly reconnectionTime: number | undefined
}

/**
 * Receives one event. `event` is `message` where the stream names none. `bytes` has the event between `from` and `to`,
 * its blank line included, when all of it came in one chunk; `from` is -1 when it did not.
 */
export type OnSseEvent = (event: string, data: string, bytes: Buffer, from: number, to: number) => void

/**
 * Finds the JSON of an event that has one `data:` line, and perhaps an `event:` line. Returns `undefined` for any other
 * event.
 */
export const locate: Locate = (bytes, from, limit) => {
  let json: { readonly from: number; readonly to: number } | undefined
  let at = from
  for (;;) {
    const lf = bytes.indexOf(LF, at)
    if (lf < 0 || lf >= limit) return undefined
    const end = lf > at && bytes[lf - 1] === CR ? lf - 1 : lf
    if (end === at) return json
    const colon = bytes.indexOf(COLON, at)
    if (colon < 0 || colon >= end) return undefined
    const value = bytes[colon + 1] === SPACE ? colon + 2 : colon + 1
    const name = fieldName(bytes, at, colon)
    if (name === "event" && end > value) {
      // A CR ends a line, too.
      if (bytes.subarray(value, end).includes(CR)) return undefined
    } else if (name === "data" && json === undefined) json = { from: value, to: end }
    else return undefined
    at = lf + 1
  }
}

/** Up to so many bytes, looking for a line end by byte is faster than a call into native code. */
const fewBytes = 16

const LF = 10
const CR = 13
const COLON = 58
const SPACE = 32

/** Returns whether bytes are the letters of a text; never if the text is not ASCII. */
const spells = (bytes: Buffer, from: number, to: number, text: string): boolean => {
  if (to - from !== text.length) return false
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code > 127 || bytes[from + i] !== code) return false
  }
  return true
}

/** Returns the name of a field, without making a string of the two names that every event of a model has. */
const fieldName = (bytes: Buffer, from: number, to: number): string => {
  if (spells(bytes, from, to, "data")) return "data"
  return spells(bytes, from, to, "event") ? "event" : bytes.toString("latin1", from, to)
}

/**
 * Receives a line that is neither an event's field nor a comment, and that the standard says to ignore: without its
 * end.
 */
export type OnUnknownLine = (line: string) => void

class Parser implements SseParser {
  readonly #onEvent: OnSseEvent
  readonly #limits: SseLimits
  readonly #readAhead: ReadAhead | undefined
  readonly #onUnknownLine: OnUnknownLine | undefined
  // The beginning of a line whose end has not arrived.
  readonly #carry = new Carry()
  #firstLine = true
  // A CR ends a line at once; the LF that may follow it, perhaps in the next chunk, belongs to it.
  #afterCr = false
  #data: string | undefined
  #dataBytes = 0
  #event = ""
  // The name of the latest event that had one: nearly always that of the next one, too.
  #lastName = ""
  position = 0
  overflow: SseOverflow | undefined
  lastEventId = ""
  reconnectionTime: number | undefined

  constructor(
    onEvent: OnSseEvent,
    limits: SseLimits,
    readAhead: ReadAhead | undefined,
    onUnknownLine: OnUnknownLine | undefined
  ) {
    this.#onEvent = onEvent
    this.#limits = limits
    this.#readAhead = readAhead
    this.#onUnknownLine = onUnknownLine
  }

  push(chunk: Uint8Array): boolean {
    if (this.overflow !== undefined) return true
    const length = chunk.length
    if (length <= fewBytes && this.#carry.length > 0 && this.#keepFew(chunk, length)) return false
    const bytes = asBuffer(chunk)
    const base = this.position
    const readAhead = this.#readAhead
    let at = 0
    if (this.#afterCr && length > 0) {
      this.#afterCr = false
      if (bytes[0] === LF) at = 1
    }
    // Only a mark before the first line would be in the way of reading ahead.
    if (this.#firstLine && this.#carry.length === 0 && length > 0 && bytes[0] !== markStart) this.#firstLine = false
    // The next CR, once it has been looked for.
    let nextCr = -1
    // Where the event that is being read began, if that was in this chunk.
    let began = this.#isBetweenEvents ? at : -1
    while (at < length) {
      if (began === at && readAhead !== undefined) {
        at = readAhead.read(bytes, at, base)
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
      if (this.#carry.length + end - at > this.#limits.maxLineBytes) {
        this.#overrun("line", base + at + Math.max(0, this.#limits.maxLineBytes - this.#carry.length))
        return true
      }
      if (end === length) {
        this.#carry.keep(bytes, at, length)
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
    if (this.#carry.length > 0) this.#line(this.#carry.bytes, 0, this.#carry.clear())
    const data = this.#data
    if (data !== undefined && (data === "[DONE]" || isCompleteJsonObject(data)))
      this.#dispatch(this.#carry.bytes, -1, 0)
    this.#data = undefined
  }

  get #isBetweenEvents(): boolean {
    return this.#carry.length === 0 && this.#data === undefined && this.#event === "" && !this.#firstLine
  }

  #overrun(what: SseOverflow["what"], position: number): void {
    this.position = position
    this.overflow = { what, limit: this.#limits[what === "line" ? "maxLineBytes" : "maxEventBytes"], position }
    this.#carry.drop()
  }

  /** Keeps a few bytes in which no line ends. Returns false, and does nothing, if one does or would be too long. */
  #keepFew(bytes: Uint8Array, length: number): boolean {
    if (this.#afterCr || this.#carry.length + length > this.#limits.maxLineBytes) return false
    for (let i = 0; i < length; i++) if (bytes[i] === LF || bytes[i] === CR) return false
    this.#carry.keep(bytes, 0, length)
    this.position += length
    return true
  }

  #endLine(bytes: Buffer, from: number, to: number): boolean {
    if (this.#carry.length === 0) return this.#line(bytes, from, to)
    this.#carry.keep(bytes, from, to)
    return this.#line(this.#carry.bytes, 0, this.#carry.clear())
  }

  /** Reads a line. Returns whether it was the blank one that ends an event. */
  #line(bytes: Buffer, start: number, to: number): boolean {
    let from = start
    if (this.#firstLine) {
      this.#firstLine = false
      from = textStart(bytes, from, to)
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
        if (!spells(bytes, valueFrom, to, this.#lastName)) this.#lastName = bytes.toString("utf8", valueFrom, to)
        this.#event = this.#lastName
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
      default:
        this.#onUnknownLine?.(bytes.toString("utf8", from, to))
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

/** Creates a parser for one event stream. `readAhead` is tried at the beginning of each event. */
export const make = (
  onEvent: OnSseEvent,
  limits: SseLimits,
  readAhead?: ReadAhead,
  onUnknownLine?: OnUnknownLine
): SseParser => new Parser(onEvent, limits, readAhead, onUnknownLine)
