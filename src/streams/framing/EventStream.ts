/**
 * Amazon's event stream (`application/vnd.amazon.eventstream`) from bytes: binary frames with two checksums, at any chunking.
 *
 *     total length · headers' length · checksum of these two · headers · payload · checksum of all before it
 *
 * Numbers are of four bytes, the most significant first; the checksums are CRC-32.
 *
 * @see https://smithy.io/2.0/aws/amazon-eventstream.html
 * @since 0.1.0
 */
import { asBuffer } from "./Bytes.ts"
import { crc32 } from "./Crc32.ts"
import * as EventStreamHeaders from "./EventStreamHeaders.ts"

/**
 * Sizes over which a stream is refused, in bytes. A frame counts with all its parts.
 *
 * @category models
 * @since 0.1.0
 */
export interface EventStreamLimits {
  readonly maxEventBytes: number
}

/**
 * A frame over its limit. `position` is the number of bytes read up to where its length was known.
 *
 * @category errors
 * @since 0.1.0
 */
export interface EventStreamOverflow {
  readonly what: "frame"
  readonly limit: number
  readonly position: number
}

/**
 * Bytes that are no frame. `position` is the number of bytes read up to the end of the part that is wrong.
 *
 * @category errors
 * @since 0.1.0
 */
export interface EventStreamProblem {
  readonly detail: string
  readonly position: number
}

/**
 * A parser of one event stream.
 *
 * **Details**
 *
 * `push` reads a chunk and calls `onFrame` for each frame that it completes; it answers whether there was one. After
 * `overflow` or `problem` is set it reads nothing more: there is no finding the beginning of a frame again. A frame that the end
 * of the bytes cuts is none. `position` counts the bytes read.
 *
 * @category models
 * @since 0.1.0
 */
export interface EventStreamParser {
  readonly push: (chunk: Uint8Array) => boolean
  readonly overflow: EventStreamOverflow | undefined
  readonly problem: EventStreamProblem | undefined
  readonly position: number
}

/**
 * Receives one frame. The payload is `bytes` between `from` and `to`, which are there only until this returns. `position` is
 * the number of bytes read up to the frame's end.
 *
 * @category models
 * @since 0.1.0
 */
export type OnFrame = (
  headers: EventStreamHeaders.Headers,
  bytes: Buffer,
  from: number,
  to: number,
  position: number
) => void

const preludeBytes = 12
// The prelude and the last checksum.
const leastBytes = 16

/** How many different headers are kept: a stream has a few kinds of frames, each with the same headers every time. */
const mostKinds = 16

interface Kind {
  readonly bytes: Buffer
  readonly headers: EventStreamHeaders.Headers
}

/**
 * Creates a parser for one event stream.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (onFrame: OnFrame, limits: EventStreamLimits): EventStreamParser => {
  // The beginning of a frame whose end has not arrived. It grows by doubling, so that bytes are copied a bounded number of
  // times however small the chunks are, and never beyond what has arrived by more than that, whatever length a prelude claims.
  let carry = Buffer.allocUnsafe(0)
  let carried = 0
  // What must have arrived before there is something to do: a prelude, or the frame that it announced.
  let wanted = preludeBytes
  // Where the frame that is being read began.
  let start = 0
  let position = 0
  let overflow: EventStreamOverflow | undefined
  let problem: EventStreamProblem | undefined
  const kinds: Array<Kind> = []

  const keep = (bytes: Buffer, from: number, to: number): void => {
    const needed = carried + to - from
    if (needed > carry.length) {
      const larger = Buffer.allocUnsafe(Math.max(256, Math.min(wanted, carry.length * 2), needed))
      carry.copy(larger, 0, 0, carried)
      carry = larger
    }
    bytes.copy(carry, carried, from, to)
    carried = needed
  }

  const wrong = (detail: string, at: number): void => {
    problem = { detail, position: start + at }
    position = start + at
  }

  /** Reads the prelude at `at`, and answers how long its frame is; 0 when it cannot be. */
  const prelude = (bytes: Buffer, at: number): number => {
    if (crc32(bytes, at, at + 8) !== bytes.readUInt32BE(at + 8)) {
      wrong("the checksum of a frame's lengths is wrong", preludeBytes)
      return 0
    }
    const total = bytes.readUInt32BE(at)
    const headers = bytes.readUInt32BE(at + 4)
    if (total < leastBytes || headers > total - leastBytes) {
      wrong(`a frame of ${total} bytes with headers of ${headers} bytes cannot be`, preludeBytes)
      return 0
    }
    if (total > limits.maxEventBytes) {
      overflow = { what: "frame", limit: limits.maxEventBytes, position: start + preludeBytes }
      position = start + preludeBytes
      return 0
    }
    return total
  }

  const headersOf = (bytes: Buffer, from: number, to: number): EventStreamHeaders.Headers | string => {
    const known = kinds.find((kind) => kind.bytes.compare(bytes, from, to) === 0)
    if (known !== undefined) return known.headers
    const headers = EventStreamHeaders.read(bytes, from, to)
    if (typeof headers !== "string" && kinds.length < mostKinds) {
      kinds.push({ bytes: Buffer.from(bytes.subarray(from, to)), headers })
    }
    return headers
  }

  /** Reads the frame whose prelude has been read. Answers whether it is one. */
  const frame = (bytes: Buffer, at: number, total: number): boolean => {
    const end = at + total - 4
    // The sum of the lengths is known: they were compared with it.
    if (crc32(bytes, at + 8, end, bytes.readUInt32BE(at + 8)) !== bytes.readUInt32BE(end)) {
      wrong("the checksum of a frame is wrong", total)
      return false
    }
    const payload = at + preludeBytes + bytes.readUInt32BE(at + 4)
    const headers = headersOf(bytes, at + preludeBytes, payload)
    if (typeof headers === "string") {
      wrong(headers, total)
      return false
    }
    start += total
    onFrame(headers, bytes, payload, end, start)
    return true
  }

  /** Goes on with the frame whose beginning is kept. Answers whether it is finished, or wrong. */
  const goOn = (): boolean => {
    if (wanted === preludeBytes) {
      wanted = prelude(carry, 0)
      return wanted === 0
    }
    const total = wanted
    carried = 0
    wanted = preludeBytes
    frame(carry, 0, total)
    return true
  }

  const push = (chunk: Uint8Array): boolean => {
    if (overflow !== undefined || problem !== undefined) return true
    const bytes = asBuffer(chunk)
    const length = bytes.length
    const end = position + length
    let at = 0
    let any = false
    while (at < length) {
      if (carried > 0) {
        const taken = Math.min(wanted - carried, length - at)
        keep(bytes, at, at + taken)
        at += taken
        if (carried === wanted && goOn()) any = true
      } else {
        const left = length - at
        wanted = left < preludeBytes ? preludeBytes : prelude(bytes, at)
        if (wanted > 0 && wanted <= left) {
          frame(bytes, at, wanted)
          any = true
          at += wanted
          wanted = preludeBytes
        } else if (wanted > 0) {
          keep(bytes, at, length)
          at = length
        }
      }
      if (overflow !== undefined || problem !== undefined) return true
    }
    position = end
    return any
  }

  return {
    push,
    get overflow() {
      return overflow
    },
    get problem() {
      return problem
    },
    get position() {
      return position
    }
  }
}
