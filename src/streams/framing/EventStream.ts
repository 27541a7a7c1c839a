/**
 * Amazon's event stream (`application/vnd.amazon.eventstream`) from bytes: binary frames with two checksums, at any
 * chunking.
 *
 *     total length · headers' length · checksum of these two · headers · payload · checksum of all before it
 *
 * Numbers are of four bytes, the most significant first; the checksums are CRC-32.
 *
 * @see https://smithy.io/2.0/aws/amazon-eventstream.html
 */
import { Buffer } from "./Buffer.ts"
import { asBuffer } from "./Bytes.ts"
import { Carry } from "./Carry.ts"
import { crc32 } from "./Crc32.ts"
import * as EventStreamHeaders from "./EventStreamHeaders.ts"

/** Sizes over which a stream is rejected, in bytes. */
export interface EventStreamLimits {
  /** The most bytes of a frame, with all its parts. */
  readonly maxEventBytes: number
}

/** A frame over its limit. */
export interface EventStreamOverflow {
  readonly what: "frame"
  /** The limit in bytes. */
  readonly limit: number
  /** The number of bytes read up to where the length of the frame was known. */
  readonly position: number
}

/** Bytes that are no frame. */
export interface EventStreamProblem {
  /** What is wrong with them. */
  readonly detail: string
  /** The number of bytes read up to the end of the part that is wrong. */
  readonly position: number
}

/** A parser of one event stream. A frame that the end of the bytes cuts is dropped. */
export interface EventStreamParser {
  /** Reads a chunk and calls `onFrame` for each frame that it completes. Returns whether there was one. */
  readonly push: (chunk: Uint8Array) => boolean
  /** The limit that was passed, if it was. Nothing more is read after it: the next frame cannot be found. */
  readonly overflow: EventStreamOverflow | undefined
  /** What is wrong with the bytes, if anything is. Nothing more is read after it. */
  readonly problem: EventStreamProblem | undefined
  /** The number of bytes read. */
  readonly position: number
}

/**
 * Receives one frame. The payload is `bytes` between `from` and `to`, which are there only until this returns.
 * `position` is the number of bytes read up to the frame's end.
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

/** A stream has a few kinds of frames, each with the same headers every time. */
const mostKinds = 16

/** Headers with their bytes. */
interface Kind {
  readonly bytes: Buffer
  readonly headers: EventStreamHeaders.Headers
}

class Parser implements EventStreamParser {
  readonly #onFrame: OnFrame
  readonly #limits: EventStreamLimits
  // The beginning of a frame whose end has not arrived. It grows with what arrives, whatever length a prelude claims.
  readonly #carry = new Carry()
  readonly #kinds: Array<Kind> = []
  // How many bytes must have arrived before there is something to do: a prelude, or the frame that it announced.
  #wanted = preludeBytes
  // Where the frame that is being read began.
  #start = 0
  position = 0
  overflow: EventStreamOverflow | undefined
  problem: EventStreamProblem | undefined

  constructor(onFrame: OnFrame, limits: EventStreamLimits) {
    this.#onFrame = onFrame
    this.#limits = limits
  }

  push(chunk: Uint8Array): boolean {
    if (this.#isOver) return true
    const bytes = asBuffer(chunk)
    const end = this.position + bytes.length
    let at = 0
    let any = false
    while (at < bytes.length) {
      if (this.#carry.length > 0) {
        const to = Math.min(bytes.length, at + this.#wanted - this.#carry.length)
        this.#carry.keep(bytes, at, to)
        at = to
        if (this.#carry.length === this.#wanted && this.#continue()) any = true
      } else {
        const left = bytes.length - at
        this.#wanted = left < preludeBytes ? preludeBytes : this.#prelude(bytes, at)
        if (this.#wanted > 0 && this.#wanted <= left) {
          this.#frame(bytes, at, this.#wanted)
          any = true
          at += this.#wanted
          this.#wanted = preludeBytes
        } else if (this.#wanted > 0) {
          this.#carry.keep(bytes, at, bytes.length)
          at = bytes.length
        }
      }
      if (this.#isOver) return true
    }
    this.position = end
    return any
  }

  get #isOver(): boolean {
    return this.overflow !== undefined || this.problem !== undefined
  }

  /** Continues the frame whose beginning is kept. Returns whether it is finished, or wrong. */
  #continue(): boolean {
    if (this.#wanted === preludeBytes) {
      this.#wanted = this.#prelude(this.#carry.bytes, 0)
      return this.#wanted === 0
    }
    this.#wanted = preludeBytes
    this.#frame(this.#carry.bytes, 0, this.#carry.clear())
    return true
  }

  #fail(detail: string, at: number): void {
    this.position = this.#start + at
    this.problem = { detail, position: this.position }
  }

  /** Reads the prelude at `at`. Returns how long its frame is; 0 if it is wrong or too long. */
  #prelude(bytes: Buffer, at: number): number {
    if (crc32(bytes, at, at + 8) !== bytes.readUInt32BE(at + 8)) {
      this.#fail("the checksum of a frame's lengths is wrong", preludeBytes)
      return 0
    }
    const total = bytes.readUInt32BE(at)
    const headers = bytes.readUInt32BE(at + 4)
    if (total < leastBytes || headers > total - leastBytes) {
      this.#fail(`a frame of ${total} bytes with headers of ${headers} bytes cannot be`, preludeBytes)
      return 0
    }
    const limit = this.#limits.maxEventBytes
    if (total > limit) {
      this.position = this.#start + preludeBytes
      this.overflow = { what: "frame", limit, position: this.position }
      return 0
    }
    return total
  }

  /** Reads the frame whose prelude has been read. */
  #frame(bytes: Buffer, at: number, total: number): void {
    const end = at + total - 4
    // The sum of the lengths is known: they were compared with it.
    if (crc32(bytes, at + 8, end, bytes.readUInt32BE(at + 8)) !== bytes.readUInt32BE(end)) {
      this.#fail("the checksum of a frame is wrong", total)
      return
    }
    const payload = at + preludeBytes + bytes.readUInt32BE(at + 4)
    const headers = this.#headers(bytes, at + preludeBytes, payload)
    if (typeof headers === "string") {
      this.#fail(headers, total)
      return
    }
    this.#start += total
    this.#onFrame(headers, bytes, payload, end, this.#start)
  }

  /** Returns the headers between `from` and `to`, or a sentence if they are wrong. */
  #headers(bytes: Buffer, from: number, to: number): EventStreamHeaders.Headers | string {
    const known = this.#kinds.find((kind) => kind.bytes.compare(bytes, from, to) === 0)
    if (known !== undefined) return known.headers
    const headers = EventStreamHeaders.read(bytes, from, to)
    if (typeof headers !== "string" && this.#kinds.length < mostKinds) {
      this.#kinds.push({ bytes: Buffer.from(bytes.subarray(from, to)), headers })
    }
    return headers
  }
}

/** Creates a parser for one event stream. */
export const make = (onFrame: OnFrame, limits: EventStreamLimits): EventStreamParser => new Parser(onFrame, limits)
