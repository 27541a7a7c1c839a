/**
 * The beginning of a frame whose end has not arrived.
 */
import { Buffer } from "./Buffer.ts"

/** Up to so many bytes, copying them one by one is faster than a call into native code. */
const fewBytes = 16

const noBytes = Buffer.allocUnsafe(0)

/**
 * Keeps bytes from one chunk to the next. Its memory grows by doubling, so that each byte is copied a bounded number of
 * times however small the chunks are.
 */
export class Carry {
  /** The memory, of which the first `length` bytes are kept. It is replaced when it grows. */
  bytes: Buffer = noBytes
  /** How many bytes are kept. */
  length = 0

  /** The last byte that is kept, if there is any. */
  get last(): number | undefined {
    return this.length === 0 ? undefined : this.bytes[this.length - 1]
  }

  /** Adds the bytes between `from` and `to`. */
  keep(bytes: Uint8Array, from: number, to: number): void {
    const length = this.length
    const needed = length + to - from
    if (needed > this.bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(256, this.bytes.length * 2, needed))
      this.bytes.copy(larger, 0, 0, length)
      this.bytes = larger
    }
    if (to - from <= fewBytes) { for (let at = from; at < to; at++) this.bytes[length + at - from] = bytes[at] ?? 0 }
    else this.bytes.set(from === 0 && to === bytes.length ? bytes : bytes.subarray(from, to), length)
    this.length = needed
  }

  /** Returns how many bytes are kept, and keeps them no more. They stay in `bytes` until the next `keep`. */
  clear(): number {
    const length = this.length
    this.length = 0
    return length
  }

  /** Returns the bytes that are kept, and keeps them no more. They are valid until the next `keep`. */
  take(): Buffer {
    return this.bytes.subarray(0, this.clear())
  }

  /** Keeps nothing any more, and releases the memory. */
  drop(): void {
    this.bytes = noBytes
    this.length = 0
  }
}
