/**
 * Server-sent events from bytes, by the rules of the WHATWG HTML standard, section 9.2, at any chunking.
 *
 * It differs from Effect's `Sse` in what recorded streams of model providers need: `retry:` is a field and not a failure,
 * an over-long line fails with a position, and the last event can be salvaged when the body ends without its blank line.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html
 * @since 0.1.0
 */

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
 * Finds the JSON in the bytes of an event of one `data:` line, perhaps named by an `event:` line. Answers nothing for any
 * other event.
 *
 * @category decoding
 * @since 0.1.0
 */
export const jsonOf = (
  bytes: Buffer,
  from: number,
  to: number
): { readonly from: number; readonly to: number } | undefined => {
  let found: { readonly from: number; readonly to: number } | undefined
  let at = from
  while (at < to) {
    const lf = bytes.indexOf(LF, at)
    if (lf < 0 || lf >= to) return undefined
    const end = lf > at && bytes[lf - 1] === CR ? lf - 1 : lf
    if (end > at) {
      const colon = bytes.indexOf(COLON, at)
      if (colon < 0 || colon >= end) return undefined
      const name = fieldName(bytes, at, colon)
      if (name === "data" && found === undefined)
        found = { from: bytes[colon + 1] === SPACE ? colon + 2 : colon + 1, to: end }
      else if (name !== "event") return undefined
    }
    at = lf + 1
  }
  return found
}

/** Up to this length, looking at each byte is faster than asking native code where a line ends. */
const few = 16

const LF = 10
const CR = 13
const COLON = 58
const SPACE = 32

const asBuffer = (chunk: Uint8Array): Buffer =>
  Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)

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

const isCompleteJsonObject = (data: string): boolean => {
  if (!data.startsWith("{")) return false
  try {
    JSON.parse(data)
    return true
  } catch {
    return false
  }
}

/**
 * Creates a parser for one event stream. `readAhead` is asked at the beginning of each event.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (onEvent: OnSseEvent, limits: SseLimits, readAhead?: ReadAhead): SseParser => {
  // The beginning of a line whose end has not arrived. It grows by doubling, so that bytes are copied a bounded number of
  // times however small the chunks are.
  let carry = Buffer.allocUnsafe(0)
  let carried = 0
  let position = 0
  let firstLine = true
  // A CR ends a line at once; the LF that may follow it, perhaps in the next chunk, belongs to it.
  let afterCr = false
  let overflow: SseOverflow | undefined
  let data: string | undefined
  let dataBytes = 0
  let event = ""
  let lastEvent = ""
  let lastEventId = ""
  let reconnectionTime: number | undefined

  const keep = (bytes: Buffer, from: number, to: number): void => {
    const needed = carried + to - from
    if (needed > carry.length) {
      const larger = Buffer.allocUnsafe(Math.max(256, carry.length * 2, needed))
      carry.copy(larger, 0, 0, carried)
      carry = larger
    }
    bytes.copy(carry, carried, from, to)
    carried = needed
  }

  const dispatch = (bytes: Buffer, from: number, to: number): void => {
    const type = event
    event = ""
    if (data === undefined) return
    const text = data
    data = undefined
    dataBytes = 0
    onEvent(type === "" ? "message" : type, text, bytes, from, to)
  }

  const field = (bytes: Buffer, from: number, nameEnd: number, valueFrom: number, to: number): void => {
    switch (fieldName(bytes, from, nameEnd)) {
      case "data": {
        dataBytes += to - valueFrom + 1
        if (dataBytes - 1 > limits.maxEventBytes) {
          overflow = { what: "event", limit: limits.maxEventBytes, position }
          return
        }
        const value = bytes.toString("utf8", valueFrom, to)
        data = data === undefined ? value : `${data}\n${value}`
        return
      }
      case "event":
        // Nearly always the name of the event before.
        if (!spells(bytes, valueFrom, to, lastEvent)) lastEvent = bytes.toString("utf8", valueFrom, to)
        event = lastEvent
        return
      case "id": {
        const id = bytes.toString("utf8", valueFrom, to)
        if (!id.includes("\0")) lastEventId = id
        return
      }
      case "retry": {
        const digits = bytes.toString("latin1", valueFrom, to)
        if (/^[0-9]+$/.test(digits)) reconnectionTime = Number(digits)
        return
      }
        // Other fields are ignored, says the standard.
    }
  }

  /** Reads a line; answers whether it was the blank one that ends an event. */
  const line = (bytes: Buffer, start: number, to: number): boolean => {
    let from = start
    if (firstLine) {
      firstLine = false
      if (to - from >= 3 && bytes[from] === 0xef && bytes[from + 1] === 0xbb && bytes[from + 2] === 0xbf) from += 3
    }
    if (from === to) return true
    if (bytes[from] === COLON) return false
    let nameEnd = from
    while (nameEnd < to && bytes[nameEnd] !== COLON) nameEnd++
    let valueFrom = nameEnd
    if (valueFrom < to) valueFrom++
    if (valueFrom < to && bytes[valueFrom] === SPACE) valueFrom++
    field(bytes, from, nameEnd, valueFrom, to)
    return false
  }

  const endLine = (bytes: Buffer, from: number, to: number): boolean => {
    if (carried === 0) return line(bytes, from, to)
    keep(bytes, from, to)
    const length = carried
    carried = 0
    return line(carry, 0, length)
  }

  /** Keeps a few bytes in which no line ends. Answers false, and does nothing, when one does or would be too long. */
  const keepFew = (bytes: Uint8Array, length: number): boolean => {
    if (afterCr || carried + length > limits.maxLineBytes || carried + length > carry.length) return false
    for (let i = 0; i < length; i++) if (bytes[i] === LF || bytes[i] === CR) return false
    for (let i = 0; i < length; i++) carry[carried + i] = bytes[i] ?? 0
    carried += length
    position += length
    return true
  }

  const push = (chunk: Uint8Array): boolean => {
    if (overflow !== undefined) return true
    const length = chunk.length
    if (length <= few && carried > 0 && keepFew(chunk, length)) return false
    const bytes = asBuffer(chunk)
    const base = position
    let at = 0
    if (afterCr && length > 0) {
      afterCr = false
      if (bytes[0] === LF) at = 1
    }
    // The next CR, once it has been looked for.
    let nextCr = -1
    // Where the event that is being read began, if that was in this chunk.
    let began = carried === 0 && data === undefined && event === "" && !firstLine ? at : -1
    while (at < length) {
      if (began === at && readAhead !== undefined) {
        at = readAhead(bytes, at, base)
        if (at > began) {
          began = at
          position = base + at
          if (at === length) break
        }
      }
      if (nextCr < at) {
        nextCr = bytes.indexOf(CR, at)
        if (nextCr < 0) nextCr = length
      }
      let end = bytes.indexOf(LF, at)
      if (end < 0) end = length
      if (nextCr < end) end = nextCr
      if (carried + end - at > limits.maxLineBytes) {
        position = base + at + Math.max(0, limits.maxLineBytes - carried)
        overflow = { what: "line", limit: limits.maxLineBytes, position }
        carry = Buffer.allocUnsafe(0)
        carried = 0
        return true
      }
      if (end === length) {
        keep(bytes, at, length)
        break
      }
      position = base + end + 1
      const from = at
      at = end + 1
      if (end === nextCr) {
        if (at === length) afterCr = true
        else if (bytes[at] === LF) at++
      }
      if (endLine(bytes, from, end)) {
        dispatch(bytes, began, at)
        began = at
      }
      if (overflow !== undefined) return true
    }
    position = base + length
    return true
  }

  const salvage = (): void => {
    if (overflow !== undefined) return
    if (carried > 0) {
      const length = carried
      carried = 0
      line(carry, 0, length)
    }
    if (data !== undefined && (data === "[DONE]" || isCompleteJsonObject(data))) dispatch(carry, -1, 0)
    data = undefined
  }

  return {
    push,
    salvage,
    get overflow() {
      return overflow
    },
    get position() {
      return position
    },
    get lastEventId() {
      return lastEventId
    },
    get reconnectionTime() {
      return reconnectionTime
    }
  }
}
